"""Notices of a closure: to whom, in which words, once, before everything else."""

from datetime import date, time, timedelta

import pytest

from handbell.access.models import Practice
from handbell.channels.receipt import ReceiptStatus
from handbell.closures import mode
from handbell.closures.audience import audience_of, unreached
from handbell.closures.going import progress_of
from handbell.closures.press import (
    CannotSend,
    CountDiffers,
    SenderPauses,
    SentAlready,
    agree,
    decline,
)
from handbell.facts.closing import ClosureFlaw, exclude, include
from handbell.facts.models import Patient
from handbell.facts.operations import suppress
from handbell.outbox.models import Attempt, Message, Sender
from handbell.outbox.sendings import told_by
from handbell.policy.closures import Span
from handbell.scripts.notices import approve_notice, save_notice
from handbell.scripts.operations import NotYoursToDecide, ScriptFlaw
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ClosureReason,
    NoticeKind,
    Objection,
    SendingState,
    SuppressionKind,
)
from tests.closures.staged import close, director, send, settings_of, states, texts, write
from tests.handed import hear, mailbox, offer, ready, receipt
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

SMS, VOICE, EMAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL
CLOSING, ALL_CLEAR = NoticeKind.CLOSING, NoticeKind.ALL_CLEAR


# Who is told


def test_whoever_is_booked_while_it_is_closed_is_told_and_nobody_else(clinic: Clinic) -> None:
    told = clinic.patient("Ann", mobile=phone(1))
    clinic.visit(told, at(3, 14))
    clinic.visit(told, at(4, 9), status=AppointmentStatus.CONFIRMED)
    for number, (moment, status) in enumerate(
        [
            (at(2, 15), AppointmentStatus.BOOKED),  # today
            (at(5, 9), AppointmentStatus.BOOKED),  # after it
            (at(3, 9), AppointmentStatus.CANCELLED),
        ],
        start=2,
    ):
        clinic.visit(clinic.patient(mobile=phone(number)), moment, status=status)
    north = clinic.add_facility("North", "America/New_York")
    clinic.visit(clinic.patient(mobile=phone(9)), at(3, 9), facility=north)
    boss = director(clinic)

    closure = close(clinic, boss)
    found = audience_of(closure, settings_of(clinic), CLOSING, now=MONDAY)

    assert [one.id for one in found.members] == [told.pk]
    assert found.first_visit_at == at(3, 14)


def test_days_are_those_of_each_facilitys_own_clock(clinic: Clinic) -> None:
    west = clinic.add_facility("West", "America/Los_Angeles")
    late = clinic.patient(mobile=phone(1))
    clinic.visit(late, at(4, 1), facility=west)  # 22:00 on Tuesday where it is
    early = clinic.patient(mobile=phone(2))
    clinic.visit(early, at(3, 1), facility=west)  # still Monday there
    boss = director(clinic)

    closure = close(clinic, boss, facilities=[clinic.facility, west], days=1)
    found = audience_of(closure, settings_of(clinic), CLOSING, now=MONDAY)

    assert [one.id for one in found.members] == [late.pk]
    assert closure.ends_at == at(4, 3)  # midnight in the west


def test_an_emergency_needs_no_consent_and_an_ordinary_closure_does(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    clinic.visit(clinic.patient(mobile=phone(2), consents=[SMS]), at(3, 14))
    boss = director(clinic)
    storm = close(clinic, boss)
    settings = settings_of(clinic)
    assert len(audience_of(storm, settings, CLOSING, now=MONDAY).reached_by(SMS)) == 2
    mode.end(storm, by=boss, now=MONDAY)

    short_of_staff = close(clinic, boss, reason=ClosureReason.STAFFING)
    found = audience_of(short_of_staff, settings, CLOSING, now=MONDAY)

    assert len(found.reached_by(SMS)) == 1
    assert found.why_not(SMS) == {Objection.NO_CONSENT: 1}


def test_a_stop_stops_notices_and_whoever_came_back_is_told(clinic: Clinic) -> None:
    for number in (1, 2):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 14))
        suppress(
            practice_id=clinic.practice.pk,
            address=phone(number),
            channels=[SMS],
            kind=SuppressionKind.OPTED_OUT,
            source="replied STOP",
            now=MONDAY - timedelta(days=3),
        )
    back = Patient.objects.get(contact_points__value=phone(2))
    clinic.consent(back, SMS, when=MONDAY - timedelta(days=1))
    closure = close(clinic, director(clinic))

    found = audience_of(closure, settings_of(clinic), CLOSING, now=MONDAY)

    assert [one.id for one in found.reached_by(SMS)] == [back.pk]
    assert found.why_not(SMS) == {Objection.OPTED_OUT: 1}


