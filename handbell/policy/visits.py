"""Which status may a visit take next, and which moment does a wall clock mean? Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.vocabulary.words import AppointmentStatus

S = AppointmentStatus

#: The way forward first, then the way out, then the way back from a mistake.
_NEXT: Final[Mapping[AppointmentStatus, tuple[AppointmentStatus, ...]]] = {
    S.BOOKED: (S.CONFIRMED, S.ARRIVED, S.NO_SHOW, S.CANCELLED),
    S.CONFIRMED: (S.ARRIVED, S.NO_SHOW, S.CANCELLED, S.BOOKED),
    S.ARRIVED: (S.IN_PROGRESS, S.COMPLETED, S.CANCELLED, S.BOOKED),
    S.IN_PROGRESS: (S.COMPLETED, S.ARRIVED),
    S.COMPLETED: (S.IN_PROGRESS,),
    S.CANCELLED: (S.BOOKED,),
    S.NO_SHOW: (S.ARRIVED, S.BOOKED),
}
#: The way of a visit that takes place.
_WAY: Final = (S.BOOKED, S.CONFIRMED, S.ARRIVED, S.IN_PROGRESS, S.COMPLETED)
_ON_THE_DAY: Final = frozenset({S.ARRIVED, S.IN_PROGRESS, S.COMPLETED})

#: What has begun, or is over, has no other time any more.
MOVABLE: Final = frozenset({S.BOOKED, S.CONFIRMED, S.CANCELLED, S.NO_SHOW})

#: A visit further ahead than this is a slip in the year.
FURTHEST: Final = timedelta(days=2 * 365)


def next_statuses(
    status: AppointmentStatus, *, starts_at: datetime, zone: ZoneInfo, now: datetime
) -> list[AppointmentStatus]:
    """Return what a visit's status may be changed to now.

    A visit is confirmed while it is ahead, missed once its time has come, and nobody arrives
    before its day (in `zone`, the facility's).
    """
    day_has_come = starts_at.astimezone(zone).date() <= now.astimezone(zone).date()
    possible = {
        S.BOOKED: True,
        S.CANCELLED: True,
        S.CONFIRMED: starts_at > now,
        S.NO_SHOW: starts_at <= now,
    } | dict.fromkeys(_ON_THE_DAY, day_has_come)
    return [one for one in _NEXT[status] if possible[one]]


def goes_back(status: AppointmentStatus, to: AppointmentStatus) -> bool:
    """Return whether a change takes back a step of a visit's way, as after a wrong button."""
    return status in _WAY and to in _WAY and _WAY.index(to) < _WAY.index(status)


def moments_shown(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """Return the moments at which a wall clock shows this: none in a gap, two when it is set back.

    A file that names such a time is read one way (importers/times.py); a person is asked.
    """
    wall = datetime.combine(day, at)
    candidates = [wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    shown = [one for one in candidates if one.astimezone(zone).replace(tzinfo=None, fold=0) == wall]
    return sorted(set(shown))
