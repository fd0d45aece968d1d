"""The jobs of imports: check, import and take back, and let go of what is old."""

from django.db import OperationalError, close_old_connections
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from handbell.importers.operations import JOB, tidy
from handbell.importers.runs import Stopped, fail_abandoned, run_import


@app.task(
    name=JOB,
    pass_context=True,
    retry=RetryStrategy(max_attempts=20, wait=5, retry_exceptions={Stopped, OperationalError}),
)
def work(context: JobContext, run_id: int) -> None:
    """Do what an import is waiting for. All of it is done once or not at all; doing it again is
    harmless, so a worker that died is followed by another.
    """
    close_old_connections()
    is_stopping = context.additional_context.get("is_stopping", bool)
    run_import(run_id, clock=timezone.now, is_stopping=lambda: bool(is_stopping()))


@app.periodic(cron="23 * * * *")
@app.task(name="tidy_imports", queueing_lock="tidy_imports")
def tidy_imports(timestamp: int) -> None:
    """Remove files left lying and values kept long enough; end what no worker does any more."""
    close_old_connections()
    now = timezone.now()
    fail_abandoned(now=now)
    tidy(now=now)
