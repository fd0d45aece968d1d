"""Twilio's REST API, as far as a clinic's messages need it: Messages and Calls.

Nothing is idempotent, exactly like the real one: what is sent twice is received twice.
"""

import base64
import hmac
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from itertools import chain

from aiohttp import web

from handbell.channels.carrier import messages
from handbell.channels.carrier.behaviour import Kind
from handbell.channels.carrier.callbacks import form
from handbell.channels.carrier.calls import Lines
from handbell.channels.carrier.door import Caller, Door, answer, fault
from handbell.channels.carrier.line import Line
from handbell.channels.carrier.records import Call, Text
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio.faults import Fault
from handbell.channels.carrier.twilio.resources import Json, call_json, message_json, page, span
from handbell.channels.carrier.twilio.told import API_VERSION
from handbell.channels.carrier.twilio.wishes import Form, read_call, read_text

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class TwilioApi:
    """The handlers. `routes` says which addresses they answer."""

    def __init__(self, board: Switchboard, lines: Lines, door: Door) -> None:
        self._board = board
        self._lines = lines
        self._door = door
        login = f"{board.account_sid}:{board.auth_token}".encode()
        self._authorization = f"Basic {base64.b64encode(login).decode()}"

    def routes(self) -> list[web.RouteDef]:
        base = f"/{API_VERSION}/Accounts/{{account}}"
        return [
            web.get(f"{base}.json", self._guarded(self._fetch_account)),
            web.post(f"{base}/Messages.json", self._guarded(self._create_message)),
            web.get(f"{base}/Messages.json", self._guarded(self._list_messages)),
            web.get(f"{base}/Messages/{{sid}}.json", self._guarded(self._fetch_message)),
            web.post(f"{base}/Calls.json", self._guarded(self._create_call)),
            web.get(f"{base}/Calls.json", self._guarded(self._list_calls)),
            web.get(f"{base}/Calls/{{sid}}.json", self._guarded(self._fetch_call)),
            web.post(f"{base}/Calls/{{sid}}.json", self._guarded(self._update_call)),
            web.route("*", f"/{API_VERSION}/{{tail:.*}}", self._guarded(self._unknown)),
        ]

    async def _fetch_account(self, request: web.Request) -> web.StreamResponse:
        sid = self._board.account_sid
        told: Json = {"sid": sid, "friendly_name": "Rehearsal", "status": "active", "type": "Full"}
        return answer(told, status=200)

    # -- texts ----------------------------------------------------------------------------

    async def _create_message(self, request: web.Request) -> web.StreamResponse:
        fields = form(await request.read())

        def take(acknowledged: bool) -> Json:
            wanted = read_text(self._board, fields)
            now = self._board.clock()
            text = messages.take(self._board, wanted, now=now, acknowledged=acknowledged)
            return message_json(text, self._board.account_sid)

        return await self._door.admit(request, _caller(Kind.TEXT, fields), take)

    async def _fetch_message(self, request: web.Request) -> web.StreamResponse:
        text = self._board.truth.texts.get(request.match_info["sid"])
        if text is None:
            raise Fault(20404, request.path)
        return await self._look_up(
            request, text, lambda: message_json(text, self._board.account_sid)
        )

    async def _list_messages(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        wanted = span(query, "DateSent")

        def show() -> Json:
            listed = self._texts(query.get("To"), query.get("From"))
            found = (t for t in listed if wanted.holds(t.sent_at or t.created_at))
            return page(
                name="messages",
                path=request.path,
                query=query,
                items=found,
                show=lambda text: message_json(text, self._board.account_sid),
            )

        return await self._look_up(request, None, show)

    # -- calls ----------------------------------------------------------------------------

    async def _create_call(self, request: web.Request) -> web.StreamResponse:
        fields = form(await request.read())

        def take(acknowledged: bool) -> Json:
            sender, number, wanted = read_call(self._board, fields)
            call = self._lines.place(
                sender=sender,
                number=number,
                request=wanted,
                now=self._board.clock(),
                acknowledged=acknowledged,
            )
            return call_json(call, self._board.account_sid)

        return await self._door.admit(request, _caller(Kind.CALL, fields), take)

    async def _fetch_call(self, request: web.Request) -> web.StreamResponse:
        call = self._call(request)
        return await self._look_up(request, call, lambda: call_json(call, self._board.account_sid))

    async def _list_calls(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        started, ended = span(query, "StartTime"), span(query, "EndTime")

        def show() -> Json:
            listed = self._calls(query.get("To"), query.get("From"))
            found = (
                call
                for call in listed
                if query.get("Status", call.status) == call.status
                and started.holds(call.answered_at or call.created_at)
                and ended.holds(call.ended_at or call.updated_at)
            )
            return page(
                name="calls",
                path=request.path,
                query=query,
                items=found,
                show=lambda call: call_json(call, self._board.account_sid),
            )

        return await self._look_up(request, None, show)

    async def _update_call(self, request: web.Request) -> web.StreamResponse:
        """End the call, or send it on: what is being said is cut off at once."""
        call, fields = self._call(request), form(await request.read())
        line = self._lines.find(call.sid)
        if line is None:
            raise Fault(21220)
        status = fields.get("Status", [""])[-1]
        if status in ("completed", "canceled"):
            line.finish("completed" if call.in_progress else "canceled", self._board.clock())
        else:
            self._redirect(line, fields)
        return answer(call_json(line.call, self._board.account_sid), status=200)

    def _redirect(self, line: Line, fields: Form) -> None:
        twiml, url = fields.get("Twiml", [""])[-1], fields.get("Url", [""])[-1]
        method = fields.get("Method", ["POST"])[-1]
        if not line.call.in_progress:
            raise Fault(21220)
        if not twiml and not url:
            raise Fault(21205)

        async def play(at: datetime) -> None:
            if line.open:
                await line.play(at, document=twiml, url=url, method=method)

        self._board.agenda.begin(self._board.clock(), play, lane=line.sid)

    # -- inside ---------------------------------------------------------------------------

    def _listed(self, to: str | None, sender: str | None) -> Iterator[Text | Call]:
        """Yield what went from `sender` to `to` in either direction, newest first."""
        truth = self._board.truth
        if to is None and sender is None:
            yield from truth.items_of()
            return
        ends = [end for end in (to, sender) if end is not None]
        # The first end given is either a person's phone or one of our senders.
        for item in chain(truth.items_of(number=ends[0]), truth.items_of(sender=ends[0])):
            source, target = _ends(item)
            if to in (None, target) and sender in (None, source):
                yield item

    def _texts(self, to: str | None, sender: str | None) -> Iterator[Text]:
        return (item for item in self._listed(to, sender) if isinstance(item, Text))

    def _calls(self, to: str | None, sender: str | None) -> Iterator[Call]:
        return (item for item in self._listed(to, sender) if isinstance(item, Call))

    def _call(self, request: web.Request) -> Call:
        call = self._board.truth.calls.get(request.match_info["sid"])
        if call is None:
            raise Fault(20404, request.path)
        return call

    async def _look_up(
        self, request: web.Request, item: Text | Call | None, show: Callable[[], Json]
    ) -> web.StreamResponse:
        number = item.number if item else request.query.get("To", "")
        sender = item.sender if item else request.query.get("From", "")
        caller = Caller(Kind.LOOK_UP, number, sender)
        return await self._door.admit(request, caller, lambda _acknowledged: show())

    async def _unknown(self, request: web.Request) -> web.StreamResponse:
        raise Fault(20404, request.path)

    def _guarded(self, handler: Handler) -> Handler:
        """Wrap `handler`: who asks must log in, and every flaw has Twilio's shape."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            try:
                self._check_login(request)
                return await handler(request)
            except Fault as refused:
                return fault(refused)
            except ValueError:  # a date, a number or an encoding that cannot be read
                return fault(Fault(20001))

        return guarded

    def _check_login(self, request: web.Request) -> None:
        given = request.headers.get("Authorization", "")
        account = request.match_info.get("account", self._board.account_sid)
        knows = hmac.compare_digest(given.encode(), self._authorization.encode())
        if not knows or account != self._board.account_sid:
            raise Fault(20003)


def _caller(kind: Kind, fields: Form) -> Caller:
    return Caller(kind, fields.get("To", [""])[-1], fields.get("From", [""])[-1])


def _ends(item: Text | Call) -> tuple[str, str]:
    """Return who it came from and who it went to."""
    if isinstance(item, Text) and not item.outbound:
        return item.number, item.sender
    return item.sender, item.number
