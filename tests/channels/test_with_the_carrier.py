"""Our gateways and the rehearsal carrier, written apart, understand each other."""

import asyncio
import email
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from handbell.channels.carrier import CallbackReply, Does
from handbell.channels.carrier.callbacks import Callback
from handbell.channels.email.smtp.client import Smtp
from handbell.channels.gateway import (
    Accepted,
    Busy,
    InDoubt,
    Known,
    LookUp,
    NotReady,
    Ready,
    Rejected,
    Unheard,
)
from handbell.channels.receipt import ReceiptStatus
from handbell.channels.sms.twilio import receipt as text_receipt
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.voice.twilio import receipt as call_receipt
from handbell.channels.voice.twilio import twiml
from handbell.channels.voice.twilio.client import TwilioVoice
from handbell.vocabulary.words import Channel
from tests.channels.carrier.stage import START, Stage, staged
from tests.channels.mailserver import MailAccount
from tests.channels.samples import (
    BASE,
    CALL,
    CLINIC,
    DIGEST_KEY,
    PAT,
    PAT_EMAIL,
    TEXT,
    Account,
    call,
    text_message,
)
from tests.channels.samples import (
    email as mail,
)

STATUS = f"{BASE}/sms-status/41/1"
CALL_STATUS = f"{BASE}/call-status/41/2"
KEYS = f"{BASE}/keys/41/2"
ANSWERED = f"{BASE}/call-answered/41/2"
LATER = START + timedelta(minutes=5)


@dataclass(slots=True)
class Rehearsal:
    """A carrier on the stage, and our gateways pointed at it."""

    stage: Stage
    sms: TwilioSms
    voice: TwilioVoice
    smtp: Smtp

    def question(self, channel: Channel, *, text: str | None = TEXT) -> LookUp:
        return LookUp(41, 1, channel, CLINIC, PAT, None, START, text=text)


@pytest.fixture
async def rehearsal() -> AsyncIterator[Rehearsal]:
    async with staged(inbound_url=f"{BASE}/inbound") as stage:
        carrier = stage.carrier
        account = Account(carrier.base_url, carrier.account_sid, carrier.auth_token)
        mailbox = MailAccount("127.0.0.1", carrier.smtp_port, starttls=False)
        found = Rehearsal(
            stage,
            TwilioSms(account, timeout_seconds=1),
            TwilioVoice(account, timeout_seconds=1),
            Smtp(
                mailbox,
                digest_key=DIGEST_KEY,
                timeout_seconds=1,
                last_reply_seconds=1,
                clock=stage.clock,
            ),
        )
        yield found
        await asyncio.gather(found.sms.close(), found.voice.close(), found.smtp.close())


def is_signed(rehearsal: Rehearsal, callback: Callback) -> bool:
    return text_receipt.is_signed(
        url=callback.url,
        params=callback.params,
        signature=callback.headers["X-Twilio-Signature"],
        auth_token=rehearsal.stage.carrier.auth_token,
    )


async def test_the_carrier_says_that_it_would_take_messages(rehearsal: Rehearsal) -> None:
    for gateway in (rehearsal.sms, rehearsal.voice, rehearsal.smtp):
        assert await gateway.look() == Ready()
    account = rehearsal.stage.carrier
    stranger = TwilioSms(Account(account.base_url, account.account_sid, "another token"))
    assert await stranger.look() == NotReady("20003")
    await stranger.close()


