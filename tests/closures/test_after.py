"""While notices of a closure go, and after: pauses, held reminders, the call list, the mode."""

from datetime import date, timedelta

import pytest

from handbell.channels.gateway import InDoubt, Rejected, Unanswered
from handbell.closures import mode
from handbell.closures.audience import audience_of, unreached
from handbell.closures.going import change
from handbell.dispatch.claim import claim
from handbell.dispatch.resolver import act_on, due_for_look_up
from handbell.facts.closing import ClosedAlready, ClosureFlaw
from handbell.facts.models import Closure
from handbell.outbox.models import Attempt, Message
from handbell.outbox.sendings import told_by
from handbell.planner.planner import plan_due
from handbell.receipts.operations import open_question, visits_as_told
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    MessageState,
    NoticeKind,
    Objection,
    PermissionLevel,
    SendingState,
)
from tests.closures.staged import close, director, send, settings_of, states, texts, write
from tests.console.desk import staff
from tests.handed import TEN, URL, mailbox, offer, ready, sender_of
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db

SMS, VOICE, EMAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL
CLOSING, ALL_CLEAR = NoticeKind.CLOSING, NoticeKind.ALL_CLEAR


# While it goes


def test_a_pause_holds_what_waits_and_a_stop_ends_it(clinic: Clinic) -> None:
    for number in (1, 2, 3):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    sending = send(clinic, closure, boss)
    offer(clinic, now=MONDAY, size=1)

    assert change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    assert not change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    assert not offer(clinic, now=MONDAY)
    assert change(sending, SendingState.GOING, by=boss, now=MONDAY)
    assert len(offer(clinic, now=MONDAY, size=1)) == 1
    assert change(sending, SendingState.STOPPED, by=boss, now=MONDAY)
    assert not offer(clinic, now=MONDAY)
    assert not change(sending, SendingState.GOING, by=boss, now=MONDAY)
    assert sorted(states()) == [("accepted", ""), ("accepted", ""), ("cancelled", "halted")]


