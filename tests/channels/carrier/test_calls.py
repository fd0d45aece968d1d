"""The life of a call, second by second: who answers, what is heard, what is pressed."""

import pytest

from handbell.channels.carrier import CallbackReply, Does
from handbell.channels.carrier.records import Call
from tests.channels.carrier.stage import APP, CALL_STATUS, CLINIC, PAT, Stage, params_of

KEYS = f"{APP}/keys/42/1"
HELLO = "<Response><Say>Elm Clinic calls about a visit.</Say></Response>"
MENU = (
    f'<Response><Gather action="{KEYS}" numDigits="1"><Say>Elm Clinic.</Say>'
    "<Say>Press 9 to stop these calls. Press 1 to confirm.</Say></Gather>"
    "<Say>Goodbye.</Say></Response>"
)


def the_call(stage: Stage) -> Call:
    (call,) = stage.carrier.calls_to(PAT)
    return call


def statuses(stage: Stage) -> list[str]:
    return stage.app.statuses(CALL_STATUS, "CallStatus")


async def test_a_person_answers_hears_it_all_and_the_call_ends(stage: Stage) -> None:
    await stage.call(HELLO)
    await stage.passes(3)
    assert the_call(stage).status == "ringing"
    await stage.passes(2)
    assert the_call(stage).in_progress
    await stage.passes(30)
    call = the_call(stage)
    assert (call.status, call.picked_up_by) == ("completed", "person")
    assert call.spoken == ("Elm Clinic calls about a visit.",)
    assert statuses(stage) == ["initiated", "ringing", "in-progress", "completed"]


async def test_progress_events_are_numbered_and_the_last_has_the_length(stage: Stage) -> None:
    await stage.call(HELLO)
    await stage.passes(60)
    told = stage.app.told(CALL_STATUS)
    assert [each["SequenceNumber"] for each in told] == ["0", "1", "2", "3"]
    assert {each["CallbackSource"] for each in told} == {"call-progress-events"}
    assert told[-1]["CallDuration"] == "3"
    assert told[-1]["Duration"] == "1"


async def test_only_the_end_is_reported_unless_more_is_asked_for(stage: Stage) -> None:
    form = {"To": PAT, "From": CLINIC, "Twiml": HELLO, "StatusCallback": CALL_STATUS}
    await stage.post("Calls.json", form)
    await stage.passes(60)
    assert statuses(stage) == ["completed"]


async def test_events_in_one_value_are_a_flaw_that_silences_all_reports(stage: Stage) -> None:
    form = {
        "To": PAT,
        "From": CLINIC,
        "Twiml": HELLO,
        "StatusCallback": CALL_STATUS,
        "StatusCallbackEvent": "initiated ringing answered completed",
    }
    status, _ = await stage.post("Calls.json", form)
    await stage.passes(60)
    assert (status, statuses(stage)) == (201, [])


@pytest.mark.parametrize(
    ("does", "status"),
    [(Does.BUSY, "busy"), (Does.NO_ANSWER, "no-answer"), (Does.CALL_FAILS, "failed")],
)
async def test_nobody_is_reached(stage: Stage, does: Does, status: str) -> None:
    stage.carrier.behave(does, number=PAT)
    await stage.call(HELLO, Timeout="20")
    await stage.passes(19)
    assert the_call(stage).status == ("ringing" if does is Does.NO_ANSWER else status)
    await stage.passes(5)
    call = the_call(stage)
    assert (call.status, call.steps, call.arrival) == (status, (), 0)
    assert statuses(stage)[-1] == status
    assert stage.carrier.truth.received_counts() == {}


async def test_a_call_picked_up_counts_as_received_once(stage: Stage) -> None:
    await stage.call(HELLO)
    await stage.passes(60)
    assert stage.carrier.truth.received_counts() == {"42": 1}


async def test_a_person_presses_a_key_once_somebody_listens(stage: Stage) -> None:
    stage.app.says(KEYS, "<Response><Say>You are confirmed.</Say></Response>")
    stage.carrier.behave(Does.PRESSES, text="1", seconds=4)
    await stage.call(MENU)
    await stage.passes(60)
    call = the_call(stage)
    assert call.pressed == "1"
    assert [told["Digits"] for told in stage.app.told(KEYS)] == ["1"]
    assert call.spoken[-1] == "You are confirmed."
    pressed = next(step for step in call.steps if step.kind == "press")
    assert call.answered_at is not None
    assert (pressed.at - call.answered_at).total_seconds() == 4


async def test_a_key_cuts_short_what_is_being_said(stage: Stage) -> None:
    stage.app.says(KEYS, "<Response/>")
    sid = await stage.call(MENU)
    await stage.passes(6.5)
    assert await stage.carrier.press(sid, "9")
    said = [step for step in the_call(stage).steps if step.kind == "say"]
    assert len(said) == 2
    assert said[-1].seconds < 2
    assert the_call(stage).status == "completed"


