"""What does the address of the Messages page ask for, and how is such an address written? Pure.

A value that is not one of the known ones counts as not given: an old link still opens. What
was typed into the search never stands in an address (it may be a patient's name); `search` is
only the name of a search kept in the session.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from handbell.console.clock import local_day, say_day
from handbell.console.words import CHANNELS, PURPOSES, REASONS, STANDINGS
from handbell.outbox.queries import Cursor, Standing, Wanted
from handbell.vocabulary.words import Channel, Objection, Purpose

Word = TypeVar("Word", bound=StrEnum)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR: Final = re.compile(r"(\d{1,17})-(\d{1,18})")
_SEARCH: Final = re.compile(r"[a-z0-9]{6,20}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of the Messages list. None means any."""

    first_day: date | None = None
    last_day: date | None = None
    purpose: Purpose | None = None
    channel: Channel | None = None
    standing: Standing | None = None
    reason: Objection | None = None
    facility_id: int | None = None
    search: str = ""
    latest_first: bool = True
    before: Cursor | None = None
    after: Cursor | None = None


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter in use: what it says and the address of the list without it."""

    label: str
    without: str


def read_asked(params: Mapping[str, str], *, today: date) -> Asked:
    """Return what the parameters ask for; without any day or search that is today."""
    search = params.get("search", "")
    unsaid = "from" not in params and "to" not in params and not search
    first, last = _day(params.get("from", "")), _day(params.get("to", ""))
    if first and last and last < first:
        first, last = last, first
    facility = params.get("facility", "")
    return Asked(
        first_day=today if unsaid else first,
        last_day=today if unsaid else last,
        purpose=_word(Purpose, params.get("purpose")),
        channel=_word(Channel, params.get("channel")),
        standing=_word(Standing, params.get("state")),
        reason=_word(Objection, params.get("reason")),
        facility_id=int(facility) if facility.isdecimal() and len(facility) < 18 else None,
        search=search if _SEARCH.fullmatch(search) else "",
        latest_first=params.get("sort") != "earliest",
        before=_cursor(params.get("before", "")),
        after=_cursor(params.get("after", "")),
    )


def address_of(asked: Asked) -> str:
    """Return the query string of a view; reading it gives the same view again."""
    pairs = {
        "from": asked.first_day.isoformat() if asked.first_day else "",
        "to": asked.last_day.isoformat() if asked.last_day else "",
        "purpose": asked.purpose,
        "channel": asked.channel,
        "state": asked.standing,
        "reason": asked.reason,
        "facility": asked.facility_id,
        "search": asked.search,
        "sort": "" if asked.latest_first else "earliest",
        "before": _write_cursor(asked.before),
        "after": _write_cursor(asked.after),
    }
    given = {name: value for name, value in pairs.items() if value or name in {"from", "to"}}
    return "?" + urlencode(given)


def told_of(asked: Asked) -> dict[str, str | int | bool]:
    """Return what an event of the audit trail says of a view: which filters, not what was typed."""
    told: dict[str, str | int | bool | None] = {
        "from": asked.first_day.isoformat() if asked.first_day else None,
        "to": asked.last_day.isoformat() if asked.last_day else None,
        "purpose": asked.purpose,
        "channel": asked.channel,
        "state": asked.standing,
        "reason": asked.reason,
        "facility": asked.facility_id,
        "searched": True if asked.search else None,
    }
    return {name: value for name, value in told.items() if value is not None}


def first_page(asked: Asked) -> Asked:
    """Return the same view from its beginning."""
    return replace(asked, before=None, after=None)


def wanted_of(
    asked: Asked,
    *,
    zone: ZoneInfo,
    patient_ids: Sequence[int] | None = None,
    message_id: int | None = None,
    without_balances: bool = False,
) -> Wanted:
    """Return the question for the outbox; the days are those of `zone`."""
    return Wanted(
        begins=local_day(asked.first_day, zone).begins if asked.first_day else None,
        ends=local_day(asked.last_day, zone).ends if asked.last_day else None,
        purpose=asked.purpose,
        channel=asked.channel,
        standing=asked.standing,
        reason=asked.reason,
        facility_id=asked.facility_id,
        patient_ids=patient_ids,
        message_id=message_id,
        without_balances=without_balances,
    )


def filter_chips(
    asked: Asked, *, today: date, facilities: Mapping[int, str], searched: str
) -> list[FilterChip]:
    """Return the filters in use, each with the address of the list without it.

    A usual range of days is marked among the day links and needs no chip.
    """
    view = first_page(asked)
    labels: list[tuple[str, Asked]] = []
    usual = any(link.chosen for link in day_links(asked, today=today))
    if (asked.first_day or asked.last_day) and not usual:
        days = say_days(asked.first_day, asked.last_day, today=today)
        labels.append((days, replace(view, first_day=None, last_day=None)))
    if asked.search:
        labels.append(
            (_("Search: %(searched)s") % {"searched": searched}, replace(view, search=""))
        )
    if asked.purpose:
        labels.append((PURPOSES[asked.purpose], replace(view, purpose=None)))
    if asked.channel:
        labels.append((CHANNELS[asked.channel], replace(view, channel=None)))
    if asked.standing:
        labels.append((STANDINGS[asked.standing], replace(view, standing=None)))
    if asked.reason:
        reason = _("Reason: %(reason)s") % {"reason": REASONS[asked.reason]}
        labels.append((reason, replace(view, reason=None)))
    if asked.facility_id:
        name = facilities.get(asked.facility_id, _("Another facility"))
        labels.append((name, replace(view, facility_id=None)))
    return [FilterChip(label, address_of(without)) for label, without in labels]


def say_days(first: date | None, last: date | None, *, today: date) -> str:
    """Return a range of days in words: "Today", "Mon 2 Nov to Fri 6 Nov", "Any day"."""
    if first and last:
        if first == last:
            return _("Today") if first == today else say_day(first, today=today)
        both = {"first": say_day(first, today=today), "last": say_day(last, today=today)}
        return _("%(first)s to %(last)s") % both
    if first:
        return _("From %(day)s") % {"day": say_day(first, today=today)}
    if last:
        return _("Until %(day)s") % {"day": say_day(last, today=today)}
    return _("Any day")


@dataclass(frozen=True, slots=True)
class DayLink:
    """A range of days people ask for often."""

    label: str
    address: str
    chosen: bool


def day_links(asked: Asked, *, today: date) -> list[DayLink]:
    """Return the common ranges, keeping the other filters."""
    one = timedelta(days=1)
    ranges = [
        (_("Yesterday"), today - one, today - one),
        (_("Today"), today, today),
        (_("Tomorrow"), today + one, today + one),
        (_("Last 7 days"), today - 6 * one, today),
        (_("Next 7 days"), today, today + 6 * one),
        (_("Any day"), None, None),
    ]
    view = first_page(asked)
    return [
        DayLink(
            label=label,
            address=address_of(replace(view, first_day=first, last_day=last)),
            chosen=(first, last) == (asked.first_day, asked.last_day),
        )
        for label, first, last in ranges
    ]


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1970 < day.year < 2200 else None


def _word(words: type[Word], text: str | None) -> Word | None:
    return words(text) if text in {word.value for word in words} else None


def _cursor(text: str) -> Cursor | None:
    found = _CURSOR.fullmatch(text)
    if not found:
        return None
    return Cursor(_EPOCH + timedelta(microseconds=int(found[1])), int(found[2]))


def _write_cursor(cursor: Cursor | None) -> str:
    if cursor is None:
        return ""
    return f"{(cursor.due_at - _EPOCH) // timedelta(microseconds=1)}-{cursor.id}"
