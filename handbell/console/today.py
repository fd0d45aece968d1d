"""What does the front desk see first? The day's counts folded into figures, hours and reasons.

Pure: it folds what outbox/queries.py counted. A figure and the list behind its link are the
same rows, because both ask for messages due on the day.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from babel.numbers import format_decimal
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from handbell.console.asked import Asked, address_of
from handbell.console.chart import Series, stacked_bars
from handbell.console.clock import Day
from handbell.console.language import locale
from handbell.console.saying import say_reason
from handbell.console.words import CHANNEL_ICONS, CHANNELS, REASONS
from handbell.outbox.queries import Standing, Tally, standings_of
from handbell.policy.explain import explain
from handbell.vocabulary.words import Channel, Objection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: The hours a chart always shows; more when something goes earlier or later.
FIRST_HOUR: Final = 7
LAST_HOUR: Final = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the row, and the list behind it."""

    standing: Standing
    label: str
    hint: str
    count: int
    address: str
    tone: str


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one channel."""

    label: str
    went: int
    to_go: int


@dataclass(frozen=True, slots=True)
class ChannelDay:
    """One channel's day: its hours, their sums, and the picture of both."""

    word: str
    icon: str
    hours: Sequence[Hour]
    went: int
    to_go: int
    picture: SafeString | None


@dataclass(frozen=True, slots=True)
class Held:
    """Messages not sent for one reason."""

    word: str
    count: int
    sentence: str
    cure: str
    address: str
    has_cure: bool


_FIGURES: "Final[tuple[tuple[Standing, StrOrPromise, StrOrPromise, str], ...]]" = (
    (Standing.HANDED_OVER, _("Handed over"), _("to the provider"), "accent"),
    (Standing.DELIVERED, _("Delivered"), _("known to have arrived"), "good"),
    (Standing.WAITING, _("Waiting"), _("to go today"), "wait"),
    (Standing.HELD_BACK, _("Held back"), _("with a reason"), "soft"),
    (Standing.TROUBLE, _("Failed or in doubt"), _("somebody should look"), "bad"),
)


def figures(tallies: Iterable[Tally], *, day: Day, facility_id: int | None) -> list[Figure]:
    """Return the numbers row."""
    counts: Counter[Standing] = Counter()
    for tally in tallies:
        for standing in standings_of(tally.state, tally.objection):
            counts[standing] += tally.count
    return [
        Figure(
            standing=standing,
            label=str(label),
            hint=str(hint),
            count=counts[standing],
            address=_list_of(day, facility_id, standing=standing),
            tone=tone,
        )
        for standing, label, hint, tone in _FIGURES
    ]


def in_words(row: Sequence[Figure]) -> str:
    """Return the numbers row as one sentence, to be read aloud when it changes."""
    parts = [
        f"{format_decimal(figure.count, locale=locale())} {figure.label.lower()}" for figure in row
    ]
    return ", ".join(parts) + "."


def held_back(tallies: Iterable[Tally], *, day: Day, facility_id: int | None) -> list[Held]:
    """Return why messages were held back: what somebody can mend first, then by number."""
    counts: Counter[Objection] = Counter()
    for tally in tallies:
        if Standing.HELD_BACK in standings_of(tally.state, tally.objection):
            counts[Objection(tally.objection)] += tally.count
    groups = [_held(reason, count, day, facility_id) for reason, count in counts.items()]
    return sorted(groups, key=lambda held: (not held.has_cure, -held.count, held.word))


def _held(reason: Objection, count: int, day: Day, facility_id: int | None) -> Held:
    explanation = say_reason(reason)
    sentence = explanation.sentence
    return Held(
        word=REASONS[reason],
        count=count,
        sentence=sentence[:1].upper() + sentence[1:],
        cure=explanation.cure,
        address=_list_of(day, facility_id, standing=Standing.HELD_BACK, reason=reason),
        has_cure=not explain(reason).cure.startswith("Nothing to do"),
    )


