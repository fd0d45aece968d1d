"""Vonage's SMS interface, as far as a clinic's messages need it: one text, and the balance.

Nothing is idempotent, exactly like the real one.
"""

import hmac
from collections.abc import Mapping

from aiohttp import web

from handbell.channels.carrier import messages
from handbell.channels.carrier.behaviour import Kind
from handbell.channels.carrier.callbacks import form
from handbell.channels.carrier.door import Caller, Door, answer
from handbell.channels.carrier.messages import Taken
from handbell.channels.carrier.records import Contract, Text
from handbell.channels.carrier.segments import segments
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio.resources import Json
from handbell.channels.carrier.vonage.account import VonageSide
from handbell.channels.carrier.vonage.faults import Fault, fault_of
from handbell.channels.carrier.vonage.told import NETWORK, PRICE, bare
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber

Form = dict[str, str]

_LONGEST_MS = 259_200_000
_BALANCE = 100.0


class VonageManners:
    """How the door answers here: 200 whatever is said, with a number that says it."""

    def taken(self, body: Json, _kind: Kind) -> web.Response:
        return answer(body, status=200)

    def busy(self, _seconds: float) -> web.Response:
        return answer(Fault("1").as_json(), status=200)

    def broken(self) -> web.Response:
        return answer(Fault("5").as_json(), status=500)

    def refused(self, code: str, _number: str) -> web.Response:
        return answer(fault_of(code).as_json(), status=200)


class VonageApi:
    """The handlers. `routes` says which addresses they answer."""

    def __init__(self, board: Switchboard, door: Door, side: VonageSide) -> None:
        self._board = board
        self._door = door
        self._side = side

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sms/json", self._send),
            web.get("/account/get-balance", self._balance),
        ]

    async def _send(self, request: web.Request) -> web.StreamResponse:
        fields = {name: values[-1] for name, values in form(await request.read()).items()}
        caller = Caller(Kind.TEXT, _plus(fields.get("to", "")), _plus(fields.get("from", "")))

        def take(acknowledged: bool) -> Json:
            wanted = self._read(fields)
            now = self._board.clock()
            text = messages.take(self._board, wanted, now=now, acknowledged=acknowledged)
            return _text_json(text, fields.get("client-ref", ""))

        try:
            if not self._knows(fields):
                raise Fault("4")
            return await self._door.admit(request, caller, take, VonageManners())
        except Fault as refused:
            return answer(refused.as_json(), status=200)

    async def _balance(self, request: web.Request) -> web.StreamResponse:
        if not self._knows(request.query):
            return answer({"error-code": "401", "error-code-label": "login failed"}, status=401)
        return answer({"value": _BALANCE, "autoReload": False}, status=200)

    def _read(self, fields: Form) -> Taken:
        """Return the text asked for. Raises Fault."""
        if not all(fields.get(name, "").strip() for name in ("to", "from", "text")):
            raise Fault("2")
        sender = _plus(fields["from"])
        try:
            number = PhoneNumber.parse(_plus(fields["to"])).value
        except ContactFlaw as flaw:
            raise Fault("3") from flaw
        if self._board.senders is not None and sender not in self._board.senders:
            raise Fault("15")
        ttl = fields.get("ttl", "")
        return Taken(
            sender=sender,
            number=number,
            body=fields["text"],
            status_callback=fields.get("callback", ""),
            validity_seconds=(int(ttl) if ttl.isdecimal() else _LONGEST_MS) // 1000,
            contract=Contract.VONAGE,
        )

    def _knows(self, fields: Mapping[str, str]) -> bool:
        given = f"{fields.get('api_key', '')}:{fields.get('api_secret', '')}"
        ours = f"{self._side.api_key}:{self._side.api_secret}"
        return hmac.compare_digest(given.encode(), ours.encode())


def _text_json(text: Text, reference: str) -> Json:
    """Return what Vonage answers for a text it took: each part of it, the first by our name."""
    parts = segments(text.body)
    shared = {
        "to": bare(text.number),
        "status": "0",
        "remaining-balance": f"{_BALANCE:.8f}",
        "message-price": PRICE,
        "network": NETWORK,
        **({"client-ref": reference} if reference else {}),
    }
    names = [text.sid, *(f"{text.sid}-{part}" for part in range(2, parts + 1))]
    return {
        "message-count": str(parts),
        "messages": [{"message-id": name, **shared} for name in names],
    }


def _plus(number: str) -> str:
    """Return a number with the plus sign; a short code stays as it is."""
    return f"+{number}" if number.isdecimal() and len(number) > 6 else number
