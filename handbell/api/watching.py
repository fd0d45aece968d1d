"""What a machine asks to know whether Handbell is well: `/healthz` and `/metrics`.

Both hold counts and names of states, nothing about a patient or a practice. `/healthz` is for
whatever restarts processes or balances load; `/metrics` is Prometheus's, and answers only to who
knows the token of HANDBELL_METRICS_TOKEN: how much a clinic sends is its own business.
"""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from config.environment import secret
from handbell.dispatch.queries import oldest_due_seconds, workers_alive
from handbell.reputation.queries import breaker_counts, due_counts, last_day, paused_count

#: Workers report a heartbeat every few seconds; without one for so long none is there.
WORKERS_SILENT_SECONDS: Final = 60


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the database answers and a worker is alive: 200 or 503, and which it is."""
    checks = {"database": False, "worker": False}
    with suppress(DatabaseError):  # said by the answer
        checks["worker"] = workers_alive(within_seconds=WORKERS_SILENT_SECONDS) > 0
        checks["database"] = True
    is_well = all(checks.values())
    return JsonResponse(
        {"ok": is_well, **checks},
        status=200 if is_well else 503,
        headers={"Cache-Control": "no-store"},
    )


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for Prometheus; 404 without the token."""
    token = secret(settings.ENVIRONMENT, "metrics_token")
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not secrets.compare_digest(given.encode(), token.encode()):
        return HttpResponse(status=404)
    registry = CollectorRegistry()
    registry.register(_Counts())
    return HttpResponse(
        generate_latest(registry),
        content_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )


class _Counts:
    """What the database knows, asked when Prometheus asks: the same whichever process answers."""

    def collect(self) -> Iterable[Metric]:
        now = datetime.now(UTC)
        sent = GaugeMetricFamily(
            "handbell_messages_last_day",
            "What became of what was sent in the last 24 hours, by channel and purpose.",
            labels=["channel", "purpose", "outcome"],
        )
        for channel, purpose, outcome, number in last_day(now=now):
            sent.add_metric([channel, purpose, outcome], number)
        yield sent
        due = GaugeMetricFamily(
            "handbell_messages_due", "Messages due and not handed over.", labels=["channel"]
        )
        for channel, number in due_counts(now=now):
            due.add_metric([channel], number)
        yield due
        breakers = GaugeMetricFamily(
            "handbell_breakers", "Breakers by state.", labels=["channel", "purpose", "state"]
        )
        for channel, purpose, state, number in breaker_counts():
            breakers.add_metric([channel, purpose, state], number)
        yield breakers
        yield _gauge("handbell_senders_paused", "Senders paused as a whole.", paused_count(now=now))
        yield _gauge(
            "handbell_oldest_due_seconds",
            "How long the longest waiting message is due.",
            oldest_due_seconds(now=now),
        )
        alive = workers_alive(within_seconds=WORKERS_SILENT_SECONDS)
        yield _gauge("handbell_workers", "Workers alive.", alive)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
