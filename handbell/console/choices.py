"""What can the Messages list be narrowed to? The choices of each filter, in words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import gettext as _

from handbell.access.models import Facility
from handbell.console.asked import Asked
from handbell.console.words import CHANNELS, PURPOSES, REASONS, STANDINGS

Key = TypeVar("Key", bound=str)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Select:
    """One filter: the name it has in the address, its label, its choices."""

    name: str
    label: str
    options: list[Option]


def selects(asked: Asked, facilities: Iterable[Facility]) -> list[Select]:
    """Return every filter with its choices, reasons in the order of the alphabet."""
    places = {str(facility.pk): facility.name for facility in facilities}
    reasons = dict(sorted(REASONS.items(), key=lambda pair: pair[1]))
    found = [
        _select("state", _("State"), STANDINGS, asked.standing),
        _select("reason", _("Reason"), reasons, asked.reason),
        _select("purpose", _("Kind"), PURPOSES, asked.purpose),
        _select("channel", _("By"), CHANNELS, asked.channel),
    ]
    if len(places) > 1:
        found.append(_select("facility", _("Facility"), places, str(asked.facility_id or "")))
    return found


def _select(name: str, label: str, words: Mapping[Key, str], chosen: str | None) -> Select:
    return Select(name, label, [Option(v, word, v == chosen) for v, word in words.items()])
