"""Which pages are there, in the order of the rail? Pure.

A page joins the rail by its line here; who may not open it does not see it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from handbell.access.permissions import Action

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: How many stand in a telephone's bottom bar; the rest is behind "More".
IN_THE_BAR: Final = 4


@dataclass(frozen=True, slots=True)
class Page:
    """One line of the rail: its name in `page` of a view's context, its address, word, icon."""

    name: str
    address: str  # the name of a URL
    word: "StrOrPromise"
    icon: str
    action: Action
    below: bool = False  # below the line: how Handbell is used, rather than what it does


PAGES: Final = (
    Page("today", "console:today", _("Today"), "sun", Action.SEE_TODAY),
    Page("patients", "console:patients", _("Patients"), "users", Action.SEE_PATIENTS),
    Page("schedule", "console:schedule", _("Schedule"), "calendar-days", Action.SEE_SCHEDULE),
    Page("balances", "console:balances", _("Balances"), "banknotes", Action.SEE_BALANCES),
    Page("emergency", "console:emergency", _("Emergency"), "bell-alert", Action.SEE_CLOSURES),
    Page(
        "messages",
        "console:messages",
        _("Messages"),
        "chat-bubble-left-right",
        Action.SEE_MESSAGES,
    ),
    Page("health", "console:health", _("Channel health"), "heart", Action.SEE_MESSAGES),
    Page("reports", "console:reports", _("Reports"), "chart-bar-square", Action.SEE_REPORTS),
    Page(
        "guidance", "console:guidance", _("Guidance"), "book-open", Action.SEE_GUIDANCE, below=True
    ),
    Page(
        "settings",
        "console:settings",
        _("Settings"),
        "cog-6-tooth",
        Action.SEE_SETTINGS,
        below=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Rail:
    """The rail as one staff member sees it."""

    main: list[Page]
    below: list[Page]

    @property
    def in_the_bar(self) -> list[Page]:
        return self.main[:IN_THE_BAR]

    @property
    def behind_more(self) -> list[Page]:
        return [*self.main[IN_THE_BAR:], *self.below]


def rail_for(allowed: Callable[[Action], bool]) -> Rail:
    """Return the pages of which `allowed` says that they may be opened."""
    seen = [page for page in PAGES if allowed(page.action)]
    return Rail([page for page in seen if not page.below], [page for page in seen if page.below])