async def test_keys_one_after_the_other_go_through_the_menus(stage: Stage) -> None:
    second = f'<Response><Gather action="{KEYS}" numDigits="1"><Say>Sure?</Say></Gather></Response>'
    answers = iter([second, "<Response><Say>Done.</Say></Response>"])
    stage.app.answers["/hooks/twilio/keys/42/1"] = lambda _c: CallbackReply(200, next(answers))
    stage.carrier.behave(Does.PRESSES, text="91")
    await stage.call(MENU)
    await stage.passes(60)
    assert [told["Digits"] for told in stage.app.told(KEYS)] == ["9", "1"]
    assert the_call(stage).spoken[-1] == "Done."


async def test_a_key_when_nobody_listens_goes_nowhere(stage: Stage) -> None:
    sid = await stage.call(HELLO)
    await stage.passes(5)
    assert not await stage.carrier.press(sid, "1")
    call = the_call(stage)
    assert call.pressed == ""
    assert call.steps[-1].kind == "press_unheard"
    await stage.passes(60)
    assert the_call(stage).status == "completed"


async def test_a_key_after_the_call_goes_nowhere(stage: Stage) -> None:
    sid = await stage.call(HELLO)
    await stage.passes(60)
    assert not await stage.carrier.press(sid, "1")


async def test_a_person_hangs_up(stage: Stage) -> None:
    stage.carrier.behave(Does.HANGS_UP, seconds=1)
    await stage.call(MENU)
    await stage.passes(60)
    call = the_call(stage)
    assert call.ended_at is not None
    assert call.answered_at is not None
    assert (call.ended_at - call.answered_at).total_seconds() == 1
    assert call.steps[-1].seconds <= 1
    assert statuses(stage).count("completed") == 1


async def test_the_time_limit_ends_a_call(stage: Stage) -> None:
    await stage.call('<Response><Pause length="500"/></Response>', TimeLimit="60")
    await stage.passes(70)
    call = the_call(stage)
    assert call.status == "completed"
    assert call.steps[-1].seconds == 60
    assert stage.carrier.next_at() is None


async def test_an_ended_call_leaves_nothing_on_the_agenda(stage: Stage) -> None:
    stage.carrier.behave(Does.HANGS_UP, seconds=1)
    await stage.call(MENU)
    await stage.passes(10)
    assert stage.carrier.next_at() is None


# -- documents by address -----------------------------------------------------------------


async def test_a_document_is_fetched_from_the_url_signed(stage: Stage) -> None:
    url = f"{APP}/voice"
    stage.app.says(url, HELLO)
    form = {"To": PAT, "From": CLINIC, "Url": url, "Method": "GET"}
    await stage.post("Calls.json", form)
    await stage.passes(60)
    (asked,) = stage.app.callbacks
    told = params_of(asked)
    assert (asked.method, told["CallStatus"], told["To"]) == ("GET", "in-progress", PAT)
    assert the_call(stage).spoken == ("Elm Clinic calls about a visit.",)


async def test_a_failing_address_is_heard_as_twilio_says_it(stage: Stage) -> None:
    stage.app.says(f"{APP}/voice", "", status=500)
    await stage.post("Calls.json", {"To": PAT, "From": CLINIC, "Url": f"{APP}/voice"})
    await stage.passes(60)
    call = the_call(stage)
    assert [step.kind for step in call.steps] == ["fault", "say"]
    assert call.steps[0].text == "the address gave HTTP 500"


# -- the sender interferes ----------------------------------------------------------------


async def test_the_sender_ends_a_call(stage: Stage) -> None:
    sid = await stage.call(MENU)
    await stage.passes(5)
    _, resource = await stage.post(f"Calls/{sid}.json", {"Status": "completed"})
    assert resource["status"] == "completed"
    await stage.passes(5)
    assert statuses(stage)[-1] == "completed"


async def test_a_call_that_still_rings_is_cancelled(stage: Stage) -> None:
    sid = await stage.call(MENU)
    await stage.passes(1)
    _, resource = await stage.post(f"Calls/{sid}.json", {"Status": "canceled"})
    assert resource["status"] == "canceled"
    await stage.passes(60)
    assert the_call(stage).arrival == 0


@pytest.mark.parametrize("seconds", [1, 100])
async def test_a_call_not_in_progress_cannot_be_redirected(stage: Stage, seconds: int) -> None:
    sid = await stage.call(HELLO)
    await stage.passes(seconds)
    status, fault = await stage.post(f"Calls/{sid}.json", {"Twiml": HELLO})
    assert (status, fault["code"]) == (400, 21220)
