"""Who received what: counting, and who was reached although the sender was never told."""

from contextlib import suppress

import aiohttp
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier import Does
from handbell.channels.carrier.records import Mail, Origin, Report, Text, message_key
from handbell.channels.carrier.truth import Truth
from tests.channels.carrier.stage import CLINIC, PAT, SAM, START, STATUS, Stage


def mail(sid: str, arrival: int, message_id: str) -> Mail:
    return Mail(
        sid, "a@clinic.example", "pat@x.example", b"", START, arrival, True, False, message_id
    )


def test_a_message_is_named_by_its_number_without_the_attempt() -> None:
    assert message_key("https://clinic.example/hooks/twilio/sms-status/41/2") == "41"
    assert message_key("http://127.0.0.1:8000/hooks/twilio/call-status/41/1?x=1") == "41"
    assert message_key("<hb.41.00ffee0011223344@clinic.example>") == "41"


def test_an_address_of_another_shape_names_the_message_as_it_is() -> None:
    for address in ("https://10.20.30.40/status", "<abc@x.example>", ""):
        assert message_key(address) == address


@given(st.lists(st.sampled_from(["<hb.1.aa@x>", "<hb.2.aa@x>", "<hb.1.bb@x>", ""])))
def test_counts_are_of_messages_not_of_requests(ids: list[str]) -> None:
    truth = Truth()
    for index, message_id in enumerate(ids):
        truth.put(mail(f"EM{index}", truth.next_arrival(), message_id))
    ones = sum(message_id.startswith("<hb.1.") for message_id in ids)
    assert truth.received_counts()["1"] == ones
    assert truth.received_twice().get("1", 0) == (ones if ones > 1 else 0)
    assert [m.sid for m in truth.received()] == [f"EM{index}" for index in range(len(ids))]


async def test_a_phone_received_in_order_of_arrival_not_of_sending(stage: Stage) -> None:
    stage.carrier.behave(Does.ARRIVES_LATE, seconds=100, times=1)
    late = await stage.text(body="first sent")
    soon = await stage.text(body="second sent")
    call = await stage.call("<Response><Say>Hello</Say></Response>")
    await stage.passes(200)
    phone = stage.carrier.truth.phone(PAT)
    assert [item.sid for item in phone.received] == [soon, call, late]
    assert [item.sid for item in phone.items] == [late, soon, call]


async def test_a_callback_that_was_taken_tells_the_sender(stage: Stage) -> None:
    stage.carrier.behave(Does.RESET_AFTER_ACCEPTING)
    with suppress(aiohttp.ClientError):
        await stage.text()
    await stage.passes(0.6)  # shown on the phone; only the report "sent" was made
    assert stage.carrier.truth.untold() == ()
    (text,) = stage.carrier.texts_to(PAT)
    assert not text.acknowledged


def test_a_callback_that_failed_tells_nobody() -> None:
    truth = Truth()
    text = _text("SM1", acknowledged=False)
    truth.put(text)
    truth.arrive("SM1", START)
    truth.report("SM1", Report("sent", STATUS, START, told=False, why="HTTP 500"))
    assert [record.sid for record in truth.untold()] == ["SM1"]
    truth.report("SM1", Report("delivered", STATUS, START, told=True))
    assert truth.untold() == ()


async def test_the_latest_places_come_first(stage: Stage) -> None:
    await stage.text(to=PAT)
    await stage.text(to=SAM)
    assert next(stage.carrier.truth.places()) == SAM
    await stage.carrier.text_from(PAT, CLINIC, "hello")
    assert list(stage.carrier.truth.places()) == [PAT, SAM]


def test_an_unknown_phone_or_mailbox_is_empty() -> None:
    assert Truth().phone(PAT).received == ()
    assert Truth().mailbox("nobody@x.example").received == ()


def _text(sid: str, *, acknowledged: bool) -> Text:
    return Text(
        sid=sid,
        origin=Origin.API,
        sender=CLINIC,
        number=PAT,
        body="Elm Clinic",
        created_at=START,
        updated_at=START,
        status_callback=STATUS,
        acknowledged=acknowledged,
    )
