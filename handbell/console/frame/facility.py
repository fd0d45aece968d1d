"""Which facility does somebody look at? Chosen in the frame, kept in the session.

Where one is chosen, Today and the lists show it and nothing else, whatever their address says;
where none is, an address may name one. A facility that closed meanwhile counts as not chosen.
"""

from typing import Final

from handbell.access.models import Facility
from handbell.access.queries import facilities_of
from handbell.console.guard import StaffRequest

_KEY: Final = "facility"
_READ: Final = "_open_facilities"


def open_facilities(request: StaffRequest) -> list[Facility]:
    """Return the practice's open facilities by name; read once for a page and its frame."""
    known: list[Facility] | None = getattr(request, _READ, None)
    if known is None:
        known = facilities_of(request.user.practice)
        setattr(request, _READ, known)
    return known


def chosen_facility(request: StaffRequest) -> Facility | None:
    """Return the facility that is chosen in the frame, None for all."""
    wanted = request.session.get(_KEY)
    if wanted is None:
        return None
    return next((one for one in open_facilities(request) if one.pk == wanted), None)


def choose_facility(request: StaffRequest, typed: str) -> Facility | None:
    """Keep the choice in the session; anything that is no open facility means all."""
    found = next((one for one in open_facilities(request) if str(one.pk) == typed), None)
    if found is None:
        request.session.pop(_KEY, None)
    else:
        request.session[_KEY] = found.pk
    return found


def shown_facility(request: StaffRequest) -> int | None:
    """Return the facility a page shows: the one chosen in the frame, else one its address names."""
    if chosen := chosen_facility(request):
        return chosen.pk
    named = request.GET.get("facility", "")
    return next((one.pk for one in open_facilities(request) if str(one.pk) == named), None)
