"""Some codes act only when they were met often; tries end; pauses end."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from handbell.channels.gateway import Busy, Rejected
from handbell.channels.receipt import ReceiptStatus
from handbell.dispatch.accounts import NO_ACCOUNT
from handbell.dispatch.allowance import lock_sender
from handbell.dispatch.claim import claim
from handbell.dispatch.consequences import after_code
from handbell.dispatch.providers import rule_for
from handbell.dispatch.settle import apply_consequence
from handbell.facts.models import Suppression
from handbell.outbox.models import Attempt, MailDomain, Message, Sender
from handbell.outbox.operations import expire
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import Channel, Purpose
from tests.handed import TEN, URL, hear, offer, ready, receipt, reminded, sender_of
from tests.world import MONDAY, Clinic, at

pytestmark = pytest.mark.django_db

DELIVERED, UNDELIVERED = ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def undelivered(message: Message, code: str, *, now: datetime = TEN + MINUTE) -> None:
    message.refresh_from_db()
    hear(receipt(message, UNDELIVERED, code), now=now)


@pytest.mark.parametrize(("code", "times"), [("30004", 2), ("30003", 3)])
def test_an_address_is_given_up_after_as_many_messages_as_the_table_says(
    code: str, times: int
) -> None:
    clinic = ready()
    for number, due in enumerate(every_third_day(clinic, times), start=1):
        (message,) = offer(clinic, now=due)
        undelivered(Message.objects.get(pk=message.message_id), code, now=due + MINUTE)
        if offer(clinic, now=due + 2 * HOUR):  # 30003 is tried again, in vain
            undelivered(Message.objects.get(pk=message.message_id), code, now=due + 2 * HOUR)
        assert Suppression.objects.exists() is (number >= times)


def every_third_day(clinic: Clinic, count: int) -> Iterator[datetime]:
    """Give the clinic's one patient visits; yield when each has its reminder due."""
    patient = Message.objects.get().patient
    for day in range(7, 4 + 3 * count, 3):
        clinic.visit(patient, at(day, 14))
    for day in range(3, 3 + 3 * count, 3):
        plan_due(now=at(day, 9))
        yield at(day, 10)


def test_the_same_report_again_does_not_count_again() -> None:
    offer(ready())
    message = Message.objects.get()
    for _ in range(3):
        undelivered(message, "30004")
    assert not Suppression.objects.exists()


def test_three_soft_bounces_on_different_days_give_a_mailbox_up() -> None:
    clinic, codes = ready(Channel.EMAIL), ["5.2.2", "soft-bounce", "soft-bounce"]
    for number, due in enumerate(every_third_day(clinic, 3), start=1):
        (mail,) = offer(clinic, now=due)
        message = Message.objects.get(pk=mail.message_id)
        hear(receipt(message, UNDELIVERED, codes[number - 1], attempt=0), now=due + MINUTE)
        assert Suppression.objects.exists() is (number == 3)


def test_three_refusals_for_policy_in_one_batch_pause_the_sender() -> None:
    clinic = ready(Channel.EMAIL, patients=3)
    with capture_logs() as logs:
        offer(clinic, Rejected("5.7.1"))
    assert [line["code"] for line in logs] == ["5.7.1"]
    assert Sender.objects.get().paused_reason == "rehearsal answered 5.7.1"
    assert not Suppression.objects.exists()


def test_two_calls_declined_in_a_day_are_two_people_and_three_are_a_block() -> None:
    clinic = ready(Channel.VOICE, patients=3)
    offer(clinic)
    for number, message in enumerate(Message.objects.all(), start=1):
        undelivered(message, "sip-603")
        assert bool(Sender.objects.get().paused_reason) is (number == 3)


def test_what_was_met_yesterday_is_not_met_today() -> None:
    clinic = ready(Channel.VOICE, patients=3)
    offer(clinic)
    for days, message in enumerate(Message.objects.all()):
        undelivered(message, "sip-603", now=TEN + days * timedelta(days=1))
    assert not Sender.objects.get().paused_reason


def test_an_unreachable_handset_is_tried_once_more_an_hour_later() -> None:
    clinic = ready()
    offer(clinic)
    message = Message.objects.get()
    undelivered(message, "30003", now=TEN)
    assert offer(clinic, now=TEN + HOUR - MINUTE) == []
    assert [again.attempt for again in offer(clinic, now=TEN + HOUR)] == [2]
    undelivered(message, "30003", now=TEN + HOUR)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("undelivered", 2)
    assert offer(clinic, now=TEN + 5 * HOUR) == []


def test_the_first_try_failing_late_does_not_end_the_second() -> None:
    clinic = ready()
    offer(clinic)
    message = Message.objects.get()
    undelivered(message, "30003", now=TEN)
    offer(clinic, now=TEN + HOUR)
    hear(receipt(message, UNDELIVERED, "30008", attempt=1), now=TEN + HOUR)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("accepted", 2)
    hear(receipt(message, DELIVERED, attempt=1), now=TEN + HOUR)
    hear(receipt(message, UNDELIVERED, "30003", attempt=2), now=TEN + 2 * HOUR)
    message.refresh_from_db()
    assert message.state == "delivered"


def test_the_first_try_arriving_after_all_ends_the_second_before_it_starts() -> None:
    clinic = ready()
    offer(clinic)
    message = Message.objects.get()
    undelivered(message, "30003", now=TEN)
    hear(receipt(message, DELIVERED, attempt=1), now=TEN + MINUTE)
    assert offer(clinic, now=TEN + HOUR) == []
    assert Message.objects.get().state == "delivered"