def test_somebody_taken_out_is_not_told_and_the_reason_is_kept(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)

    assert exclude(closure, patient.pk, "told by phone", by=boss, now=MONDAY)
    assert not exclude(closure, patient.pk, "again", by=boss, now=MONDAY)
    found = audience_of(closure, settings_of(clinic), CLOSING, now=MONDAY)
    assert not found.members
    assert found.excluded[patient.pk].why == "told by phone"
    assert include(closure, patient.pk, by=boss, now=MONDAY)
    assert audience_of(closure, settings_of(clinic), CLOSING, now=MONDAY).members
    with pytest.raises(ClosureFlaw):
        exclude(closure, patient.pk, " ", by=boss, now=MONDAY)


# What they read


def test_the_words_name_what_is_closed_and_the_visits_day(clinic: Clinic) -> None:
    patient = clinic.patient("Ann", mobile=phone(1), email=mailbox(1))
    clinic.visit(patient, at(3, 14))
    spanish = clinic.patient("Eva", mobile=phone(2), language="es")
    clinic.visit(spanish, at(4, 14))
    boss = director(clinic)
    closure = close(clinic, boss)

    for channel in Channel:
        send(clinic, closure, boss, channel=channel)
        offer(clinic, now=MONDAY)

    first, second, call, _, mail = texts()
    assert first == (
        "Harbor PT: Main is closed Nov 3-4 (weather). Your visit is off. "
        "Call (202) 555-0190. STOP to end."
    )
    assert second == (
        "Harbor PT: Main cierra 3-4 nov (mal tiempo). No hay cita. "
        "Llame al (202) 555-0190. STOP: baja."
    )
    assert "Main is closed Tuesday, November 3 to Wednesday, November 4" in call
    assert "Hello Ann,\n\nMain is closed Tue, Nov 3 to Wed, Nov 4 because of the weather." in mail
    spoken = Attempt.objects.exclude(voicemail="").order_by("id")[0]
    assert "cannot take place" in spoken.voicemail


@pytest.mark.parametrize(
    ("since", "to", "said"),
    [
        (None, None, "Main is closed Tue, Nov 3 (weather)"),
        (time(14), None, "Main closes Tue, Nov 3 at 2:00 PM (weather)"),
        (None, time(10), "Main is closed Tue, Nov 3 until 10:00 AM (weather)"),
        (time(10), time(14), "Main is closed Tue, Nov 3, 10:00 AM to 2:00 PM (weather)"),
    ],
)
def test_hours_are_said_as_they_are(
    clinic: Clinic, since: time | None, to: time | None, said: str
) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 9 if since is None else 14))
    boss = director(clinic)
    day = date(2026, 11, 3)
    if since == time(10):
        clinic.visit(clinic.patient(mobile=phone(2)), at(3, 11))
    closure = mode.begin(
        settings_of(clinic),
        reason=ClosureReason.WEATHER,
        facility_ids=[clinic.facility.pk],
        span=Span(day, day, since, to),
        by=boss,
        now=MONDAY,
    )
    write(closure, boss, channels=[SMS])
    send(clinic, closure, boss)
    offer(clinic, now=MONDAY)

    assert said in texts()[0]


def test_a_household_on_one_telephone_is_texted_once(clinic: Clinic) -> None:
    for name, hour in (("Ann", 9), ("Ben", 15)):
        clinic.visit(clinic.patient(name, mobile=phone(1)), at(3, hour))
    boss = director(clinic)
    closure = close(clinic, boss, days=1)

    sending = send(clinic, closure, boss)
    assert len(offer(clinic, now=MONDAY)) == 1

    assert sending.counted == 2
    assert sorted(states()) == [("accepted", ""), ("withheld", "merged")]
    assert not unreached(told_by(closure.pk, CLOSING))
    (progress,) = progress_of(closure, settings_of(clinic), now=MONDAY)
    assert (progress.handed_over, progress.with_another, progress.in_all) == (1, 1, 2)
    assert progress.done


def test_words_the_guard_refuses_are_not_kept_and_what_it_holds_needs_a_second_person(
    clinic: Clinic,
) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss, channels=[])
    key = (CLOSING, SMS, "en")
    with pytest.raises(ScriptFlaw):
        save_notice(
            closure,
            key,
            Text("{{ clinic }}: {{ closure }}. 20% off next week!"),
            by=boss,
            now=MONDAY,
        )
    with pytest.raises(CannotSend, match="no words"):
        send(clinic, closure, boss)
    unclear = Text("{{ clinic }}: {{ closure }}. The zebra quartet juggles marmalade.")
    held = save_notice(closure, key, unclear, by=boss, now=MONDAY)
    assert held is not None
    with pytest.raises(CannotSend, match="second person"):
        send(clinic, closure, boss)
    with pytest.raises(NotYoursToDecide):
        approve_notice(held.pk, practice_id=clinic.practice.pk, by=boss, now=MONDAY)
    approve_notice(held.pk, practice_id=clinic.practice.pk, by=other, now=MONDAY)
    assert send(clinic, closure, boss).state == SendingState.GOING


