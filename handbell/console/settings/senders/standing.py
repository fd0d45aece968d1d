"""How does a sender stand, and what is said of it? One word, one icon, one sentence. Pure."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from handbell.console.words import Chip
from handbell.dispatch.providers import REHEARSAL, SES, SMTP, TWILIO, VONAGE
from handbell.outbox.models import Sender
from handbell.reputation.words import pause_said

#: What a provider is called where it is chosen or stands alone.
PROVIDER_TITLES: Final = {
    TWILIO: gettext_noop("Twilio"),
    VONAGE: gettext_noop("Vonage"),
    SMTP: gettext_noop("Mail server (SMTP)"),
    SES: gettext_noop("Amazon SES"),
    REHEARSAL: gettext_noop("Rehearsal carrier"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a sender does now."""

    chip: Chip
    sentence: str = ""
    until: datetime | None = None


def standing_of(sender: Sender, *, in_use: Sender | None, now: datetime) -> Standing:
    """Return how a sender stands; `in_use` is the one its channel goes out by."""
    if sender.retired:
        return Standing(
            Chip(_("Retired"), "archive-box", "soft"), _("Nothing is sent by it any more.")
        )
    if sender.is_paused(now):
        if sender.paused_until is not None:
            why = pause_said(sender.paused_reason) or _("The provider asked for less speed.")
            return Standing(Chip(_("Resting"), "clock", "wait"), why, sender.paused_until)
        return Standing(Chip(_("Paused"), "pause-circle", "bad"), pause_said(sender.paused_reason))
    if in_use is not None and in_use.pk != sender.pk:
        return Standing(
            Chip(_("In reserve"), "minus-circle", "soft"),
            _("Another one is in use. This one takes over when that is retired."),
        )
    return Standing(Chip(_("Running"), "check-circle", "good"))


def provider_chip(provider: str) -> Chip:
    """Return who carries it; what reaches nobody is plainly told apart."""
    if provider == REHEARSAL:
        return Chip(_("Rehearsal: reaches nobody"), "beaker", "wait")
    return Chip(provider_title(provider), "signal", "accent")


def provider_title(provider: str) -> str:
    """Name a provider; one this version does not know keeps its own name."""
    word = PROVIDER_TITLES.get(provider)
    return _(word) if word else provider
