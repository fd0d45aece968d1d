"""The rehearsal carrier: phones and mailboxes that exist only here, and the way to them.

Used by tests, by `make run` (as a process) and by `handbell rehearse` (in-process, with a
simulated clock). Bound to one event loop; nothing of it leaves the machine.
"""

import asyncio
import secrets
import ssl
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from handbell.channels.carrier import messages
from handbell.channels.carrier.agenda import Agenda
from handbell.channels.carrier.behaviour import Behaviour, Behaviours, Does
from handbell.channels.carrier.callbacks import (
    Callback,
    CallbackReply,
    Deliver,
    HttpDelivery,
)
from handbell.channels.carrier.calls import Lines
from handbell.channels.carrier.control import Control
from handbell.channels.carrier.conventions import with_conventions
from handbell.channels.carrier.door import Door
from handbell.channels.carrier.journal import Journal
from handbell.channels.carrier.pages.routes import Pages
from handbell.channels.carrier.records import Call, Mail, Text
from handbell.channels.carrier.smtp import Login, MailSink
from handbell.channels.carrier.switchboard import Switchboard, Timing
from handbell.channels.carrier.truth import Truth, forget
from handbell.channels.carrier.twilio.api import TwilioApi
from handbell.channels.carrier.vonage.account import VonageSide
from handbell.channels.carrier.vonage.api import VonageApi

REHEARSAL_ACCOUNT_SID = "AC" + "0" * 31 + "1"


