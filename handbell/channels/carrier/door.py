"""What happens to a request at the door: answered, refused, kept waiting, cut off?

`seconds` here are real ones even when the carrier's clock is simulated, because it is the
client's own patience that is put to the test.
"""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import orjson
from aiohttp import web

from handbell.channels.carrier.behaviour import Aspect, Behaviour, Does, Kind
from handbell.channels.carrier.records import Refusal
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio.faults import Fault
from handbell.channels.carrier.twilio.resources import Json
from handbell.channels.carrier.vonage.faults import Fault as VonageFault

_LOOKS_AGAIN_SECONDS = 0.1  # how soon an unanswered client is seen to have gone

Take = Callable[[bool], Json]


@dataclass(frozen=True, slots=True)
class Caller:
    """Whose request it is: what behaviours are matched against."""

    kind: Kind
    number: str = field(repr=False)
    sender: str


class Manners(Protocol):
    """How a provider's interface says what the door says."""

    def taken(self, body: Json, kind: Kind, /) -> web.Response: ...
    def busy(self, seconds: float, /) -> web.Response: ...
    def broken(self) -> web.Response: ...
    def refused(self, code: str, number: str, /) -> web.Response: ...


class TwilioManners:
    """With a status of HTTP, and a number of Twilio's."""

    def taken(self, body: Json, kind: Kind) -> web.Response:
        return answer(body, status=200 if kind is Kind.LOOK_UP else 201)

    def busy(self, seconds: float) -> web.Response:
        headers = {"Retry-After": f"{seconds:g}"}
        return answer(Fault(20429).as_json(), status=429, headers=headers)

    def broken(self) -> web.Response:
        return answer(Fault(20500).as_json(), status=500)

    def refused(self, code: str, number: str) -> web.Response:
        return fault(Fault(int(code), number))


AS_TWILIO = TwilioManners()


class Door:
    """Lets requests through, or not."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._closing = asyncio.Event()

    def close(self) -> None:
        """Let go of everybody who is being kept waiting."""
        self._closing.set()

    async def admit(
        self, request: web.Request, caller: Caller, take: Take, manners: Manners = AS_TWILIO
    ) -> web.StreamResponse:
        """Answer with what `take(acknowledged)` returns, unless asked to misbehave.

        Raises Fault for a request that is refused, whoever refuses it.
        """
        slow = self._wish(Aspect.PACE, caller)
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        wish = self._wish(Aspect.REQUEST, caller)
        if wish is None:
            return manners.taken(self._take(caller, take, acknowledged=True), caller.kind)
        if wish.does in (Does.TIMEOUT_AFTER_ACCEPTING, Does.RESET_AFTER_ACCEPTING):
            self._take(caller, take, acknowledged=False)
        else:
            self._note(caller, wish.does, wish.code)
        match wish.does:
            case Does.HTTP_429:
                return manners.busy(wish.seconds)
            case Does.HTTP_500:
                return manners.broken()
            case Does.REJECTS:
                return manners.refused(wish.code, caller.number)
            case Does.TIMEOUT_BEFORE_ACCEPTING | Does.TIMEOUT_AFTER_ACCEPTING:
                return await self._keep_waiting(request)
        return cut_off(request)

    def _take(self, caller: Caller, take: Take, *, acknowledged: bool) -> Json:
        try:
            return take(acknowledged)
        except (Fault, VonageFault) as refused:
            self._note(caller, refused.message, str(refused.code))
            raise

    def _wish(self, aspect: Aspect, caller: Caller) -> Behaviour | None:
        return self._board.behaviours.take(
            aspect, number=caller.number, sender=caller.sender, kind=caller.kind
        )

    def _note(self, caller: Caller, why: str, code: str) -> None:
        self._board.truth.refuse(
            Refusal(self._board.clock(), caller.kind, caller.sender, caller.number, code, why)
        )

    async def _keep_waiting(self, request: web.Request) -> web.Response:
        while not self._closing.is_set():
            if request.transport is None or request.transport.is_closing():
                break
            await asyncio.sleep(_LOOKS_AGAIN_SECONDS)
        return cut_off(request)


def answer(body: Json, *, status: int, headers: dict[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    return web.Response(
        body=orjson.dumps(body), status=status, headers=headers, content_type="application/json"
    )


def fault(refused: Fault) -> web.Response:
    """Return the answer to a refused request."""
    challenge = {"WWW-Authenticate": 'Basic realm="Twilio API"'} if refused.status == 401 else None
    return answer(refused.as_json(), status=refused.status, headers=challenge)


def cut_off(request: web.Request) -> web.Response:
    """Reset the connection, so that the client gets an error instead of an answer."""
    reset(request.transport)
    return web.Response(status=500)  # goes nowhere: the connection is closed


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Close with a TCP reset rather than a polite end; None is closed already."""
    if transport is None:
        return
    connection = transport.get_extra_info("socket")
    if connection is not None:
        linger = struct.pack("ii", 1, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    if isinstance(transport, asyncio.Transport):
        transport.abort()
