"""What does row-level security cost a page?

    python -m benchmarks.fenced_pages [--messages 300000]

Starts a throwaway database with two practices, 100,000 patients and so many messages, and opens
Today, Messages, a search and one message, with the fence and without. Prints the median of each.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client

PATIENTS = 100_000
TIMES = 15


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=300_000)
    messages = parser.parse_args().messages
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(messages)


def _run(messages: int) -> None:
    from django.core.management import call_command

    from handbell.access.models import StaffMember
    from handbell.outbox.models import Message

    call_command("migrate", verbosity=0)
    member = _fill(messages)
    client = Client()
    client.force_login(StaffMember.objects.get(pk=member))
    found = client.post("/messages/find", {"q": "doe12"}, headers={"Host": "localhost"})
    pages = {
        "Today": "/",
        "Messages": "/messages",
        "Messages, any day": "/messages?from=&to=&state=delivered",
        "a search": found.headers["Location"],
        "one message": f"/messages/{Message.objects.latest('id').pk}",
    }
    print(f"{PATIENTS:,} patients, {messages:,} messages; median of {TIMES}, in ms")
    for name, address in pages.items():
        fenced = _timed(client, address)
        with _without_fence():
            bare = _timed(client, address)
        print(f"{name:20} {fenced:8.1f} fenced {bare:8.1f} without")


def _fill(messages: int) -> int:
    """Make two practices alike; return a member of one who may see everything."""
    from handbell.access.models import Practice, StaffMember
    from handbell.facts.models import Patient
    from handbell.outbox.models import Message, Sender
    from handbell.vocabulary.words import PermissionLevel

    now = datetime.now(UTC)
    member = 0
    for slug in ("harbor-pt", "lakeside"):
        practice = Practice.objects.create(slug=slug, name=slug, time_zone="America/New_York")
        member = StaffMember.objects.create_user(
            practice=practice,
            email=f"owner@{slug}.example",
            name="Robin Desk",
            level=PermissionLevel.BUSINESS_OWNER,
        ).pk
        sender = Sender.objects.create(
            practice=practice, channel="sms", address="+12025550199", provider="rehearsal"
        )
        names = ("Dorothy", "Ines", "Teo", "Nora")
        patients = Patient.objects.bulk_create(
            [
                Patient(
                    practice=practice,
                    external_id=f"x{number}",
                    first_name=names[number % 4],
                    last_name=f"Doe{number % 5_000}",
                )
                for number in range(PATIENTS // 2)
            ],
            batch_size=5_000,
        )
        Message.objects.bulk_create(
            (
                Message(
                    practice=practice,
                    purpose="balance_alert",
                    channel="sms",
                    sender=sender,
                    patient=(patient := patients[number % len(patients)]),
                    subject_id=patient.pk,
                    subject_revision=number,
                    step="alert",
                    recipient="patient",
                    address="+12025550123",
                    priority=20,
                    planned_for=(due := now - timedelta(minutes=number * 43_200 / messages)),
                    due_at=due,
                    useful_until=due + timedelta(days=1),
                    state="delivered",
                    handed_over_at=due,
                    changed_at=due,
                    created_at=due,
                )
                for number in range(messages // 2)
            ),
            batch_size=5_000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return member


def _timed(client: Client, address: str) -> float:
    took = []
    for _ in range(TIMES + 2):
        begun = time.perf_counter()
        answer = client.get(address, headers={"Host": "localhost"})
        took.append((time.perf_counter() - begun) * 1000)
        assert answer.status_code == 200, (address, answer.status_code)
    return statistics.median(took[2:])


@contextmanager
def _without_fence() -> Iterator[None]:
    from handbell.access import fence

    kept, nobody = fence._ENTER, fence._ENTER.replace("rolname = 'handbell_page'", "rolname = ''")
    assert nobody != kept
    fence._ENTER = nobody  # type: ignore[misc]
    try:
        yield
    finally:
        fence._ENTER = kept  # type: ignore[misc]


if __name__ == "__main__":
    main()