class TestTexts:
    async def test_arrive_and_every_report_is_signed_and_known(self, rehearsal: Rehearsal) -> None:
        outcome = await rehearsal.sms.hand_over(text_message())
        assert isinstance(outcome, Accepted)
        await rehearsal.stage.passes(60)

        (text,) = rehearsal.stage.carrier.texts_to(PAT.value)
        assert text.body == TEXT
        callbacks = rehearsal.stage.app.callbacks
        assert callbacks
        assert all(is_signed(rehearsal, callback) for callback in callbacks)
        receipts = [
            text_receipt.read_status(form, message_id=41, attempt=1)
            for form in rehearsal.stage.app.told(STATUS)
        ]
        assert {found.provider_id for found in receipts} == {outcome.provider_id}
        assert receipts[-1].status is ReceiptStatus.DELIVERED

    async def test_that_do_not_arrive_say_why(self, rehearsal: Rehearsal) -> None:
        rehearsal.stage.carrier.behave(Does.UNDELIVERED, code="30003")
        await rehearsal.sms.hand_over(text_message())
        await rehearsal.stage.passes(60)
        last = text_receipt.read_status(
            rehearsal.stage.app.told(STATUS)[-1], message_id=41, attempt=1
        )
        assert (last.status, last.code) == (ReceiptStatus.UNDELIVERED, "30003")

    @pytest.mark.parametrize("does", [Does.TIMEOUT_AFTER_ACCEPTING, Does.RESET_AFTER_ACCEPTING])
    async def test_in_doubt_and_taken_are_found_by_asking(
        self, rehearsal: Rehearsal, does: Does
    ) -> None:
        rehearsal.stage.carrier.behave(does, times=1)
        assert isinstance(await rehearsal.sms.hand_over(text_message()), InDoubt)
        await rehearsal.stage.passes(300)
        answer = await rehearsal.sms.look_up(rehearsal.question(Channel.SMS), now=LATER)
        (text,) = rehearsal.stage.carrier.texts_to(PAT.value)
        assert answer == Known(text.sid, "delivered")

    @pytest.mark.parametrize("does", [Does.TIMEOUT_BEFORE_ACCEPTING, Does.RESET_BEFORE_ACCEPTING])
    async def test_in_doubt_and_not_taken_are_certainly_unheard(
        self, rehearsal: Rehearsal, does: Does
    ) -> None:
        rehearsal.stage.carrier.behave(does, times=1)
        assert isinstance(await rehearsal.sms.hand_over(text_message()), InDoubt)
        answer = await rehearsal.sms.look_up(rehearsal.question(Channel.SMS), now=LATER)
        assert answer == Unheard()
        assert rehearsal.stage.carrier.texts_to(PAT.value) == ()

    async def test_another_text_to_the_same_phone_is_not_taken_for_it(
        self, rehearsal: Rehearsal
    ) -> None:
        await rehearsal.sms.hand_over(text_message("Riverside PT: the clinic is closed today."))
        rehearsal.stage.carrier.behave(Does.TIMEOUT_BEFORE_ACCEPTING, times=1)
        assert isinstance(await rehearsal.sms.hand_over(text_message()), InDoubt)
        answer = await rehearsal.sms.look_up(rehearsal.question(Channel.SMS), now=LATER)
        assert answer == Unheard()

    async def test_busy_and_refused(self, rehearsal: Rehearsal) -> None:
        rehearsal.stage.carrier.behave(Does.HTTP_429, times=1, seconds=7)
        assert await rehearsal.sms.hand_over(text_message()) == Busy("20429", timedelta(seconds=7))
        rehearsal.stage.carrier.behave(Does.REJECTS, times=1, code="21614")
        assert await rehearsal.sms.hand_over(text_message()) == Rejected("21614")

    async def test_a_reply_is_read_and_signed(self, rehearsal: Rehearsal) -> None:
        await rehearsal.stage.carrier.text_from(PAT.value, CLINIC, "C")
        callback = rehearsal.stage.app.callbacks[-1]
        assert is_signed(rehearsal, callback)
        found = text_receipt.read_inbound(dict(callback.params))
        assert (found.address, found.sender, found.text) == (PAT.value, CLINIC, "C")


