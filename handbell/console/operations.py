"""What a console page changes."""

from datetime import datetime

from handbell.receipts.models import Reply


def mark_reply_read(practice_id: int, reply_id: int, *, now: datetime) -> bool:
    """Note that a person has read a reply. Idempotent; False if the practice has no such reply."""
    reply = Reply.objects.filter(practice_id=practice_id, pk=reply_id)
    reply.filter(seen_at__isnull=True).update(seen_at=now)
    return reply.exists()
