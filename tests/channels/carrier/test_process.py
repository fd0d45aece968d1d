"""The carrier in real time, over real sockets, as a process would run it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from handbell.channels.carrier import Carrier, Does, Timing, serve
from tests.channels.carrier.stage import CLINIC, PAT, basic

FAST = Timing(speed=50)


@asynccontextmanager
async def web_application(status: int = 200) -> AsyncIterator[tuple[str, list[dict[str, str]]]]:
    """Run an application that checks nothing and remembers what it was told, with signatures."""
    told: list[dict[str, str]] = []

    async def hook(request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        told.append({**form, "url": str(request.url), **dict(request.headers)})
        return web.Response(status=status)

    application = web.Application()
    application.router.add_post("/{tail:.*}", hook)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", told
    await runner.cleanup()


async def hand_over(carrier: Carrier, **form: str) -> str:
    url = f"{carrier.base_url}/2010-04-01/Accounts/{carrier.account_sid}/Messages.json"
    login = basic(carrier.account_sid, carrier.auth_token)
    given = {"To": PAT, "From": CLINIC, "Body": "Elm Clinic", **form}
    async with (
        aiohttp.ClientSession(headers=login) as session,
        session.post(url, data=given) as reply,
    ):
        assert reply.status == 201
        return str((await reply.json())["sid"])


async def test_receipts_come_by_themselves_signed_and_in_order() -> None:
    async with web_application() as (base, told), Carrier(timing=FAST) as carrier:
        for number in range(20):
            await hand_over(carrier, StatusCallback=f"{base}/status/{number}/1?x=a%20b")
        await carrier.quiet(horizon_seconds=2)
        assert len(told) == 40
        by_text: dict[str, list[str]] = {}
        for each in told:
            by_text.setdefault(each["MessageSid"], []).append(each["MessageStatus"])
        assert set(map(tuple, by_text.values())) == {("sent", "delivered")}
        reports = [r for t in carrier.truth.texts.values() for r in t.reports]
        assert all(report.told for report in reports)


async def test_the_signature_holds_for_the_address_as_it_was_given() -> None:
    async with web_application() as (base, told), Carrier(timing=FAST) as carrier:
        url = f"{base}/status/41/1?clinic=elm%20street"
        await hand_over(carrier, StatusCallback=url)
        await carrier.quiet(horizon_seconds=2)
        names = ("MessageSid", "MessageStatus", "SmsSid", "SmsStatus", "To", "From", "AccountSid")
        form = {name: told[0][name] for name in (*names, "ApiVersion")}
        validator = RequestValidator(carrier.auth_token)
        assert validator.validate(url, form, told[0]["X-Twilio-Signature"])


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_web_application_that_refuses_is_kept_as_failed(status: int) -> None:
    async with web_application(status) as (base, told), Carrier(timing=FAST) as carrier:
        await hand_over(carrier, StatusCallback=f"{base}/status/41/1")
        await carrier.quiet(horizon_seconds=2)
        assert len(told) == 2
        assert {report.why for report in carrier.truth.failed_callbacks()} == {f"HTTP {status}"}


async def test_a_web_application_that_is_away_is_kept_as_failed() -> None:
    async with Carrier(timing=FAST) as carrier:
        await hand_over(carrier, StatusCallback="http://127.0.0.1:9/status/41/1")
        await carrier.quiet(horizon_seconds=2)
        assert {r.why for r in carrier.truth.failed_callbacks()} == {"no connection"}


async def test_a_call_is_played_in_real_time() -> None:
    async with Carrier(timing=FAST) as carrier:
        carrier.behave(Does.PRESSES, text="1")
        url = f"{carrier.base_url}/2010-04-01/Accounts/{carrier.account_sid}/Calls.json"
        twiml = '<Response><Gather numDigits="2"><Say>Press</Say></Gather></Response>'
        login = basic(carrier.account_sid, carrier.auth_token)
        async with aiohttp.ClientSession(headers=login) as session:
            form = {"To": PAT, "From": CLINIC, "Twiml": twiml}
            async with session.post(url, data=form) as reply:
                assert reply.status == 201
        await carrier.quiet(horizon_seconds=2)
        (call,) = carrier.calls_to(PAT)
        assert (call.status, call.pressed) == ("completed", "1")


async def test_serve_says_when_it_is_ready_and_ends_when_cancelled() -> None:
    ready: asyncio.Future[Carrier] = asyncio.get_running_loop().create_future()
    serving = asyncio.create_task(serve(Carrier(auth_token="t"), ready=ready.set_result))
    carrier = await asyncio.wait_for(ready, 5)
    await hand_over(carrier)
    serving.cancel()
    with suppress(asyncio.CancelledError):
        await serving
    with pytest.raises(OSError, match=r"refused|failed"):
        await asyncio.open_connection("127.0.0.1", carrier.http_port)


async def test_a_port_in_use_is_said_and_nothing_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        carrier = Carrier(smtp_port=taken.getsockname()[1])
        with pytest.raises(OSError, match="in use"):
            await carrier.start()
        with pytest.raises(OSError, match=r"refused|failed"):
            await asyncio.open_connection("127.0.0.1", carrier.http_port)


async def test_a_thousand_texts_reach_their_phones_once() -> None:
    async with Carrier(timing=FAST) as carrier:
        numbers = [f"+1202555{100 + index % 100:04d}" for index in range(1000)]

        async def some(mine: list[str]) -> None:
            for number in mine:
                await hand_over(carrier, To=number)

        await asyncio.gather(*(some(numbers[start::10]) for start in range(10)))
        await carrier.quiet(horizon_seconds=2)
        assert [len(carrier.texts_to(number)) for number in sorted(set(numbers))] == [10] * 100
