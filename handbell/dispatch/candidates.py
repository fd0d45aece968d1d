"""Which messages may this sender take now, and what are the facts of this second about them?

Everything here runs inside the transaction that claims: rows are locked with SKIP LOCKED, so
several workers take different messages.
"""

import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import connection

from handbell.access.practice_settings import PracticeSettings
from handbell.access.round_trip import Answer, Row, Trip, round_trip
from handbell.dispatch.notices import NoticesNow, load_notices
from handbell.facts.closures import ask_holds
from handbell.facts.ledger import load_entries
from handbell.facts.people import Person, ask_people
from handbell.planner.change_notices import CHANGE_NOTICES
from handbell.planner.queries import VISIT_COLUMNS, visit_from_row
from handbell.planner.touches import Visit
from handbell.policy.caps import PastTouch
from handbell.policy.ledger import Account, account
from handbell.vocabulary.words import Channel, Purpose, Recipient

#: The longest cap looks 30 days back.
CAPS_LOOK_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A locked message that is due, or travels with one that is."""

    id: int
    purpose: Purpose
    channel: Channel
    patient_id: int
    appointment_id: int | None
    subject_id: int
    subject_revision: int
    step: str
    recipient: Recipient
    address: str = field(repr=False)
    visit_date: date | None
    due_at: datetime
    useful_until: datetime
    code: str
    attempts: int
    merged_into: int | None
    sending_id: int | None = None

    @property
    def touch(self) -> str:
        """The touch apart from its channel, as the caps count it."""
        return self.step if self.visit_date is None else f"{self.step}/{self.visit_date}"


@dataclass(frozen=True, slots=True)
class Past:
    """What an address was sent, and about which subject.

    `along`: it was told in another message, which is the one that counts. `corrects`: it told of a
    change of the visit.
    """

    touch: PastTouch
    subject_id: int
    subject_revision: int
    along: bool = False
    corrects: bool = False

    @staticmethod
    def of(leader: Candidate, at: datetime) -> "Past":
        """Return a message that leaves at `at`, as those behind it will find it."""
        touch = PastTouch(leader.purpose, leader.channel, leader.touch, at)
        corrects = leader.step in CHANGE_NOTICES
        return Past(touch, leader.subject_id, leader.subject_revision, corrects=corrects)


@dataclass(frozen=True, slots=True)
class FactsNow:
    """The facts of this second about the candidates."""

    people: dict[int, Person]
    visits: dict[int, Visit]
    accounts: dict[int, Account]
    past: dict[str, list[Past]]
    holds: Mapping[int, datetime]
    notices: NoticesNow

    def owed(self, candidate: Candidate) -> Decimal | None:
        """Return what a balance alert's patient owes, None for other messages."""
        if candidate.purpose is not Purpose.BALANCE_ALERT:
            return None
        return self.accounts[candidate.patient_id].balance


# A person may have chosen that notices pass a sender that is paused.
_THROUGH_PAUSE = """EXISTS (
    SELECT FROM outbox_sending g WHERE g.id = m.sending_id AND g.through_pause)"""

# Mailbox providers that asked for less are left alone for the while.
_DOMAIN_OPEN = "(cardinality(%s::text[]) = 0 OR lower(split_part(m.address, '@', 2)) <> ALL(%s))"

_SENDERS_WITH_DUE = f"""
SELECT s.id FROM outbox_sender s
WHERE (s.paused_until IS NULL AND s.paused_reason = '' OR s.paused_until <= %s
       OR s.emergency_passes)
  AND EXISTS (SELECT 1 FROM outbox_message m WHERE m.sender_id = s.id AND m.state = 'queued'
              AND m.objection = '' AND m.due_at <= %s)
  OR EXISTS (SELECT 1 FROM outbox_message m WHERE m.sender_id = s.id AND m.state = 'queued'
             AND m.objection = '' AND m.priority = 0 AND m.due_at <= %s AND {_THROUGH_PAUSE})
"""  # noqa: S608 - our own words

