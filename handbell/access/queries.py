"""What do pages need to know about a practice: its clock, its facilities?"""

from zoneinfo import ZoneInfo

from handbell.access.models import Facility, Practice
from handbell.policy.zones import zone


def practice_zone(practice: Practice) -> ZoneInfo:
    """Return the zone of the practice's own clock: the one it names, else its first facility's."""
    if own := zone(practice.time_zone):
        return own
    first = Facility.objects.filter(practice=practice).order_by("id").first()
    return (zone(first.time_zone) if first else None) or ZoneInfo("UTC")


def facilities_of(practice: Practice) -> list[Facility]:
    """Return the practice's facilities by name."""
    return list(Facility.objects.filter(practice=practice).order_by("name", "id"))


def phone_to_call(practice: Practice, facility: Facility | None) -> str:
    """Return the number a patient should call: the facility's, else the practice's, else any."""
    if facility and facility.phone:
        return facility.phone
    if practice.phone:
        return practice.phone
    other = Facility.objects.filter(practice=practice).exclude(phone="").order_by("id").first()
    return other.phone if other else ""
