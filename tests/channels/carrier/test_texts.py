"""The life of a text, second by second, and how its receipts come."""

import pytest

from handbell.channels.carrier import Does
from handbell.channels.carrier.records import Text
from tests.channels.carrier.stage import CLINIC, PAT, STATUS, Stage


async def test_a_text_is_sent_then_shown_then_confirmed(stage: Stage) -> None:
    sid = await stage.text()
    assert stage.carrier.truth.texts[sid].status == "queued"
    assert stage.carrier.texts_to(PAT) == ()
    await stage.passes(0.3)
    assert stage.carrier.truth.texts[sid].status == "sent"
    await stage.passes(5)
    (text,) = stage.carrier.texts_to(PAT)
    assert (text.sid, text.status, text.body) == (sid, "delivered", "Elm Clinic: see you")
    assert stage.app.statuses() == ["sent", "delivered"]


async def test_a_status_callback_has_twilios_form(stage: Stage) -> None:
    sid = await stage.text()
    await stage.passes(5)
    assert stage.app.told(STATUS)[-1] == {
        "MessageSid": sid,
        "MessageStatus": "delivered",
        "SmsSid": sid,
        "SmsStatus": "delivered",
        "To": PAT,
        "From": CLINIC,
        "AccountSid": stage.carrier.account_sid,
        "ApiVersion": "2010-04-01",
    }


@pytest.mark.parametrize(
    ("does", "code"), [(Does.UNDELIVERED, 30003), (Does.BOUNCES, 30005), (Does.BLOCKS, 30004)]
)
async def test_an_undelivered_text_never_shows_and_says_why(
    stage: Stage, does: Does, code: int
) -> None:
    stage.carrier.behave(does, number=PAT)
    sid = await stage.text()
    await stage.passes(60)
    assert stage.carrier.texts_to(PAT) == ()
    assert stage.app.told(STATUS)[-1]["ErrorCode"] == str(code)
    _, resource = await stage.get(f"Messages/{sid}.json")
    assert (resource["status"], resource["error_code"]) == ("undelivered", code)


async def test_any_code_can_be_asked_for(stage: Stage) -> None:
    stage.carrier.behave("undelivered", code=30007)
    await stage.text()
    await stage.passes(60)
    assert stage.app.told(STATUS)[-1]["ErrorCode"] == "30007"


async def test_a_late_receipt_comes_late_and_the_look_up_waits_for_it(stage: Stage) -> None:
    stage.carrier.behave(Does.RECEIPTS_LATE, seconds=7200)
    sid = await stage.text()
    await stage.passes(7100)
    assert stage.app.statuses() == ["sent"]
    assert len(stage.carrier.texts_to(PAT)) == 1
    assert (await stage.get(f"Messages/{sid}.json"))[1]["status"] == "sent"
    await stage.passes(200)
    assert stage.app.statuses() == ["sent", "delivered"]


async def test_receipts_come_twice_with_one_event_token(stage: Stage) -> None:
    stage.carrier.behave(Does.RECEIPTS_TWICE)
    await stage.text()
    await stage.passes(60)
    assert sorted(stage.app.statuses()) == ["delivered", "delivered", "sent", "sent"]
    tokens = [c.headers["I-Twilio-Idempotency-Token"] for c in stage.app.callbacks]
    assert len(set(tokens)) == 2
    assert len(stage.carrier.texts_to(PAT)) == 1


async def test_receipts_come_in_the_wrong_order(stage: Stage) -> None:
    stage.carrier.behave(Does.RECEIPTS_OUT_OF_ORDER)
    sid = await stage.text()
    await stage.passes(60)
    assert stage.app.statuses() == ["delivered", "sent"]
    assert stage.carrier.truth.texts[sid].status == "delivered"


async def test_no_receipt_comes_and_a_look_up_still_knows(stage: Stage) -> None:
    stage.carrier.behave(Does.RECEIPTS_NEVER)
    sid = await stage.text()
    await stage.passes(60)
    assert stage.app.callbacks == []
    assert (await stage.get(f"Messages/{sid}.json"))[1]["status"] == "delivered"


