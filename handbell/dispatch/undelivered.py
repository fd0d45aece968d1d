"""What follows when a provider took a message and could not deliver it?"""

from datetime import datetime, timedelta
from typing import Final

from handbell.channels.codes import Action
from handbell.dispatch.allowance import read_sender
from handbell.dispatch.consequences import after_code
from handbell.dispatch.settle import apply_consequence, rule_now
from handbell.facts.operations import mark_changed
from handbell.outbox.models import Message
from handbell.outbox.states import advance
from handbell.vocabulary.words import Channel, MessageState, Purpose

#: Waits shorter than this are what a mail server makes by itself before it gives a mail back.
SOON: Final = timedelta(hours=1)


def act_on_undelivered(message: Message, code: str, now: datetime) -> None:
    """Do what the code of a message that was not delivered calls for: suppress, retry, tell.

    The planner looks at its patients again: another channel may follow.
    """
    if not _is_tried_again(message, code, now):
        rows = Message.objects.filter(pk=message.pk) | Message.objects.filter(merged_into=message)
        mark_changed(set(rows.values_list("patient_id", flat=True)), at=now)


def _is_tried_again(message: Message, code: str, now: datetime) -> bool:
    if message.sender_id is None or not code:
        return False
    sender = read_sender(message.sender_id)
    rule = rule_now(sender, address=message.address, code=code, message_id=message.pk, now=now)
    consequence = after_code(
        rule, attempts=message.attempts, useful_until=message.useful_until, now=now
    )
    apply_consequence(
        consequence,
        sender=sender,
        address=message.address,
        purpose=Purpose(message.purpose),
        code=code,
        now=now,
    )
    short = rule.retry_after is not None and rule.retry_after < SOON
    if message.channel == Channel.EMAIL and short:
        return False  # the mail server has tried at such intervals already, for hours or days
    if consequence.retry_at is not None and rule.actions & {Action.RETRY, Action.HOLD}:
        advance(message.pk, MessageState.QUEUED, now=now, due_at=consequence.retry_at)
        return True
    return False
