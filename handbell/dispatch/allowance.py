"""What may one sender hand over now? Its row, locked, and what its breakers and budgets leave.

The row holds the tokens, the counts of the hour and the day, and the pauses; the breakers and the
held mail domains stand beside it and are read under its lock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from handbell.access.round_trip import Row, round_trip
from handbell.dispatch.candidates import Candidate, notice_near
from handbell.dispatch.consequences import CARRIERS_ZONE, carriers_midnight
from handbell.dispatch.mail_domains import DomainRow, ask_domains
from handbell.policy.budgets import (
    Budget,
    carrier_day_limit,
    hour_of,
    left,
    next_hour,
    open_again_at,
    paced,
    ramp_limit,
)
from handbell.policy.closures import Capacity
from handbell.policy.pacing import Bucket, refilled, whole_tokens
from handbell.policy.timetable import start_of_day
from handbell.vocabulary.words import BreakerState, Channel, Purpose, Registration, Signal

EMERGENCY: Final = Purpose.EMERGENCY_NOTICE

_SENDER = """
SELECT id, practice_id, channel, address, provider, tokens, tokens_at, rate_per_second, burst,
       daily_limit, sent_on, sent_today, paused_until, paused_reason, registration, hourly_limit,
       hour, sent_this_hour, carrier_day, segments_today, new_since, emergency_passes
FROM outbox_sender WHERE id = %s
"""

_BREAKERS = "SELECT purpose, state, trickle_left, signal FROM outbox_breaker WHERE sender_id = %s"

#: Rates that addresses nobody has are the cause of: those that worked before go on.
ABOUT_ADDRESSES: Final = frozenset({Signal.ERROR, Signal.HARD_BOUNCE})


@dataclass(frozen=True, slots=True)
class BreakerRow:
    """A breaker as a claim needs it."""

    state: BreakerState
    trickle: int
    signal: str

    @property
    def is_shut(self) -> bool:
        spent = self.state is BreakerState.HALF_OPEN and self.trickle < 1
        return self.state is BreakerState.PAUSED or spent

    @property
    def spares_proven(self) -> bool:
        return self.signal in ABOUT_ADDRESSES


@dataclass(frozen=True, slots=True)
class SenderRow:
    """A sender as its row stands; the columns of outbox.models.Sender.

    Its breakers are by purpose, its mail domains by name.
    """

    id: int
    practice_id: int
    channel: Channel
    address: str
    provider: str
    bucket: Bucket
    daily_limit: int | None = None
    sent_on: date | None = None
    sent_today: int = 0
    paused_until: datetime | None = None
    paused_reason: str = ""
    registration: Registration = Registration.UNKNOWN
    hourly_limit: int | None = None
    hour: datetime | None = None
    sent_this_hour: int = 0
    carrier_day: date | None = None
    segments_today: int = 0
    new_since: date | None = None
    emergency_passes: bool = False
    breakers: Mapping[Purpose, BreakerRow] = field(default_factory=dict)
    domains: Mapping[str, DomainRow] = field(default_factory=dict)

    @property
    def is_warned(self) -> bool:
        return any(each.state is BreakerState.WARNED for each in self.breakers.values())

    def is_paused(self, now: datetime) -> bool:
        if self.paused_until is not None:
            return self.paused_until > now
        return bool(self.paused_reason)

    def budgets(self, now: datetime, zone: ZoneInfo) -> list[Budget]:
        """Return what counts messages: the practice's day, a new sender's day, the hour."""
        today = now.astimezone(zone).date()
        sent_today = self.sent_today if self.sent_on == today else 0
        sent_this_hour = self.sent_this_hour if self.hour == hour_of(now) else 0
        tomorrow = start_of_day(today + timedelta(days=1), zone)
        slow = ramp_limit(self.channel, new_since=self.new_since, today=today)
        return [
            Budget(self.daily_limit, sent_today, tomorrow),
            Budget(slow, sent_today, tomorrow),
            Budget(self.hourly_limit, sent_this_hour, next_hour(now), timedelta(hours=1)),
        ]

    def carrier_budget(self, now: datetime) -> Budget:
        """Return what counts segments: the carriers' day, which begins at midnight Pacific."""
        used = self.segments_today if self.carrier_day == carriers_day(now) else 0
        limit = carrier_day_limit(self.registration) if self.channel is Channel.SMS else None
        return Budget(limit, used, carriers_midnight(now))


