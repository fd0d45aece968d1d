"""What does the schedule show? One day's visits as they are asked for, each with its reminders."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.access.queries import facilities_of
from handbell.console.asked import FilterChip
from handbell.console.choices import Option, Select
from handbell.console.clock import local_day, same_clock, say_day, say_zone, today_in
from handbell.console.schedule.forms import write_seen
from handbell.console.schedule.reminders import Reminders, read_reminders
from handbell.console.schedule.wording import BACK_BUTTONS, STATUS_BUTTONS, STATUS_ICONS
from handbell.console.words import VISIT_STATUSES, Chip, say_status
from handbell.facts.models import Appointment
from handbell.facts.schedule import (
    CAME,
    OFF,
    WantedVisits,
    count_by_status,
    page_by_time,
    providers_of,
    visits_of,
)
from handbell.policy.visits import goes_back, next_statuses
from handbell.vocabulary.words import AppointmentStatus

S = AppointmentStatus

GROUPS: Final = {
    "came": (gettext_lazy("Arrived or later"), CAME),
    "off": (gettext_lazy("Cancelled or no show"), OFF),
}

#: What is pressed often enough to stand in the list; the rest is on the visit's page.
_OFTEN: Final = (S.CONFIRMED, S.ARRIVED, S.IN_PROGRESS, S.COMPLETED)


@dataclass(frozen=True, slots=True)
class AskedDay:
    """One view of the schedule. None and empty mean any."""

    day: date
    facility_id: int | None = None
    provider: str = ""
    status: str = ""
    after: int | None = None
    before: int | None = None

    @property
    def address(self) -> str:
        """The query string of this view."""
        pairs = {
            "day": self.day.isoformat(),
            "facility": self.facility_id,
            "provider": self.provider,
            "status": self.status,
            "after": self.after,
            "before": self.before,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value})

    @property
    def statuses(self) -> tuple[AppointmentStatus, ...]:
        if self.status in GROUPS:
            return GROUPS[self.status][1]
        return (AppointmentStatus(self.status),) if self.status else ()


@dataclass(frozen=True, slots=True)
class Press:
    """A button that gives a visit another status."""

    to: AppointmentStatus
    word: str


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the row, and the list behind it."""

    name: str
    label: str
    hint: str
    count: int
    address: str
    tone: str
    chosen: bool

    @property
    def said(self) -> str:
        return f"{self.count:,}"


@dataclass(frozen=True, slots=True)
class Row:
    """One visit of the list; `hour` is said where a new one begins."""

    visit: Appointment
    time: str
    zone_said: str
    hour: str
    status: Chip
    reminders: Reminders
    presses: Sequence[Press]
    seen: str


@dataclass(frozen=True, slots=True)
class Day:
    """One view of the schedule, and the addresses of its neighbours."""

    asked: AskedDay
    said: str
    zone: ZoneInfo
    zone_said: str
    is_today: bool
    yesterday: str
    tomorrow: str
    today: str
    figures: Sequence[Figure]
    selects: Sequence[Select]
    chips: Sequence[FilterChip]
    rows: Sequence[Row]
    number: int
    previous: str
    next: str


def read_day(staff: StaffMember, params: Mapping[str, str], *, now: datetime) -> Day:
    """Return the view the parameters ask for. A value that is not known counts as not given."""
    settings = practice_settings(staff.practice_id)
    facilities = facilities_of(staff.practice)
    facility_id = _facility(params.get("facility", ""), facilities)
    zone = settings.zone_of(facility_id)
    today = today_in(zone, now=now).date
    asked = _asked(params, facility_id=facility_id, today=today)
    whole = _wanted(replace(asked, status=""), zone)
    found = visits_of(staff.practice_id, _wanted(asked, zone))
    counts = count_by_status(visits_of(staff.practice_id, whole))
    page = page_by_time(
        found, practice_id=staff.practice_id, after=asked.after, before=asked.before
    )
    view = replace(asked, after=None, before=None)
    one = timedelta(days=1)
    return Day(
        asked=asked,
        said=_("Today") if asked.day == today else say_day(asked.day, today=today),
        zone=zone,
        zone_said=say_zone(zone, at=whole.begins),
        is_today=asked.day == today,
        yesterday=replace(view, day=asked.day - one).address,
        tomorrow=replace(view, day=asked.day + one).address,
        today=replace(view, day=today).address,
        figures=_figures(view, counts),
        selects=_selects(view, facilities, providers_of(staff.practice_id, _places(whole))),
        chips=_chips(view, facilities),
        rows=_rows(staff, page.rows, settings, zone, now),
        number=sum(counts.get(status, 0) for status in asked.statuses or tuple(S)),
        previous=replace(view, before=page.before).address if page.before else "",
        next=replace(view, after=page.after).address if page.after else "",
    )


def status_chip(visit: Appointment) -> Chip:
    """Return how a visit's status is shown."""
    status = AppointmentStatus(visit.status)
    icon, tone = STATUS_ICONS[status]
    return Chip(say_status(status, by_patient=visit.confirmed_by_patient), icon, tone)


