"""How long do the pages about patients take with 100,000 of them and 1,000,000 messages?

    python -m benchmarks.find_patients [--patients 100000] [--messages 1000000]

Starts a throwaway database, fills it, and prints for each page the median and the slowest of ten
answers in milliseconds, as the server measures them (the whole request, templates included).
No page may take more than 300 ms.
"""

import argparse
import os
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

LIMIT_MS = 300
AGAIN = 10

_PATIENTS = """
INSERT INTO facts_patient (practice_id, external_id, first_name, last_name, preferred_name,
    birth_date, language, status, deceased, time_zone, facility_id, guardian_name)
SELECT %(practice)s, 'P' || g,
    (ARRAY['Ada','Bela','Chidi','Dolores','Emil','Fatima','Gus','Hana','Ines','José'])[1 + g %% 10]
        || chr(97 + g %% 26) || chr(97 + g / 26 %% 26),
    (ARRAY['Peña','Quill','Ruiz','Stone','Tan','Underhill','Varga','Weaver'])[1 + g / 10 %% 8]
        || chr(97 + g / 7 %% 26) || chr(97 + g / 182 %% 26),
    '', date '1930-01-01' + g %% 26000, '', 'active', false, '', %(facility)s, ''
FROM generate_series(1, %(patients)s) AS g
"""
_POINTS = """
INSERT INTO facts_contactpoint (practice_id, patient_id, owner, kind, value)
SELECT practice_id, id, 'patient', 'mobile_phone',
    '+1202' || lpad((id * 37 %% 10000000)::text, 7, '0')
FROM facts_patient WHERE id %% 20 <> 0
UNION ALL
SELECT practice_id, id, 'patient', 'email', lower(external_id) || '@mail' || id %% 50 || '.example'
FROM facts_patient
"""
_CONSENTS = """
INSERT INTO facts_consent (practice_id, patient_id, purpose, channel, kind, at, how, by, wording,
    recorded_at)
SELECT practice_id, id, 'appointment_reminder', c, 'granted', now() - interval '90 days', 'form',
    'desk', '', now()
FROM facts_patient CROSS JOIN unnest(ARRAY['sms', 'email']) AS c WHERE id %% 3 > 0
"""
_VISITS = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'A' || id || '-' || n, id, %(facility)s, '',
    date_trunc('hour', now()) + interval '1 day' * (id %% 60 + n), 30, 'booked', 1
FROM facts_patient CROSS JOIN generate_series(1, 3) AS n
"""
_STEPS = """
INSERT INTO access_reminderstep (practice_id, key, days_before, at, channels, when_confirmed)
SELECT %(practice)s, n || 'd', n, '10:00', '{}', false FROM generate_series(1, 2) AS n
"""
# Every tenth patient owes; ten entries each, so that the forecast reads a real ledger.
_LEDGER = """
INSERT INTO facts_ledgerentry (practice_id, external_id, patient_id, kind, amount, entry_date,
    effective_at, description)
SELECT practice_id, 'L' || id || '-' || n, id, 'responsibility', 5 + id %% 200, t::date, t, ''
FROM facts_patient CROSS JOIN generate_series(1, 10) AS n
CROSS JOIN LATERAL (SELECT now() - interval '1 day' * (n * 7 + id %% 7)) AS u (t)
WHERE id %% 10 = 0
"""
_OWING = """
INSERT INTO facts_owing (patient_id, practice_id, amount, since, next_at, objection)
SELECT patient_id, practice_id, sum(amount), min(entry_date),
    CASE WHEN patient_id %% 3 > 0 THEN now() + interval '1 day' END,
    CASE WHEN patient_id %% 3 > 0 THEN '' ELSE 'no_consent' END
FROM facts_ledgerentry GROUP BY patient_id, practice_id
"""
# One in sixty wants reminders and is not reached; every one of them is looked at for Today.
_UNREACHABLE = """
INSERT INTO facts_unreachable (patient_id, practice_id, objection)
SELECT id, practice_id, 'no_contact_point' FROM facts_patient WHERE id %% 60 = id %% 7
"""
_MESSAGES = """
INSERT INTO outbox_message (practice_id, purpose, channel, patient_id, subject_id,
    subject_revision, step, recipient, address, priority, planned_for, due_at, useful_until,
    state, objection, detail, code, attempts, changed_at, created_at, handed_over_at, sender_id)