@dataclass(slots=True)
class Allowance:
    """What one claim may take. `tokens` are segments of texts, or calls or e-mails.

    Of the `purposes`, those in `proven_only` go only where something arrived before.
    `most` and `most_in_emergency` count messages, None is no limit; `trickle` counts those of a
    purpose whose breaker is half open, `at_once` those to a mail domain that asked for less. To
    `held_domains` goes nothing; `full_domains` have all their connections, and only notices go.
    """

    bucket: Bucket
    purposes: list[Purpose]
    proven_only: list[Purpose]
    most: int | None = None
    most_in_emergency: int | None = None
    open_again_at: datetime | None = None
    segments: int | None = None
    segments_in_emergency: int | None = None
    trickle: dict[Purpose, int] = field(default_factory=dict)
    held_domains: list[str] = field(default_factory=list)
    full_domains: list[str] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    spent: int = 0

    @property
    def tokens(self) -> int:
        return whole_tokens(self.bucket)

    def keep_to(self, budgets: Sequence[Budget], carriers: Budget) -> None:
        """Leave no more than the budgets of messages do, and the carriers' of segments."""
        everything = [*budgets, carriers]
        self.most = left(everything, emergency=False)
        self.most_in_emergency = left(everything, emergency=True)
        self.open_again_at = open_again_at(everything)
        self.segments = carriers.left(emergency=False)
        self.segments_in_emergency = carriers.left(emergency=True)

    def chosen(self, due: Sequence[Candidate]) -> list[Candidate]:
        """Return those of the due messages, most urgent first, that may leave now."""
        taken: list[Candidate] = []
        of_purpose: Counter[Purpose] = Counter()
        of_domain: Counter[str] = Counter()
        for candidate in due:
            most = self.most_in_emergency if candidate.purpose is EMERGENCY else self.most
            domain = domain_of(candidate.address)
            if (
                (most is not None and len(taken) >= most)
                or of_purpose[candidate.purpose] >= self.trickle.get(candidate.purpose, len(due))
                or of_domain[domain] >= self.at_once.get(domain, len(due))
            ):
                continue
            taken.append(candidate)
            of_purpose[candidate.purpose] += 1
            of_domain[domain] += 1
        return taken

    def is_spent(self, purpose: Purpose) -> bool:
        """Return whether what was claimed so far leaves nothing for one more of this purpose."""
        most = self.segments_in_emergency if purpose is EMERGENCY else self.segments
        return self.spent >= self.tokens or (most is not None and self.spent >= most)


def lock_sender(sender_id: int) -> SenderRow | None:
    """Return the sender, locked; None if another worker holds it or it is gone."""
    return _sender(f"{_SENDER} FOR UPDATE SKIP LOCKED", sender_id)


def read_sender(sender_id: int) -> SenderRow:
    """Return the sender as it is, without a lock. Raises LookupError if there is none."""
    found = _sender(_SENDER, sender_id)
    if found is None:
        raise LookupError("no such sender")
    return found


def may_send_notice(sender_id: int, *, now: datetime) -> bool:
    """Return whether an emergency notice is due and the sender's pace would let it go."""
    if notice_near(sender_id, until=now) is None:
        return False
    sender = read_sender(sender_id)
    if sender.is_paused(now) and not sender.emergency_passes:
        return False
    bucket = paced(sender.bucket, sender.registration, warned=False)
    return whole_tokens(refilled(bucket, now=now)) >= 1


