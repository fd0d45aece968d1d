"""The calendar file: an entry any calendar takes, with nothing a stranger could use."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from handbell.facts.models import Appointment
from handbell.outbox.models import Message
from handbell.vocabulary.words import AppointmentStatus, MessageState, Objection
from tests.console.desk import message
from tests.world import Clinic


def entries(of: Message) -> list[dict[str, Any]]:
    answer = Client().get(f"/v/{of.code}/visit.ics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar: Any = Calendar.from_ical(answer.content)
    return [
        {
            "uid": str(event["uid"]),
            "summary": str(event["summary"]),
            "location": str(event.get("location", "")),
            "starts": event["dtstart"].dt,
            "length": event["dtend"].dt - event["dtstart"].dt,
        }
        for event in calendar.walk("VEVENT")
    ]


def test_the_visit_is_an_entry_with_time_place_and_clinic(reminder: Message) -> None:
    assert reminder.appointment is not None
    [entry] = entries(reminder)
    assert entry == {
        "uid": f"visit-{reminder.appointment.pk}@127.0.0.1",
        "summary": "Harbor PT",
        "location": "Main, 1 Harbor St, Springfield",
        "starts": reminder.appointment.starts_at.replace(microsecond=0),
        "length": timedelta(minutes=45),
    }


def test_only_what_the_message_spoke_of_is_in_it(clinic: Clinic, reminder: Message) -> None:
    clinic.visit(reminder.patient, clinic.now + timedelta(days=5))
    follower = message(
        clinic,
        reminder.patient,
        visit=clinic.visit(reminder.patient, clinic.now + timedelta(days=2, hours=3)),
        state=MessageState.WITHHELD,
        objection=Objection.MERGED,
        merged_into=reminder,
    )
    assert reminder.appointment is not None
    assert follower.appointment is not None
    wanted = {reminder.appointment.pk, follower.appointment.pk}
    assert {entry["uid"] for entry in entries(reminder)} == {
        f"visit-{pk}@127.0.0.1" for pk in wanted
    }


@pytest.mark.parametrize("status", [AppointmentStatus.CANCELLED, AppointmentStatus.COMPLETED])
def test_a_visit_that_will_not_be_has_no_file(reminder: Message, status: AppointmentStatus) -> None:
    Appointment.objects.update(status=status)
    assert Client().get(f"/v/{reminder.code}/visit.ics").status_code == 404
