"""What tests of the carrier share: a clock moved by hand, an app that is called back, a client."""

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp

from handbell.channels.carrier import Callback, CallbackReply, Carrier

START = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
CLINIC = "+12125550100"
PAT = "+12025550123"
SAM = "+12025550124"
APP = "https://clinic.example/hooks/twilio"
STATUS = f"{APP}/sms-status/41/1"
CALL_STATUS = f"{APP}/call-status/42/1"
INBOUND = f"{APP}/inbound"

Answerer = Callable[[Callback], CallbackReply]


class HandClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@dataclass(slots=True)
class App:
    """The sender's web application: remembers every callback, answers as it was told to."""

    callbacks: list[Callback] = field(default_factory=list)
    answers: dict[str, Answerer] = field(default_factory=dict)

    async def deliver(self, callback: Callback) -> CallbackReply:
        self.callbacks.append(callback)
        answer = self.answers.get(urlsplit(callback.url).path)
        return answer(callback) if answer else CallbackReply(204)

    def says(self, url: str, body: str, status: int = 200) -> None:
        self.answers[urlsplit(url).path] = lambda _callback: CallbackReply(status, body)

    def told(self, url: str) -> list[dict[str, str]]:
        """Return the forms posted to `url`, in order."""
        return [dict(c.params) for c in self.callbacks if c.url == url]

    def statuses(self, url: str = STATUS, name: str = "MessageStatus") -> list[str]:
        return [told[name] for told in self.told(url)]


@dataclass(slots=True)
class Stage:
    """A carrier with a simulated clock, its app, and a client that is logged in."""

    carrier: Carrier
    clock: HandClock
    app: App
    session: aiohttp.ClientSession

    async def passes(self, seconds: float) -> None:
        """Let time pass, stopping at everything that happens on the way."""
        end = self.clock.now + timedelta(seconds=seconds)
        while (upcoming := self.carrier.next_at()) is not None and upcoming <= end:
            self.clock.now = max(self.clock.now, upcoming)
            await self.carrier.advance(self.clock.now)
        self.clock.now = end

    async def post(self, path: str, form: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(self.url(path), data=form) as reply:
            return reply.status, await reply.json()

    async def get(self, path: str, **query: str) -> tuple[int, dict[str, Any]]:
        async with self.session.get(self.url(path), params=query) as reply:
            return reply.status, await reply.json()

    def url(self, path: str) -> str:
        if path.startswith("/2010"):
            return f"{self.carrier.base_url}{path}"
        return f"{self.carrier.base_url}/2010-04-01/Accounts/{self.carrier.account_sid}/{path}"

    async def text(self, to: str = PAT, body: str = "Elm Clinic: see you", **more: str) -> str:
        """Hand over a text and return its sid; fails if it is refused."""
        form = {"To": to, "From": CLINIC, "Body": body, "StatusCallback": STATUS, **more}
        status, answer = await self.post("Messages.json", form)
        assert status == 201, answer
        return str(answer["sid"])

    async def call(self, twiml: str, to: str = PAT, **more: str) -> str:
        """Place a call that reports every event and return its sid."""
        form = [("To", to), ("From", CLINIC), ("Twiml", twiml), ("StatusCallback", CALL_STATUS)]
        events = ("initiated", "ringing", "answered", "completed")
        form += [("StatusCallbackEvent", event) for event in events]
        status, answer = await self.post("Calls.json", [*form, *more.items()])
        assert status == 201, answer
        return str(answer["sid"])


def basic(sid: str, token: str) -> dict[str, str]:
    """Return the header of a basic login."""
    return {"Authorization": "Basic " + base64.b64encode(f"{sid}:{token}".encode()).decode()}


@asynccontextmanager
async def staged(*, begins: datetime = START, **settings: Any) -> AsyncIterator[Stage]:
    """Run a carrier whose clock stands at `begins`."""
    clock, app = HandClock(begins), App()
    given = {"clock": clock, "deliver": app.deliver, "inbound_url": INBOUND, **settings}
    async with Carrier(**given) as carrier:
        login = basic(carrier.account_sid, carrier.auth_token)
        async with aiohttp.ClientSession(headers=login) as session:
            yield Stage(carrier, clock, app, session)


def params_of(callback: Callback) -> dict[str, str]:
    """Return what a callback says, wherever its method puts it."""
    if callback.method == "GET":
        return dict(parse_qsl(urlsplit(callback.url).query, keep_blank_values=True))
    return dict(callback.params)