_COLUMNS = """m.id, m.purpose, m.channel, m.patient_id, m.appointment_id, m.subject_id,
       m.subject_revision, m.step, m.recipient, m.address, m.visit_date, m.due_at, m.useful_until,
       m.code, m.attempts, m.merged_into_id, m.sending_id"""

_DUE = f"""
SELECT {_COLUMNS} FROM outbox_message m
WHERE m.sender_id = %s AND m.state = 'queued' AND m.objection = '' AND m.due_at <= %s
  AND m.purpose = ANY(%s)
  AND (m.purpose <> ALL(%s) OR EXISTS (
      SELECT FROM outbox_message p
      WHERE p.practice_id = m.practice_id AND p.address = m.address
        AND p.handed_over_at IS NOT NULL AND p.channel = m.channel
        AND (p.state = 'delivered'
             OR p.channel = 'email' AND p.state = 'accepted'
                AND p.handed_over_at < %s - interval '1 day')))
  AND {_DOMAIN_OPEN}
ORDER BY m.priority, m.due_at, m.id LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608 - our own column list

_DUE_NOTICES = f"""
SELECT {_COLUMNS} FROM outbox_message m
WHERE m.sender_id = %s AND m.state = 'queued' AND m.objection = '' AND m.due_at <= %s
  AND m.priority = 0 AND (%s OR {_THROUGH_PAUSE}) AND {_DOMAIN_OPEN}
ORDER BY m.priority, m.due_at, m.id LIMIT %s FOR UPDATE SKIP LOCKED
"""  # noqa: S608

# One that is put back for a moment still comes before every reminder.
_NOTICE_NEAR = f"""
SELECT min(m.due_at) FROM outbox_message m
WHERE m.sender_id = %s AND m.state = 'queued' AND m.objection = '' AND m.priority = 0
  AND m.due_at <= %s AND {_DOMAIN_OPEN}
"""  # noqa: S608

_COUNT_DUE = """
SELECT count(*) FROM (
    SELECT FROM outbox_message
    WHERE sender_id = %s AND state = 'queued' AND objection = '' AND due_at <= %s LIMIT %s) due
"""

# The other visits of the day that go to the same number, though their own hour may be later;
# and what travelled in an earlier try of one of these.
_COMPANIONS = f"""
SELECT {_COLUMNS} FROM outbox_message m
JOIN (SELECT DISTINCT * FROM unnest(%s::text[], %s::text[], %s::date[]) u (a, s, d)) u
  ON m.address = u.a AND m.step = u.s AND m.visit_date = u.d
WHERE m.sender_id = %s AND m.state = 'queued' AND m.objection = ''
  AND m.purpose = 'appointment_reminder' AND m.id <> ALL(%s)
FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608

# Whoever shares the number or mailbox is told by the same notice.
_SAME_HOUSE = f"""
SELECT {_COLUMNS} FROM outbox_message m
JOIN (SELECT DISTINCT * FROM unnest(%s::bigint[], %s::text[]) u (g, a)) u
  ON m.sending_id = u.g AND m.address = u.a
WHERE m.state = 'queued' AND m.objection = '' AND m.id <> ALL(%s)
FOR UPDATE OF m SKIP LOCKED
"""  # noqa: S608

_MERGED = f"""
SELECT {_COLUMNS} FROM outbox_message m
WHERE m.merged_into_id = ANY(%s) AND m.state = 'withheld' FOR UPDATE SKIP LOCKED
"""  # noqa: S608

_VISITS = f"""
SELECT {VISIT_COLUMNS}
FROM facts_appointment a LEFT JOIN facts_appointmenttype t ON t.id = a.type_id
WHERE a.id = ANY(%s)
"""  # noqa: S608

