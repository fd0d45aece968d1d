"""Which patients does somebody mean? Reads for pages; nothing here writes.

Lists are read by key, never by offset. The key is the id of a patient and nothing else: a name
must not stand in an address.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from handbell.access.models import Facility
from handbell.facts.models import Appointment, MarketingPermission, Patient
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber
from handbell.vocabulary.words import PatientStatus, Purpose

PAGE_SIZE: Final = 50
COUNT_LIMIT: Final = 10_000

#: Digits fewer than these are part of a name or an id, not of a number.
FEWEST_DIGITS: Final = 3

#: A word shorter than this has no trigram: the names are read through, the addresses are not.
SHORTEST_INDEXED: Final = 3

#: So many patients by an address are looked up one by one; more are a part every address has.
MOST_ADDRESSED: Final = 1_000

# `searched` is the names and the id, folded (migration 0004).
_NAMED = "searched LIKE '%%' || facts_folded(%s) || '%%'"

_ADDRESSED = """
SELECT patient_id FROM facts_contactpoint
WHERE practice_id = %s AND (lower(value) LIKE '%%' || lower(%s) || '%%' OR value = %s)
"""

# The newest event decides, and on a tie the withdrawal (policy.consent.newest): a consent counts
# while nothing as new takes it back.
_SUBSCRIBED = """
SELECT 1 FROM facts_consent c
WHERE c.patient_id = facts_patient.id AND c.purpose = %s AND c.kind = 'granted' AND c.at <= %s
  AND NOT c.of_caregiver
  AND NOT EXISTS (
    SELECT 1 FROM facts_consent w
    WHERE w.patient_id = c.patient_id AND w.purpose = c.purpose AND w.channel = c.channel
      AND NOT w.of_caregiver AND w.kind = 'withdrawn' AND w.at >= c.at AND w.at <= %s)
"""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which patients of a practice are asked for. None and empty mean any.

    `subscribed` says for a purpose whether those with it or those without it are meant.
    """

    text: str = ""
    facility_id: int | None = None
    status: PatientStatus | None = None
    subscribed: tuple[tuple[Purpose, bool], ...] = ()
    patient_ids: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One page of patients and the keys of its neighbours, None where there are none."""

    rows: list[Patient]
    before: int | None
    after: int | None


def patients_of(
    practice_id: int, sought: Sought, *, region: str, now: datetime
) -> QuerySet[Patient]:
    """Return the patients of one practice who are sought, unordered.

    Every word of the text is part of a name, of the id, or of a number or e-mail address. A page
    that searches steps out of its fence (access.fence.unfenced): no index serves LIKE behind it.
    """
    found = Patient.objects.filter(practice_id=practice_id)
    if sought.facility_id is not None:
        found = found.filter(facility_id=sought.facility_id)
    if sought.status is not None:
        found = found.filter(status=sought.status)
    if sought.patient_ids is not None:
        found = found.filter(_is_one_of(sought.patient_ids))
    for purpose, wanted in sought.subscribed:
        sql = f"{'' if wanted else 'NOT '}EXISTS ({_SUBSCRIBED})"
        found = found.filter(_condition(sql, purpose.value, now, now))
    for condition in _text_conditions(practice_id, sought.text, region):
        found = found.filter(condition)
    return found


def _text_conditions(practice_id: int, text: str, region: str) -> list[RawSQL]:
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) >= FEWEST_DIGITS and not text.strip("+0123456789 ().-/"):
        return [_has(practice_id, _literal(text), part=digits, whole=_whole(text, region))]
    return [
        _has(practice_id, _literal(word), part=_literal(word), whole=word)
        for word in text.replace("-", " ").split()
    ]


def _has(practice_id: int, named: str, *, part: str, whole: str) -> RawSQL:
    """Return the condition that a word is in a patient's names or in an address of theirs.

    Whose addresses have it is asked first: they are few, and as a list beside the names they let
    both indexes answer. Without that, PostgreSQL reads every patient for each word.
    """
    if len(part) < SHORTEST_INDEXED:
        return _condition(_NAMED, named)
    addressed: list[int | str] = [practice_id, part, whole]
    with connection.cursor() as cursor:
        cursor.execute(f"{_ADDRESSED} LIMIT {MOST_ADDRESSED + 1}", addressed)
        ids = sorted({row[0] for row in cursor.fetchall()})
    if not ids:
        return _condition(_NAMED, named)
    if len(ids) > MOST_ADDRESSED:
        return _condition(f"({_NAMED} OR facts_patient.id IN ({_ADDRESSED}))", named, *addressed)
    return _condition(f"({_NAMED} OR facts_patient.id = ANY(%s))", named, ids)


def _is_one_of(ids: Sequence[int]) -> RawSQL:
    """Return the condition; one value, where Django's own makes one of each id."""
    return _condition("facts_patient.id = ANY(%s::bigint[])", list(ids))


