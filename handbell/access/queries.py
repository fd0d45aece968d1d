"""What do pages need to know about a practice: its clock, its facilities, who may do what?"""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.db.models import F

from handbell.access.models import Facility, Practice, StaffMember
from handbell.access.permissions import Action, may
from handbell.policy.zones import zone


def practice_zone(practice: Practice) -> ZoneInfo:
    """Return the zone of the practice's own clock: the one it names, else its first facility's."""
    facilities = Facility.objects.filter(practice=practice).order_by("id")
    return zone_among(practice.time_zone, facilities.values_list("time_zone", flat=True)[:1])


def zone_among(own: str, facilities: Iterable[str]) -> ZoneInfo:
    """Return the practice's zone from the names of its own and its facilities' (by age)."""
    if known := zone(own):
        return known
    return zone(next(iter(facilities), "")) or ZoneInfo("UTC")


def lends_its_clock(facility: Facility) -> bool:
    """Return whether the practice goes by this facility's clock, for it names none of its own."""
    if zone(facility.practice.time_zone):
        return False
    return not Facility.objects.filter(practice=facility.practice, pk__lt=facility.pk).exists()


def facilities_of(practice: Practice, *, closed: bool = False) -> list[Facility]:
    """Return the practice's facilities by name: those that are open, or all, the closed last."""
    found = Facility.objects.filter(practice=practice)
    if not closed:
        found = found.filter(closed_at=None)
    return list(found.order_by(F("closed_at").asc(nulls_first=True), "name", "id"))


def phone_to_call(practice: Practice, facility: Facility | None) -> str:
    """Return the number a patient should call: the facility's, else the practice's, else any."""
    if facility and facility.phone:
        return facility.phone
    if practice.phone:
        return practice.phone
    other = Facility.objects.filter(practice=practice).exclude(phone="").order_by("id").first()
    return other.phone if other else ""


def those_who_may(practice_id: int, action: Action) -> list[StaffMember]:
    """Return the staff members who may do something, by name."""
    everybody = StaffMember.objects.filter(practice_id=practice_id, is_active=True)
    return [one for one in everybody.order_by("name", "id") if may(one, action)]
