"""The last look: what was planned is judged again against the facts of the second it leaves."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection
from structlog.testing import capture_logs

from handbell.channels.gateway import Busy, HandOver, SmsContent
from handbell.dispatch.claim import claim
from handbell.dispatch.worker import NO_ACCOUNT
from handbell.facts.models import Appointment, Change, ContactPoint, Patient
from handbell.facts.operations import suppress
from handbell.outbox.models import Attempt, Message, Sender
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import Channel, ContactKind, Recipient, SuppressionKind
from tests.handed import TEN, URL, offer, ready, sender_of
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

SMS, VOICE = Channel.SMS, Channel.VOICE


def ended() -> dict[str, str]:
    """Return each patient's outcome: the state, or the reason where there is one."""
    rows = Message.objects.values_list("patient__first_name", "state", "objection")
    return {name: objection or state for name, state, objection in rows}


def words(message: HandOver) -> str:
    assert isinstance(message.content, SmsContent)
    return message.content.text


def stop(clinic: Clinic, address: str) -> None:
    suppress(
        practice_id=clinic.practice.pk,
        address=address,
        channels=[SMS, VOICE],
        kind=SuppressionKind.OPTED_OUT,
        source="replied STOP",
        now=TEN,
    )


def household(*names: str, number: int = 1) -> Clinic:
    """Return a clinic where all of these share a phone and have a visit on Wednesday."""
    clinic = Clinic()
    clinic.sender(SMS)
    clinic.step()
    for hour, name in enumerate(names, start=9):
        patient = clinic.patient(name, mobile=phone(number), consents=[SMS])
        clinic.visit(patient, at(4, hour))
    plan_due(now=MONDAY)
    return clinic


def test_a_number_that_changed_since_is_the_one_that_is_texted() -> None:
    clinic = ready()
    ContactPoint.objects.filter(kind=ContactKind.MOBILE_PHONE).update(value=phone(7))
    assert offer(clinic) == []  # back in the queue, to be grouped and counted there
    (message,) = offer(clinic)
    assert message.to.value == Message.objects.get().address == phone(7)


def test_the_new_number_is_judged_too() -> None:
    clinic = ready()
    stop(clinic, phone(7))
    ContactPoint.objects.filter(kind=ContactKind.MOBILE_PHONE).update(value=phone(7))
    assert offer(clinic) == offer(clinic) == []
    assert ended() == {"Alex": "opted_out"}


def test_a_number_taken_away_is_not_texted() -> None:
    clinic = ready()
    ContactPoint.objects.all().delete()
    assert offer(clinic) == []
    assert ended() == {"Alex": "no_contact_point"}


def test_who_came_of_age_since_is_written_to_and_not_the_guardian() -> None:
    clinic = Clinic()
    clinic.sender(SMS)
    clinic.step()
    child = clinic.patient(
        mobile=phone(1), guardian_mobile=phone(2), consents=[SMS], birth_date=date(2008, 11, 3)
    )
    clinic.visit(child, at(4, 14))
    plan_due(now=MONDAY)
    assert Message.objects.get().address == phone(2)
    Change.objects.all().delete()  # however late the planner hears of the birthday

    assert offer(clinic) == []
    plan_due(now=TEN)
    (message,) = offer(clinic)
    assert message.to.value == phone(1)
    found = set(Message.objects.values_list("recipient", "state", "objection"))
    assert found == {
        (Recipient.GUARDIAN, "cancelled", "settings_changed"),
        (Recipient.PATIENT, "accepted", ""),
    }


def test_a_follower_that_may_not_leave_is_left_out_of_the_text() -> None:
    clinic = household("Ann", "Bob", "Cas")
    Patient.objects.filter(first_name="Bob").update(status="inactive")
    (message,) = offer(clinic)
    assert "you have 2 appointments" in words(message)
    assert ended() == {"Ann": "accepted", "Bob": "inactive", "Cas": "merged"}


def test_a_leader_that_may_not_leave_leaves_the_others_to_go() -> None:
    clinic = household("Ann", "Bob")
    Appointment.objects.filter(patient__first_name="Ann").update(status="cancelled")
    (message,) = offer(clinic)
    assert words(message).startswith("Harbor PT: Bob, your appointment is Wed, Nov 4 at 10:00 AM")
    assert ended() == {"Ann": "not_booked", "Bob": "accepted"}


def test_what_travelled_together_is_judged_anew_on_the_second_try() -> None:
    clinic = household("Ann", "Bob", "Cas")
    offer(clinic, Busy("20503", timedelta(minutes=1)))
    assert ended() == {"Ann": "queued", "Bob": "merged", "Cas": "merged"}
    Patient.objects.filter(first_name="Bob").update(deceased=True)
    (message,) = offer(clinic, now=TEN + timedelta(minutes=1))
    assert (message.attempt, "you have 2 appointments" in words(message)) == (2, True)
    assert ended() == {"Ann": "accepted", "Bob": "deceased", "Cas": "merged"}


