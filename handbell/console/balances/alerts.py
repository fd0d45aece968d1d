"""What alert did each patient of a page get last, and what comes next or why nothing does?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_moment
from handbell.console.why import Held, Why, Whys
from handbell.console.words import CHANNELS, Chip, chip, reason_in_short
from handbell.dispatch.forecast import Ahead, forecasts
from handbell.facts.models import Owing
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose

#: The next alert is a month away at most.
FAR_ENOUGH: Final = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Told:
    """One alert: its state and what is said of it."""

    chip: Chip
    said: str
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Alerts:
    """A patient's last alert and the next one; `why` and `in_short` if there is none."""

    last: Told | None
    next: Told | None
    chip: Chip
    in_short: str
    why: Why | None


def read_alerts(
    rows: Sequence[Owing], *, settings: PracticeSettings, staff: StaffMember, now: datetime
) -> dict[int, Alerts]:
    """Return the alerts of each patient; the same number of queries for any number of them."""
    ids = [row.pk for row in rows]
    found = forecasts(settings, ids, with_words=False, horizon=FAR_ENOUGH, now=now)
    coming = {
        patient_id: [one for one in ahead if one.touch.purpose is Purpose.BALANCE_ALERT]
        for patient_id, ahead in found.items()
    }
    held = [(one.touch.address, one.objection or "") for ahead in coming.values() for one in ahead]
    desk = _Desk(Whys.about(held, settings=settings, staff=staff, now=now), settings, now)
    last = _last_sent(settings.id, ids)
    return {row.pk: desk.alerts(row, last.get(row.pk), coming.get(row.pk, ())) for row in rows}


def _last_sent(practice_id: int, patient_ids: Sequence[int]) -> dict[int, Message]:
    sent = Message.objects.filter(
        practice_id=practice_id,
        patient_id__in=patient_ids,
        purpose=Purpose.BALANCE_ALERT,
        state__in=[state.value for state in REACHED],
        handed_over_at__isnull=False,
    )
    newest = sent.order_by("patient_id", "-handed_over_at", "-id").distinct("patient_id")
    return {row.patient_id: row for row in newest}


@dataclass(frozen=True, slots=True)
class _Desk:
    """What every alert is written with."""

    whys: Whys
    settings: PracticeSettings
    now: datetime

    def alerts(self, row: Owing, last: Message | None, ahead: Sequence[Ahead]) -> Alerts:
        going = next((one for one in ahead if one.objection is None), None)
        held = next((one for one in ahead if one.objection is not None), None)
        reason = None if going else self._reason(row, held)
        return Alerts(
            last=self._sent(last) if last is not None else None,
            next=self._next(going) if going is not None else None,
            chip=chip(MessageState.QUEUED, reason or ""),
            in_short=reason_in_short(reason or ""),
            why=self._why(row, held, reason) if reason else None,
        )

    def _reason(self, row: Owing, held: Ahead | None) -> Objection:
        if held is not None and held.objection is not None:
            return held.objection
        return Objection(row.objection or Objection.NO_RECENT_RESPONSIBILITY)

    def _why(self, row: Owing, held: Ahead | None, reason: Objection) -> Why:
        channel = held.touch.channel if held else Channel.SMS
        address = held.touch.address if held else ""
        return self.whys.why(Held(row.pk, Purpose.BALANCE_ALERT, channel, address, reason))

    def _sent(self, row: Message) -> Told:
        at = row.handed_over_at or row.due_at
        return Told(chip(row.state, row.objection), self._said(row.channel, at), row.pk)

    def _next(self, one: Ahead) -> Told:
        said = self._said(one.touch.channel, one.at)
        return Told(chip(MessageState.QUEUED, ""), said, one.message_id)

    def _said(self, channel: str, at: datetime) -> str:
        when = say_moment(at, zone=self.settings.zone, now=self.now)
        return f"{CHANNELS[Channel(channel)]}, {when}"
