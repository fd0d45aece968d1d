"""Which time zones can be chosen on a form? Those of the United States first, in plain words."""

from functools import lru_cache
from typing import Any, Final
from zoneinfo import available_timezones

from django.utils.translation import gettext, gettext_noop

#: The zones most clinics are in, from east to west.
_NEAR: Final = {
    "America/New_York": gettext_noop("Eastern"),
    "America/Chicago": gettext_noop("Central"),
    "America/Denver": gettext_noop("Mountain"),
    "America/Phoenix": gettext_noop("Mountain, without summer time (Arizona)"),
    "America/Los_Angeles": gettext_noop("Pacific"),
    "America/Anchorage": gettext_noop("Alaska"),
    "Pacific/Honolulu": gettext_noop("Hawaii"),
    "America/Puerto_Rico": gettext_noop("Atlantic (Puerto Rico)"),
}
_REGIONS: Final = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"}
    | {"Pacific"}
)


def zone_choices(current: str = "") -> list[Any]:
    """Return the zones as choices of a select, in two groups; `current` is always among them."""
    near = [(name, f"{gettext(word)} · {plain(name)}") for name, word in _NEAR.items()]
    far = [(name, plain(name)) for name in _elsewhere()]
    if current and current not in _NEAR and current not in _elsewhere():
        far.insert(0, (current, current))
    return [(gettext("United States"), near), (gettext("Everywhere"), far)]


def say_zone_name(name: str) -> str:
    """Return a zone as staff know it: "Eastern · America/New York"."""
    word = _NEAR.get(name)
    return f"{gettext(word)} · {plain(name)}" if word else plain(name)


def plain(name: str) -> str:
    """Return the name of a zone without its underscores."""
    return name.replace("_", " ")


@lru_cache(maxsize=1)
def _elsewhere() -> tuple[str, ...]:
    return tuple(
        sorted(
            name
            for name in available_timezones()
            if name.partition("/")[0] in _REGIONS and name not in _NEAR
        )
    )
