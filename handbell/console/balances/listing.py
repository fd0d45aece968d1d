"""What does the list of balances show? Totals, the filters in use and one page of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handbell.access.models import Facility, StaffMember
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.access.queries import facilities_of
from handbell.console.asked import FilterChip
from handbell.console.balances.alerts import Alerts, read_alerts
from handbell.console.choices import Option, Select
from handbell.console.clock import say_day
from handbell.console.words import REASONS
from handbell.facts.models import Owing
from handbell.facts.owing import (
    Expected,
    Order,
    Totals,
    WantedOwing,
    owing_of,
    page_of_owing,
    reasons_of,
    totals_of,
)
from handbell.vocabulary.words import Objection

EXPECTED: Final = {
    Expected.ALERTED: gettext_lazy("Will be alerted"),
    Expected.NOT_ALERTED: gettext_lazy("Will not be alerted"),
    Expected.OPTED_OUT: gettext_lazy("Opted out"),
}

#: Each column's order when it is chosen first, and when it is turned.
_COLUMNS: Final = {
    "amount": (Order.MOST, Order.LEAST),
    "since": (Order.LONGEST, Order.NEWEST),
    "name": (Order.NAME, Order.NAME_BACK),
}
_RISING: Final = frozenset({Order.LEAST, Order.LONGEST, Order.NAME})


@dataclass(frozen=True, slots=True)
class AskedBalances:
    """One view of the list. None means any."""

    wanted: WantedOwing
    order: Order
    after: int | None = None
    before: int | None = None

    @property
    def address(self) -> str:
        """The query string of this view."""
        pairs = {
            "alerts": self.wanted.expected,
            "reason": self.wanted.reason,
            "facility": self.wanted.facility_id,
            "sort": None if self.order is Order.MOST else self.order,
            "after": self.after,
            "before": self.before,
        }
        return "?" + urlencode({name: value for name, value in pairs.items() if value})

    @property
    def told(self) -> dict[str, str | int]:
        """What the audit trail says of this view."""
        pairs = {
            "alerts": self.wanted.expected,
            "reason": self.wanted.reason,
            "facility": self.wanted.facility_id,
        }
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the row, and the list behind it."""

    label: str
    hint: str
    count: int
    said: str
    address: str
    tone: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A column that can be sorted by: its state for `aria-sort`, and the way to turn it."""

    state: str
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """One patient who owes."""

    owing: Owing
    since: str
    alerts: Alerts


@dataclass(frozen=True, slots=True)
class Balances:
    """One view of the list, and the addresses of its neighbours."""

    asked: AskedBalances
    figures: Sequence[Figure]
    selects: Sequence[Select]
    chips: Sequence[FilterChip]
    heads: Mapping[str, Head]
    rows: Sequence[Row]
    totals: Totals
    anybody: bool
    previous: str
    next: str


def read_asked_balances(params: Mapping[str, str], facilities: Sequence[Facility]) -> AskedBalances:
    """Return what the parameters ask for. A value that is not known counts as not given."""
    expected, reason = params.get("alerts", ""), params.get("reason", "")
    facility = next((one.pk for one in facilities if str(one.pk) == params.get("facility")), None)
    order = params.get("sort", "")
    return AskedBalances(
        WantedOwing(
            Expected(expected) if expected in set(Expected) else None,
            Objection(reason) if reason in set(Objection) else None,
            facility,
        ),
        Order(order) if order in set(Order) else Order.MOST,
        after=_key(params.get("after", "")),
        before=_key(params.get("before", "")),
    )


def read_balances(staff: StaffMember, params: Mapping[str, str], *, now: datetime) -> Balances:
    """Return the view the parameters ask for."""
    settings = practice_settings(staff.practice_id)
    facilities = facilities_of(staff.practice)
    asked = read_asked_balances(params, facilities)
    found = owing_of(staff.practice_id, asked.wanted)
    page = page_of_owing(
        found,
        practice_id=staff.practice_id,
        order=asked.order,
        after=asked.after,
        before=asked.before,
    )
    view = replace(asked, after=None, before=None)
    place = WantedOwing(facility_id=asked.wanted.facility_id)
    totals = totals_of(owing_of(staff.practice_id, place))
    return Balances(
        asked=asked,
        figures=_figures(view, totals),
        selects=_selects(view, facilities, reasons_of(staff.practice_id)),
        chips=_chips(view, facilities),
        heads={name: _head(view, name) for name in _COLUMNS},
        rows=_rows(staff, page.rows, settings, now),
        totals=totals_of(found) if asked.wanted != place else totals,
        anybody=totals.number > 0,
        previous=replace(view, before=page.before).address if page.before else "",
        next=replace(view, after=page.after).address if page.after else "",
    )


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _rows(
    staff: StaffMember, rows: Sequence[Owing], settings: PracticeSettings, now: datetime
) -> list[Row]:
    alerts = read_alerts(rows, settings=settings, staff=staff, now=now)
    today = now.astimezone(settings.zone).date()
    return [Row(row, say_day(row.since, today=today), alerts[row.pk]) for row in rows]


def _figures(view: AskedBalances, totals: Totals) -> list[Figure]:
    def figure(
        expected: Expected | None, label: str, hint: str, count: int, tone: str, said: str = ""
    ) -> Figure:
        there = replace(view, wanted=replace(view.wanted, expected=expected, reason=None))
        chosen = expected is not None and view.wanted.expected is expected
        return Figure(label, hint, count, said or f"{count:,}", there.address, tone, chosen)

    amount = f"${totals.amount:,.2f}"
    return [
        figure(None, _("Owe"), _("patients"), totals.number, "accent"),
        figure(None, _("Owed in all"), _("by them together"), totals.number, "accent", amount),
        figure(
            Expected.ALERTED, _("Will be alerted"), _("as things stand"), totals.alerted, "good"
        ),
        figure(Expected.NOT_ALERTED, _("Will not"), _("each says why"), totals.not_alerted, "wait"),
        figure(Expected.OPTED_OUT, _("Opted out"), _("of those"), totals.opted_out, "stop"),
    ]


def _selects(
    view: AskedBalances, facilities: Sequence[Facility], reasons: Sequence[Objection]
) -> list[Select]:
    wanted = view.wanted
    named = {*reasons, *([wanted.reason] if wanted.reason else [])}
    words = sorted(((one.value, str(REASONS[one])) for one in named), key=lambda pair: pair[1])
    found = [
        _select(
            "alerts",
            _("Alerts"),
            {name.value: str(word) for name, word in EXPECTED.items()},
            wanted.expected or "",
        ),
        _select("reason", _("Why not"), dict(words), wanted.reason or ""),
    ]
    if len(facilities) > 1:
        places = {str(one.pk): one.name for one in facilities}
        found.append(_select("facility", _("Facility"), places, str(wanted.facility_id or "")))
    return found


def _select(name: str, label: str, words: Mapping[str, str], chosen: str) -> Select:
    return Select(name, label, [Option(v, word, v == chosen) for v, word in words.items()])


def _chips(view: AskedBalances, facilities: Sequence[Facility]) -> list[FilterChip]:
    wanted = view.wanted
    chips: list[tuple[str, WantedOwing]] = []
    if wanted.expected is not None:
        chips.append((str(EXPECTED[wanted.expected]), replace(wanted, expected=None)))
    if wanted.reason is not None:
        word = _("Why not: %(reason)s") % {"reason": REASONS[wanted.reason]}
        chips.append((word, replace(wanted, reason=None)))
    if wanted.facility_id is not None:
        name = next(one.name for one in facilities if one.pk == wanted.facility_id)
        chips.append((name, replace(wanted, facility_id=None)))
    return [FilterChip(label, replace(view, wanted=without).address) for label, without in chips]


def _head(view: AskedBalances, name: str) -> Head:
    first, turned = _COLUMNS[name]
    if view.order is first:
        return Head(_direction(first), replace(view, order=turned).address)
    state = _direction(turned) if view.order is turned else ""
    return Head(state, replace(view, order=first).address)


def _direction(order: Order) -> str:
    return "ascending" if order in _RISING else "descending"
