"""Settings: what each part holds and who may change it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET

from handbell.access.models import StaffMember
from handbell.access.permissions import LOWEST, Action, may
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.words import LEVELS


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the settings; `seen` by those who may do that, changed by those who may this."""

    name: str
    word: str
    icon: str
    holds: str
    change: Action
    seen: Action = Action.SEE_SETTINGS


PARTS: Final = (
    Part(
        "engagement",
        "Patient Engagement",
        "bell-alert",
        "Whether reminders go out, how long before a visit, by which channels, how often "
        "balance alerts go, and within which hours.",
        Action.CHANGE_REMINDERS,
    ),
    Part(
        "scripts",
        "Scripts",
        "pencil-square",
        "What texts, calls and e-mails say, and the ones that wait for a second person.",
        Action.APPROVE_SCRIPTS,
    ),
    Part(
        "practice",
        "Practice",
        "building-office",
        "The name patients read, the language, the time zone, the number to call, where to pay.",
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "facilities",
        "Facilities",
        "map-pin",
        "Each location: its name, address, telephone and time zone.",
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "staff",
        "Staff",
        "users",
        "Who may sign in, and what each may do.",
        Action.CHANGE_STAFF,
        seen=Action.CHANGE_STAFF,
    ),
    Part(
        "senders",
        "Senders & providers",
        "paper-airplane",
        "The numbers and from-addresses messages go out by, how fast, and who carries them.",
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "imports",
        "Import",
        "arrow-up-tray",
        "Patients, visits and balances from a file of your own system.",
        Action.IMPORT,
        seen=Action.IMPORT,
    ),
)


@dataclass(frozen=True, slots=True)
class Door:
    """A part as one staff member finds it."""

    part: Part
    address: str
    may_change: bool

    @property
    def who(self) -> str:
        return who_may(self.part.change)


def who_may(action: Action) -> str:
    """Say who may do something: "Therapy directors and above"."""
    return f"{LEVELS[LOWEST[action]].capitalize()} and above"


def doors_for(staff: StaffMember) -> list[Door]:
    """Return the parts this staff member may open, those that have a page."""
    doors = []
    for part in PARTS:
        if not may(staff, part.seen):
            continue
        try:
            address = reverse(f"console:{part.name}")
        except NoReverseMatch:
            continue
        doors.append(Door(part, address, may(staff, part.change)))
    return doors


@require_GET
@staff_page(Action.SEE_SETTINGS)
def settings(request: StaffRequest) -> HttpResponse:
    """The parts, and who may change each."""
    context = {"page": "settings", "doors": doors_for(request.user)}
    return render(request, "console/settings/index.html", context)
