"""How much goes to one mailbox provider at once, whichever worker gives it?

A few connections, and no more for however many workers. One that asked for less is held, then let
in one more at a time.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection

from handbell.access.round_trip import Answer, Row, Trip
from handbell.channels.email.smtp.client import CONNECTIONS

#: Connections that mail of one sender to one domain may take at once: those of two workers. Of the
#: mailbox providers Microsoft alone publishes a limit (500, rules.md 17); Postfix stops at twenty.
MOST_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True)
class DomainRow:
    """A mail domain as a claim needs it: who asked for less, and what is under way there.

    Without `held_until` it never asked. `mails` are claimed and not settled yet, by any worker;
    `connections` are those they take.
    """

    held_until: datetime | None = None
    at_once: int = MOST_AT_ONCE
    mails: int = 0
    connections: int = 0

    def is_held(self, now: datetime) -> bool:
        return self.held_until is not None and (self.held_until > now or self.left < 1)

    @property
    def left(self) -> int:
        """How many more may go, of those a provider takes at once that asked for less."""
        return max(self.at_once - self.mails, 0)

    @property
    def is_full(self) -> bool:
        """Whether one more claim could open more connections than one domain is given."""
        return self.connections + CONNECTIONS > MOST_AT_ONCE


# What is claimed and not settled is under way. Each claim opens as many connections as the gateway
# has, or as it has mails; texts and calls have no domain, so of their senders nothing is counted.
_DOMAINS = f"""
WITH claims AS (
    SELECT lower(split_part(address, '@', 2)) AS domain, count(*) AS mails FROM outbox_message
    WHERE state = 'claimed' AND lease_until IS NOT NULL AND sender_id = %(sender)s
      AND (SELECT channel FROM outbox_sender WHERE id = %(sender)s) = 'email'
    GROUP BY lease, domain),
each AS (
    SELECT domain, held_until, at_once, 0 AS mails, 0 AS connections
    FROM outbox_maildomain WHERE sender_id = %(sender)s
    UNION ALL SELECT domain, NULL, NULL, mails, LEAST(mails, {CONNECTIONS}) FROM claims)
SELECT domain, max(held_until), COALESCE(max(at_once), {MOST_AT_ONCE}), sum(mails)::int,
    sum(connections)::int
FROM each GROUP BY domain
"""  # noqa: S608 - a number of ours

_HOLD = """
INSERT INTO outbox_maildomain (sender_id, domain, held_until, at_once)
SELECT %s, u.domain, %s, 1 FROM unnest(%s::text[]) AS u (domain)
ON CONFLICT ON CONSTRAINT mail_domain_once DO UPDATE SET held_until = EXCLUDED.held_until,
    at_once = 1
"""

_LET_IN = """
UPDATE outbox_maildomain SET at_once = at_once + 1
WHERE sender_id = %s AND domain = ANY(%s) AND held_until <= %s
"""

_FORGET = "DELETE FROM outbox_maildomain WHERE sender_id = %s AND at_once >= %s"


def ask_domains(trip: Trip, sender_id: int) -> Answer[dict[str, DomainRow]]:
    """Ask for the mail domains of a sender that asked for less or have mail under way."""
    return trip.ask(_DOMAINS, {"sender": sender_id}, _domains)


def _domains(rows: Sequence[Row]) -> dict[str, DomainRow]:
    return {domain: DomainRow(*values) for domain, *values in rows}


def hold_domains(sender_id: int, domains: Collection[str], *, until: datetime) -> None:
    """Let no mail leave for these until then (Gmail, 4.7.28: ten minutes or more, rules.md 22)."""
    if domains:
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, [sender_id, until, sorted(domains)])


def let_in(sender_id: int, domains: Collection[str], *, now: datetime) -> None:
    """A batch was taken there: the next may be one larger, until nobody needs to count."""
    if domains:
        with connection.cursor() as cursor:
            cursor.execute(_LET_IN, [sender_id, sorted(domains), now])
            if cursor.rowcount:
                cursor.execute(_FORGET, [sender_id, MOST_AT_ONCE])
