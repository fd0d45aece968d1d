"""What a console page changes."""

from datetime import datetime

from django.db import transaction

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.receipts.models import Reply
from handbell.vocabulary.words import AuditAct


@transaction.atomic
def mark_reply_read(reply_id: int, *, by: StaffMember, now: datetime) -> bool:
    """Note that a person has read a reply. Idempotent; False if the practice has no such reply."""
    reply = Reply.objects.filter(practice_id=by.practice_id, pk=reply_id)
    if reply.filter(seen_at__isnull=True).update(seen_at=now):
        record(
            AuditAct.REPLY_SETTLED,
            practice_id=by.practice_id,
            by=by,
            subject=f"reply {reply_id}",
            now=now,
        )
        return True
    return reply.exists()
