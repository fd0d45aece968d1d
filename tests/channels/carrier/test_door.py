"""What happens to requests at the door, seen from real sockets."""

import asyncio
from typing import Any

import aiohttp
import pytest

from handbell.channels.carrier import Does
from handbell.channels.carrier.records import Text
from tests.channels.carrier.stage import CLINIC, PAT, SAM, STATUS, Stage

TEXT = {"To": PAT, "From": CLINIC, "Body": "Elm Clinic: see you", "StatusCallback": STATUS}
IMPATIENT = aiohttp.ClientTimeout(total=0.3)


async def outcome(stage: Stage, form: dict[str, str] = TEXT, path: str = "Messages.json") -> Any:
    """Return the status of a request, or the kind of failure an impatient client sees."""
    try:
        async with stage.session.post(stage.url(path), data=form, timeout=IMPATIENT) as reply:
            return reply.status
    except TimeoutError:
        return "timeout"
    except aiohttp.ClientConnectionError:
        return "reset"


def received(stage: Stage) -> int:
    return len(stage.carrier.texts_to(PAT))


@pytest.mark.parametrize(
    ("does", "seen", "arrives"),
    [
        (Does.HTTP_429, 429, 0),
        (Does.HTTP_500, 500, 0),
        (Does.TIMEOUT_BEFORE_ACCEPTING, "timeout", 0),
        (Does.TIMEOUT_AFTER_ACCEPTING, "timeout", 1),
        (Does.RESET_BEFORE_ACCEPTING, "reset", 0),
        (Does.RESET_AFTER_ACCEPTING, "reset", 1),
    ],
)
async def test_what_the_client_sees_and_what_the_phone_gets(
    stage: Stage, does: Does, seen: Any, arrives: int
) -> None:
    stage.carrier.behave(does, times=1)
    assert await outcome(stage) == seen
    await stage.passes(60)
    assert received(stage) == arrives
    assert await outcome(stage) == 201


@pytest.mark.parametrize("does", [Does.TIMEOUT_AFTER_ACCEPTING, Does.RESET_AFTER_ACCEPTING])
async def test_who_got_no_answer_is_untold_until_a_callback_is_taken(
    stage: Stage, does: Does
) -> None:
    stage.carrier.behave(does, times=2)
    await outcome(stage)
    await outcome(stage, {**TEXT, "To": SAM, "StatusCallback": ""})
    await stage.passes(60)
    untold = stage.carrier.truth.untold()
    assert [text.number for text in untold if isinstance(text, Text)] == [SAM]
    assert received(stage) == 1


async def test_429_says_when_to_come_back(stage: Stage) -> None:
    stage.carrier.behave(Does.HTTP_429, seconds=7)
    async with stage.session.post(stage.url("Messages.json"), data=TEXT) as reply:
        fault = await reply.json()
    assert (reply.headers["Retry-After"], fault["code"]) == ("7", 20429)


@pytest.mark.parametrize("code", [21211, 21610, 21614, 30007, 20429])
async def test_any_code_can_be_the_refusal(stage: Stage, code: int) -> None:
    stage.carrier.behave(Does.REJECTS, code=code)
    _, fault = await stage.post("Messages.json", TEXT)
    assert fault["code"] == code
    assert stage.carrier.truth.refusals[-1].code == str(code)


async def test_slow_takes_real_time_and_then_takes_the_text(stage: Stage) -> None:
    stage.carrier.behave(Does.SLOW, seconds=0.1)
    began = asyncio.get_running_loop().time()
    assert await outcome(stage) == 201
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_a_text_is_taken_after_its_client_has_gone(stage: Stage) -> None:
    stage.carrier.behave(Does.SLOW, seconds=0.5)
    assert await outcome(stage) == "timeout"
    await asyncio.sleep(0.4)
    await stage.passes(60)
    assert received(stage) == 1


async def test_only_the_number_asked_for_suffers(stage: Stage) -> None:
    stage.carrier.behave(Does.HTTP_500, number=SAM)
    assert await outcome(stage) == 201
    assert await outcome(stage, {**TEXT, "To": SAM}) == 500


async def test_calls_suffer_the_same(stage: Stage) -> None:
    stage.carrier.behave(Does.RESET_AFTER_ACCEPTING, kind="call")
    form = {"To": PAT, "From": CLINIC, "Twiml": "<Response><Say>Hello</Say></Response>"}
    assert await outcome(stage, form, "Calls.json") == "reset"
    assert await outcome(stage) == 201
    await stage.passes(60)
    (call,) = stage.carrier.calls_to(PAT)
    assert (call.status, call.told) == ("completed", False)


async def test_look_ups_suffer_when_asked(stage: Stage) -> None:
    sid = await stage.text()
    stage.carrier.behave(Does.HTTP_500, kind="look_up", times=2)
    assert (await stage.get(f"Messages/{sid}.json"))[0] == 500
    assert (await stage.get("Messages.json", To=PAT))[0] == 500
    assert (await stage.get("Messages.json", To=PAT))[0] == 200


async def test_closing_lets_go_of_those_kept_waiting(stage: Stage) -> None:
    stage.carrier.behave(Does.TIMEOUT_AFTER_ACCEPTING)
    waiting = asyncio.create_task(_patient(stage))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(3):
        await stage.carrier.close()
    assert await waiting == "reset"


async def _patient(stage: Stage) -> str:
    try:
        async with stage.session.post(stage.url("Messages.json"), data=TEXT) as reply:
            return str(reply.status)
    except aiohttp.ClientConnectionError:
        return "reset"
