"""A message may have left and nobody said so: it is never sent twice, and it is found again."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from handbell.channels.gateway import Accepted, Rejected
from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.dispatch.claim import claim
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.resolver import resolve
from handbell.dispatch.settle import settle
from handbell.dispatch.sweeper import sweep
from handbell.outbox.models import Attempt, Message, Sender
from handbell.planner.planner import plan_due
from handbell.receipts.intake import append_receipt, fold_new
from handbell.rehearsal.stage import Stage
from handbell.vocabulary.words import Channel
from tests.stage import play, until
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db(transaction=True)

URL = "https://rehearsal.invalid"


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    clinic.step()
    return clinic


def subscribe(clinic: Clinic, count: int = 1, **columns: object) -> None:
    for number in range(1, count + 1):
        patient = clinic.patient(mobile=phone(number), consents=[Channel.SMS])
        clinic.visit(patient, at(4, 14))


async def be_impatient(stage: Stage) -> None:
    """Wait a second for an answer to a text, where a clinic's worker waits fifteen."""
    assert isinstance(stage.gateways, dict)
    place = (REHEARSAL, Channel.SMS)
    await stage.gateways[place].close()
    stage.gateways[place] = TwilioSms(stage.post.accounts[REHEARSAL], timeout_seconds=1)


@pytest.mark.parametrize("fault", ["timeout_after_accepting", "reset_after_accepting", "http_500"])
def test_a_provider_that_took_it_and_did_not_answer_is_asked(clinic: Clinic, fault: str) -> None:
    subscribe(clinic)

    async def scenario(stage: Stage) -> None:
        await be_impatient(stage)
        stage.carrier.behave(fault, times=1)
        stage.carrier.behave("receipts_never")
        await until(stage, at(3, 10))
        state = await stage.database.run(lambda: Message.objects.get().state)
        assert state == "in_doubt"
        await until(stage, at(3, 13))

    play(clinic, scenario)
    message = Message.objects.get()
    if fault == "http_500":
        assert message.state == "failed"  # Twilio knows of no such message
    else:
        assert message.state == "delivered"
    assert Attempt.objects.count() == 1


def test_a_late_receipt_settles_it(clinic: Clinic) -> None:
    subscribe(clinic)

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave("reset_after_accepting", times=1)
        await until(stage, at(3, 10) + timedelta(seconds=20))
        assert len(stage.carrier.texts_to(phone(1))) == 1

    play(clinic, scenario)
    assert Message.objects.get().state == "delivered"
    assert Attempt.objects.get().provider_id.startswith("SM")


def test_a_reminder_the_provider_never_had_is_not_sent_again(clinic: Clinic) -> None:
    subscribe(clinic)

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave("reset_before_accepting", times=1)
        await until(stage, at(3, 20))
        assert stage.carrier.texts_to(phone(1)) == ()

    play(clinic, scenario)
    message = Message.objects.get()
    assert (message.state, message.objection) == ("failed", "tries_spent")


def test_a_worker_that_died_after_claiming_leaves_messages_in_doubt_not_lost(
    clinic: Clinic,
) -> None:
    subscribe(clinic, 3)
    plan_due(now=MONDAY)
    sender = Sender.objects.get(channel="sms")
    batch = claim(sender.pk, now=at(3, 10), public_url=URL)
    assert len(batch.messages) == 3

    assert sweep(now=at(3, 10, 1)) == 0
    assert sweep(now=at(3, 10, 2)) == 3

    assert set(Message.objects.values_list("state", flat=True)) == {"in_doubt"}
    assert claim(sender.pk, now=at(3, 10, 3), public_url=URL).messages == ()


def test_what_the_provider_accepted_is_found_by_its_words_without_an_id(clinic: Clinic) -> None:
    subscribe(clinic)

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave("reset_after_accepting", times=1)
        stage.carrier.behave("receipts_never")
        await until(stage, at(3, 10, 10))

    play(clinic, scenario)
    assert Attempt.objects.get().provider_id.startswith("SM")
    assert Message.objects.get().state == "delivered"


def test_an_emergency_notice_in_doubt_goes_again_when_the_provider_never_had_it(
    clinic: Clinic,
) -> None:
    subscribe(clinic)
    plan_due(now=MONDAY)
    sender = Sender.objects.get(channel="sms")
    claim(sender.pk, now=at(3, 10), public_url=URL)
    sweep(now=at(3, 10, 2))
    Message.objects.update(purpose="emergency_notice")

    async def scenario(stage: Stage) -> None:
        stage.clock.now = at(3, 10, 10)
        await resolve(gateways=stage.gateways, clock=stage.clock, database=stage.database)

    play(clinic, scenario, now=at(3, 10, 10))
    message = Message.objects.get()
    assert (message.state, message.due_at) == ("queued", at(3, 10, 10))


def test_a_receipt_that_came_before_the_worker_settled_is_kept(clinic: Clinic) -> None:
    subscribe(clinic)
    plan_due(now=MONDAY)
    sender = Sender.objects.get(channel="sms")
    batch = claim(sender.pk, now=at(3, 10), public_url=URL)
    assert batch.sender is not None
    (message,) = batch.messages
    receipt = Receipt(message.message_id, 1, "SM1:delivered:", "SM1", ReceiptStatus.DELIVERED)
    append_receipt(receipt, provider="rehearsal", now=at(3, 10))
    fold_new(now=at(3, 10))

    settle([(message, Accepted("SM1"))], sender=batch.sender, lease=batch.lease, now=at(3, 10))

    assert Message.objects.get().state == "delivered"
    assert Attempt.objects.get().provider_id == "SM1"


def test_a_worker_that_comes_back_late_still_tells_what_it_knows(clinic: Clinic) -> None:
    subscribe(clinic)
    plan_due(now=MONDAY)
    batch = claim(Sender.objects.get(channel="sms").pk, now=at(3, 10), public_url=URL)
    assert batch.sender is not None
    sweep(now=at(3, 10, 5))
    assert Message.objects.get().state == "in_doubt"

    answers = [(batch.messages[0], Accepted("SM1"))]
    settle(answers, sender=batch.sender, lease=batch.lease, now=at(3, 10, 5))
    assert Message.objects.get().state == "accepted"

    settle(answers, sender=batch.sender, lease=uuid.uuid4(), now=at(3, 10, 6))
    assert Message.objects.get().state == "accepted"


def test_another_workers_lease_settles_nothing(clinic: Clinic) -> None:
    subscribe(clinic)
    plan_due(now=MONDAY)
    batch = claim(Sender.objects.get(channel="sms").pk, now=at(3, 10), public_url=URL)
    assert batch.sender is not None

    answers = [(batch.messages[0], Rejected("21211"))]
    settle(answers, sender=batch.sender, lease=uuid.uuid4(), now=at(3, 10))

    assert Message.objects.get().state == "claimed"


def test_two_workers_claim_different_messages(clinic: Clinic) -> None:
    subscribe(clinic, 60)
    plan_due(now=MONDAY)
    sender_id = Sender.objects.get(channel="sms").pk

    def work() -> list[int]:
        try:
            found = []
            # A claim that finds the sender taken comes back empty, however often that happens.
            while Message.objects.filter(state="queued").exists():
                found += [
                    message.message_id
                    for message in claim(sender_id, now=at(3, 10), public_url=URL, size=5).messages
                ]
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(work) for _ in range(3)]
        claimed = [message_id for future in futures for message_id in future.result()]

    assert len(claimed) == len(set(claimed)) == 60
