"""Somebody interferes while the sender's next document is still on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from handbell.channels.carrier import Callback, CallbackReply
from tests.channels.carrier.stage import APP, CALL_STATUS, PAT, Stage, staged

KEYS = f"{APP}/keys/42/1"
MENU = f'<Response><Gather action="{KEYS}" numDigits="1"><Say>Press a key</Say></Gather></Response>'
THANKS = "<Response><Say>Thank you.</Say></Response>"
OTHER = "<Response><Say>Something else.</Say></Response>"


@dataclass(slots=True)
class SlowApp:
    """A web application whose answer to a key takes until it is let go."""

    asked: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    keys: int = 0

    async def deliver(self, callback: Callback) -> CallbackReply:
        if callback.url == CALL_STATUS:
            return CallbackReply(204)
        self.keys += 1
        self.asked.set()
        await self.go.wait()
        return CallbackReply(200, THANKS)


@asynccontextmanager
async def waiting_for_the_app() -> AsyncIterator[tuple[Stage, SlowApp, str]]:
    """A call whose person has pressed 1, while the application has not answered yet."""
    app = SlowApp()
    async with staged(deliver=app.deliver) as stage:
        sid = await stage.call(MENU)
        await stage.passes(4.5)
        pressing = asyncio.create_task(stage.carrier.press(sid, "1"))
        await app.asked.wait()
        yield stage, app, sid
        app.go.set()
        await pressing
        await stage.passes(60)


async def test_a_second_key_meanwhile_is_not_heard_and_disturbs_nothing() -> None:
    async with waiting_for_the_app() as (stage, app, sid):
        assert not await stage.carrier.press(sid, "9")
    (call,) = stage.carrier.calls_to(PAT)
    assert (call.status, call.pressed, app.keys) == ("completed", "1", 1)
    assert call.spoken[-1] == "Thank you."


async def test_a_redirect_meanwhile_wins_over_the_answer() -> None:
    async with waiting_for_the_app() as (stage, _app, sid):
        await stage.post(f"Calls/{sid}.json", {"Twiml": OTHER})
        await stage.carrier.advance(stage.clock.now)
    (call,) = stage.carrier.calls_to(PAT)
    assert call.status == "completed"
    assert call.spoken == ("Press a key", "Something else.")


async def test_hanging_up_meanwhile_ends_the_call_for_good() -> None:
    async with waiting_for_the_app() as (stage, _app, sid):
        stage.carrier.hang_up(sid)
    (call,) = stage.carrier.calls_to(PAT)
    assert call.status == "completed"
    assert call.spoken == ("Press a key",)


async def test_a_key_after_the_time_for_keys_is_over_is_not_heard() -> None:
    app = SlowApp()
    document = f'<Response><Gather action="{KEYS}" actionOnEmptyResult="true"/></Response>'
    async with staged(deliver=app.deliver) as stage:
        sid = await stage.call(document)
        passing = asyncio.create_task(stage.passes(60))
        await app.asked.wait()
        assert not await stage.carrier.press(sid, "1")
        app.go.set()
        await passing
    (call,) = stage.carrier.calls_to(PAT)
    assert (call.status, call.pressed, call.spoken) == ("completed", "", ("Thank you.",))


async def test_of_two_redirects_the_later_one_wins_though_it_is_faster() -> None:
    app = SlowApp()
    async with staged(deliver=app.deliver) as stage:
        sid = await stage.call('<Response><Pause length="50"/></Response>')
        await stage.passes(10)
        line = stage.carrier.lines.find(sid)
        assert line is not None
        slow = asyncio.create_task(line.play(stage.clock.now, url=f"{APP}/slow"))
        await app.asked.wait()
        await line.play(stage.clock.now, document=OTHER)
        app.go.set()
        await slow
        await stage.passes(60)
    (call,) = stage.carrier.calls_to(PAT)
    assert call.spoken == ("Something else.",)
