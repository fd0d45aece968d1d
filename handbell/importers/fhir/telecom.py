"""Which of somebody's telecom entries may be used for what? Pure.

Entries without a value, former ones (`use: old`, a period that is over) and those at work are
left out; the others are taken in the order of their rank. A number without a `use` is taken for a
mobile number if there is no other: a text to a landline fails harmlessly, and without it most
patients of systems that never say `use` could not be reached at all.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from handbell.importers.facts import Kind
from handbell.importers.fhir.pick import Resource, has_ended, mappings, string
from handbell.importers.findings import Findings
from handbell.importers.values import parse_email, parse_phone

_UNUSABLE: Final = frozenset({"old", "work", "temp"})
_LAST: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Reach:
    """Somebody's contact points, "" where there is none."""

    mobile_phone: str = ""
    home_phone: str = ""
    email: str = ""


def reach(telecom: object, *, now: datetime, region: str, kind: Kind, findings: Findings) -> Reach:
    """Return the contact points of a `telecom` list; bad values are listed as flaws."""
    usable = sorted(_usable(telecom, now), key=_rank)

    def first_phone(uses: set[str | None]) -> str:
        for entry in usable:
            if _sort(entry) == "phone" and _use(entry) in uses:
                value = string(entry.get("value")).removeprefix("tel:")
                found = findings.leniently(
                    kind, "telecom", "", lambda text: parse_phone(text, region=region), value
                )
                if found:
                    return found
        return ""

    emails = (string(entry.get("value")) for entry in usable if _sort(entry) == "email")
    found = (
        findings.leniently(kind, "telecom", "", parse_email, text.removeprefix("mailto:"))
        for text in emails
    )
    return Reach(
        mobile_phone=first_phone({"mobile"}) or first_phone({None}),
        home_phone=first_phone({"home"}),
        email=next(filter(None, found), ""),
    )


def _usable(telecom: object, now: datetime) -> Iterator[Resource]:
    for entry in mappings(telecom):
        if not string(entry.get("value")) or has_ended(entry, now):
            continue
        if entry.get("use") not in _UNUSABLE:
            yield entry


def _sort(entry: Resource) -> str:
    system = entry.get("system")
    return "phone" if system in {"phone", "sms"} else str(system)


def _use(entry: Resource) -> str | None:
    if entry.get("system") == "sms":
        return "mobile"
    use = entry.get("use")
    return use if isinstance(use, str) else None


def _rank(entry: Resource) -> int:
    rank = entry.get("rank")
    return rank if isinstance(rank, int) else _LAST
