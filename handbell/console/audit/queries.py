"""Which events of the audit trail are asked for, and one page of them by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from handbell.access.models import AuditEvent
from handbell.console.audit.words import read_subject
from handbell.console.clock import local_day
from handbell.vocabulary.words import AuditAct

PAGE_SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page was asked for; empty means any."""

    act: str = ""
    person: int | None = None
    subject: str = ""
    first_day: date | None = None
    last_day: date | None = None
    before: int | None = None

    def address(self, before: int | None = None) -> str:
        """Return the query string of this view from the event `before` on."""
        asked = {
            "act": self.act,
            "person": self.person,
            "subject": self.subject,
            "from": self.first_day,
            "to": self.last_day,
            "before": before,
        }
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    @property
    def narrows(self) -> bool:
        return bool(self.act or self.person or self.subject or self.first_day or self.last_day)


@dataclass(frozen=True, slots=True)
class Trail:
    """One page of events, the newest first, and the address of the page after it."""

    events: list[AuditEvent]
    older: str


def read_wanted(params: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; what cannot be read is left out."""
    act = params.get("act", "")
    first, last = _day(params.get("from", "")), _day(params.get("to", ""))
    if first and last and last < first:
        first, last = last, first
    return Wanted(
        act=act if act in set(AuditAct) else "",
        person=_number(params.get("person", "")),
        subject=read_subject(params.get("subject", "").replace("\0", "").strip().lower()[:60]),
        first_day=first,
        last_day=last,
        before=_number(params.get("before", "")),
    )


def read_trail(practice_id: int, wanted: Wanted, *, zone: ZoneInfo) -> Trail:
    """Return one page of a practice's events. One query, whatever the depth."""
    found = AuditEvent.objects.filter(practice_id=practice_id)
    if wanted.act:
        found = found.filter(act=wanted.act)
    if wanted.person:
        found = found.filter(staff_id=wanted.person)
    if wanted.subject:
        found = found.filter(subject=wanted.subject)
    if wanted.first_day:
        found = found.filter(at__gte=local_day(wanted.first_day, zone).begins)
    if wanted.last_day:
        found = found.filter(at__lt=local_day(wanted.last_day, zone).ends)
    if wanted.before:
        found = found.filter(number__lt=wanted.before)
    taken = list(found.order_by("-number")[: PAGE_SIZE + 1])
    shown = taken[:PAGE_SIZE]
    older = wanted.address(shown[-1].number) if len(taken) > PAGE_SIZE else ""
    return Trail(shown, older)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else None


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if date(1970, 1, 2) < found < date(2200, 1, 1) else None