async def test_an_unconfirmed_text_arrives_and_stays_sent_for_ever(stage: Stage) -> None:
    stage.carrier.behave(Does.UNCONFIRMED)
    sid = await stage.text()
    await stage.passes(86_400)
    assert len(stage.carrier.texts_to(PAT)) == 1
    assert stage.app.statuses() == ["sent"]
    assert (await stage.get(f"Messages/{sid}.json"))[1]["status"] == "sent"


async def test_a_text_that_arrives_late_is_confirmed_after_it_arrived(stage: Stage) -> None:
    stage.carrier.behave(Does.ARRIVES_LATE, seconds=600)
    await stage.text()
    await stage.passes(599)
    assert stage.carrier.texts_to(PAT) == ()
    await stage.passes(5)
    (text,) = stage.carrier.texts_to(PAT)
    assert text.arrived_at is not None
    assert text.arrived_at < text.updated_at


async def test_a_text_too_late_to_be_useful_expires(stage: Stage) -> None:
    stage.carrier.behave(Does.ARRIVES_LATE, seconds=7200)
    await stage.text(ValidityPeriod="3600")
    await stage.passes(3500)
    assert stage.app.statuses() == ["sent"]
    await stage.passes(200)
    assert stage.app.told(STATUS)[-1]["ErrorCode"] == "30036"
    assert stage.carrier.texts_to(PAT) == ()


async def test_what_is_sent_twice_is_received_twice_and_counted(stage: Stage) -> None:
    await stage.text()
    await stage.text(StatusCallback=STATUS.replace("/41/1", "/41/2"))
    await stage.text(StatusCallback=STATUS.replace("/41/1", "/43/1"))
    await stage.passes(5)
    assert stage.carrier.truth.received_counts() == {"41": 2, "43": 1}
    assert stage.carrier.truth.received_twice() == {"41": 2}


async def test_a_callback_that_fails_is_kept_as_failed_and_not_repeated(stage: Stage) -> None:
    stage.app.says(STATUS, "", status=500)
    sid = await stage.text()
    await stage.passes(86_400)
    assert len(stage.app.callbacks) == 2
    reports = stage.carrier.truth.texts[sid].reports
    assert [(r.status, r.told, r.why) for r in reports] == [
        ("sent", False, "HTTP 500"),
        ("delivered", False, "HTTP 500"),
    ]
    assert len(stage.carrier.truth.failed_callbacks()) == 2


async def test_a_text_without_a_callback_address_reports_to_nobody(stage: Stage) -> None:
    await stage.text(StatusCallback="")
    await stage.passes(60)
    assert stage.app.callbacks == []
    assert len(stage.carrier.texts_to(PAT)) == 1


async def test_a_phone_replies_after_its_time(stage: Stage) -> None:
    stage.carrier.behave(Does.REPLIES, number=PAT, text="C", seconds=30)
    await stage.text()
    await stage.passes(20)
    assert all(item.outbound for item in _texts(stage))
    await stage.passes(20)
    assert [t.body for t in _texts(stage) if not t.outbound] == ["C"]


async def test_a_phone_does_not_answer_what_answers_it(stage: Stage) -> None:
    stage.carrier.behave(Does.REPLIES, number=PAT, text="C", seconds=30)
    await stage.text()
    await stage.passes(40)
    await stage.text(body="Elm Clinic: you are confirmed")
    await stage.passes(600)
    assert sum(not text.outbound for text in _texts(stage)) == 1
    await stage.text(body="Elm Clinic: see you tomorrow")
    await stage.passes(600)
    assert sum(not text.outbound for text in _texts(stage)) == 2


def _texts(stage: Stage) -> list[Text]:
    return [item for item in stage.carrier.truth.phone(PAT).items if isinstance(item, Text)]
