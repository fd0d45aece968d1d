"""The jobs of reports: build one, let go of old ones, send the weekly summaries."""

from django.conf import settings
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from handbell.dispatch.providers import open_gateways
from handbell.dispatch.worker import DatabaseThread
from handbell.reports.models import Run
from handbell.reports.operations import JOB, build, tidy
from handbell.reports.summary_mail import send_summaries


@app.task(
    name=JOB,
    retry=RetryStrategy(max_attempts=5, wait=5, retry_exceptions={OperationalError}),
)
def build_report(run_id: int) -> None:
    """Build a report somebody asked for. Doing it again is harmless."""
    close_old_connections()
    run = Run.objects.select_related("practice", "staff").filter(pk=run_id).first()
    if run is not None:
        build(run, clock=timezone.now)


@app.periodic(cron="41 * * * *")
@app.task(name="tidy_reports", queueing_lock="tidy_reports")
def tidy_reports(timestamp: int) -> None:
    """Remove reports that are a day old; end those whose job is gone."""
    close_old_connections()
    tidy(now=timezone.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="weekly_summaries", queueing_lock="weekly_summaries")
async def weekly_summaries(timestamp: int) -> None:
    """Send the summary of last week to business owners, where it is Monday at 7:00."""
    gateways = open_gateways(settings.ENVIRONMENT)
    database = DatabaseThread()
    try:
        await send_summaries(gateways=gateways, clock=timezone.now, database=database)
    finally:
        for gateway in gateways.values():
            await gateway.close()
        await database.close()
