"""How long from the button to the first emergency notice, behind a million reminders?

    python -m benchmarks.first_notice [--reminders 1000000] [--patients 5000]

Starts a throwaway database with one sender, so many reminders due on it, and so many patients
booked at a facility that closes. Presses the button, claims as soon as the first rows are there,
and prints what each took; the processor's seconds say how busy the machine was with others.
"""

import argparse
import os
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta

from django.db import connection


def main() -> None:
    """Run the benchmark and print its lines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reminders", type=int, default=1_000_000)
    parser.add_argument("--patients", type=int, default=5_000)
    asked = parser.parse_args()
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(asked.reminders, asked.patients)


_PATIENTS = """
INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
    language, status, deceased, time_zone, facility_id, guardian_name)
SELECT %s, 'p' || n, 'Alex', 'Doe' || n, '', '', 'active', false, '', %s, ''
FROM generate_series(1, %s) n
"""
_NUMBERS = """
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'mobile_phone',
    '+1' || (ARRAY['202', '212', '312', '415', '617'])[1 + id % 5]
        || lpad((2000000 + id * 1357 % 7000000)::text, 7, '0')
FROM facts_patient
"""
_VISITS = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'a' || id, id, %s, '', %s, 45, 'booked', 1 FROM facts_patient
"""
_REMINDERS = """
INSERT INTO outbox_message (practice_id, purpose, channel, patient_id, appointment_id, subject_id,
    subject_revision, step, recipient, address, sender_id, visit_date, priority, planned_for,
    due_at, useful_until, state, objection, detail, code, attempts, changed_at, created_at)
SELECT a.practice_id, 'appointment_reminder', 'sms', a.patient_id, a.id, a.id, 1, 's' || n,
    'patient', '+12025550123', %s, current_date, 10, now(), now() - interval '1 minute',
    now() + interval '1 day', 'queued', '', '', md5(a.id || '-' || n)::varchar(24), 0, now(), now()
FROM facts_appointment a CROSS JOIN generate_series(1, %s) n
"""


def _run(reminders: int, patients: int) -> None:
    from django.core.management import call_command

    from handbell.access.models import Facility, Practice, StaffMember
    from handbell.access.practice_settings import practice_settings
    from handbell.closures import mode
    from handbell.closures.audience import audience_of
    from handbell.closures.press import Asked, press
    from handbell.outbox.models import Sender
    from handbell.policy.closures import Span
    from handbell.scripts.notices import save_notice
    from handbell.scripts.starting_notices import starting_notice
    from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind, PermissionLevel

    call_command("migrate", verbosity=0)
    practice = Practice.objects.create(slug="harbor-pt", name="Harbor PT")
    zone = "America/New_York"
    place, other = (
        Facility.objects.create(practice=practice, external_id=n, name=n, time_zone=zone)
        for n in ("Main", "North")
    )
    sender = Sender.objects.create(
        practice=practice, channel="sms", address="+12025550199", provider="rehearsal", burst=100
    )
    by = StaffMember.objects.create_user(
        practice=practice,
        email="dana@harborpt.example",
        name="Dana",
        level=PermissionLevel.BUSINESS_OWNER,
    )
    now = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute(_PATIENTS, [practice.pk, place.pk, patients])
        cursor.execute(_NUMBERS)
        cursor.execute(_VISITS, [other.pk, now + timedelta(days=20)])
        cursor.execute(_REMINDERS, [sender.pk, max(reminders // patients, 1)])
        cursor.execute("UPDATE facts_appointment SET external_id = 'b' || id")
        cursor.execute(_VISITS, [place.pk, now + timedelta(hours=30)])
        cursor.execute("ANALYZE")
    settings, kind, channel = practice_settings(practice.pk), NoticeKind.CLOSING, Channel.SMS
    today = now.astimezone(settings.zone).date()
    began = time.perf_counter()
    closure = mode.begin(
        settings,
        reason=ClosureReason.WEATHER,
        facility_ids=[place.pk],
        span=Span(today + timedelta(days=1), today + timedelta(days=2)),
        by=by,
        now=now,
    )
    _say("closing the facility", began)
    words = starting_notice(ClosureReason.WEATHER, kind, channel, "en")
    save_notice(closure, (kind, channel, "en"), words, by=by, now=now)
    counted = len(audience_of(closure, settings, kind, now=now).reached_by(channel))
    began, own = time.perf_counter(), time.process_time()
    waiting = threading.Thread(target=_claim_first, args=[sender.pk, reminders, began])
    waiting.start()
    press(closure, settings, Asked(kind, channel, counted), by=by, now=now)
    _say(f"the button, until all {counted:,} rows are written", began)
    print(f"{'of that, this processor':50}{time.process_time() - own:8.2f} s")
    waiting.join()


def _claim_first(sender_id: int, reminders: int, began: float) -> None:
    """Be the worker: claim as soon as the press has committed its first rows."""
    from handbell.dispatch.claim import claim
    from handbell.outbox.models import Sending

    while not Sending.objects.filter(went_at__isnull=False).exists():
        time.sleep(0.005)
    batch = claim(sender_id, now=datetime.now(UTC), public_url="https://bell.example")
    _say(f"the button and the claim of the first {len(batch.messages)}", began)
    purposes = {one.purpose for one in batch.messages}
    print(f"behind {reminders:,} reminders; purposes claimed: {', '.join(sorted(purposes))}")
    connection.close()


def _say(what: str, began: float) -> None:
    print(f"{what:50}{time.perf_counter() - began:8.2f} s")


if __name__ == "__main__":
    main()
