"""The reputation's clocks: count and judge, and tell administrators."""

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from handbell.reputation.counting import count_new
from handbell.reputation.mailing import mail_alarms
from handbell.reputation.operations import judge_all, note_pauses


@app.periodic(cron="* * * * * */20")
@app.task(name="watch_senders", queueing_lock="watch_senders")
def watch_senders(timestamp: int) -> None:
    """Count what became of messages, move breakers, note what was paused."""
    close_old_connections()
    now = timezone.now()
    count_new(now=now)
    judge_all(now=now)
    note_pauses(now=now)


@app.periodic(cron="* * * * *")
@app.task(name="mail_alarms", queueing_lock="mail_alarms")
async def tell_administrators(timestamp: int) -> None:
    """E-mail to administrators what was paused, warned or let go on."""
    await mail_alarms(settings.ENVIRONMENT, clock=timezone.now)