def capacity_of(sender_id: int, *, zone: ZoneInfo, now: datetime) -> Capacity:
    """Return what a sender can do from `now` on, by the pace and budgets that a claim keeps."""
    sender = read_sender(sender_id)
    rate = paced(sender.bucket, sender.registration, warned=sender.is_warned).rate
    return Capacity(rate, sender.budgets(now, zone), [sender.carrier_budget(now)])


def allowance_of(sender: SenderRow, *, now: datetime) -> Allowance:
    """Return what a sender, whose row is locked, may hand over at `now`, budgets apart."""
    breakers, domains = sender.breakers, sender.domains
    bucket = paced(sender.bucket, sender.registration, warned=sender.is_warned)
    return Allowance(
        bucket=refilled(bucket, now=now),
        purposes=_open_purposes(sender, now),
        proven_only=[
            purpose for purpose, each in breakers.items() if each.is_shut and each.spares_proven
        ],
        trickle={
            purpose: each.trickle
            for purpose, each in breakers.items()
            if each.state is BreakerState.HALF_OPEN and not each.is_shut
        },
        held_domains=[name for name, each in domains.items() if each.is_held(now)],
        full_domains=[name for name, each in domains.items() if each.is_full],
        at_once={name: each.left for name, each in domains.items() if each.held_until is not None},
    )


def _open_purposes(sender: SenderRow, now: datetime) -> list[Purpose]:
    """Return what may leave at all: emergencies alone from a paused sender, if a person said so."""
    if sender.is_paused(now):
        return [EMERGENCY] if sender.emergency_passes else []
    shut = {
        purpose
        for purpose, each in sender.breakers.items()
        if each.is_shut and not each.spares_proven
    }
    return [purpose for purpose in Purpose if purpose not in shut]


def domain_of(address: str) -> str:
    """Return an e-mail address's domain; nothing for a number."""
    return address.rpartition("@")[2].lower() if "@" in address else ""


def carriers_day(now: datetime) -> date:
    """Return the day that carriers count `now` to."""
    return now.astimezone(CARRIERS_ZONE).date()


def _sender(sql: str, sender_id: int) -> SenderRow | None:
    with round_trip() as trip:
        asked = trip.ask(sql, [sender_id], list)
        breakers = trip.ask(_BREAKERS, [sender_id], _breakers)
        domains = ask_domains(trip, sender_id)
    rows = asked()
    return _sender_of(rows[0], breakers(), domains()) if rows else None


def _breakers(rows: Sequence[Row]) -> dict[Purpose, BreakerRow]:
    return {Purpose(p): BreakerRow(BreakerState(s), trickle, why) for p, s, trickle, why in rows}


def _sender_of(
    row: Row,
    breakers: Mapping[Purpose, BreakerRow],
    domains: Mapping[str, DomainRow],
) -> SenderRow:
    (id_, practice_id, channel, address, provider, tokens, tokens_at, rate, burst, *rest) = row
    (daily_limit, sent_on, sent_today, paused_until, paused_reason, registration, *more) = rest
    (hourly_limit, hour, sent_this_hour, carrier_day, segments_today, new_since, passes) = more
    return SenderRow(
        id=id_,
        practice_id=practice_id,
        channel=Channel(channel),
        address=address,
        provider=provider,
        bucket=Bucket(tokens=tokens, tokens_at=tokens_at, rate=rate, burst=burst),
        daily_limit=daily_limit,
        sent_on=sent_on,
        sent_today=sent_today,
        paused_until=paused_until,
        paused_reason=paused_reason,
        registration=Registration(registration),
        hourly_limit=hourly_limit,
        hour=hour,
        sent_this_hour=sent_this_hour,
        carrier_day=carrier_day,
        segments_today=segments_today,
        new_since=new_since,
        emergency_passes=passes,
        breakers=breakers,
        domains=domains,
    )
