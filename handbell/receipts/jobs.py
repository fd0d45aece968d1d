"""The clocks of what comes in: fold it every few seconds, read the mailbox every minute."""

import structlog
from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from handbell.receipts.intake import fold_new
from handbell.receipts.mailbox import MailboxFlaw, read_mailbox

log = structlog.get_logger()


@app.periodic(cron="* * * * * */3")
@app.task(name="fold", queueing_lock="fold")
def fold(timestamp: int) -> None:
    """Fold every receipt that was appended since."""
    close_old_connections()
    fold_new(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="read_bounces", queueing_lock="read_bounces")
def read_bounces(timestamp: int) -> None:
    """Read what came back to the mailbox for bounces, if there is one."""
    close_old_connections()
    account = settings.ENVIRONMENT.bounce_mailbox
    if account is None:
        return
    try:
        read_mailbox(account, now=timezone.now())
    except MailboxFlaw as flaw:
        log.error("mailbox.unreadable", error=str(flaw))
