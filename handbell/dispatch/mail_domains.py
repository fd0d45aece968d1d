"""A mailbox provider asked for less: hold what goes there, then let in one more at a time."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import connection

#: So many to one mailbox provider at once need no watching: the connections are no more.
ENOUGH_AT_ONCE: Final = 8

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
                cursor.execute(_FORGET, [sender_id, ENOUGH_AT_ONCE])