def _list_of(
    day: Day,
    facility_id: int | None,
    *,
    standing: Standing,
    reason: Objection | None = None,
) -> str:
    asked = Asked(
        first_day=day.date,
        last_day=day.date,
        standing=standing,
        reason=reason,
        facility_id=facility_id,
        latest_first=standing is not Standing.WAITING,
    )
    return address_of(asked)


def channel_days(
    tallies: Sequence[Tally], *, day: Day, zone: ZoneInfo, now: datetime
) -> list[ChannelDay]:
    """Return each channel's day by the hour: what went, and what is still to go."""
    went: Counter[tuple[Channel, datetime]] = Counter()
    to_go: Counter[tuple[Channel, datetime]] = Counter()
    this_hour = _hour_of(now, zone)
    last = _hour_of(day.ends - timedelta(hours=1), zone)
    for tally in tallies:
        standings = standings_of(tally.state, tally.objection)
        hour = min(max(tally.hour, day.begins.astimezone(zone)), last)
        if Standing.HANDED_OVER in standings:
            went[tally.channel, hour] += tally.count
        elif Standing.WAITING in standings:
            # What is late goes next, not in an hour that is gone.
            to_go[tally.channel, max(hour, this_hour)] += tally.count
    hours = _hours_shown([hour for _, hour in (*went, *to_go)], day, zone)
    return [_channel_day(channel, hours, went, to_go) for channel in Channel]


def _hour_of(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)


def _hours_shown(busy: Sequence[datetime], day: Day, zone: ZoneInfo) -> list[datetime]:
    """Return the hours of the day from the first to the last worth showing, in order."""
    hours, moment = [], day.begins
    while moment < day.ends:
        hours.append(moment.astimezone(zone))
        moment += timedelta(hours=1)
    first = min([FIRST_HOUR, *(hour.hour for hour in busy)])
    last = max([LAST_HOUR, *(hour.hour for hour in busy)])
    return [hour for hour in hours if first <= hour.hour <= last]


def _channel_day(
    channel: Channel,
    hours: Sequence[datetime],
    went: Counter[tuple[Channel, datetime]],
    to_go: Counter[tuple[Channel, datetime]],
) -> ChannelDay:
    rows = [Hour(f"{hour:%H:%M}", went[channel, hour], to_go[channel, hour]) for hour in hours]
    all_went, all_to_go = sum(row.went for row in rows), sum(row.to_go for row in rows)
    return ChannelDay(
        word=CHANNELS[channel],
        icon=CHANNEL_ICONS[channel],
        hours=[row for row in rows if row.went or row.to_go],
        went=all_went,
        to_go=all_to_go,
        picture=_picture(channel, rows) if all_went or all_to_go else None,
    )


def _picture(channel: Channel, rows: Sequence[Hour]) -> SafeString:
    busiest = max(rows, key=lambda row: row.went + row.to_go)
    went, to_go = sum(row.went for row in rows), sum(row.to_go for row in rows)
    parts = [
        ngettext("%(went)s went", "%(went)s went", went) % {"went": went},
        ngettext("%(to_go)s is still to go", "%(to_go)s are still to go", to_go) % {"to_go": to_go},
    ]
    most = {"hour": busiest.label, "count": busiest.went + busiest.to_go}
    busiest_said = gettext("The busiest hour begins at %(hour)s with %(count)s.") % most
    return stacked_bars(
        key=channel,
        title=gettext("%(channel)s: messages by the hour") % {"channel": CHANNELS[channel]},
        description=f"{', '.join(parts)}. {busiest_said}",
        # Every third hour: three digits a label, and no two of them touch on a phone.
        labels=[row.label[:2] if index % 3 == 0 else "" for index, row in enumerate(rows)],
        series=[
            Series(gettext("went"), [row.went for row in rows]),
            Series(gettext("to go"), [row.to_go for row in rows]),
        ],
    )
