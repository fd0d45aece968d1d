"""What is corrected about a visit that is not moved: its status and its moment stay."""

from datetime import timedelta

import pytest
from django.test import Client

from handbell.access.models import AuditEvent
from handbell.facts.models import Appointment
from handbell.vocabulary.words import AppointmentStatus, AuditAct
from tests.console.schedule.test_changes import send, text, typed
from tests.console.schedule.test_schedule import local, subscriber
from tests.world import Clinic

S = AppointmentStatus


@pytest.fixture
def desk(clinic: Clinic) -> Clinic:
    """A clinic that reminds by text a day before."""
    clinic.step(days=1)
    clinic.senders()
    return clinic


@pytest.mark.parametrize("status", [S.CANCELLED, S.NO_SHOW])
def test_another_provider_or_nothing_new_does_not_book_it_again(
    desk: Clinic, browser: Client, status: AppointmentStatus
) -> None:
    visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=status)
    Appointment.objects.filter(pk=visit.pk).update(duration_minutes=45)
    for provider in ("", "Ines Oak, PT"):
        answer = send(browser, visit, typed(desk, 3, "11:00", provider=provider))
        assert ": saved." in text(answer)
        visit.refresh_from_db()
        assert (visit.provider_name, visit.status, visit.revision) == (provider, status, 1)
    event = AuditEvent.objects.get(act=AuditAct.SCHEDULE_CHANGED)
    assert event.detail == {"patient": visit.patient_id, "changed": ["provider_name"]}


def test_the_trail_says_that_a_move_changed_the_status(desk: Clinic, browser: Client) -> None:
    visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.CONFIRMED)
    Appointment.objects.filter(pk=visit.pk).update(duration_minutes=45)
    send(browser, visit, typed(desk, 9))
    assert AuditEvent.objects.get(act=AuditAct.SCHEDULE_CHANGED).detail == {
        "patient": visit.patient_id,
        "changed": ["starts_at"],
        "status": {"old": "confirmed", "new": "booked"},
    }


def test_seconds_the_form_does_not_show_are_kept(desk: Clinic, browser: Client) -> None:
    start = local(desk, 11, days=3) + timedelta(seconds=30, microseconds=5)
    visit = desk.visit(subscriber(desk), start, status=S.CONFIRMED)
    send(browser, visit, typed(desk, 3, "11:00", provider="Ines Oak, PT"))
    visit.refresh_from_db()
    assert (visit.provider_name, visit.starts_at) == ("Ines Oak, PT", start)
    assert (visit.status, visit.revision) == (S.CONFIRMED, 1)
    send(browser, visit, typed(desk, 3, "11:01"))
    visit.refresh_from_db()
    assert (visit.starts_at, visit.revision) == (local(desk, 11, days=3, minute=1), 2)
