"""What happened to every message, as the database itself noted it while it happened.

Triggers of the ordeal's own database write down each change of state and each claim, with two
times of the server's clock, which nobody moves: when it was done, and when its transaction began.
What a transaction that began later than a fact was committed decides against that fact is wrong,
without any allowance for how slow a machine is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

_DIARY: Final = """
CREATE TABLE ordeal_diary (
    id bigserial PRIMARY KEY, message_id bigint NOT NULL, host text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(), began timestamptz NOT NULL DEFAULT now(),
    kind text NOT NULL, what text NOT NULL);
CREATE INDEX ON ordeal_diary (message_id);

CREATE FUNCTION ordeal_note_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.state = NEW.state THEN RETURN NULL; END IF;
    INSERT INTO ordeal_diary (message_id, host, kind, what) VALUES (
        NEW.id, current_setting('application_name'), 'state', concat_ws(' ',
            CASE WHEN TG_OP = 'UPDATE' THEN OLD.state ELSE 'planned' END, '->', NEW.state,
            NULLIF(NEW.objection, ''), NULLIF(NEW.detail, '')));
    RETURN NULL;
END $$;
CREATE TRIGGER ordeal_state AFTER INSERT OR UPDATE OF state ON outbox_message
    FOR EACH ROW EXECUTE FUNCTION ordeal_note_state();

CREATE FUNCTION ordeal_note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ordeal_diary (message_id, host, kind, what) VALUES (
        NEW.message_id, current_setting('application_name'), 'claim',
        'attempt ' || NEW.number || ', by its clock ' || NEW.claimed_at);
    RETURN NULL;
END $$;
CREATE TRIGGER ordeal_claim AFTER INSERT ON outbox_attempt
    FOR EACH ROW EXECUTE FUNCTION ordeal_note_claim();
"""

_CLAIMS: Final = """
SELECT m.id, m.appointment_id, m.subject_revision, d.began
FROM ordeal_diary d JOIN outbox_message m ON m.id = d.message_id WHERE d.kind = 'claim'
"""

_MESSAGES: Final = """
SELECT m.id, m.appointment_id, m.subject_revision, m.practice_id, m.state, m.objection, m.detail,
       m.due_at,
       EXISTS (SELECT FROM ordeal_diary d WHERE d.message_id = m.id AND d.what ~ '-> in_doubt'),
       ARRAY(SELECT a.claimed_at FROM outbox_attempt a WHERE a.message_id = m.id)
FROM outbox_message m ORDER BY m.id
"""

_LIFE: Final = """
SELECT at, host || ': ' || what FROM ordeal_diary WHERE message_id = %(id)s
UNION ALL
SELECT received_at, 'receipt of attempt ' || attempt || ': ' || (payload->>'status')
FROM receipts_providerevent WHERE message_id = %(id)s AND kind = 'receipt'
UNION ALL
SELECT settled_at, 'attempt ' || number || ' settled: ' || concat_ws(' ', outcome, code,
    NULLIF(provider_id, ''))
FROM outbox_attempt WHERE message_id = %(id)s AND settled_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt, and when the transaction began that decided for it."""

    message_id: int
    visit_id: int
    revision: int
    began: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One message as the database tells of it in the end."""

    id: int
    visit_id: int
    revision: int
    practice_id: int
    state: str
    objection: str
    detail: str
    due_at: datetime
    was_in_doubt: bool
    claimed_at: Sequence[datetime]  # by the clock of whoever claimed


def begin() -> None:
    """Have the database write its diary from now on."""
    with connection.cursor() as cursor:
        cursor.execute(_DIARY)


def claims() -> list[Claim]:
    """Return every attempt there was."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS)
        return [Claim(*row) for row in cursor.fetchall()]


def messages() -> list[Row]:
    """Return every message there is."""
    with connection.cursor() as cursor:
        cursor.execute(_MESSAGES)
        return [Row(*row) for row in cursor.fetchall()]


def life_of(message_id: int) -> list[tuple[datetime, str]]:
    """Return all that is known of one message, in order."""
    with connection.cursor() as cursor:
        cursor.execute(_LIFE, {"id": message_id})
        return sorted(cursor.fetchall())


_UNFINISHED: Final = """
SELECT count(*) FILTER (WHERE state = 'claimed'),
       count(*) FILTER (WHERE state = 'queued' AND due_at <= %s),
       count(*) FILTER (WHERE state = 'in_doubt' AND channel <> 'email'),
       (SELECT count(*) FROM facts_change WHERE at <= %s)
FROM outbox_message
"""


def unfinished(*, by: datetime) -> int:
    """Return how much is under way or due by then; an e-mail in doubt stays so, nobody can say."""
    with connection.cursor() as cursor:
        cursor.execute(_UNFINISHED, [by, by])
        return int(sum(cursor.fetchone()))
