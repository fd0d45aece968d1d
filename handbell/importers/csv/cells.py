"""How does one of our cells come about from the columns of another system's export? Pure.

A mapping is written with these: `cell("Phone")` copies, `joined("Date", "Time")` puts together,
`told(...)` translates, `made(...)` computes. None of them raises: an odd text goes through as it
is, and the column's own reader says what is wrong with it.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from handbell.importers.bad_value import BadValue
from handbell.importers.times import parse_clock


@dataclass(frozen=True, slots=True)
class Cell:
    """One of our cells: the columns it is made from, and how."""

    columns: tuple[str, ...]
    make: Callable[..., str]


def cell(name: str) -> Cell:
    """Return a cell that copies a column."""
    return Cell((name,), str.strip)


def joined(*names: str) -> Cell:
    """Return a cell that puts the filled columns together, a space between."""
    return Cell(names, lambda *texts: " ".join(text.strip() for text in texts if text.strip()))


def told(name: str, meanings: Mapping[str, str]) -> Cell:
    """Return a cell that translates a column's codes; an unknown code goes through."""
    return Cell((name,), lambda text: meanings.get(text.strip(), text.strip()))


def made(make: Callable[..., str], *names: str) -> Cell:
    """Return a cell computed from columns."""
    return Cell(names, make)


def constant(text: str) -> Cell:
    """Return a cell that always says the same."""
    return Cell((), lambda: text)


def first_name(full: str) -> str:
    """Return the given name of `Last, First Middle` or of `First Middle Last`."""
    family, comma, given = full.partition(",")
    parts = given.split() if comma else family.split()
    return parts[0] if parts else ""


def last_name(full: str) -> str:
    """Return the family name of `Last, First Middle` or of `First Middle Last`."""
    family, comma, _ = full.partition(",")
    if comma:
        return family.strip()
    parts = family.split()
    return parts[-1] if len(parts) > 1 else ""


def person_id(name: str, phone: str, email: str) -> str:
    """Return a stable identifier of somebody whose system gives none; "" if it cannot be made.

    A digest of the name with the telephone number or, without one, the e-mail address. Whoever
    changes their number becomes somebody new, so an export with account numbers is better.
    """
    address = re.sub(r"\D", "", phone)[-10:] or email.strip().casefold()
    known_as = " ".join(name.casefold().replace(",", " ").split())
    return digest(known_as, address) if known_as and address else ""


def person_id_of(first: str, last: str, phone: str, email: str) -> str:
    """Return `person_id` where the name stands in two columns."""
    return person_id(f"{first} {last}", phone, email)


def visit_id(patient: str, *rest: str) -> str:
    """Return a stable identifier of a visit whose system gives none; "" without a patient.

    A digest of the patient, the time and whatever else tells two visits apart. A visit that moves
    gets a new one: such an export cannot say that a visit moved.
    """
    return digest(patient, *rest) if patient else ""


def digest(*parts: str) -> str:
    """Return a short digest of texts; equal texts, equal digest."""
    whole = "\x1f".join(" ".join(part.split()) for part in parts)
    return hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:24]


def minutes_of_range(clock: str) -> str:
    """Return the minutes of `05:30 AM - 06:30 AM`, "" if it is no range."""
    try:
        return str(parse_clock(clock)[1] or "")
    except BadValue:
        return ""


def minutes_of_seconds(seconds: str) -> str:
    """Return a number of seconds in minutes; another text goes through."""
    return str(int(seconds) // 60) if seconds.strip().isdecimal() else seconds


def international(code: str, number: str) -> str:
    """Return a number with its country code in front, unless it has one."""
    digits = re.sub(r"\D", "", code)
    if not digits or not number.strip() or number.strip().startswith("+"):
        return number
    return f"+{digits} {number}"


def unless_zero(number: str) -> str:
    """Return an identifier, where 0 means there is none."""
    return "" if number.strip() in {"0", "-1"} else number
