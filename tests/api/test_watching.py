"""`/healthz` says whether Handbell is well, `/metrics` counts, and both name nobody."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from config.environment import secret
from handbell.outbox.models import Breaker
from handbell.reputation.counting import count_new
from handbell.reputation.models import Bucket
from handbell.vocabulary.words import Channel
from tests.handed import TEN, offer, ready, sender_of

pytestmark = pytest.mark.django_db


def test_without_a_worker_it_is_not_well_and_with_one_it_is() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"ok": False, "database": True, "worker": False},
    )
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert Client().get("/healthz").json() == {"ok": True, "database": True, "worker": True}


def test_metrics_want_the_token_and_count_what_left() -> None:
    clinic = ready(patients=3)
    offer(clinic)
    count_new(now=TEN)
    Bucket.objects.update(begins=timezone.now() - timedelta(hours=23))
    Bucket.objects.create(
        sender=sender_of(clinic),
        purpose="appointment_reminder",
        begins=timezone.now() - timedelta(hours=25),
        sent=40,
    )
    Breaker.objects.create(
        sender=sender_of(clinic), purpose="balance_alert", state="warned", since=TEN
    )
    assert Client().get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    token = secret(settings.ENVIRONMENT, "metrics_token")
    answer = Client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    told = answer.content.decode()
    assert (
        'handbell_messages_last_day{channel="sms",outcome="sent",'
        'purpose="appointment_reminder"} 3.0' in told
    )
    assert 'handbell_breakers{channel="sms",purpose="balance_alert",state="warned"} 1.0' in told
    assert "handbell_workers 0.0" in told
    assert sender_of(clinic, Channel.SMS).address not in told
    assert Path(settings.ENVIRONMENT.home / "metrics_token.txt").stat().st_mode & 0o077 == 0
