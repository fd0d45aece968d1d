"""What does Channel health show of a sender? Its state, its rates and its last 30 days. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from handbell.console.chart import Series, stacked_bars, trend
from handbell.console.words import CHANNELS, PURPOSES_MANY, Chip
from handbell.dispatch.allowance import ABOUT_ADDRESSES
from handbell.outbox.models import Breaker, Sender
from handbell.reputation.fold import Tally
from handbell.reputation.queries import DAYS_SHOWN, Health
from handbell.reputation.thresholds import Level, Reading, worst
from handbell.reputation.words import CURES, SIGNALS, STATES, percent, rate_said
from handbell.vocabulary.words import BreakerState, Channel, Purpose, Signal

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = BreakerState

#: The list behind all that was sent; the others are named like their signal.
SENT: Final = "sent"
DELIVERED: Final = "delivered"

_CHIPS: Final = {
    S.CLOSED: ("check-circle", "good"),
    S.WARNED: ("exclamation-triangle", "wait"),
    S.PAUSED: ("pause-circle", "bad"),
    S.HALF_OPEN: ("beaker", "accent"),
}

#: Which numbers each channel has, in the order they are read.
_NUMBERS: "Final[dict[Channel, tuple[Signal, ...]]]" = {
    Channel.SMS: (Signal.ERROR, Signal.FILTERED, Signal.OPT_OUT),
    Channel.VOICE: (Signal.ERROR, Signal.FILTERED, Signal.SHORT_CALL, Signal.OPT_OUT),
    Channel.EMAIL: (
        Signal.HARD_BOUNCE,
        Signal.ERROR,
        Signal.FILTERED,
        Signal.COMPLAINT,
        Signal.OPT_OUT,
    ),
}

_LEVELS: "Final[dict[Level, StrOrPromise]]" = {
    Level.GOOD: gettext_lazy("in order"),
    Level.WARN: gettext_lazy("too high: it slows down"),
    Level.PAUSE: gettext_lazy("much too high: it pauses"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the last 30 days, and the list behind it."""

    word: str
    count: int
    what: str


@dataclass(frozen=True, slots=True)
class Rate:
    """One rate as it is now, beside its limits."""

    word: str
    now: str
    of: str
    warn: str
    pause: str
    said: str
    tone: str


@dataclass(frozen=True, slots=True)
class Block:
    """One sender and purpose as the page tells it."""

    key: str
    sender: Sender
    purpose: Purpose
    title: str
    breaker: Breaker | None
    chip: Chip
    sentence: str
    cure: str
    until: datetime | None
    numbers: list[Number]
    rates: list[Rate]
    nearest: str
    pictures: list[SafeString]
    days: list[tuple[date, Tally]]

    @property
    def is_paused(self) -> bool:
        return self.breaker is not None and self.breaker.state == S.PAUSED


def block_of(health: Health, *, zone: ZoneInfo, now: datetime) -> Block:
    """Return what is told of one sender and purpose."""
    channel = Channel(health.sender.channel)
    state = S(health.breaker.state) if health.breaker else S.CLOSED
    icon, tone = _CHIPS[state]
    sentence, cure = _why(state, health)
    days = _days(health, zone, now)
    total = health.total
    return Block(
        key=f"{health.sender.pk}-{health.purpose}",
        sender=health.sender,
        purpose=health.purpose,
        title=PURPOSES_MANY[health.purpose],
        breaker=health.breaker,
        chip=Chip(str(STATES[state]), icon, tone),
        sentence=sentence,
        cure=cure,
        until=health.breaker.until if health.breaker and state is S.PAUSED else None,
        numbers=_numbers(channel, total),
        rates=[_rate(reading) for reading in health.readings],
        nearest=str(SIGNALS[_nearest(health).threshold.signal]),
        pictures=_pictures(health, days) if total.sent else [],
        days=[(day, tally) for day, tally in days if tally.sent or tally.opt_out],
    )


def _numbers(channel: Channel, total: Tally) -> list[Number]:
    found = [Number(_("Sent"), total.sent, SENT)]
    if channel is not Channel.EMAIL or total.delivered:  # a mail server says only what came back
        found.append(Number(_("Delivered"), total.delivered, DELIVERED))
    return found + [
        Number(str(SIGNALS[one]), total.of(one)[0], one.value) for one in _NUMBERS[channel]
    ]