def wall_clock() -> datetime:
    """Return the time of day, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(kw_only=True, eq=False)
class Carrier:
    """A carrier in this process. `async with Carrier() as carrier` starts and stops it.

    Without `clock` it lives in real time and callbacks happen by themselves. With a simulated
    `clock` nothing happens until `advance`; `next_at` says when something will.
    `deliver` replaces HTTP for callbacks. `inbound_url` is where texts from people go, for all
    senders; `inbound_urls` for one each. `senders` None accepts any From. `conventions` lets the
    numbers 555-0190 to 0199 misbehave (behaviour.CONVENTIONS). `journal` survives a restart.
    With `vonage` it speaks Vonage's contract too.
    """

    clock: Callable[[], datetime] | None = None
    deliver: Deliver | None = None
    account_sid: str = REHEARSAL_ACCOUNT_SID
    auth_token: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    inbound_url: str = ""
    inbound_urls: Mapping[str, str] = field(default_factory=dict)
    senders: Collection[str] | None = None
    honours_stop: bool = True
    conventions: bool = False
    vonage: VonageSide | None = None
    timing: Timing = field(default_factory=Timing)
    journal: Path | None = None
    host: str = "127.0.0.1"
    http_port: int = 0  # 0: the system chooses; after the start, the port it listens on
    smtp_port: int = 0
    smtp_tls: ssl.SSLContext | None = None
    smtp_tls_required: bool = False
    smtp_login: Login | None = None

    def __post_init__(self) -> None:
        """Lay out everything; nothing listens yet."""
        self._written = Journal(self.journal) if self.journal is not None else None
        self._delivery: HttpDelivery | None = None  # needs a running loop
        self.truth = Truth(keep=self._written.keep if self._written is not None else forget)
        self.board = Switchboard(
            account_sid=self.account_sid,
            auth_token=self.auth_token,
            clock=self.clock or wall_clock,
            truth=self.truth,
            agenda=Agenda(),
            behaviours=with_conventions() if self.conventions else Behaviours(),
            timing=self.timing,
            deliver=self.deliver or self._deliver_over_http,
            inbound_url=self.inbound_url,
            inbound_urls=self.inbound_urls,
            senders=self.senders,
            honours_stop=self.honours_stop,
            vonage=self.vonage,
        )
        self.lines = Lines(self.board)
        self._door = Door(self.board)
        self._sink = MailSink(
            self.board,
            tls=self.smtp_tls,
            tls_required=self.smtp_tls_required,
            login=self.smtp_login,
        )
        self._runner: web.AppRunner | None = None
        self._pace: asyncio.Task[None] | None = None

    # -- its life -------------------------------------------------------------------------

    async def start(self) -> None:
        """Remember what the journal kept, then listen. Raises OSError for a port in use."""
        self._resume()
        try:
            await self._listen()
        except OSError:
            await self.close()
            raise
        if self.clock is None:
            self._pace = asyncio.create_task(self.board.agenda.keep_pace(wall_clock))

    async def close(self) -> None:
        """Stop listening and forget what was still to happen; the journal keeps the rest."""
        self._door.close()
        if self._pace is not None:
            self._pace.cancel()
            with suppress(asyncio.CancelledError):
                await self._pace
        await self._sink.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._delivery is not None:
            await self._delivery.close()
        if self._written is not None:
            self._written.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def base_url(self) -> str:
        """The address to give a client instead of https://api.twilio.com; also the page."""
        return f"http://{self.host}:{self.http_port}"

    # -- the clock ------------------------------------------------------------------------

    def next_at(self) -> datetime | None:
        """Return when something happens next by itself, None if nothing will."""
        return self.board.agenda.next_at()

    async def advance(self, to: datetime) -> int:
        """With a simulated clock: run everything due up to `to`; return how much happened."""
        return await self.board.agenda.advance(to)

    async def quiet(self, *, horizon_seconds: float = 5) -> None:
        """In real time: wait until nothing is under way nor due within `horizon_seconds`."""
        await self.board.agenda.quiet(wall_clock, horizon_seconds=horizon_seconds)

    # -- misbehaviour and people ----------------------------------------------------------

    def behave(self, does: Does | str, **wish: Any) -> Behaviour:  # noqa: ANN401  as asked()
        """Misbehave from now on; takes the arguments of `Behaviour.asked`."""
        return self.board.behaviours.add(Behaviour.asked(does, **wish))

    def behave_well(self) -> None:
        """Stop all misbehaviour, conventions included."""
        self.board.behaviours.clear()

    async def text_from(self, number: str, sender: str, body: str) -> Text:
        """A person texts one of the senders; returns once the sender has answered."""
        return await messages.text_from(
            self.board, number=number, sender=sender, body=body, at=self.board.clock()
        )

    async def press(self, call_sid: str, digits: str) -> bool:
        """The person on a call presses keys; whether anything was listening."""
        return await self.lines.press(call_sid, digits)

    def hang_up(self, call_sid: str) -> None:
        """The person on a call hangs up."""
        self.lines.hang_up(call_sid)

    # -- what was received ----------------------------------------------------------------

    def texts_to(self, number: str) -> tuple[Text, ...]:
        """Return the texts this phone received, in the order they arrived."""
        return self.truth.texts_to(number)

    def calls_to(self, number: str) -> tuple[Call, ...]:
        """Return every call placed to this phone, answered or not."""
        return self.truth.calls_to(number)

    def mails_to(self, address: str) -> tuple[Mail, ...]:
        """Return the e-mails in this mailbox, in the order they came."""
        return self.truth.mails_to(address)

    # -- inside ---------------------------------------------------------------------------

    def _resume(self) -> None:
        if self._written is None:
            return
        for kept in self._written.kept():
            self.truth.restore(kept)
        now = self.board.clock()
        for text in self.truth.texts_open():
            messages.plan(self.board, text, now=now)
        self.lines.drop_those_of_before(now)

    async def _listen(self) -> None:
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.add_routes(TwilioApi(self.board, self.lines, self._door).routes())
        if self.vonage is not None:
            app.add_routes(VonageApi(self.board, self._door, self.vonage).routes())
        app.add_routes(Control(self.board, self.lines).routes())
        app.add_routes(Pages(self.board, self.lines).routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self.host, self.http_port, backlog=1024)
        await site.start()
        self.http_port = int(self._runner.addresses[0][1])
        self.smtp_port = await self._sink.listen(self.host, self.smtp_port)

    async def _deliver_over_http(self, callback: Callback) -> CallbackReply:
        if self._delivery is None:
            self._delivery = HttpDelivery()
        return await self._delivery(callback)
