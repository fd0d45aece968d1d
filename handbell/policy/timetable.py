"""When is a message due, and until when is it useful?

Delivery times are facility-local and stay on the wall clock when the clocks change. A time
that does not exist that night is moved forward by the gap; one that exists twice means the
first (PEP 495, fold=0).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.policy.open_days import open_day_before
from handbell.vocabulary.words import BalanceFrequency, Channel

#: rules.md 29 and StrataEMR: "Every Month" is 30 days.
DAYS_BETWEEN_ALERTS: Final = {
    BalanceFrequency.EVERY_TWO_WEEKS: 14,
    BalanceFrequency.EVERY_MONTH: 30,
}

#: A balance alert that could not leave for two days waits for the next one instead.
BALANCE_USEFUL_FOR: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder of every visit; exactly one of days (with `at`) and hours is set."""

    key: str
    days_before: int | None
    hours_before: int | None
    at: time | None
    channels: tuple[Channel, ...]
    when_confirmed: bool = False
    since: datetime | None = None


def wall_clock(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the moment a wall clock in `zone` shows `at` on `day`, in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def step_moment(
    step: Step, *, starts_at: datetime, zone: ZoneInfo, open_in: str | None = None
) -> datetime:
    """Return the moment a step names for a visit; hours before are real hours, not the wall's.

    `open_in` is the country whose weekends and holidays are kept free: a moment on such a day is
    the same time on the open day before it. None: any day will do.
    """
    if step.days_before is not None and step.at is not None:
        day = starts_at.astimezone(zone).date() - timedelta(days=step.days_before)
        moment = wall_clock(day, step.at, zone)
    else:
        moment = starts_at.astimezone(UTC) - timedelta(hours=step.hours_before or 0)
    return moment if open_in is None else _on_open_day(moment, starts_at, zone, open_in)


def _on_open_day(moment: datetime, starts_at: datetime, zone: ZoneInfo, region: str) -> datetime:
    local = moment.astimezone(zone)
    if local.date() >= starts_at.astimezone(zone).date():
        return moment  # where there are visits, somebody is there
    day = open_day_before(local.date(), region=region)
    return moment if day == local.date() else wall_clock(day, local.time(), zone)


def useful_until(*, starts_at: datetime, too_late_hours: int) -> datetime:
    """Return the last moment at which a reminder still helps the patient."""
    return starts_at.astimezone(UTC) - timedelta(hours=too_late_hours)


def next_delivery(*, not_before: datetime, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment not before `not_before` at which it is `at` in `zone`."""
    day = not_before.astimezone(zone).date()
    for candidate in (day, day + timedelta(days=1), day + timedelta(days=2)):
        moment = wall_clock(candidate, at, zone)
        if moment >= not_before:
            return moment
    raise AssertionError("a wall clock shows every time at least once in two days")


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment a day begins in `zone`, in UTC."""
    return wall_clock(day, time(0), zone)
