"""The planner's clock: every few seconds, plan whoever is due."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from handbell.planner.planner import plan_due


@app.periodic(cron="* * * * * */5")
@app.task(name="plan", queueing_lock="plan")
def plan(timestamp: int) -> None:
    """Plan every patient whose facts changed or whose next message came near."""
    close_old_connections()
    plan_due(now=timezone.now())
