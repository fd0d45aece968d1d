"""What comes next, in words: each message of the forecast with its time, or its rule. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_moment
from handbell.console.saying import say_reason
from handbell.console.words import CHANNEL_ICONS, CHANNELS, Chip, chip, joined, say_kind
from handbell.dispatch.forecast import Ahead
from handbell.facts.models import Appointment
from handbell.policy.explain import Explanation
from handbell.vocabulary.words import Channel, MessageState, Objection, Recipient

if TYPE_CHECKING:
    from handbell.console.patients.page import Stop

STOPS: Final = frozenset({Objection.OPTED_OUT, Objection.SUPPRESSED})

#: Which page of the patient mends a reason.
MENDED_BY: Final = {
    Objection.NO_CONSENT: "subscribe",
    Objection.OPTED_OUT: "subscribe",
    Objection.NO_CONTACT_POINT: "details",
    Objection.SUPPRESSED: "details",
    Objection.MINOR_WITHOUT_GUARDIAN: "details",
    Objection.INACTIVE: "details",
}

#: Who else than the patient it goes to.
_BESIDE: Final = {
    Recipient.GUARDIAN: gettext_lazy(" (guardian or caregiver)"),
    Recipient.GUARANTOR: gettext_lazy(" (guarantor)"),
    Recipient.CAREGIVER: gettext_lazy(" (caregiver, as well)"),
}


@dataclass(frozen=True, slots=True)
class Coming:
    """One message to come, or the reason why it is not."""

    title: str
    icon: str
    time: str
    to: str = field(repr=False)
    about: str
    chip: Chip
    goes: bool
    why: Explanation | None
    since: str
    mended_by: str
    purpose: str
    message_id: int | None
    subject: str = field(default="", repr=False)
    words: str = field(default="", repr=False)


def read_ahead(
    forecast: Sequence[Ahead],
    *,
    visits: Sequence[Appointment],
    settings: PracticeSettings,
    stops: "Sequence[Stop]",
    now: datetime,
) -> list[Coming]:
    """Return the forecast in words; times are on the practice's clock, visits on their own."""
    known = {visit.pk: visit for visit in visits}
    return [_coming(one, known, settings, stops, now) for one in forecast]


def _coming(
    one: Ahead,
    visits: dict[int, Appointment],
    settings: PracticeSettings,
    stops: "Sequence[Stop]",
    now: datetime,
) -> Coming:
    touch = one.touch
    about = [touch.appointment_id, *one.with_it] if touch.appointment_id else []
    beside = str(_BESIDE.get(touch.recipient, ""))
    return Coming(
        title=say_kind(touch.purpose, touch.channel),
        icon=CHANNEL_ICONS[touch.channel],
        time=say_moment(one.at, zone=settings.zone, now=now),
        to=touch.address,
        about=_about([visits[id] for id in about if id in visits], settings, now) + beside,
        chip=chip(MessageState.QUEUED, one.objection or ""),
        goes=one.objection is None,
        why=say_reason(one.objection) if one.objection else None,
        since=_since(touch.address, touch.channel, one.objection, stops),
        mended_by=MENDED_BY.get(one.objection, "") if one.objection else "",
        purpose=touch.purpose,
        message_id=one.message_id,
        subject=one.words.subject if one.words else "",
        words=one.words.text if one.words else "",
    )


def _about(visits: Sequence[Appointment], settings: PracticeSettings, now: datetime) -> str:
    if not visits:
        return _("what is owed")
    said = [
        say_moment(visit.starts_at, zone=settings.zone_of(visit.facility_id), now=now)
        for visit in visits
    ]
    return ngettext("visit %(times)s", "visits %(times)s", len(said)) % {"times": joined(said)}


def _since(
    address: str, channel: Channel, objection: Objection | None, stops: "Sequence[Stop]"
) -> str:
    """Return when and how the address was taken off, for a message held for it."""
    if objection not in STOPS:
        return ""
    for stop in stops:
        if stop.address == address and stop.channel == CHANNELS[channel]:
            return f"{stop.cause}, {stop.day}"
    return ""
