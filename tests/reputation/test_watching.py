"""From receipts to a pause: counted, judged, on the record, on Today, in administrators' mail."""

from datetime import datetime, timedelta

import pytest

from handbell.access.models import AuditEvent
from handbell.access.round_trip import round_trip
from handbell.channels.receipt import ReceiptStatus
from handbell.dispatch.allowance import allowance_of, lock_sender
from handbell.dispatch.candidates import ask_due
from handbell.dispatch.claim import claim
from handbell.facts.operations import suppress
from handbell.outbox.models import Breaker, Message, Sender
from handbell.reputation.counting import count_new
from handbell.reputation.models import Alarm, Bucket, Objected
from handbell.reputation.operations import judge_all, note_pauses, try_a_trickle
from handbell.scripts.models import ScriptPause
from handbell.vocabulary.words import Channel, PermissionLevel, Purpose, SuppressionKind
from tests.console.desk import attempt, message, staff
from tests.handed import URL, hear, offer, ready, receipt, sender_of
from tests.outbox.rows import put
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db

TEN = at(3, 10)
LATER = TEN + timedelta(minutes=15)
REMINDER = Purpose.APPOINTMENT_REMINDER


def sent_already(clinic: Clinic, number: int, *, dead: int = 0, when: datetime = TEN) -> Sender:
    """Write texts that left at ten, some to numbers that are dead."""
    patient = clinic.patient(mobile=phone(1))
    visit = clinic.visit(patient, at(4, 14))
    for index in range(number):
        state = "undelivered" if index < dead else "delivered"
        one = message(
            clinic,
            patient,
            state=state,  # type: ignore[arg-type]
            visit=visit,
            due_at=when,
            handed_over_at=when,
            detail="30005" if index < dead else "",
            attempts=1,
            sender=sender_of(clinic),
        )
        attempt(one, "Harbor PT: see you tomorrow")
    return sender_of(clinic)


def watch(now: datetime) -> None:
    count_new(now=now)
    judge_all(now=now)
    note_pauses(now=now)


def test_what_came_back_is_counted_and_counting_again_changes_nothing() -> None:
    clinic = ready(patients=4)
    offer(clinic)
    count_new(now=TEN)
    found = Bucket.objects.get()
    assert (found.sent, found.delivered, found.begins) == (4, 0, TEN)
    first, second, *_ = Message.objects.order_by("pk")
    hear(
        receipt(first, ReceiptStatus.DELIVERED),
        receipt(second, ReceiptStatus.UNDELIVERED, "30007"),
    )
    for _ in range(2):
        count_new(now=LATER)
        found.refresh_from_db()
        assert (found.sent, found.delivered, found.error, found.filtered) == (4, 1, 1, 1)


def test_a_late_receipt_corrects_what_was_counted_long_ago() -> None:
    clinic = ready()
    offer(clinic)
    count_new(now=TEN + timedelta(hours=1))
    hear(
        receipt(Message.objects.get(), ReceiptStatus.UNDELIVERED, "30005"),
        now=TEN + timedelta(hours=2),
    )
    count_new(now=TEN + timedelta(hours=2))
    assert Bucket.objects.get().error == 1


def test_a_second_try_leaves_the_first_counted_as_it_ended() -> None:
    clinic = ready()
    offer(clinic)
    hear(receipt(Message.objects.get(), ReceiptStatus.UNDELIVERED, "30008"))
    count_new(now=LATER)
    assert Bucket.objects.get().error == 1
    offer(clinic, now=TEN + timedelta(hours=1))
    hear(receipt(Message.objects.get(), ReceiptStatus.DELIVERED), now=TEN + timedelta(hours=1))
    count_new(now=TEN + timedelta(hours=1))
    assert sorted(Bucket.objects.values_list("sent", "error", "delivered")) == [
        (1, 0, 1),
        (1, 1, 0),
    ]


def test_one_stop_is_one_opt_out_of_the_newest_message() -> None:
    clinic = ready()
    offer(clinic)
    for _ in range(2):
        suppress(
            practice_id=clinic.practice.pk,
            address=Message.objects.get().address,
            channels=[Channel.SMS, Channel.VOICE],
            kind=SuppressionKind.OPTED_OUT,
            source="replied STOP",
            now=LATER,
        )
    count_new(now=LATER)
    assert Objected.objects.get().message == Message.objects.get()
    assert sum(Bucket.objects.values_list("opt_out", flat=True)) == 1


def test_a_list_with_twelve_dead_numbers_in_a_hundred_stops_itself() -> None:
    clinic = ready(patients=1)
    sender = sent_already(clinic, 100, dead=12)
    watch(LATER)
    breaker = Breaker.objects.get()
    assert (breaker.state, breaker.signal, breaker.count, breaker.out_of) == (
        "paused",
        "error",
        12,
        100,
    )
    assert claim(sender.pk, now=LATER, public_url=URL).messages == ()
    audit = AuditEvent.objects.get(act="breaker_changed")
    assert (audit.who, audit.detail["state"]) == ("handbell", "paused")
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.state, alarm.settled_at) == ("breaker", "paused", None)
    watch(LATER + timedelta(minutes=1))
    assert Alarm.objects.count() == 1


def test_who_was_reached_before_still_is_when_many_numbers_are_dead() -> None:
    clinic = ready(patients=2)
    sender = sent_already(clinic, 100, dead=12)
    watch(LATER)
    proven = Message.objects.filter(state="queued").order_by("pk").first()
    assert proven is not None
    long_ago = Message.objects.filter(state="delivered").first()
    assert long_ago is not None
    Message.objects.filter(pk=long_ago.pk).update(
        address=proven.address, handed_over_at=TEN - timedelta(days=40)
    )
    assert [m.message_id for m in claim(sender.pk, now=LATER, public_url=URL).messages] == [
        proven.pk
    ]


