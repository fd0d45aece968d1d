"""Which entry goes into a patient's calendar? The same one the e-mail carried, so none doubles."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar

from handbell.access.practice_settings import practice_settings
from handbell.dispatch.calendar_entries import add_clocks, calendar_event
from handbell.outbox.models import Message
from handbell.patientpages.visits import Standing, standing_of
from handbell.planner.queries import visits_ahead


def calendar_of(
    practice_id: int, rows: Iterable[Message], *, link: str, now: datetime
) -> bytes | None:
    """Return an iCalendar file of the rows' visits that are still ahead, or None if there are none.

    `link` is the public address of the page, which names the entries.
    """
    visits_of_rows = [row.appointment for row in rows if row.appointment is not None]
    wanted = {
        visit.pk: visit.patient_id
        for visit in visits_of_rows
        if standing_of(visit, now=now) in {Standing.OPEN, Standing.CONFIRMED}
    }
    if not wanted:
        return None
    settings = practice_settings(practice_id)
    ahead = visits_ahead(sorted(set(wanted.values())), now=now)
    calendar = Calendar()
    calendar.add("prodid", "-//Handbell//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for visits in ahead.values():
        for visit in visits:
            if visit.id in wanted:
                calendar.add_component(calendar_event(visit, settings, link=link, now=now))
    add_clocks(calendar)
    ical: bytes = calendar.to_ical()
    return ical
