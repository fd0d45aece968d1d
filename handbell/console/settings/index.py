"""Settings: what each part holds and who may change it."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from handbell.access.models import StaffMember
from handbell.access.permissions import LOWEST, Action, may
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.words import LEVELS


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the settings: `seen` by those who may do that, changed by those who may that.

    `change` None is for what is only read.
    """

    name: str
    word: str
    icon: str
    holds: str
    change: Action | None
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
        Action.CHANGE_REMINDERS,
    ),
    Part(
        "practice",
        "Practice",
        "building-office",
        "What the practice is called, its clock and language, the number to call, its domains and "
        "where patients pay.",
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "facilities",
        "Facilities",
        "map-pin",
        "Where visits take place: name, number, address, and the clock on the wall there.",
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "senders",
        "Senders & providers",
        "signal",
        "The numbers and addresses messages come from, how fast, and who carries them.",
        Action.CHANGE_SENDERS,
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
        "imports",
        "Import",
        "arrow-up-tray",
        "Patients, visits, balances and consents from your own system: what would change is "
        "shown first, and an import can be taken back.",
        Action.IMPORT,
        seen=Action.IMPORT,
    ),
    Part(
        "signing_in",
        "Signing in",
        "key",
        "Whether everybody needs a second factor, and after how long a screen nobody touches "
        "signs itself out.",
        Action.CHANGE_PRACTICE,
        seen=Action.CHANGE_PRACTICE,
    ),
    Part(
        "audit",
        "Audit trail",
        "clipboard-document-check",
        "Who did what, and whether the trail is as it was written.",
        None,
        seen=Action.SEE_AUDIT,
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
        return who_may(self.part.change) if self.part.change is not None else ""


def who_may(action: Action) -> str:
    """Say who may do something: "Therapy directors and above"."""
    return f"{LEVELS[LOWEST[action]].capitalize()} and above"


def doors_for(staff: StaffMember) -> list[Door]:
    """Return the parts this staff member may open."""
    return [
        Door(
            part,
            reverse(f"console:{part.name}"),
            may_change=part.change is not None and may(staff, part.change),
        )
        for part in PARTS
        if may(staff, part.seen)
    ]


@require_GET
@staff_page(Action.SEE_SETTINGS)
def settings(request: StaffRequest) -> HttpResponse:
    """The parts, and who may change each."""
    context = {"page": "settings", "doors": doors_for(request.user)}
    return render(request, "console/settings/index.html", context)