def _why(state: BreakerState, health: Health) -> tuple[str, str]:
    row = health.breaker
    if row is None or state is S.CLOSED:
        return "", ""
    if state is S.HALF_OPEN:
        trial = _(
            "The pause is over, and ten an hour leave on trial. If they do well, the rest follows "
            "by itself."
        )
        return trial, ""
    if not row.signal:
        return "", ""
    signal = Signal(row.signal)
    why = rate_said(signal, row.count, row.out_of)
    if state is S.PAUSED and signal in ABOUT_ADDRESSES:
        why += " " + _("Patients whom a message reached before still get theirs.")
    return why, str(CURES[signal])


def _rate(reading: Reading) -> Rate:
    threshold = reading.threshold
    tones = {Level.GOOD: "good", Level.WARN: "wait", Level.PAUSE: "bad"}
    days = reading.window.days
    said = str(_LEVELS[reading.level])
    if reading.out_of < threshold.smallest and reading.level is Level.GOOD:
        said = _("too few to say: it counts from %(smallest)s") % {"smallest": threshold.smallest}
    of = ngettext(
        "%(count)s of %(out_of)s in 1 day", "%(count)s of %(out_of)s in %(days)s days", days
    )
    return Rate(
        word=str(SIGNALS[threshold.signal]),
        now=percent(reading.rate),
        of=of % {"count": reading.count, "out_of": reading.out_of, "days": days},
        warn=percent(threshold.warn),
        pause=percent(threshold.pause) if threshold.pause is not None else _("never"),
        said=said,
        tone=tones[reading.level],
    )


def _days(health: Health, zone: ZoneInfo, now: datetime) -> list[tuple[date, Tally]]:
    today = now.astimezone(zone).date()
    shown = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    return [(day, health.days.get(day, Tally())) for day in shown]


def _pictures(health: Health, days: Sequence[tuple[date, Tally]]) -> list[SafeString]:
    key = f"{health.sender.pk}-{health.purpose}"
    # Every fifth day, so that no two labels touch on a telephone.
    labels = [f"{day:%-d}" if place % 5 == 4 else "" for place, (day, _) in enumerate(days)]
    named = {
        "what": PURPOSES_MANY[health.purpose],
        "channel": CHANNELS[Channel(health.sender.channel)].lower(),
    }
    total = health.total
    told = {
        "sent": total.sent,
        "error": total.error,
        "stop": total.opt_out + total.complaint,
    }
    bars = stacked_bars(
        key=key,
        title=_("%(what)s by %(channel)s: the last 30 days") % named,
        description=_(
            "%(sent)s sent, %(error)s not delivered, %(stop)s asked to stop or complained."
        )
        % told,
        labels=labels,
        series=[
            Series(_("sent"), [max(t.sent - t.error, 0) for _, t in days]),
            Series("", [0 for _ in days]),
            Series(_("not delivered"), [t.error for _, t in days]),
        ],
    )
    return [bars, _trend(health, key, labels, days)]


def _nearest(health: Health) -> Reading:
    return worst(health.readings) or max(
        health.readings, key=lambda reading: reading.rate / reading.threshold.warn
    )


def _trend(
    health: Health, key: str, labels: Sequence[str], days: Sequence[tuple[date, Tally]]
) -> SafeString:
    """Draw the rate that is nearest its limit, day by day, with both limits."""
    reading = _nearest(health)
    threshold = reading.threshold
    word = str(SIGNALS[threshold.signal])
    by_day = [tally.of(threshold.signal) for _, tally in days]
    rates = [100 * count / out_of if out_of else None for count, out_of in by_day]
    limits = [100 * threshold.warn]
    if threshold.pause is not None:
        limits.append(100 * threshold.pause)
    told = {
        "now": percent(reading.rate),
        "warn": percent(threshold.warn),
        "pause": percent(threshold.pause) if threshold.pause is not None else _("never"),
    }
    return trend(
        key=f"{key}-rate",
        title=_("%(what)s, percent by the day") % {"what": word},
        description=_(
            "Now %(now)s. It slows down from %(warn)s and pauses from %(pause)s on; both are "
            "drawn as lines."
        )
        % told,
        labels=labels,
        values=rates,
        limits=limits,
    )
