"""Practices do not touch each other, planners do not get in each other's way."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import DataError, OperationalError, connection, transaction
from structlog.testing import capture_logs

from handbell.access.models import Practice
from handbell.facts.models import Change, Patient
from handbell.facts.operations import mark_changed
from handbell.facts.people import Person
from handbell.outbox.models import Message, Sender
from handbell.planner import planner
from handbell.planner.person import plan_person
from handbell.planner.planner import plan_batch, plan_due
from handbell.planner.touches import Plan
from handbell.vocabulary.words import Channel, LedgerKind, Purpose
from tests.handed import offer, ready, reminded
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db(transaction=True)


def in_a_thread(act: object) -> object:
    try:
        return act()  # type: ignore[operator]
    finally:
        connection.close()


def test_practices_with_the_same_numbers_and_steps_are_apart() -> None:
    here, there = ready(), ready()
    Practice.objects.filter(pk=there.practice.pk).update(reminder_mode="paused")
    for clinic in (here, there):
        for patient in Patient.objects.filter(practice=clinic.practice):
            clinic.changed(patient)
    plan_due(now=MONDAY)
    found = set(Message.objects.values_list("practice_id", "sender__practice_id", "objection"))
    assert found == {
        (here.practice.pk, here.practice.pk, ""),
        (there.practice.pk, there.practice.pk, "mode"),
    }


def test_one_number_at_two_practices_has_two_days_of_caps() -> None:
    here, there = ready(), ready()
    assert len(offer(here)) == 1
    assert len(offer(there)) == 1


def test_a_practice_without_senders_is_told_so_and_another_is_not() -> None:
    here, there = Clinic(), ready()
    here.step()
    reminded(here)
    plan_due(now=MONDAY)
    found = dict(Message.objects.values_list("practice_id", "objection"))
    assert found == {here.practice.pk: "no_sender", there.practice.pk: ""}


def test_each_facility_keeps_its_own_clock() -> None:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    clinic.step()
    west = clinic.add_facility("West", "America/Los_Angeles")
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))
    clinic.visit(patient, at(4, 19), facility=west)
    plan_due(now=MONDAY)
    due = list(Message.objects.order_by("pk").values_list("due_at", flat=True))
    assert due == [at(3, 10), at(3, 13)]


def test_several_planners_share_the_work_and_do_none_of_it_twice() -> None:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    clinic.step()
    for number in range(40):
        reminded(clinic, number=number)

    with ThreadPoolExecutor(4) as pool:
        planned = list(
            pool.map(lambda _: in_a_thread(lambda: plan_due(now=MONDAY, batch=3)), range(4))
        )

    plan_due(now=MONDAY)
    assert Message.objects.count() == 40
    assert sum(int(str(count)) for count in planned) >= 37
    assert not Change.objects.filter(at__lte=MONDAY).exists()


def test_a_planner_skips_whom_another_has_in_hand() -> None:
    clinic = ready(patients=2)
    first, second = Patient.objects.order_by("pk")
    for patient in (first, second):
        clinic.changed(patient)
    with transaction.atomic():
        Change.objects.select_for_update().get(patient=first)
        with ThreadPoolExecutor(1) as pool:
            found = pool.submit(in_a_thread, lambda: plan_batch(now=MONDAY)).result(timeout=10)
    assert found == 1
    assert plan_batch(now=MONDAY) == 1


def test_a_fact_written_while_its_patient_is_planned_is_planned_after() -> None:
    """The planner read before the fact was there: the mark must not be lost with its row."""
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS], purpose=Purpose.BALANCE_ALERT)
    planned, written = threading.Event(), threading.Event()

    def plan_slowly() -> None:
        with transaction.atomic():
            plan_batch(now=MONDAY)
            planned.set()
            written.wait(timeout=0.5)

    def write() -> None:
        planned.wait(timeout=5)
        with transaction.atomic():
            clinic.entry(patient, LedgerKind.RESPONSIBILITY, "80", date(2026, 11, 2))
            mark_changed([patient.pk], at=MONDAY)
        written.set()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(in_a_thread, act) for act in (plan_slowly, write)]:
            done.result(timeout=10)

    assert not Message.objects.exists()
    plan_due(now=MONDAY)
    assert Message.objects.get().purpose == "balance_alert"


@pytest.mark.parametrize("error", [ValueError, DataError])
def test_a_patient_who_cannot_be_planned_stops_nobody_else(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    here, there = Clinic(), Clinic()
    for clinic, patients in ((here, 3), (there, 1)):
        clinic.sender(Channel.SMS)
        clinic.step()
        for number in range(patients):
            reminded(clinic, number=number)
    _, bad, _ = Patient.objects.filter(practice=here.practice).order_by("pk")

    def fail_for_one(person: Person, **known: Any) -> Plan:
        if person.id == bad.pk:
            raise error(f"{bad.first_name} cannot be planned")
        return plan_person(person, **known)

    monkeypatch.setattr(planner, "plan_person", fail_for_one)
    with capture_logs() as lines:
        assert plan_due(now=MONDAY) == 4

    told = {one.patient_id for one in Message.objects.all()}
    assert told == set(Patient.objects.exclude(pk=bad.pk).values_list("pk", flat=True))
    assert Message.objects.filter(practice=there.practice).count() == 1
    (line,) = lines
    assert line == {
        "event": "patient.not_planned",
        "log_level": "error",
        "practice_id": here.practice.pk,
        "error": error.__name__,
    }
    monkeypatch.undo()
    assert plan_due(now=MONDAY) == 0
    plan_due(now=MONDAY + planner.AGAIN)
    assert Message.objects.filter(patient=bad).exists()


def test_trouble_with_the_database_is_not_taken_for_a_patient_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = ready()
    clinic.changed(Patient.objects.get())

    def lose_connection(*_: Any, **__: Any) -> Plan:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(planner, "plan_person", lose_connection)
    with pytest.raises(OperationalError):
        plan_due(now=MONDAY)
    assert Change.objects.filter(at__lte=MONDAY).exists()


def test_the_oldest_sender_of_a_channel_speaks_for_the_practice() -> None:
    clinic = ready()
    clinic.sender(Channel.SMS, address="+12025550170")
    reminded(clinic, number=2)
    plan_due(now=MONDAY)
    oldest = Sender.objects.earliest("pk").pk
    assert set(Message.objects.values_list("sender_id", flat=True)) == {oldest}
