"""The fold's clock: every few seconds, fold what came in."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from handbell.receipts.intake import fold_new


@app.periodic(cron="* * * * * */3")
@app.task(name="fold", queueing_lock="fold")
def fold(timestamp: int) -> None:
    """Fold every receipt that was appended since."""
    close_old_connections()
    fold_new(now=timezone.now())
