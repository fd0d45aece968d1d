"""A provider asked for less speed: for how long does the sender rest, and who is held after it?"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from handbell.channels.codes import Action
from handbell.channels.gateway import Accepted, Busy, HandOver, Outcome
from handbell.dispatch.allowance import SenderRow, domain_of
from handbell.dispatch.mail_domains import hold_domains, let_in
from handbell.dispatch.providers import rule_for
from handbell.vocabulary.words import Channel

_REST = """
UPDATE outbox_sender SET paused_until = GREATEST(COALESCE(paused_until, %s), %s), tokens = 0
WHERE id = %s AND (paused_reason = '' OR paused_until IS NOT NULL)
"""

#: How long a sender rests after the provider said "too fast" without naming a time. Where the
#: table's wait is longer than a few minutes it is our standing that is judged (4.7.28): that long.
REST = timedelta(seconds=5)
ABOUT_OUR_STANDING = timedelta(minutes=10)


def rest(sender_id: int, *, now: datetime, until: datetime) -> None:
    """Let nothing leave by a sender until then; one that pauses for longer does so."""
    with connection.cursor() as cursor:
        cursor.execute(_REST, [now, until, sender_id])


def rest_if_too_fast(
    answers: Sequence[tuple[HandOver, Outcome]], sender: SenderRow, *, now: datetime
) -> None:
    """Let the sender rest when the provider asked for less speed, for as long as it asked.

    What one mailbox provider thinks of our mail holds its own recipients, and nobody else's.
    """
    rests = [
        outcome.retry_after or _rest_of(sender, outcome.code)
        for _, outcome in answers
        if isinstance(outcome, Busy)
        and _is_too_fast(sender, outcome.code)
        and not _is_of_one_domain(sender, outcome)
    ]
    if sender.channel is Channel.EMAIL:
        _pace_domains(answers, sender, now)
    if rests:
        rest(sender.id, now=now, until=now + max(rests))


def _pace_domains(
    answers: Sequence[tuple[HandOver, Outcome]], sender: SenderRow, now: datetime
) -> None:
    """Hold the mailbox providers that asked for less, and let the others in one more at a time."""
    judged = {
        domain_of(message.to.value)
        for message, outcome in answers
        if isinstance(outcome, Busy) and _is_of_one_domain(sender, outcome)
    }
    took = {domain_of(m.to.value) for m, outcome in answers if isinstance(outcome, Accepted)}
    asked = {name for name, each in sender.domains.items() if each.held_until is not None}
    let_in(sender.id, took & asked - judged, now=now)
    hold_domains(sender.id, judged, until=now + ABOUT_OUR_STANDING)


def _is_of_one_domain(sender: SenderRow, outcome: Busy) -> bool:
    """Whether a mailbox provider judged our standing with its own recipients."""
    is_standing = _rest_of(sender, outcome.code) >= ABOUT_OUR_STANDING
    return sender.channel is Channel.EMAIL and is_standing


def _is_too_fast(sender: SenderRow, code: str) -> bool:
    rule = rule_for(sender.provider, sender.channel, code, sender=sender.address)
    return Action.SLOW_DOWN in rule.actions


def _rest_of(sender: SenderRow, code: str) -> timedelta:
    wait = rule_for(sender.provider, sender.channel, code, sender=sender.address).retry_after
    return wait if wait is not None and wait >= ABOUT_OUR_STANDING else REST
