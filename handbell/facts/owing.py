"""Who owes, and what is expected of their next alert? Written by the planner, read by pages.

A list over everybody who owes cannot ask policy about each: the planner notes its answer here
whenever it plans a patient. A page asks again for the rows it shows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from handbell.facts.models import Owing
from handbell.vocabulary.words import Objection

PAGE_SIZE: Final = 50

#: Amount, since when, when the next alert goes, or why none does.
Owed = tuple[Decimal, date, datetime | None, str]

_FORGET = "DELETE FROM facts_owing WHERE patient_id = ANY(%s)"

_NOTE = """
INSERT INTO facts_owing (patient_id, practice_id, amount, since, next_at, objection)
SELECT u.id, %s, u.amount, u.since, u.next_at, u.objection
FROM unnest(%s::bigint[], %s::numeric[], %s::date[], %s::timestamptz[], %s::text[])
    AS u (id, amount, since, next_at, objection)
ORDER BY u.id
ON CONFLICT (patient_id) DO UPDATE
SET amount = EXCLUDED.amount, since = EXCLUDED.since, next_at = EXCLUDED.next_at,
    objection = EXCLUDED.objection
WHERE (facts_owing.amount, facts_owing.since, facts_owing.next_at, facts_owing.objection)
   IS DISTINCT FROM (EXCLUDED.amount, EXCLUDED.since, EXCLUDED.next_at, EXCLUDED.objection)
"""


def note_owing(practice_id: int, owed: Mapping[int, Owed | None]) -> None:
    """Note what each of these patients owes; None for nothing. Idempotent."""
    settled = [patient_id for patient_id, told in owed.items() if told is None]
    owing = [(patient_id, *told) for patient_id, told in owed.items() if told is not None]
    with connection.cursor() as cursor:
        if settled:
            cursor.execute(_FORGET, [settled])
        if owing:
            columns = [list(column) for column in zip(*owing, strict=True)]
            cursor.execute(_NOTE, [practice_id, *columns])


class Order(StrEnum):
    """In which order a list of those who owe is read; the value stands in the address."""

    MOST = "most"
    LEAST = "least"
    LONGEST = "longest"
    NEWEST = "newest"
    NAME = "name"
    NAME_BACK = "name_back"


_COLUMNS: Final[Mapping[Order, Sequence[str]]] = {
    Order.MOST: ("-amount", "patient_id"),
    Order.LEAST: ("amount", "patient_id"),
    Order.LONGEST: ("since", "patient_id"),
    Order.NEWEST: ("-since", "patient_id"),
    Order.NAME: ("patient__last_name", "patient__first_name", "patient_id"),
    Order.NAME_BACK: ("-patient__last_name", "-patient__first_name", "-patient_id"),
}


class Expected(StrEnum):
    """What is expected of the next alert, as staff ask for it."""

    ALERTED = "alerted"
    NOT_ALERTED = "not_alerted"
    OPTED_OUT = "opted_out"


#: The patient's own no: their choice on the page, or a STOP or a consent taken back.
_OPTED_OUT: Final = Q(objection__in=[Objection.SWITCHED_OFF, Objection.OPTED_OUT])
_EXPECTED: Final[Mapping[Expected, Q]] = {
    Expected.ALERTED: Q(objection=""),
    Expected.NOT_ALERTED: ~Q(objection=""),
    Expected.OPTED_OUT: _OPTED_OUT,
}


@dataclass(frozen=True, slots=True)
class WantedOwing:
    """Which of those who owe are asked for. None means any."""

    expected: Expected | None = None
    reason: Objection | None = None
    facility_id: int | None = None


@dataclass(frozen=True, slots=True)
class OwingPage:
    """One page of those who owe and the keys of its neighbours, None where there are none."""

    rows: list[Owing]
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """How many owe how much in all, and how many of them are told."""

    number: int
    amount: Decimal
    alerted: int
    opted_out: int

    @property
    def not_alerted(self) -> int:
        return self.number - self.alerted


def owing_of(practice_id: int, wanted: WantedOwing) -> QuerySet[Owing]:
    """Return those of one practice who owe and are asked for, unordered."""
    found = Owing.objects.filter(practice_id=practice_id)
    if wanted.expected is not None:
        found = found.filter(_EXPECTED[wanted.expected])
    if wanted.reason is not None:
        found = found.filter(objection=wanted.reason)
    if wanted.facility_id is not None:
        found = found.filter(patient__facility_id=wanted.facility_id)
    return found


def totals_of(found: QuerySet[Owing]) -> Totals:
    """Return the sums over some who owe, in one query."""
    counted = found.order_by().aggregate(
        number=Count("pk"),
        amount=Sum("amount"),
        alerted=Count("pk", filter=_EXPECTED[Expected.ALERTED]),
        opted_out=Count("pk", filter=_OPTED_OUT),
    )
    return Totals(**(counted | {"amount": counted["amount"] or Decimal(0)}))


def reasons_of(practice_id: int) -> list[Objection]:
    """Return the reasons for which somebody who owes is not told."""
    held = Owing.objects.filter(practice_id=practice_id).exclude(objection="").order_by()
    return [Objection(one) for one in held.values_list("objection", flat=True).distinct()]


def page_of_owing(
    found: QuerySet[Owing],
    *,
    practice_id: int,
    order: Order,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> OwingPage:
    """Return the page that follows the patient `after`, or the one that ends before `before`."""
    key = before if before is not None else after
    anchor = None
    if key is not None:
        known = Owing.objects.filter(practice_id=practice_id, pk=key)
        anchor = known.select_related("patient").first()
    backwards = before is not None and anchor is not None
    columns = [_turned(one) if backwards else one for one in _COLUMNS[order]]
    rows = found if anchor is None else found.filter(_beyond(anchor, columns))
    taken = list(rows.select_related("patient__facility").order_by(*columns)[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if backwards:
        shown.reverse()
    comes_before = more if backwards else anchor is not None
    comes_after = anchor is not None if backwards else more
    return OwingPage(
        rows=shown,
        before=shown[0].pk if shown and comes_before else None,
        after=shown[-1].pk if shown and comes_after else None,
    )


def _turned(column: str) -> str:
    return column.removeprefix("-") if column.startswith("-") else f"-{column}"


def _beyond(key: Owing, columns: Sequence[str]) -> Q:
    """Rows past the key: past it in a column, and equal to it in those before."""
    beyond, tied = Q(), Q()
    for column in columns:
        name = column.removeprefix("-")
        value = _value(key, name)
        way = "lt" if column.startswith("-") else "gt"
        beyond |= tied & Q(**{f"{name}__{way}": value})
        tied &= Q(**{name: value})
    return beyond


def _value(key: Owing, name: str) -> Any:  # noqa: ANN401  (a column's)
    first, _, rest = name.partition("__")
    found = getattr(key, first)
    return getattr(found, rest) if rest else found