def test_one_put_back_after_a_pause_waits_too(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    sending = send(clinic, closure, boss)
    change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    Message.objects.update(objection="")  # as settling it for another try does

    assert not offer(clinic, now=MONDAY)
    assert states() == [("queued", "halted")]


def test_a_visit_moved_out_of_the_closure_is_not_told_and_one_called_off_is(
    clinic: Clinic,
) -> None:
    moved = clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    off = clinic.visit(clinic.patient(mobile=phone(2)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    move(moved, at(9, 14), now=MONDAY)
    off.status = AppointmentStatus.CANCELLED
    off.save()

    offer(clinic, now=MONDAY)

    assert states() == [("cancelled", "moved"), ("accepted", "")]


def test_reminders_of_the_facility_are_held_and_go_afterwards_if_they_still_help() -> None:
    clinic = ready(patients=2)  # visits on Wednesday at two, reminded on Tuesday at ten
    north = clinic.add_facility("North", "America/New_York")
    elsewhere = clinic.patient(mobile=phone(5), consents=[SMS])
    clinic.visit(elsewhere, at(4, 14), facility=north)
    boss = director(clinic)
    closure = close(clinic, boss, days=1)  # Tuesday
    reminders = Message.objects.filter(purpose="appointment_reminder")

    assert len(offer(clinic, now=TEN)) == 0  # the claim knows before the planner does
    plan_due(now=MONDAY)
    held = reminders.filter(objection=Objection.CLOSED)
    assert held.count() == 2
    assert [one.to.value for one in offer(clinic, now=TEN)] == [phone(5)]
    from handbell.outbox.operations import expire, withhold_due

    withhold_due(now=TEN + timedelta(hours=3))
    assert held.count() == 2
    off = held.first()
    assert off is not None
    assert off.appointment is not None
    off.appointment.status = AppointmentStatus.CANCELLED
    off.appointment.save()
    clinic.changed(off.patient)

    over = closure.ends_at  # by itself, at midnight
    plan_due(now=over)
    expire(now=over)
    off.refresh_from_db()
    assert (off.state, off.objection) == (MessageState.CANCELLED, Objection.NOT_BOOKED)
    later = reminders.exclude(pk=off.pk).exclude(patient=elsewhere).get()
    assert (later.state, later.objection) == (MessageState.QUEUED, "")
    assert len(offer(clinic, now=at(4, 9))) == 1


def test_ended_early_reminders_go_again_and_what_waits_of_the_closing_does_not() -> None:
    clinic = ready(patients=1)
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    plan_due(now=MONDAY)

    assert mode.end(closure, by=boss, now=MONDAY + timedelta(minutes=5))
    assert not mode.end(closure, by=boss, now=MONDAY + timedelta(minutes=6))
    plan_due(now=MONDAY + timedelta(minutes=6))

    assert states() == [("cancelled", "halted")]
    assert len(offer(clinic, now=TEN)) == 1


def test_ended_early_what_is_in_doubt_or_comes_back_is_not_told_any_more(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    clinic.visit(clinic.patient(mobile=phone(2), email=mailbox(2)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    texted = send(clinic, closure, boss)
    offer(clinic, InDoubt("timeout"), now=MONDAY)
    mailed = send(clinic, closure, boss, channel=EMAIL)
    claim(sender_of(clinic, EMAIL).pk, now=MONDAY, public_url=URL)

    assert mode.end(closure, by=boss, now=MONDAY + timedelta(minutes=1))

    for sending in (texted, mailed):
        sending.refresh_from_db()
        assert sending.state == SendingState.STOPPED
    left = Message.objects.filter(attempts__gt=0)
    assert left.update(state="queued") == 3  # as a busy provider or one in doubt does
    assert not offer(clinic, now=MONDAY + timedelta(minutes=2))
    assert set(left.values_list("state", "objection")) == {("cancelled", "halted")}


def test_nothing_of_a_closing_leaves_once_the_closure_was_ended(clinic: Clinic) -> None:
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    Closure.objects.update(ended_at=MONDAY, ended_by=boss)

    assert not offer(clinic, now=MONDAY)
    assert states() == [("cancelled", "halted")]


# After it


def test_an_answer_to_a_closing_confirms_no_visit() -> None:
    clinic = ready(patients=1)
    Message.objects.update(due_at=MONDAY)
    offer(clinic, now=MONDAY)  # the reminder went before it snowed
    reminded = Message.objects.get()
    assert open_question(clinic.practice.pk, phone(1), now=MONDAY) == reminded
    boss = director(clinic)
    later = MONDAY + timedelta(hours=1)
    send(clinic, close(clinic, boss), boss, now=later)
    offer(clinic, now=later)
    notice = Message.objects.get(purpose="emergency_notice")

    assert notice.state == MessageState.ACCEPTED
    assert open_question(clinic.practice.pk, phone(1), now=later) is None
    assert not visits_as_told(notice)


def test_who_was_not_reached_can_be_called_and_the_all_clear_goes_to_whoever_was_told(
    clinic: Clinic,
) -> None:
    good = clinic.patient("Ann", mobile=phone(1))
    bad = clinic.patient("Ben", mobile=phone(2), email=mailbox(2))
    nobody = clinic.patient("Cat")
    for patient in (good, bad, nobody):
        clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    offer(clinic, now=MONDAY, size=1)
    offer(clinic, Rejected("21211"), now=MONDAY)

    assert unreached(told_by(closure.pk, CLOSING)) == {bad.pk, nobody.pk}
    spilled = send(clinic, closure, boss, channel=EMAIL, unreached_only=True)
    assert spilled.counted == 1
    offer(clinic, now=MONDAY)
    assert unreached(told_by(closure.pk, CLOSING)) == {nobody.pk}

    write(closure, boss, kind=ALL_CLEAR, now=at(3, 9))
    clear = audience_of(closure, settings_of(clinic), ALL_CLEAR, now=at(3, 9))
    assert {one.id for one in clear.members} == {good.pk, bad.pk}
    send(clinic, closure, boss, kind=ALL_CLEAR, now=at(3, 9))
    offer(clinic, now=at(3, 9))
    assert "Main is open again from Tue, Nov 3." in texts()[-1]


def test_a_notice_in_doubt_is_on_the_call_list(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    offer(clinic, InDoubt("timeout"), now=MONDAY)

    assert unreached(told_by(closure.pk, CLOSING)) == {patient.pk}


def test_a_server_that_takes_each_mail_and_answers_none_brings_no_third_copy(
    clinic: Clinic,
) -> None:
    patient = clinic.patient(email=mailbox(1))
    clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss, channel=EMAIL)

    for minutes in range(0, 60, 3):
        now = MONDAY + timedelta(minutes=minutes)
        offer(clinic, InDoubt("timeout"), now=now)
        for doubted in due_for_look_up(now=now + timedelta(minutes=2)):
            act_on(doubted, Unanswered(), now=now + timedelta(minutes=2))

    assert Attempt.objects.count() == 2
    assert states() == [("in_doubt", "")]
    assert unreached(told_by(closure.pk, CLOSING)) == {patient.pk}


# The mode


def test_a_facility_is_closed_once_at_a_time(clinic: Clinic) -> None:
    boss = director(clinic)
    first = close(clinic, boss)
    with pytest.raises(ClosedAlready) as refused:
        close(clinic, boss)
    assert refused.value.closure == first
    assert close(clinic, boss, now=first.ends_at + timedelta(minutes=1))


def test_what_cannot_be_is_refused(clinic: Clinic) -> None:
    boss = director(clinic)
    elsewhere = Clinic()
    for wrong in (
        {"days": 15},
        {"facilities": [elsewhere.facility]},
        {"first_day": date(2026, 10, 1)},
    ):
        with pytest.raises(ClosureFlaw):
            close(clinic, boss, **wrong)


def test_it_can_be_extended(clinic: Clinic) -> None:
    boss = director(clinic)
    closure = close(clinic, boss, days=1)
    assert closure.ends_at == at(4, 0)
    settings = settings_of(clinic)
    day = date(2026, 11, 5)
    assert mode.extend(closure, settings, last_day=day, by=boss, now=MONDAY)
    assert not mode.extend(closure, settings, last_day=day, by=boss, now=MONDAY)
    assert closure.ends_at == at(6, 0)
    assert closure.is_on(at(5, 23))
    with pytest.raises(ClosureFlaw):
        mode.extend(closure, settings, last_day=day, by=boss, now=at(6, 1))


def test_whoever_may_close_is_of_the_level(clinic: Clinic) -> None:
    from handbell.access.permissions import Action, may

    assert may(director(clinic), Action.CLOSE_FACILITIES)
    assert not may(staff(clinic, PermissionLevel.CLINICAL_STAFF), Action.CLOSE_FACILITIES)