# A text or e-mail that did not arrive bothered nobody; a call that was not answered rang.
_HAS_GONE = """
WHERE m.practice_id = %s AND m.address = ANY(%s) AND m.handed_over_at > %s
  AND m.merged_into_id IS NULL AND m.purpose <> 'emergency_notice'
  AND (m.state IN ('claimed', 'accepted', 'delivered', 'in_doubt')
       OR (m.state = 'undelivered' AND m.channel = 'voice'))
"""

_PAST = f"""
SELECT m.address, m.purpose, m.channel, m.step, m.visit_date, m.handed_over_at, m.subject_id,
       m.subject_revision, false
FROM outbox_message m {_HAS_GONE}
"""  # noqa: S608

# The other visits of the day and of the household, which the same message told of.
_TOLD_ALONG = f"""
SELECT m.address, m.purpose, m.channel, o.step, o.visit_date, m.handed_over_at, o.subject_id,
       o.subject_revision, true
FROM outbox_message m JOIN outbox_message o ON o.merged_into_id = m.id {_HAS_GONE}
"""  # noqa: S608


def senders_with_due(*, now: datetime) -> list[int]:
    """Return the senders that have something due and are not paused for all purposes."""
    with connection.cursor() as cursor:
        cursor.execute(_SENDERS_WITH_DUE, [now, now, now])
        return [sender_id for (sender_id,) in cursor.fetchall()]


def ask_due(
    trip: Trip,
    sender_id: int,
    *,
    limit: int,
    purposes: Sequence[Purpose],
    proven_only: Sequence[Purpose] = (),
    without_domains: Sequence[str] = (),
    now: datetime,
) -> Answer[list[Candidate]]:
    """Ask for up to `limit` due messages of these purposes, most urgent first, and lock them.

    Those of `proven_only` go only to addresses where something arrived before; of an e-mail that
    is known by no bounce having come in a day.
    """
    proven = [purpose.value for purpose in proven_only]
    wanted, without = [purpose.value for purpose in purposes], list(without_domains)
    values = [sender_id, now, wanted, proven, now, without, without, limit]
    return trip.ask(_DUE, values, _candidates)


def lock_due_notices(
    sender_id: int,
    *,
    limit: int,
    chosen_only: bool,
    without_domains: Sequence[str] = (),
    now: datetime,
) -> list[Candidate]:
    """Return due emergency notices, locked; or only those a person chose to pass a pause."""
    without = list(without_domains)
    values = [sender_id, now, not chosen_only, without, without, limit]
    with round_trip() as trip:
        due = trip.ask(_DUE_NOTICES, values, _candidates)
    return due()


def notice_near(
    sender_id: int, *, until: datetime, without_domains: Sequence[str] = ()
) -> datetime | None:
    """Return when the sender's first emergency notice is due, None if none is until `until`."""
    with round_trip() as trip:
        near = ask_notice_near(trip, sender_id, until=until, without_domains=without_domains)
    return near()


def ask_notice_near(
    trip: Trip, sender_id: int, *, until: datetime, without_domains: Sequence[str]
) -> Answer[datetime | None]:
    """Ask when the sender's first emergency notice is due."""
    without = list(without_domains)
    values = [sender_id, until, without, without]
    return trip.ask(_NOTICE_NEAR, values, lambda rows: rows[0][0])