SELECT practice_id, 'balance_alert', 'sms', id, id, n, t::date::text, 'patient', '+12025550123', 10,
    t, t, t, 'delivered', '', '', left(md5(id || '-' || n), 20), 1, t, t, t, %(sender)s
FROM facts_patient CROSS JOIN generate_series(1, %(each)s) AS n
CROSS JOIN LATERAL (SELECT now() - interval '1 day' * (1 + n * 30 + id %% 30)) AS u (t)
"""
_STATEMENTS = (
    _PATIENTS,
    _POINTS,
    _CONSENTS,
    _VISITS,
    _STEPS,
    _LEDGER,
    _OWING,
    _UNREACHABLE,
    _MESSAGES,
)


def main() -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=1_000_000)
    given = parser.parse_args()
    from handbell.supervisor.throwaway import throwaway_cluster

    with throwaway_cluster() as url, tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        import django

        django.setup()
        _run(given.patients, given.messages)


def _run(patients: int, messages: int) -> None:
    browser = _fill(patients, messages)
    from handbell.facts.models import Owing, Patient

    somebody = Patient.objects.order_by("id")[patients // 2]
    middle = Patient.objects.order_by("last_name", "first_name", "id")[patients // 2].pk
    owing = Owing.objects.order_by("-amount", "patient_id")[patients // 20].pk
    today = datetime.now(UTC).date()
    pages = {
        "patients": "/patients",
        "patients, a page in the middle": f"/patients?after={middle}",
        "reminders on": "/patients?reminders=on",
        "reminders off": "/patients?reminders=off",
        "unreachable": "/patients?attention=unreachable",
        "one patient": f"/patients/{somebody.pk}",
        "Today": "/",
        "the schedule": "/schedule",
        "the schedule of tomorrow": f"/schedule?day={today + timedelta(days=1)}",
        "the schedule in two weeks": f"/schedule?day={today + timedelta(days=14)}",
        "balances": "/balances",
        "balances by name": "/balances?sort=name",
        "balances since when": "/balances?sort=longest&alerts=not_alerted",
        "balances, a page in the middle": f"/balances?after={owing}",
    }
    for typed in ("varga", "ena", "pe", "ines pena", "2025", "0007", "p77@mail", "nobody"):
        answer = browser.post("/patients/find", {"q": typed})
        pages[f"search: {typed}"] = answer.headers["Location"]
    print(f"{patients:,} patients, {messages:,} messages; milliseconds")
    for name, address in pages.items():
        times = [_timed(browser, address) for _ in range(AGAIN)]
        slow = "" if max(times) <= LIMIT_MS else "   TOO SLOW"
        print(f"{name:32} median {statistics.median(times):7.0f} most {max(times):7.0f}{slow}")


def _fill(patients: int, messages: int) -> "Client":
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client

    from handbell.access.models import Facility, Practice, StaffMember
    from handbell.outbox.models import Sender
    from handbell.vocabulary.words import PermissionLevel

    call_command("migrate", verbosity=0)
    practice = Practice.objects.create(slug="p", name="P", time_zone="America/New_York")
    facility = Facility.objects.create(
        practice=practice, external_id="F", name="F", time_zone="America/New_York"
    )
    member = StaffMember.objects.create_user(
        practice=practice, email="a@p.example", name="A", level=PermissionLevel.FRONT_DESK
    )
    sender = Sender.objects.create(
        practice=practice,
        channel="sms",
        address="+12025550199",
        provider="rehearsal",
        rate_per_second=1,
    )
    begin = datetime.now(UTC)
    values = {
        "practice": practice.pk,
        "facility": facility.pk,
        "sender": sender.pk,
        "patients": patients,
        "each": max(messages // patients, 1),
    }
    with connection.cursor() as cursor:
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute("VACUUM ANALYZE")
    print(f"filled in {(datetime.now(UTC) - begin).total_seconds():.0f} s")
    browser = Client(SERVER_NAME="127.0.0.1")
    browser.force_login(member)
    return browser


def _timed(browser: "Client", address: str) -> float:
    begin = time.perf_counter()
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status_code
    return (time.perf_counter() - begin) * 1000


if __name__ == "__main__":
    main()
