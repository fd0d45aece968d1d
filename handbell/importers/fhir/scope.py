"""What do the readers of resources share? The practice, and what earlier resources said."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from handbell.importers.context import Context
from handbell.importers.fhir.pick import Resource, mappings, string
from handbell.importers.values import parse_id


@dataclass(slots=True)
class Heard:
    """What was said in the same import that has no table of its own."""

    practitioners: dict[str, str] = field(default_factory=dict)  # id -> name
    accounts: dict[str, str] = field(default_factory=dict)  # id -> patient


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a resource is read."""

    context: Context
    heard: Heard


def id_of(resource: Resource) -> str:
    """Return a resource's id, else its first identifier. Raises BadValue if it has neither."""
    identifiers = (string(one.get("value")) for one in mappings(resource.get("identifier")))
    return parse_id(string(resource.get("id")) or next(filter(None, identifiers), ""))


def extension(resource: Mapping[str, object], url: str, value: str) -> str:
    """Return the text of an extension, "" if it is not there."""
    for one in mappings(resource.get("extension")):
        if one.get("url") == url:
            return string(one.get(value))
    return ""
