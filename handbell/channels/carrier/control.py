"""Asking the carrier, as a program: misbehave so, text back, press a key, who received what?

JSON under /rehearsal. Pages of other sites cannot use it: a request that says where it comes
from must come from here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

import orjson
from aiohttp import web

from handbell.channels.carrier import messages
from handbell.channels.carrier.behaviour import Behaviour, BehaviourFlaw
from handbell.channels.carrier.calls import Lines
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.channels.carrier.mail import read
from handbell.channels.carrier.records import Call, Mail, Text
from handbell.channels.carrier.switchboard import Switchboard

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """The handlers. `routes` says which addresses they answer."""

    def __init__(self, board: Switchboard, lines: Lines) -> None:
        self._board = board
        self._lines = lines

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/rehearsal/behaviours", self._behaviours),
            web.post("/rehearsal/behaviours", guarded(self._add_behaviour)),
            web.delete("/rehearsal/behaviours", guarded(self._clear_behaviours)),
            web.delete("/rehearsal/behaviours/{id:[0-9]+}", guarded(self._remove_behaviour)),
            web.post("/rehearsal/conventions", guarded(self._conventions)),
            web.get("/rehearsal/received", self._received),
            web.get("/rehearsal/phones/{number}", self._phone),
            web.post("/rehearsal/phones/{number}/texts", guarded(self._text_from)),
            web.get("/rehearsal/mailboxes/{address}", self._mailbox),
            web.post("/rehearsal/calls/{sid}/digits", guarded(self._press)),
            web.post("/rehearsal/calls/{sid}/hang_up", guarded(self._hang_up)),
        ]

    # -- misbehaviour ---------------------------------------------------------------------

    async def _behaviours(self, _request: web.Request) -> web.Response:
        return answer({"behaviours": self._board.behaviours.all()})

    async def _add_behaviour(self, request: web.Request) -> web.Response:
        """Take one behaviour: the arguments of `Behaviour.asked` as a JSON object."""
        wish = await _wish(request, "does")
        try:
            behaviour = Behaviour.asked(**wish)
        except (BehaviourFlaw, TypeError) as flaw:
            raise _flawed(str(flaw)) from flaw
        return answer(self._board.behaviours.add(behaviour), status=201)

    async def _clear_behaviours(self, _request: web.Request) -> web.Response:
        self._board.behaviours.clear()
        return web.Response(status=204)

    async def _remove_behaviour(self, request: web.Request) -> web.Response:
        found = self._board.behaviours.remove(int(request.match_info["id"]))
        return web.Response(status=204 if found else 404)

    async def _conventions(self, _request: web.Request) -> web.Response:
        """Switch the conventions on, after anything already asked for."""
        added = [self._board.behaviours.add(each) for each in CONVENTIONS]
        return answer({"behaviours": added}, status=201)

    # -- people ---------------------------------------------------------------------------

    async def _text_from(self, request: web.Request) -> web.Response:
        wish = await _wish(request, "to", "body")
        text = await messages.text_from(
            self._board,
            number=request.match_info["number"],
            sender=str(wish["to"]),
            body=str(wish["body"]),
            at=self._board.clock(),
        )
        return answer(_text(text), status=201)

    async def _press(self, request: web.Request) -> web.Response:
        wish = await _wish(request, "digits")
        heard = await self._lines.press(request.match_info["sid"], str(wish["digits"]))
        return answer({"heard": heard})

    async def _hang_up(self, request: web.Request) -> web.Response:
        self._lines.hang_up(request.match_info["sid"])
        return web.Response(status=204)

    # -- what was received ----------------------------------------------------------------

    async def _received(self, _request: web.Request) -> web.Response:
        truth = self._board.truth
        return answer(
            {
                "texts": truth.count_of(Text),
                "calls": truth.count_of(Call),
                "mails": truth.count_of(Mail),
                "counts": dict(truth.received_counts()),
                "twice": truth.received_twice(),
                "untold": [r.sid for r in truth.untold()],
                "failed_callbacks": truth.failed_callbacks(),
            }
        )

    async def _phone(self, request: web.Request) -> web.Response:
        phone = self._board.truth.phone(request.match_info["number"])
        return answer(
            {
                "number": phone.number,
                "received": [_item(item) for item in phone.received],
                "all": [_item(item) for item in phone.items],
            }
        )

    async def _mailbox(self, request: web.Request) -> web.Response:
        mailbox = self._board.truth.mailbox(request.match_info["address"])
        mails = [_mail(mail) for mail in mailbox.received]
        return answer({"address": mailbox.address, "received": mails})


def guarded(handler: Handler) -> Handler:
    """Wrap `handler`: no page of another site may change anything here."""

    async def checked(request: web.Request) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin is not None and origin != f"{request.scheme}://{request.host}":
            return web.Response(status=403, text="This page is not of the rehearsal carrier.")
        return await handler(request)

    return checked


def answer(body: object, *, status: int = 200) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")


async def _wish(request: web.Request, *needed: str) -> dict[str, Any]:
    """Return the request's JSON object. Raises HTTPBadRequest, saying what is missing."""
    try:
        wish = orjson.loads(await request.read())
    except orjson.JSONDecodeError as error:
        raise _flawed("the body is not JSON") from error
    if not isinstance(wish, dict):
        raise _flawed("the body is not a JSON object")
    missing = [name for name in needed if name not in wish]
    if missing:
        raise _flawed(f"missing: {', '.join(missing)}")
    return wish


def _flawed(flaw: str) -> web.HTTPBadRequest:
    text = orjson.dumps({"flaw": flaw}).decode()
    return web.HTTPBadRequest(text=text, content_type="application/json")


def _item(item: Text | Call) -> dict[str, object]:
    return _text(item) if isinstance(item, Text) else _call(item)


def _text(text: Text) -> dict[str, object]:
    return {"kind": "text", **asdict(text), "key": text.key}


def _call(call: Call) -> dict[str, object]:
    return {
        "kind": "call",
        **asdict(call),
        "key": call.key,
        "pressed": call.pressed,
        "voicemail": call.voicemail,
    }


def _mail(mail: Mail) -> dict[str, object]:
    reading = read(mail.raw)
    return {
        "kind": "mail",
        "sid": mail.sid,
        "key": mail.key,
        "sender": mail.sender,
        "arrival": mail.arrival,
        "created_at": mail.created_at,
        "encrypted": mail.encrypted,
        "subject": reading.subject,
        "text": reading.text,
        "html": reading.html,
        "headers": reading.headers,
        "attachments": [file.filename for file in reading.attachments],
    }