class TestCalls:
    async def test_a_person_hears_the_whole_script(self, rehearsal: Rehearsal) -> None:
        assert isinstance(await rehearsal.voice.hand_over(call()), Accepted)
        await rehearsal.stage.passes(120)
        (placed,) = rehearsal.stage.carrier.calls_to(PAT.value)
        assert placed.spoken == (
            CALL.opening, CALL.stop_offer, CALL.body, CALL.confirm_offer, CALL.goodbye
        )  # fmt: skip
        told = rehearsal.stage.app.told(CALL_STATUS)
        receipts = [call_receipt.read_status(form, message_id=41, attempt=2) for form in told]
        assert [found.provider_word for found in receipts] == [
            "initiated", "ringing", "in-progress", "completed"
        ]  # fmt: skip
        assert receipts[-1].status is ReceiptStatus.DELIVERED
        assert all(is_signed(rehearsal, c) for c in rehearsal.stage.app.callbacks)

    async def test_nine_is_heard_while_the_clinic_is_still_being_named(
        self, rehearsal: Rehearsal
    ) -> None:
        rehearsal.stage.app.says(KEYS, twiml.say("We will not call again.", language="en-US"))
        rehearsal.stage.carrier.behave(Does.PRESSES, text="9", seconds=1)
        await rehearsal.voice.hand_over(call())
        await rehearsal.stage.passes(120)

        (form,) = rehearsal.stage.app.told(KEYS)
        assert call_receipt.read_keys(form, message_id=41, attempt=2).digits == "9"
        (placed,) = rehearsal.stage.carrier.calls_to(PAT.value)
        assert placed.spoken[-1] == "We will not call again."
        assert CALL.body not in placed.spoken
        assert placed.status == "completed"

    @pytest.mark.parametrize("greeting_seconds", [3, 8, 20])
    async def test_a_machine_records_the_voicemail_whole_and_nothing_else(
        self, rehearsal: Rehearsal, greeting_seconds: float
    ) -> None:
        stage = rehearsal.stage
        changes: list[asyncio.Task[bool]] = []

        def on_answered(callback: Callback) -> CallbackReply:
            found = call_receipt.read_answered(dict(callback.params), message_id=41, attempt=2)
            speaking = rehearsal.voice.speak_to_machine(
                CALL, provider_id=found.provider_id, answered_by=found.answered_by or ""
            )
            changes.append(asyncio.create_task(speaking))
            return CallbackReply(204)

        stage.app.answers[urlsplit(ANSWERED).path] = on_answered
        stage.carrier.behave(Does.MACHINE, seconds=greeting_seconds)
        await rehearsal.voice.hand_over(call())
        while (upcoming := stage.carrier.next_at()) is not None:
            await stage.passes((upcoming - stage.clock.now).total_seconds())
            await asyncio.gather(*changes)

        (placed,) = stage.carrier.calls_to(PAT.value)
        assert [task.result() for task in changes] == [True]
        assert placed.voicemail == (CALL.voicemail,)
        assert placed.status == "completed"
        last = call_receipt.read_status(stage.app.told(CALL_STATUS)[-1], message_id=41, attempt=2)
        assert last.answered_by == "machine_end_beep"

    @pytest.mark.parametrize(("does", "code"), [(Does.BUSY, "busy"), (Does.NO_ANSWER, "no-answer")])
    async def test_that_reach_nobody_say_why(
        self, rehearsal: Rehearsal, does: Does, code: str
    ) -> None:
        rehearsal.stage.carrier.behave(does)
        await rehearsal.voice.hand_over(call())
        await rehearsal.stage.passes(120)
        form = rehearsal.stage.app.told(CALL_STATUS)[-1]
        last = call_receipt.read_status(form, message_id=41, attempt=2)
        assert (last.status, last.code) == (ReceiptStatus.UNDELIVERED, code)

    async def test_in_doubt_and_taken_are_found_by_asking(self, rehearsal: Rehearsal) -> None:
        rehearsal.stage.carrier.behave(Does.TIMEOUT_AFTER_ACCEPTING, times=1)
        assert await rehearsal.voice.hand_over(call()) == InDoubt("timeout")
        await rehearsal.stage.passes(120)
        asked = rehearsal.question(Channel.VOICE, text=None)
        answer = await rehearsal.voice.look_up(asked, now=LATER)
        (placed,) = rehearsal.stage.carrier.calls_to(PAT.value)
        assert answer == Known(placed.sid, "completed")


class TestMail:
    async def test_arrives(self, rehearsal: Rehearsal) -> None:
        outcome = await rehearsal.smtp.hand_over(mail())
        assert isinstance(outcome, Accepted)
        (got,) = rehearsal.stage.carrier.mails_to(PAT_EMAIL.value)
        assert got.message_id
        assert got.message_id in outcome.provider_id
        assert email.message_from_bytes(got.raw)["Auto-Submitted"] == "auto-generated"

    @pytest.mark.parametrize(
        ("does", "outcome"),
        [
            (Does.MAILBOX_BOUNCES, Rejected("5.1.1")),
            (Does.MAILBOX_FULL, Busy("4.2.2")),
            (Does.GREYLISTS, Busy("4.7.1")),
            (Does.RESET_AFTER_ACCEPTING, InDoubt("disconnected")),
            (Does.TIMEOUT_AFTER_ACCEPTING, InDoubt("timeout")),
        ],
    )
    async def test_refused_or_in_doubt(
        self, rehearsal: Rehearsal, does: Does, outcome: object
    ) -> None:
        rehearsal.stage.carrier.behave(does)
        assert await rehearsal.smtp.hand_over(mail()) == outcome
