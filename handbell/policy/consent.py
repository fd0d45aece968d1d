"""Has this person agreed, and have they taken it back?

The consent log and the suppressions are folded as of a moment: the newest event per purpose
and channel decides, and on a tie the withdrawal wins. An opt-out of an address (STOP) stands
until this patient gives a consent that is newer than it (47 CFR 64.1200(a)(10)-(12)).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    Objection,
    Purpose,
    SuppressionKind,
)


@dataclass(frozen=True, slots=True)
class ConsentEvent:
    """One event of the consent log."""

    purpose: Purpose
    channel: Channel
    kind: ConsentKind
    at: datetime


@dataclass(frozen=True, slots=True)
class SuppressionEvent:
    """One suppression of an address on a channel."""

    channel: Channel
    kind: SuppressionKind
    at: datetime
    lifted_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        return self.at <= now and (self.lifted_at is None or self.lifted_at > now)


def newest(
    events: Iterable[ConsentEvent], *, purpose: Purpose, channel: Channel, now: datetime
) -> ConsentEvent | None:
    """Return the event that decides the subscription as of `now`, or None if there is none."""
    found: ConsentEvent | None = None
    for event in events:  # asked a dozen times for each patient who is planned
        if event.channel is not channel or event.purpose is not purpose or event.at > now:
            continue
        if found is None or _rank(event) > _rank(found):
            found = event
    return found


def _rank(event: ConsentEvent) -> tuple[datetime, bool]:
    return event.at, event.kind is ConsentKind.WITHDRAWN


def subscription_objection(decisive: ConsentEvent | None) -> Objection | None:
    """Return why the patient's switch for this purpose and channel is off, or None if on."""
    if decisive is None:
        return Objection.NO_CONSENT
    if decisive.kind is ConsentKind.WITHDRAWN:
        return Objection.OPTED_OUT
    return None


def address_objection(
    suppressions: Iterable[SuppressionEvent],
    *,
    channel: Channel,
    consented_at: datetime | None,
    now: datetime,
) -> Objection | None:
    """Return why this address must not be used on this channel, or None.

    `consented_at` is when the patient last consented to this purpose and channel.
    """
    standing = [s for s in suppressions if s.channel is channel and s.stands(now)]
    for suppression in standing:
        if suppression.kind is not SuppressionKind.OPTED_OUT:
            continue
        if consented_at is None or consented_at <= suppression.at:
            return Objection.OPTED_OUT
    if any(s.kind is not SuppressionKind.OPTED_OUT for s in standing):
        return Objection.SUPPRESSED
    return None
