"""How is something taken out of a resource that may be shaped wrongly? Pure; nothing here raises.

What is not there, or is not of the type FHIR says, is empty.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from handbell.importers.bad_value import BadValue
from handbell.importers.times import Order, parse_wall_clock, settle

Resource = Mapping[str, Any]

_REFERENCE: Final = re.compile(r"(?:^|/)(?P<type>[A-Z][A-Za-z]+)/(?P<id>[^/?#]+)(?:/_history/.*)?$")
_SEARCH: Final = re.compile(r"^(?P<type>[A-Z][A-Za-z]+)\?identifier=(?:[^|]*\|)?(?P<id>[^&|]+)$")


@dataclass(frozen=True, slots=True)
class Reference:
    """What a reference points at; `type` is "" if it does not say."""

    type: str
    id: str
    display: str = ""


def string(value: object) -> str:
    """Return a string, "" for anything else. NUL, which JSON can write, is in nobody's name."""
    return value.replace("\0", "").strip() if isinstance(value, str) else ""


def mapping(value: object) -> Resource:
    """Return an object, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def mappings(value: object) -> Iterator[Resource]:
    """Yield the objects of a list."""
    if isinstance(value, list):
        yield from (part for part in value if isinstance(part, dict))


def strings(value: object) -> Iterator[str]:
    """Yield the strings of a list that say something."""
    if isinstance(value, list):
        yield from (part.strip() for part in value if isinstance(part, str) and part.strip())


def codes(concept: object) -> Iterator[str]:
    """Yield every code, display and text of a CodeableConcept."""
    for coding in mappings(mapping(concept).get("coding")):
        yield from filter(None, (string(coding.get("code")), string(coding.get("display"))))
    if text := string(mapping(concept).get("text")):
        yield text


def reference(value: object, aliases: Mapping[str, Reference]) -> Reference | None:
    """Return what a Reference points at, or None if it points at nothing that can be named.

    `aliases` are the full addresses of the resources of the same bundle. A search
    (`Patient?identifier=system|value`) and a logical reference point at the identifier's value.
    """
    given = mapping(value)
    display = string(given.get("display"))
    text = string(given.get("reference"))
    if text in aliases:
        return Reference(aliases[text].type, aliases[text].id, display)
    if match := _SEARCH.match(text) or _REFERENCE.search(text):
        return Reference(match["type"], match["id"], display)
    if text.startswith(("urn:uuid:", "urn:oid:")):
        return Reference(string(given.get("type")), text.split(":", 2)[2], display)
    if identifier := string(mapping(given.get("identifier")).get("value")):
        return Reference(string(given.get("type")), identifier, display)
    return None


def has_ended(element: Resource, now: datetime) -> bool:
    """Return whether an element's period is over."""
    end = string(mapping(element.get("period")).get("end"))
    if not end:
        return False
    if len(end) in {4, 7}:  # a year, a month: over when the next one begins
        year, month = int(end[:4]) if end[:4].isdecimal() else now.year, end[5:7]
        return (year, int(month) if month.isdecimal() else 12) < (now.year, now.month)
    try:
        wall = parse_wall_clock(end, order=Order.MONTH_FIRST, time_needed=False)
        return settle(wall, ZoneInfo("UTC")) < now
    except BadValue:
        return False


def best_name(names: object, now: datetime) -> Resource:
    """Return the name in use: official, else usual, else any that is not a former one."""
    current = [
        name
        for name in mappings(names)
        if name.get("use") not in {"old", "maiden", "anonymous"} and not has_ended(name, now)
    ]
    wanted = ("official", "usual", None)
    for use in wanted:
        for name in current:
            if name.get("use") == use and _says_something(name):
                return name
    return next(filter(_says_something, current), {})


def _says_something(name: Resource) -> bool:
    return bool(
        string(name.get("family"))
        or next(strings(name.get("given")), "")
        or string(name.get("text"))
    )


def given_and_family(name: Resource) -> tuple[str, str]:
    """Return the first given name and the family name; from the text if there is only a text."""
    given, family = next(strings(name.get("given")), ""), string(name.get("family"))
    if given or family:
        return given, family
    parts = string(name.get("text")).split()
    return (parts[0], parts[-1]) if len(parts) > 1 else ("".join(parts), "")


def full_name(name: Resource) -> str:
    """Return a name as one writes it, with its title."""
    if text := string(name.get("text")):
        return text
    parts = (*strings(name.get("prefix")), *strings(name.get("given")), string(name.get("family")))
    return " ".join(part for part in parts if part)