def count_due(sender_id: int, *, limit: int, now: datetime) -> int:
    """Return how many messages are due, counting no further than `limit`."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_DUE, [sender_id, now, limit])
        (count,) = cursor.fetchone()
    return int(count)


def lock_companions(sender_id: int, due: Sequence[Candidate]) -> list[Candidate]:
    """Return what goes along with the due messages, locked."""
    ids = [candidate.id for candidate in due]
    reminders = [c for c in due if c.visit_date is not None and c.step not in CHANGE_NOTICES]
    notices = [c for c in due if c.sending_id is not None]
    asked: list[Answer[list[Candidate]]] = []
    with round_trip() as trip:
        if reminders:
            days = [
                [c.address for c in reminders],
                [c.step for c in reminders],
                [c.visit_date for c in reminders],
            ]
            asked.append(trip.ask(_COMPANIONS, [*days, sender_id, ids], _candidates))
        if notices:
            told = [[c.sending_id for c in notices], [c.address for c in notices]]
            asked.append(trip.ask(_SAME_HOUSE, [*told, ids], _candidates))
        if any(candidate.attempts for candidate in due):
            asked.append(trip.ask(_MERGED, [ids], _candidates))
    return [companion for answer in asked for companion in answer()]


def facts_now(
    settings: PracticeSettings,
    candidates: Sequence[Candidate],
    *,
    now: datetime,
    in_turn: bool = False,
) -> FactsNow:
    """Return the facts about the candidates as of `now`.

    `in_turn` makes two senders that would reach one number (a text and a call) count in turn.
    """
    visits = [c.appointment_id for c in candidates if c.appointment_id is not None]
    addresses = sorted({c.address for c in candidates})
    with round_trip() as trip:
        if in_turn:
            _lock_addresses(trip, settings.id, addresses)
        theirs = [settings.id, addresses, now - CAPS_LOOK_BACK]
        past = [trip.ask(_PAST, theirs, list)]
        if any(candidate.step in CHANGE_NOTICES for candidate in candidates):
            past.append(trip.ask(_TOLD_ALONG, theirs, list))
        people = ask_people(trip, sorted({c.patient_id for c in candidates}), now=now)
        visits_asked = trip.ask(_VISITS, [visits], _visits)
        holds = ask_holds(trip, settings.id, now=now)
    told = [(c.sending_id, c.patient_id) for c in candidates if c.sending_id is not None]
    owing = sorted({c.patient_id for c in candidates if c.purpose is Purpose.BALANCE_ALERT})
    entries = load_entries(owing) if owing else {}
    return FactsNow(
        people=people(),
        visits=visits_asked(),
        accounts={patient: account(entries.get(patient, ()), now=now) for patient in owing},
        past=_past([row for answer in past for row in answer()]),
        holds=holds(),
        notices=load_notices(settings, told, now=now),
    )


def _lock_addresses(trip: Trip, practice_id: int, addresses: Sequence[str]) -> None:
    """Take advisory locks of the transaction, in one order everywhere: nobody waits in a ring."""
    keys = sorted({zlib.crc32(address.encode()) - 2**31 for address in addresses})
    trip.tell(
        "SELECT pg_advisory_xact_lock(%s, key) FROM unnest(%s::int[]) AS u (key)",
        [practice_id, keys],
    )


def _candidates(rows: Sequence[Row]) -> list[Candidate]:
    return [_candidate(row) for row in rows]


def _candidate(row: Row) -> Candidate:
    return Candidate(
        id=row[0],
        purpose=Purpose(row[1]),
        channel=Channel(row[2]),
        patient_id=row[3],
        appointment_id=row[4],
        subject_id=row[5],
        subject_revision=row[6],
        step=row[7],
        recipient=Recipient(row[8]),
        address=row[9],
        visit_date=row[10],
        due_at=row[11],
        useful_until=row[12],
        code=row[13],
        attempts=row[14],
        merged_into=row[15],
        sending_id=row[16],
    )


def _visits(rows: Sequence[Row]) -> dict[int, Visit]:
    return {row[0]: visit_from_row(row) for row in rows}


def _past(rows: Sequence[Row]) -> dict[str, list[Past]]:
    found: dict[str, list[Past]] = defaultdict(list)
    for address, purpose, channel, step, visit_date, at, subject_id, revision, along in rows:
        touch = step if visit_date is None else f"{step}/{visit_date}"
        sent = PastTouch(Purpose(purpose), Channel(channel), touch, at)
        corrects = step in CHANGE_NOTICES
        found[address].append(Past(sent, subject_id, revision, along, corrects))
    return found
