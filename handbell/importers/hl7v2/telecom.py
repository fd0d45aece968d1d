"""Which contact point is one repetition of a telephone field (XTN)? Pure.

The places seen in real feeds (integration.md 2): a mobile number is marked by its equipment (`CP`)
or its use (`MOBILE`), an e-mail address by `NET` or an @ in the first or the fourth component, and
may stand beside a number. Numbers at work, fax machines and pagers are left out. A number that is
not marked is a home number, because that is what the field is for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from handbell.importers.facts import Kind
from handbell.importers.findings import Findings
from handbell.importers.hl7v2.message import DELETE, Segment, Value
from handbell.importers.values import parse_email, parse_phone
from handbell.vocabulary.words import ContactKind

_MOBILE_USES: Final = frozenset({"MOBILE", "CELL", "CP", "PRC", "MC"})
_MOBILE_EQUIPMENT: Final = frozenset({"CP", "MOBILE", "CELL"})
_LEFT_OUT_USES: Final = frozenset({"WPN", "WORK", "ASN", "BPN", "EMR", "FAX", "WP"})
_LEFT_OUT_EQUIPMENT: Final = frozenset({"FX", "BP", "MD", "TDD", "TTY", "SAT", "FAX"})
_EMAIL_MARKS: Final = frozenset({"NET", "EMAIL", "INTERNET", "X.400", "E-MAIL"})


@dataclass(frozen=True, slots=True)
class Mention:
    """One contact point as a message mentions it; `text` "" deletes it."""

    kind: ContactKind
    text: str
    field: str


def mentions(segment: Segment, number: int, *, unmarked: ContactKind | None) -> Iterator[Mention]:
    """Yield what a field mentions; `unmarked` is what a number without a mark is, None: nothing.

    A field that says DELETE deletes everything that is kept there.
    """
    name = f"{segment.name}-{number}"
    if segment.deletes(number):
        yield from (Mention(kind, "", name) for kind in ContactKind)
        return
    for value in segment.values(number):
        if _is_left_out(value):
            continue
        if (email := _email(value)) is not None:
            yield Mention(ContactKind.EMAIL, email, name)
        kind, phone = _kind(value, unmarked), _phone(value)
        if kind is not None and (phone or value.text.startswith(DELETE)):
            yield Mention(kind, phone, name)


def _marks(value: Value) -> tuple[str, str]:
    return value.component(2).upper(), value.component(3).upper()


def _is_left_out(value: Value) -> bool:
    use, equipment = _marks(value)
    return use in _LEFT_OUT_USES or equipment in _LEFT_OUT_EQUIPMENT


def _email(value: Value) -> str | None:
    """Return the e-mail address of a repetition, None if it has none."""
    for number in (4, 1):
        if "@" in value.component(number):
            return value.component(number)
    if not _EMAIL_MARKS.isdisjoint(_marks(value)):
        return value.component(4) or value.component(1)
    return None


def _kind(value: Value, unmarked: ContactKind | None) -> ContactKind | None:
    use, equipment = _marks(value)
    if not _EMAIL_MARKS.isdisjoint((use, equipment)):
        return None
    if equipment in _MOBILE_EQUIPMENT or use in _MOBILE_USES:
        return ContactKind.MOBILE_PHONE
    return ContactKind.HOME_PHONE if use or equipment else unmarked


def _phone(value: Value) -> str:
    """Return a repetition's number: as written, else put together from its parts."""
    written = value.component(1)
    if written and "@" not in written:
        return written
    parts = [value.component(number) for number in (6, 7)]
    return "".join(parts) if all(parts) else value.component(12)


def settle_mentions(
    found: list[Mention], *, region: str, kind: Kind, findings: Findings
) -> dict[ContactKind, str]:
    """Return the checked contact point of each kind that is mentioned; "" where none is left.

    The first valid one of a kind counts; a bad one is listed as a flaw.
    """
    settled: dict[ContactKind, str] = {}
    for mention in found:
        if settled.get(mention.kind):
            continue
        settled[mention.kind] = findings.leniently(
            kind, mention.field, "", _check, mention.kind, mention.text, region
        )
    return settled


def _check(kind: ContactKind, text: str, region: str) -> str:
    return parse_email(text) if kind is ContactKind.EMAIL else parse_phone(text, region=region)
