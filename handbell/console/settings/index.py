"""Settings: what each part holds and who may change it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from handbell.access.models import StaffMember
from handbell.access.permissions import LOWEST, Action, may
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.words import LEVELS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the settings: `seen` by those who may do that, changed by those who may that.

    `change` None is for what is only read.
    """

    name: str
    word: "StrOrPromise"
    icon: str
    holds: "StrOrPromise"
    change: Action | None
    seen: Action = Action.SEE_SETTINGS


PARTS: Final = (
    Part(
        "engagement",
        _("Patient Engagement"),
        "bell-alert",
        _(
            "Whether reminders go out, how long before a visit, by which channels, how often "
            "balance alerts go, and within which hours."
        ),
        Action.CHANGE_REMINDERS,
    ),
    Part(
        "scripts",
        _("Scripts"),
        "pencil-square",
        _("What texts, calls and e-mails say, and the ones that wait for a second person."),
        Action.CHANGE_REMINDERS,
    ),
    Part(
        "practice",
        _("Practice"),
        "building-office",
        _(
            "What the practice is called, its clock and language, the number to call, its domains "
            "and where patients pay."
        ),
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "facilities",
        _("Facilities"),
        "map-pin",
        _("Where visits take place: name, number, address, and the clock on the wall there."),
        Action.CHANGE_PRACTICE,
    ),
    Part(
        "senders",
        _("Senders & providers"),
        "signal",
        _("The numbers and addresses messages come from, how fast, and who carries them."),
        Action.CHANGE_SENDERS,
    ),
    Part(
        "staff",
        _("Staff"),
        "users",
        _("Who may sign in, and what each may do."),
        Action.CHANGE_STAFF,
        seen=Action.CHANGE_STAFF,
    ),
    Part(
        "imports",
        _("Import"),
        "arrow-up-tray",
        _(
            "Patients, visits, balances and consents from your own system: what would change is "
            "shown first, and an import can be taken back."
        ),
        Action.IMPORT,
        seen=Action.IMPORT,
    ),
    Part(
        "signing_in",
        _("Signing in"),
        "key",
        _(
            "Whether everybody needs a second factor, and after how long a screen nobody touches "
            "signs itself out."
        ),
        Action.CHANGE_PRACTICE,
        seen=Action.CHANGE_PRACTICE,
    ),
    Part(
        "audit",
        _("Audit trail"),
        "clipboard-document-check",
        _("Who did what, and whether the trail is as it was written."),
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
    return gettext("%(level)s and above") % {"level": LEVELS[LOWEST[action]].capitalize()}


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
