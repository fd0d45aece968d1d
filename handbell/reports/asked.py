"""What did somebody ask a report for? Filters as typed in, values that can be trusted out."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.reports.declared import FROM, TO, Asked, Filter, FilterKind, Report

#: What is wrong with a day, as the page says it beside its field.
NO_DAY: Final = "This is no day from 1971 to 2199."
BACKWARDS: Final = "This is before the first day. Left empty, it is today."

_FIRST_YEAR: Final = 1971
_LAST_YEAR: Final = 2199


class FilterFlaw(ValueError):
    """A filter the report has not, or a value it does not know; the text says what it takes."""


def ask(
    report: Report,
    given: Mapping[str, str],
    *,
    staff: StaffMember,
    profile: str = "",
    strict: bool = False,
    now: datetime,
) -> Asked:
    """Return the report as it is asked for. What is not given has its usual value.

    A choice nobody knows counts as not given; what is wrong with a day stands in `wrong`, and the
    report is not to be run so. `strict` is for a command line: it raises FilterFlaw instead, and a
    facility is called by the clinic's identifier; a page's list sends our own.
    """
    zone = practice_zone(staff.practice)
    today = now.astimezone(zone).date()
    known = {one.name for one in report.filters}
    if strict and (strange := sorted(set(given) - known)):
        names = ", ".join(sorted(known)) or "none"
        raise FilterFlaw(f"{report.name} has no filter {strange[0]!r}; it has: {names}")
    values: dict[str, str] = {}
    wrong: dict[str, str] = {}
    for one in report.filters:
        usual = report.profile_defaults.get(one.name, one.default) if profile else one.default
        if one.name not in given:
            values[one.name] = _usual(one, usual, today)
            continue
        found = _read(one, given[one.name].strip(), staff, strict=strict)
        if found is None and strict:
            raise FilterFlaw(f"{one.name} takes {_takes(one)}, not {given[one.name]!r}")
        if found is None and one.kind is FilterKind.DAY:
            wrong[one.name] = NO_DAY
        values[one.name] = _usual(one, usual, today) if found is None else found
    if not wrong and values.get(FROM, "") > (values.get(TO) or today.isoformat()):
        wrong[TO] = BACKWARDS
        if strict:
            end = values[TO] or f"today, {today}"
            raise FilterFlaw(f"from ({values[FROM]}) is after to ({end}): give the earlier first")
    with_balances = may(staff, Action.SEE_BALANCE_ALERTS)
    return Asked(staff.practice_id, zone, now, values, profile, with_balances, wrong)


def again(
    filters: Mapping[str, str], *, practice_id: int, profile: str, zone: ZoneInfo, now: datetime
) -> Asked:
    """Return what a run was asked for, from its record."""
    values = {name: value for name, value in filters.items() if name != "balances"}
    with_balances = filters.get("balances") != "no"
    return Asked(practice_id, zone, now, values, profile, with_balances)


def _usual(one: Filter, usual: str, today: date) -> str:
    if one.kind is FilterKind.DAY and usual:
        return (today + timedelta(days=int(usual))).isoformat()
    return usual


def _read(one: Filter, typed: str, staff: StaffMember, *, strict: bool) -> str | None:
    if not typed:
        return ""
    if one.kind is FilterKind.DAY:
        return _day(typed)
    if one.kind is FilterKind.CHOICE:
        return typed if typed in one.options else None
    known = Facility.objects.filter(practice_id=staff.practice_id)
    if strict:
        known = known.filter(external_id=typed)
    elif typed.isascii() and typed.isdecimal() and len(typed) < 18:
        known = known.filter(pk=int(typed))
    else:
        return None
    found = known.values_list("pk", flat=True).first()
    return None if found is None else str(found)


def _day(typed: str) -> str | None:
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        return None
    return day.isoformat() if _FIRST_YEAR <= day.year <= _LAST_YEAR else None


def _takes(one: Filter) -> str:
    if one.kind is FilterKind.DAY:
        return f"a day such as 2026-11-02, from {_FIRST_YEAR} to {_LAST_YEAR}"
    if one.kind is FilterKind.FACILITY:
        return "a facility's identifier"
    return ", ".join(one.options)