def test_a_leader_that_falls_away_on_the_second_try_frees_its_followers() -> None:
    clinic = household("Ann", "Bob", "Cas")
    offer(clinic, Busy("20503", timedelta(minutes=1)))
    Patient.objects.filter(first_name="Ann").update(deceased=True)
    later = TEN + timedelta(minutes=1)
    messages = offer(clinic, now=later) + offer(clinic, now=later)
    assert ["you have 2 appointments" in words(message) for message in messages] == [True]
    assert ended() == {"Ann": "deceased", "Bob": "accepted", "Cas": "merged"}


def test_everybody_on_a_stopped_phone_is_stopped() -> None:
    clinic = household("Ann", "Bob")
    stop(clinic, phone(1))
    assert offer(clinic) == []
    assert ended() == {"Ann": "opted_out", "Bob": "opted_out"}


def test_who_booked_late_for_the_same_day_is_over_the_phones_cap() -> None:
    clinic = household("Ann")
    offer(clinic)
    patient = clinic.patient("Bob", mobile=phone(1), consents=[SMS])
    clinic.visit(patient, at(4, 16), booked_at=TEN)
    plan_due(now=TEN)
    assert offer(clinic, now=TEN + timedelta(hours=1)) == []
    assert ended() == {"Ann": "accepted", "Bob": "over_cap"}


def test_a_day_has_only_so_many_messages() -> None:
    clinic = ready(patients=5, daily_limit=2)
    assert len(offer(clinic)) == 2
    assert offer(clinic, now=TEN + timedelta(hours=9)) == []
    assert len(offer(clinic, now=at(4, 8))) == 2
    assert (sender_of(clinic).sent_on, sender_of(clinic).sent_today) == (date(2026, 11, 4), 2)


def test_a_companion_does_not_cost_a_message_of_the_day() -> None:
    clinic = household("Ann", "Bob")
    Sender.objects.update(daily_limit=1)
    assert len(offer(clinic)) == 1
    assert ended() == {"Ann": "accepted", "Bob": "merged"}


def test_no_more_than_the_burst_leaves_at_once() -> None:
    clinic = ready(patients=9, rate_per_second=1.0, burst=4)
    assert [len(offer(clinic, now=TEN + timedelta(seconds=s))) for s in range(6)] == [
        4, 1, 1, 1, 1, 1,
    ]  # fmt: skip


def test_the_urgent_leave_first_and_then_the_oldest() -> None:
    clinic = ready(patients=4)
    for priority, message in zip([20, 10, 10, 0], Message.objects.order_by("pk"), strict=True):
        Message.objects.filter(pk=message.pk).update(
            priority=priority, due_at=TEN - timedelta(minutes=message.pk % 7)
        )
    wanted = list(Message.objects.order_by("priority", "due_at", "pk").values_list("pk", flat=True))
    offered = offer(clinic) + offer(clinic)  # what is most urgent goes by itself
    assert [message.message_id for message in offered] == wanted


def test_a_provider_without_an_account_keeps_its_messages_and_tells_somebody() -> None:
    clinic = ready(provider="twilio")
    with capture_logs() as logs:
        offer(clinic, NO_ACCOUNT)
    assert [line["code"] for line in logs] == ["no-account"]
    message = Message.objects.get()
    assert (message.state, message.due_at) == ("queued", TEN + timedelta(minutes=15))


def test_the_words_are_kept_with_the_attempt_and_nothing_else_knows_them() -> None:
    clinic = ready()
    (message,) = offer(clinic)
    attempt = Attempt.objects.get()
    assert attempt.text == words(message)
    assert (attempt.number, attempt.segments, attempt.claimed_at) == (1, 1, TEN)
    assert "Alex" not in repr(message)
    assert phone(1) not in repr(message)


@pytest.mark.django_db(transaction=True)
def test_a_text_and_a_call_to_one_number_at_one_moment_count_in_turn() -> None:
    """Two workers, two senders, one phone, a cap of one: whoever is second must see the first."""
    clinic = Clinic()
    clinic.senders()
    clinic.step(days=1, channels=[SMS])
    clinic.step(days=2, channels=[VOICE])
    patients = [clinic.patient(mobile=phone(n), consents=[SMS, VOICE]) for n in range(12)]
    for patient in patients:
        clinic.visit(patient, at(4, 14))
        clinic.visit(patient, at(5, 14))
    plan_due(now=MONDAY)

    def work(sender_id: int) -> int:
        try:
            return len(claim(sender_id, now=TEN, public_url=URL).messages)
        finally:
            connection.close()

    senders = list(Sender.objects.exclude(channel="email").values_list("pk", flat=True))
    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, senders))

    left = Message.objects.filter(state="claimed")
    assert sum(counts) == left.count() == 12
    assert left.values("address").distinct().count() == 12


def test_a_window_of_the_practices_own_is_kept_at_the_last_moment() -> None:
    clinic = ready()
    clinic.practice.windows = {"sms": ["11:00", "18:00"]}
    clinic.practice.save()
    assert offer(clinic) == []
    assert Message.objects.get().due_at == at(3, 11)
    assert len(offer(clinic, now=at(3, 11))) == 1
