"""Which entry goes into a patient's calendar? The same one the e-mail carried, so none doubles."""

from datetime import datetime

from icalendar import Calendar

from handbell.access.practice_settings import practice_settings
from handbell.dispatch.compose import calendar_event
from handbell.outbox.models import Message
from handbell.patientpages.visits import Standing, standing_of
from handbell.planner.queries import visits_ahead


def calendar_of(message: Message, *, link: str, now: datetime) -> bytes | None:
    """Return an iCalendar file of the visits that are still ahead, or None if there are none.

    `link` is the public address of the page, which names the entries.
    """
    rows = [one for one in (message, *message.merged.all()) if one.appointment is not None]
    wanted = {
        row.appointment.pk
        for row in rows
        if row.appointment
        and standing_of(row.appointment, now=now) in {Standing.OPEN, Standing.CONFIRMED}
    }
    if not wanted:
        return None
    settings = practice_settings(message.practice_id)
    ahead = visits_ahead([row.patient_id for row in rows], now=now)
    calendar = Calendar()
    calendar.add("prodid", "-//Handbell//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visits in ahead.values():
        for visit in visits:
            if visit.id in wanted:
                calendar.add_component(calendar_event(visit, settings, link=link, now=now))
    calendar.add_missing_timezones()
    ical: bytes = calendar.to_ical()
    return ical