def test_waits_grow_and_end_when_the_message_is_of_no_more_use() -> None:
    clinic = ready(Channel.EMAIL)
    now, waits = TEN, []
    while offer(clinic, Busy("451"), now=now):
        message = Message.objects.get()
        if message.state == "failed":
            break
        waits.append((message.due_at - now) / MINUTE)
        now = message.due_at
    assert waits == [5, 15, 45, 135, 405]
    assert (message.state, message.objection) == ("failed", "tries_spent")
    assert message.attempts == Attempt.objects.count() == 6


def test_what_the_provider_asks_for_counts_more_than_the_table() -> None:
    clinic = ready(patients=2)
    offer(clinic, Busy("20429", timedelta(seconds=90)), size=1)
    sender = sender_of(clinic)
    assert sender.paused_until == TEN + timedelta(seconds=90)
    assert offer(clinic, now=TEN + timedelta(seconds=89)) == []
    assert len(offer(clinic, now=TEN + timedelta(seconds=90))) == 2


def test_too_much_mail_for_one_mailbox_provider_rests_that_one_alone_ten_minutes() -> None:
    clinic = ready(Channel.EMAIL, patients=2)
    offer(clinic, Busy("4.7.28"), size=1)
    assert MailDomain.objects.get().held_until == TEN + 10 * MINUTE
    assert sender_of(clinic, Channel.EMAIL).paused_until is None  # mail to all others goes on


def test_an_account_that_is_closed_pauses_every_sender_of_the_provider() -> None:
    clinic = ready()
    others = Clinic()
    others.sender(Channel.VOICE, provider="rehearsal")
    others.sender(Channel.SMS, provider="twilio")
    offer(clinic, Rejected("20003"))
    paused = set(Sender.objects.exclude(paused_reason="").values_list("provider", "channel"))
    assert paused == {("rehearsal", "sms"), ("rehearsal", "voice")}


@pytest.mark.parametrize("code", ["20003", "30034"])
def test_what_a_person_paused_stays_paused_for_their_reason_and_the_provider_s(code: str) -> None:
    clinic = ready()
    by_person, on_hold = clinic.sender(Channel.VOICE, provider="rehearsal"), sender_of(clinic)
    offer(clinic)  # handed over before somebody pauses both
    Sender.objects.update(paused_reason="the number moves")
    for answer in (code, code, "20003"):
        answered(on_hold, answer)
    on_hold.refresh_from_db()
    by_person.refresh_from_db()
    for sender in (on_hold, by_person):
        assert sender.paused_reason == "the number moves; rehearsal answered 20003"
        assert sender.paused_until is None


def test_the_longest_reason_of_a_person_has_room_for_the_provider_s() -> None:
    clinic = ready()
    Sender.objects.update(paused_reason="x" * 120)
    answered(sender_of(clinic), "30034")
    reason = sender_of(clinic).paused_reason
    assert reason.startswith("xxx")
    assert reason.endswith("x; rehearsal answered 30034")


@pytest.mark.parametrize("before", ["rehearsal answered 30034", NO_ACCOUNT])
def test_an_answer_takes_the_place_of_what_no_person_wrote(before: str) -> None:
    clinic = ready()
    Sender.objects.update(paused_reason=before)
    answered(sender_of(clinic), "20003")
    assert sender_of(clinic).paused_reason == "rehearsal answered 20003"


def answered(sender: Sender, code: str) -> None:
    """Let the provider answer a message of a sender that was paused meanwhile."""
    row = lock_sender(sender.pk)
    assert row is not None
    consequence = after_code(
        rule_for(sender.provider, Channel(sender.channel), code, sender=sender.address),
        attempts=1,
        useful_until=TEN + HOUR,
        now=TEN,
    )
    apply_consequence(
        consequence,
        sender=row,
        address="+12025550101",
        purpose=Purpose.APPOINTMENT_REMINDER,
        code=code,
        now=TEN,
    )


def test_a_paused_sender_keeps_its_messages_until_a_person_releases_it() -> None:
    clinic = ready()
    offer(clinic, Rejected("30034"))
    assert offer(clinic, now=TEN + HOUR) == []
    assert Message.objects.get().state == "queued"
    Sender.objects.update(paused_reason="")
    assert len(offer(clinic, now=TEN + HOUR)) == 1


def test_what_waits_too_long_for_a_person_expires() -> None:
    clinic = ready()
    offer(clinic, Rejected("30034"))
    expire(now=at(4, 12, 1))
    assert (Message.objects.get().state, Message.objects.get().objection) == (
        "expired",
        "too_late",
    )


def test_a_daily_number_that_is_used_up_holds_until_the_carriers_midnight() -> None:
    clinic = ready(patients=2)
    (first, *_) = offer(clinic, size=1)
    hear(receipt(Message.objects.get(pk=first.message_id), UNDELIVERED, "30023"))
    sender_id = sender_of(clinic).pk
    assert claim(sender_id, now=at(3, 20), public_url=URL).again_at == at(4, 3)
    assert sorted(m.attempt for m in offer(clinic, now=at(4, 8))) == [1, 2]
    # Once it is over it is over: a later request for less speed is heard.
    reminded(clinic, number=7)
    Message.objects.filter(state="queued").update(due_at=MONDAY)
    plan_due(now=at(4, 9))
    offer(clinic, Busy("20429", 9 * MINUTE), now=at(4, 9))
    assert sender_of(clinic).paused_until == at(4, 9, 9)