def _condition(sql: str, *values: object) -> RawSQL:
    return RawSQL(sql, values, BooleanField())  # noqa: S611 - our own words


def _whole(text: str, region: str) -> str:
    """Return the number as it is stored, "" if the text is not a whole one."""
    try:
        return PhoneNumber.parse(text, region=region).value
    except ContactFlaw:
        return ""


def _literal(text: str) -> str:
    """Return the text as LIKE reads it literally."""
    return text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def newest_marketing_permission(patient_id: int, *, now: datetime) -> MarketingPermission | None:
    """Return the event that decides whether somebody may be promoted to, None if never asked.

    On a tie that it was taken back, as with consents.
    """
    events = MarketingPermission.objects.filter(patient_id=patient_id, at__lte=now)
    return events.order_by("-at", "-kind").first()


def visits_ahead_at(facility: Facility, *, now: datetime) -> tuple[int, bool]:
    """Return how many visits are ahead at a facility, and whether there are more than counted."""
    ahead = Appointment.objects.filter(
        practice_id=facility.practice_id,
        facility=facility,
        starts_at__gt=now,
        status__in=ON_SCHEDULE,
    )
    number = ahead.order_by()[: COUNT_LIMIT + 1].count()
    return min(number, COUNT_LIMIT), number > COUNT_LIMIT


def count_up_to(found: QuerySet[Patient], limit: int = COUNT_LIMIT) -> tuple[int, bool]:
    """Return how many there are without counting past the limit, and whether there are more."""
    number = found.order_by()[: limit + 1].count()
    return min(number, limit), number > limit


def narrowed(found: QuerySet[Patient]) -> tuple[QuerySet[Patient], int, bool]:
    """Return what is found as a list of ids, and how many there are as `count_up_to` does.

    For a search, and for those without a subscription: the page that follows need not look again,
    nor read everybody in the order of names to find a few. Past the limit that order finds them
    soon: it stays as it is.
    """
    ids = list(found.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
    if len(ids) > COUNT_LIMIT:
        return found, COUNT_LIMIT, True
    return Patient.objects.filter(_is_one_of(ids)), len(ids), False


def page_by_name(
    found: QuerySet[Patient],
    *,
    practice_id: int,
    after: int | None = None,
    before: int | None = None,
    size: int = PAGE_SIZE,
) -> PatientPage:
    """Return the page that follows the patient `after`, or the one that ends before `before`."""
    key = before if before is not None else after
    anchor = None
    if key is not None:
        anchor = Patient.objects.filter(practice_id=practice_id, pk=key).first()
    backwards = before is not None and anchor is not None
    rows = found if anchor is None else found.filter(_beyond(anchor, backwards=backwards))
    sign = "-" if backwards else ""
    order = [f"{sign}{column}" for column in ("last_name", "first_name", "id")]
    taken = list(rows.select_related("facility").order_by(*order)[: size + 1])
    more, shown = len(taken) > size, taken[:size]
    if backwards:
        shown.reverse()
    comes_before = more if backwards else anchor is not None
    comes_after = anchor is not None if backwards else more
    return PatientPage(
        rows=shown,
        before=shown[0].pk if shown and comes_before else None,
        after=shown[-1].pk if shown and comes_after else None,
    )


def _beyond(key: Patient, *, backwards: bool) -> Q:
    """Rows past the key. The first term lets the index start there; the rest settles ties."""
    way = "lt" if backwards else "gt"
    tied = Q(last_name=key.last_name)
    return Q(**{f"last_name__{way}e": key.last_name}) & (
        Q(**{f"last_name__{way}": key.last_name})
        | tied & Q(**{f"first_name__{way}": key.first_name})
        | tied & Q(first_name=key.first_name) & Q(**{f"id__{way}": key.pk})
    )
