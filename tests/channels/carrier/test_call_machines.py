"""Machines that answer calls, and call events that misbehave."""

import pytest

from handbell.channels.carrier import Does
from handbell.channels.carrier.line import GREETING
from handbell.channels.carrier.records import Call
from tests.channels.carrier.stage import APP, CALL_STATUS, CLINIC, PAT, Stage

ANSWERED = f"{APP}/call-answered/42/1"
HELLO = "<Response><Say>Elm Clinic calls about a visit.</Say></Response>"
MENU = (
    '<Response><Gather action="https://clinic.example/keys" numDigits="1"><Say>Elm Clinic.</Say>'
    "<Say>Press 9 to stop these calls.</Say></Gather></Response>"
)
ASYNC = {
    "MachineDetection": "DetectMessageEnd",
    "AsyncAmd": "true",
    "AsyncAmdStatusCallback": ANSWERED,
}


def the_call(stage: Stage) -> Call:
    (call,) = stage.carrier.calls_to(PAT)
    return call


def statuses(stage: Stage) -> list[str]:
    return stage.app.statuses(CALL_STATUS, "CallStatus")


# -- machines -----------------------------------------------------------------------------


async def test_detection_first_gives_the_verdict_to_the_url(stage: Stage) -> None:
    stage.carrier.behave(Does.MACHINE, seconds=8)
    stage.app.says(f"{APP}/voice", HELLO)
    form = {"To": PAT, "From": CLINIC, "Url": f"{APP}/voice"}
    await stage.post("Calls.json", {**form, "MachineDetection": "DetectMessageEnd"})
    await stage.passes(60)
    assert stage.app.told(f"{APP}/voice")[0]["AnsweredBy"] == "machine_end_beep"
    call = the_call(stage)
    assert call.steps[0].text == GREETING
    assert call.voicemail == ("Elm Clinic calls about a visit.",)


@pytest.mark.parametrize(
    ("detection", "greeting", "verdict"),
    [("Enable", 8, "machine_start"), ("DetectMessageEnd", 40, "unknown")],
)
async def test_verdicts_on_machines(
    stage: Stage, detection: str, greeting: int, verdict: str
) -> None:
    stage.carrier.behave(Does.MACHINE, seconds=greeting)
    await stage.call(HELLO, MachineDetection=detection)
    await stage.passes(90)
    assert the_call(stage).answered_by == verdict


async def test_without_detection_the_greeting_swallows_what_is_said(stage: Stage) -> None:
    stage.carrier.behave(Does.MACHINE, seconds=8)
    await stage.call(HELLO)
    await stage.passes(60)
    call = the_call(stage)
    assert call.spoken == ("Elm Clinic calls about a visit.",)
    assert call.voicemail == ()


async def test_detection_beside_the_call_tells_and_lets_it_be_redirected(stage: Stage) -> None:
    stage.carrier.behave(Does.MACHINE, seconds=8)
    sid = await stage.call('<Response><Say>Press 1.</Say><Pause length="30"/></Response>', **ASYNC)
    await stage.passes(12.5)
    (told,) = stage.app.told(ANSWERED)
    assert (told["AnsweredBy"], told["MachineDetectionDuration"]) == ("machine_end_beep", "8000")
    status, resource = await stage.post(f"Calls/{sid}.json", {"Twiml": HELLO})
    assert (status, resource["answered_by"]) == (200, "machine_end_beep")
    await stage.passes(60)
    assert the_call(stage).voicemail == ("Elm Clinic calls about a visit.",)


async def test_detection_beside_the_call_tells_of_a_person_too(stage: Stage) -> None:
    await stage.call(MENU, **ASYNC)
    await stage.passes(60)
    assert [told["AnsweredBy"] for told in stage.app.told(ANSWERED)] == ["human"]


# -- receipts misbehave -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("does", "expected"),
    [
        (Does.RECEIPTS_NEVER, []),
        (
            Does.RECEIPTS_OUT_OF_ORDER,
            ["completed", "initiated", "ringing", "in-progress"],
        ),
        (Does.RECEIPTS_LATE, ["initiated", "ringing", "in-progress"]),
    ],
)
async def test_call_events_misbehave_like_receipts(
    stage: Stage, does: Does, expected: list[str]
) -> None:
    stage.carrier.behave(does)
    await stage.call(HELLO)
    await stage.passes(60)
    assert statuses(stage) == expected
    await stage.passes(4000)
    assert len(statuses(stage)) == (0 if does is Does.RECEIPTS_NEVER else 4)


async def test_call_events_come_twice(stage: Stage) -> None:
    stage.carrier.behave(Does.RECEIPTS_TWICE)
    await stage.call(HELLO)
    await stage.passes(60)
    assert sorted(statuses(stage)) == sorted(
        2 * ["initiated", "ringing", "in-progress", "completed"]
    )