def presses(visit: Appointment, zone: ZoneInfo, now: datetime) -> list[Press]:
    """Return what a visit's status may be changed to, each with its button."""
    possible = next_statuses(
        AppointmentStatus(visit.status), starts_at=visit.starts_at, zone=zone, now=now
    )
    return [Press(one, _button(visit, one)) for one in possible]


def _often(visit: Appointment, zone: ZoneInfo, now: datetime) -> list[Press]:
    """Return the buttons of a line of the list: the way forward."""
    status = AppointmentStatus(visit.status)
    found = presses(visit, zone, now)
    return [one for one in found if one.to in _OFTEN and not goes_back(status, one.to)]


def _button(visit: Appointment, to: AppointmentStatus) -> str:
    words = BACK_BUTTONS if goes_back(AppointmentStatus(visit.status), to) else STATUS_BUTTONS
    return str(words[to])


def _facility(text: str, facilities: Sequence[Facility]) -> int | None:
    return next((one.pk for one in facilities if str(one.pk) == text), None)


def _asked(params: Mapping[str, str], *, facility_id: int | None, today: date) -> AskedDay:
    status = params.get("status", "")
    return AskedDay(
        day=_day(params.get("day", "")) or today,
        facility_id=facility_id,
        provider=params.get("provider", "").replace("\0", "")[:120],
        status=status if status in GROUPS or status in set(S) else "",
        after=_key(params.get("after", "")),
        before=_key(params.get("before", "")),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _wanted(asked: AskedDay, zone: ZoneInfo) -> WantedVisits:
    day = local_day(asked.day, zone)
    return WantedVisits(day.begins, day.ends, asked.facility_id, asked.provider, asked.statuses)


def _places(wanted: WantedVisits) -> WantedVisits:
    return replace(wanted, provider="")


def _figures(view: AskedDay, counts: Mapping[AppointmentStatus, int]) -> list[Figure]:
    def figure(name: str, label: str, hint: str, tone: str, *statuses: AppointmentStatus) -> Figure:
        count = sum(counts.get(status, 0) for status in statuses)
        address = replace(view, status=name).address
        return Figure(name, label, hint, count, address, tone, chosen=name == view.status != "")

    return [
        figure("", _("Visits"), _("of the day"), "accent", *S),
        figure("booked", _("Scheduled"), _("not confirmed"), "wait", S.BOOKED),
        figure("confirmed", _("Confirmed"), _("said they will come"), "good", S.CONFIRMED),
        figure("came", _("Arrived"), _("or later"), "accent", *CAME),
        figure("off", _("Not coming"), _("cancelled or no show"), "soft", *OFF),
    ]


def _selects(
    view: AskedDay, facilities: Sequence[Facility], providers: Sequence[str]
) -> list[Select]:
    found = []
    if len(facilities) > 1:
        places = {str(one.pk): one.name for one in facilities}
        found.append(_select("facility", _("Facility"), places, str(view.facility_id or "")))
    named = dict.fromkeys([*providers, *([view.provider] if view.provider else [])])
    found.append(_select("provider", _("Provider"), {name: name for name in named}, view.provider))
    statuses = {status.value: str(word) for status, word in VISIT_STATUSES.items()} | {
        name: str(word) for name, (word, _statuses) in GROUPS.items()
    }
    found.append(_select("status", _("Status"), statuses, view.status))
    return found


def _select(name: str, label: str, words: Mapping[str, str], chosen: str) -> Select:
    return Select(name, label, [Option(v, word, v == chosen) for v, word in words.items()])


def _chips(view: AskedDay, facilities: Sequence[Facility]) -> list[FilterChip]:
    chips = []
    if view.facility_id is not None:
        name = next(one.name for one in facilities if one.pk == view.facility_id)
        chips.append(FilterChip(name, replace(view, facility_id=None).address))
    if view.provider:
        chips.append(FilterChip(view.provider, replace(view, provider="").address))
    if view.status:
        word = (
            GROUPS[view.status][0]
            if view.status in GROUPS
            else VISIT_STATUSES[AppointmentStatus(view.status)]
        )
        chips.append(FilterChip(str(word), replace(view, status="").address))
    return chips


def _rows(
    staff: StaffMember,
    visits: Sequence[Appointment],
    settings: PracticeSettings,
    zone: ZoneInfo,
    now: datetime,
) -> list[Row]:
    reminders = read_reminders(
        visits,
        settings=settings,
        staff=staff,
        now=now,
    )
    may_press = may(staff, Action.CHANGE_SCHEDULE)
    rows: list[Row] = []
    hour_before = ""
    for visit in visits:
        there = settings.zone_of(visit.facility_id)
        hour = f"{visit.starts_at.astimezone(zone):%H}:00"
        differs = not same_clock(there, zone, at=visit.starts_at)
        rows.append(
            Row(
                visit=visit,
                time=f"{visit.starts_at.astimezone(there):%H:%M}",
                zone_said=say_zone(there, at=visit.starts_at) if differs else "",
                hour=hour if hour != hour_before else "",
                status=status_chip(visit),
                reminders=reminders[visit.pk],
                presses=_often(visit, there, now) if may_press else [],
                seen=write_seen(visit),
            )
        )
        hour_before = hour
    return rows
