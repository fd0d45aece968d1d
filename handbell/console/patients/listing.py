"""What does the list of patients show? The filters in use, a true count and one page of rows."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from django.db.models import Min
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.fence import unfenced
from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import facilities_of
from handbell.console.choices import Option, Select
from handbell.console.patients.forms import say_methods
from handbell.console.words import Words
from handbell.facts.models import Appointment, Patient
from handbell.facts.people import load_people
from handbell.facts.queries import (
    PatientPage,
    Sought,
    count_up_to,
    narrowed,
    page_by_name,
    patients_of,
)
from handbell.facts.reach import unreachable_soon
from handbell.planner.touches import subscribed_channels
from handbell.policy.judge import ON_SCHEDULE
from handbell.vocabulary.words import ContactKind, PatientStatus, Purpose, Recipient

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_SWITCH: Final = Words({"on": _("On"), "off": _("Off")})
_FILTERS: "Final[Mapping[str, tuple[StrOrPromise, Mapping[str, str]]]]" = {
    "reminders": (_("Appointment reminders"), _SWITCH),
    "balance": (_("Balance alerts"), _SWITCH),
    "status": (
        _("Status"),
        Words(
            {
                PatientStatus.ACTIVE: _("Active"),
                PatientStatus.INACTIVE: _("Inactive"),
                PatientStatus.REFERRAL: _("Referral"),
            }
        ),
    ),
    "attention": (
        _("Attention"),
        Words({"unreachable": _("Unreachable, visit in 7 days")}),
    ),
}
_PURPOSES: Final = (
    ("reminders", Purpose.APPOINTMENT_REMINDER),
    ("balance", Purpose.BALANCE_ALERT),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One patient of the list."""

    patient: Patient
    contacts: Sequence[str] = field(repr=False)
    next_visit: datetime | None
    reminders: str
    balance_alerts: str


@dataclass(frozen=True, slots=True)
class FilterChip:
    """One filter in use, and the address of the list without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Listing:
    """One view of the list, and the addresses of its neighbours."""

    rows: Sequence[Row]
    selects: Sequence[Select]
    chips: Sequence[FilterChip]
    number: int
    more: bool
    searched: str = field(repr=False)
    search: str
    search_is_gone: bool
    previous: str
    next: str
    sees_balance_alerts: bool


def read_listing(
    staff: StaffMember,
    params: Mapping[str, str],
    *,
    searched: str,
    only: Facility | None = None,
    now: datetime,
) -> Listing:
    """Return the view the parameters ask for, of the facility the frame shows `only`.

    A value that is not known counts as not given.
    """
    facilities = [] if only else facilities_of(staff.practice)
    filters = _filters(facilities, sees_balance_alerts=may(staff, Action.SEE_BALANCE_ALERTS))
    given = {
        name: params[name] for name, (_label, words) in filters.items() if params.get(name) in words
    }
    search = params.get("search", "") if searched else ""
    asked = given | ({"search": search} if search else {})
    sought = _sought(staff, given, searched, only, now)
    with unfenced(staff.practice_id) if searched else nullcontext():
        found = patients_of(staff.practice_id, sought, region=staff.practice.region, now=now)
        if searched or "off" in given.values():  # who is not subscribed is dear to find out
            found, number, more = narrowed(found)
        else:
            number, more = count_up_to(found)
        page = page_by_name(
            found,
            practice_id=staff.practice_id,
            after=_key(params.get("after", "")),
            before=_key(params.get("before", "")),
        )
    return Listing(
        rows=_rows(page, now),
        selects=[
            Select(
                name, label, [Option(v, word, v == given.get(name)) for v, word in words.items()]
            )
            for name, (label, words) in filters.items()
        ],
        chips=_chips(asked, filters, searched),
        number=number,
        more=more,
        searched=searched,
        search=search,
        search_is_gone=bool(params.get("search")) and not searched,
        previous=_address(asked | {"before": str(page.before)}) if page.before else "",
        next=_address(asked | {"after": str(page.after)}) if page.after else "",
        sees_balance_alerts="balance" in filters,
    )


def _filters(
    facilities: Sequence[Facility], *, sees_balance_alerts: bool
) -> dict[str, tuple[str, Mapping[str, str]]]:
    found = {name: (str(label), words) for name, (label, words) in _FILTERS.items()}
    if not sees_balance_alerts:
        del found["balance"]
    if len(facilities) > 1:
        found["facility"] = (gettext("Facility"), {str(one.pk): one.name for one in facilities})
    return found


def _sought(
    staff: StaffMember,
    given: Mapping[str, str],
    searched: str,
    only: Facility | None,
    now: datetime,
) -> Sought:
    unreachable = None
    if "attention" in given:
        unreachable = [one.patient_id for one in unreachable_soon(staff.practice_id, now=now)]
    return Sought(
        text=searched,
        facility_id=only.pk if only else int(given["facility"]) if "facility" in given else None,
        status=PatientStatus(given["status"]) if "status" in given else None,
        subscribed=tuple(
            (purpose, given[name] == "on") for name, purpose in _PURPOSES if name in given
        ),
        patient_ids=unreachable,
    )


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _address(asked: Mapping[str, str]) -> str:
    return f"?{urlencode(asked)}"


def _chips(
    asked: Mapping[str, str],
    filters: Mapping[str, tuple[str, Mapping[str, str]]],
    searched: str,
) -> list[FilterChip]:
    labels = {"search": gettext("Search: %(searched)s") % {"searched": searched}} | {
        name: f"{label}: {words[asked[name]].lower() if words is _SWITCH else words[asked[name]]}"
        for name, (label, words) in filters.items()
        if name in asked
    }
    return [
        FilterChip(label, _address({k: v for k, v in asked.items() if k != name}))
        for name, label in labels.items()
        if name in asked
    ]


def _rows(page: PatientPage, now: datetime) -> list[Row]:
    """Return the rows; five queries however many there are."""
    ids = [patient.pk for patient in page.rows]
    people = load_people(ids, now=now)
    coming = (
        Appointment.objects.filter(patient_id__in=ids, starts_at__gt=now, status__in=ON_SCHEDULE)
        .values_list("patient_id")
        .annotate(first=Min("starts_at"))
    )
    visits: dict[int, datetime] = dict(coming)
    return [
        Row(
            patient=patient,
            contacts=_in_order(people[patient.pk].contacts),
            next_visit=visits.get(patient.pk),
            reminders=say_methods(
                subscribed_channels(people[patient.pk], Purpose.APPOINTMENT_REMINDER, now)
            ),
            balance_alerts=say_methods(
                subscribed_channels(people[patient.pk], Purpose.BALANCE_ALERT, now)
            ),
        )
        for patient in page.rows
    ]


def _in_order(contacts: Mapping[tuple[Recipient, ContactKind], str]) -> list[str]:
    """Return each address once: the patient’s own first, telephones before e-mail."""
    owners, kinds = list(Recipient), list(ContactKind)
    ranked = sorted(contacts, key=lambda at: (owners.index(at[0]), kinds.index(at[1])))
    return list(dict.fromkeys(contacts[at] for at in ranked))