# Once


def test_a_second_press_on_the_same_day_says_when_it_may_go_again(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1), email=mailbox(1)), at(4, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    first = send(clinic, closure, boss)

    with pytest.raises(SentAlready) as refused:
        send(clinic, closure, boss, now=MONDAY + timedelta(hours=9))

    assert refused.value.sending == first
    assert refused.value.again_at == at(3, 0)
    assert send(clinic, closure, boss, channel=EMAIL)
    assert send(clinic, closure, boss, now=at(3, 5))
    mode.end(closure, by=boss, now=at(3, 6))
    again = close(clinic, boss, first_day=date(2026, 11, 4), now=at(3, 6))
    with pytest.raises(SentAlready):
        send(clinic, again, boss, now=at(3, 7))


def test_a_wrong_number_sends_nothing_and_says_the_right_one(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)

    with pytest.raises(CountDiffers) as refused:
        send(clinic, closure, boss, counted=2)

    assert refused.value.count == 1
    assert not states()


def test_a_channel_has_a_number_of_notices_for_each_closure(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(6, 14))
    boss = director(clinic)
    closure = close(clinic, boss, days=6)
    send(clinic, closure, boss, channel=VOICE)
    send(clinic, closure, boss, channel=VOICE, now=at(3, 9))
    with pytest.raises(CannotSend, match="all the notices"):
        send(clinic, closure, boss, channel=VOICE, now=at(4, 9))


def test_above_a_number_a_second_person_must_agree(clinic: Clinic) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(second_person_above=1)
    for number in (1, 2):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 14))
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    sending = send(clinic, closure, boss)
    settings = settings_of(clinic)

    assert sending.state == SendingState.AWAITING
    assert not states()
    with pytest.raises(CannotSend, match="somebody other"):
        agree(sending, settings, by=boss, now=MONDAY)
    agree(sending, settings, by=other, now=MONDAY)
    assert len(offer(clinic, now=MONDAY)) == 2
    with pytest.raises(CannotSend):
        agree(sending, settings, by=other, now=MONDAY)
    assert not decline(sending, by=other, now=MONDAY)


def test_a_declined_wish_may_be_asked_anew(clinic: Clinic) -> None:
    Practice.objects.filter(pk=clinic.practice.pk).update(second_person_above=0)
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    assert decline(send(clinic, closure, boss), by=other, now=MONDAY)
    assert send(clinic, closure, boss).state == SendingState.AWAITING


# Before everything else


def test_notices_leave_before_reminders_and_reminders_yield_to_one_that_is_tried_again() -> None:
    clinic = ready(patients=3)
    for number in (11, 12):
        clinic.visit(clinic.patient(mobile=phone(number)), at(4, 9))
    north = clinic.add_facility("North", "America/New_York")
    Message.objects.update(due_at=MONDAY)
    for number in (13, 14):
        clinic.visit(clinic.patient(mobile=phone(number)), at(4, 9), facility=north)
    boss = director(clinic)
    closure = close(clinic, boss, facilities=[north])
    send(clinic, closure, boss)

    first = offer(clinic, now=MONDAY, size=1)
    second = offer(clinic, now=MONDAY)

    assert [one.purpose for one in first + second] == ["emergency_notice"] * 2
    again = Message.objects.filter(purpose="emergency_notice").first()
    assert again is not None
    Message.objects.filter(pk=again.pk).update(
        state="queued", due_at=MONDAY + timedelta(seconds=20), sender=again.sender
    )
    assert not offer(clinic, now=MONDAY)


def test_a_paused_sender_is_passed_only_by_choice(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    Sender.objects.filter(channel="sms").update(paused_reason="paused by hand")
    boss = director(clinic)
    closure = close(clinic, boss)

    with pytest.raises(SenderPauses):
        send(clinic, closure, boss)
    send(clinic, closure, boss, through_pause=True)

    assert len(offer(clinic, now=MONDAY)) == 1


def test_notices_a_carrier_filters_never_stop_the_notices_after_them(clinic: Clinic) -> None:
    for number in range(1, 6):
        clinic.visit(clinic.patient(mobile=phone(number), consents=[SMS]), at(3, 14))
    boss = director(clinic)
    send(clinic, close(clinic, boss, channels=[SMS]), boss)
    for one in offer(clinic, now=MONDAY, size=4):
        notice = Message.objects.get(pk=one.message_id)
        hear(receipt(notice, ReceiptStatus.UNDELIVERED, "30007"), now=MONDAY)

    assert len(offer(clinic, now=MONDAY + timedelta(minutes=2))) == 1