def test_other_purposes_of_a_paused_sender_go_on() -> None:
    clinic = ready(patients=1)
    sender = sender_of(clinic)
    Breaker.objects.create(
        sender=sender, purpose=REMINDER, state="paused", since=TEN, until=at(4, 10),
        signal="opt_out",
    )  # fmt: skip
    row = lock_sender(sender.pk)
    assert row is not None
    allowance = allowance_of(row, now=LATER)
    assert allowance.purposes == [Purpose.BALANCE_ALERT, Purpose.EMERGENCY_NOTICE]
    emergency = put(clinic, purpose="emergency_notice", sender=sender, due_at=TEN, priority=0)
    with round_trip() as trip:
        due = ask_due(trip, sender.pk, limit=9, purposes=allowance.purposes, now=LATER)
    assert [candidate.id for candidate in due()] == [emergency.pk]


def test_a_trickle_leaves_after_the_pause_and_no_more_than_that() -> None:
    clinic = ready(patients=14)
    sender = sender_of(clinic)
    Breaker.objects.create(
        sender=sender, purpose=REMINDER, state="paused", since=TEN, until=LATER, trips=1,
        signal="error",
    )  # fmt: skip
    watch(LATER)
    assert len(claim(sender.pk, now=LATER, public_url=URL).messages) == 10
    assert claim(sender.pk, now=LATER, public_url=URL).messages == ()
    assert Breaker.objects.get().trickle_left == 0


def test_who_objects_late_to_what_left_before_the_trial_does_not_end_it() -> None:
    clinic = ready(patients=1)
    sender = sent_already(clinic, 12)
    trial = LATER + timedelta(days=1)
    Breaker.objects.create(
        sender=sender, purpose=REMINDER, state="half_open", since=trial, counts_from=trial,
        until=trial + timedelta(hours=1), trips=1, signal="opt_out",
    )  # fmt: skip
    old = list(Message.objects.filter(state="delivered").order_by("pk"))
    for number, one in enumerate(old):
        Message.objects.filter(pk=one.pk).update(address=phone(100 + number))
    sent_already(clinic, 20, when=trial + timedelta(minutes=10))

    def object_to(some: list[Message], now: datetime) -> None:
        for one in some:
            one.refresh_from_db()
            suppress(
                practice_id=clinic.practice.pk, address=one.address, channels=[Channel.SMS],
                kind=SuppressionKind.OPTED_OUT, source="replied STOP", now=now,
            )  # fmt: skip
        watch(now)

    object_to(old[:4], trial + timedelta(minutes=40))
    assert Objected.objects.count() == 4
    assert Breaker.objects.get().state == "half_open"
    new = list(Message.objects.filter(handed_over_at__gt=trial).order_by("pk"))
    for number, one in enumerate(new):
        Message.objects.filter(pk=one.pk).update(address=phone(200 + number))
    object_to(new[:4], trial + timedelta(minutes=50))
    assert Breaker.objects.get().state == "paused"


def test_a_person_may_try_before_the_pause_is_over() -> None:
    clinic = ready(patients=1)
    by = staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)
    row = Breaker.objects.create(
        sender=sender_of(clinic), purpose=REMINDER, state="paused", since=TEN,
        until=LATER + timedelta(days=1), signal="error",
    )  # fmt: skip
    assert try_a_trickle(row.pk, by=by, now=LATER)
    assert not try_a_trickle(row.pk, by=by, now=LATER)
    assert AuditEvent.objects.get(act="breaker_changed").staff == by
    assert len(claim(sender_of(clinic).pk, now=LATER, public_url=URL).messages) == 1


def test_a_warned_sender_goes_at_half_its_pace() -> None:
    clinic = ready(patients=12, rate_per_second=1.0, burst=4)
    sender = sender_of(clinic)
    Breaker.objects.create(
        sender=sender, purpose=REMINDER, state="warned", since=TEN, signal="error"
    )
    assert len(offer(clinic)) == 4
    assert len(offer(clinic, now=TEN + timedelta(seconds=4))) == 2


def test_a_script_that_is_filtered_three_times_in_a_day_pauses_itself() -> None:
    clinic = ready(patients=4)
    offer(clinic)
    told = list(Message.objects.order_by("pk"))[:3]
    for one in told:
        hear(receipt(one, ReceiptStatus.UNDELIVERED, "30007"))
    assert ScriptPause.objects.get().lifted_at is None
    assert AuditEvent.objects.filter(act="breaker_changed", subject="script").count() == 1
    note_pauses(now=LATER)
    assert Alarm.objects.get().kind == "script"
    ScriptPause.objects.update(lifted_at=LATER)
    note_pauses(now=LATER)
    assert Alarm.objects.get().settled_at == LATER


def test_a_provider_that_pauses_a_sender_is_on_the_record_once() -> None:
    clinic = ready(patients=3)
    offer(clinic)
    for one in Message.objects.order_by("pk"):
        hear(receipt(one, ReceiptStatus.UNDELIVERED, "30034"))
    assert AuditEvent.objects.filter(act="sender_changed").count() == 1
    note_pauses(now=LATER)
    note_pauses(now=LATER)
    assert Alarm.objects.get().kind == "sender"
    Sender.objects.update(paused_reason="")
    note_pauses(now=LATER)
    assert Alarm.objects.get().settled_at == LATER
