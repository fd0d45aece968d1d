"""How long do the pages staff use take at 100,000 patients and 1,000,000 messages?

Each page ten times, as the server measures it: the whole request, templates included. A page's
time is its median; against the limit, 300 ms. What a page of a report leaves to a worker to count
is counted before, as it is for whoever comes back to it.
"""

import statistics
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from handbell.access.models import Practice, StaffMember
from handbell.bench import filling
from handbell.bench.frame import Figure, Rounds, Size, seconds_of
from handbell.bench.ground import fresh_database
from handbell.facts.models import Owing, Patient
from handbell.reports.catalog import REPORTS
from handbell.reports.models import Run
from handbell.reports.operations import build
from handbell.vocabulary.words import Channel, PermissionLevel, ReportState

LIMIT_SECONDS = 0.3
AGAIN = 10
TYPED = ("varga", "ena", "pe", "ines pena", "2025", "0007", "p77@mail", "nobody")
#: Pages whose addresses say all; every report's page besides.
OTHERS = (
    *("/messages", "/messages?from=&to=&state=delivered", "/emergency", "/emergency/close"),
    *("/reports", "/health", "/audit", "/guidance", "/account", "/settings", "/settings/practice"),
    *("/settings/facilities", "/settings/senders", "/settings/staff", "/settings/import"),
)

_VISITS = """
INSERT INTO facts_appointment (practice_id, external_id, patient_id, facility_id, provider_name,
    starts_at, duration_minutes, status, revision)
SELECT practice_id, 'A' || id || '-' || n, id, facility_id, '',
    date_trunc('hour', now()) + interval '1 day' * (id % 60 + n), 30, 'booked', 1
FROM facts_patient CROSS JOIN generate_series(1, 3) AS n
"""
# Every tenth patient owes; ten entries each, so that the forecast reads a real ledger.
_LEDGER = """
INSERT INTO facts_ledgerentry (practice_id, external_id, patient_id, kind, amount, entry_date,
    effective_at, description)
SELECT practice_id, 'L' || id || '-' || n, id, 'responsibility', 5 + id % 200, t::date, t, ''
FROM facts_patient CROSS JOIN generate_series(1, 10) AS n
CROSS JOIN LATERAL (SELECT now() - interval '1 day' * (n * 7 + id % 7)) AS u (t)
WHERE id % 10 = 0
"""
_OWING = """
INSERT INTO facts_owing (patient_id, practice_id, amount, since, next_at, objection)
SELECT patient_id, practice_id, sum(amount), min(entry_date),
    CASE WHEN patient_id % 3 > 0 THEN now() + interval '1 day' END,
    CASE WHEN patient_id % 3 > 0 THEN '' ELSE 'no_consent' END
FROM facts_ledgerentry GROUP BY patient_id, practice_id
"""


def _measure(size: Size) -> Rounds:
    patients = size.of(2_000, 100_000)
    with fresh_database():
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=patients, visits=False)
        with connection.cursor() as cursor:
            for statement in (_VISITS, _LEDGER, _OWING):
                cursor.execute(statement)
        filling.history(practice, sender, each=10)
        browser = Client(SERVER_NAME="127.0.0.1")
        browser.force_login(
            StaffMember.objects.create_user(
                practice=Practice.objects.get(pk=practice),
                email="a@p.example",
                name="A",
                level=PermissionLevel.BUSINESS_OWNER,
            )
        )
        _count_reports(browser)
        taken = {name: _median(browser, path) for name, path in _pages(browser, patients).items()}
    slowest = max(taken, key=lambda name: taken[name])
    return Rounds(
        list(taken.values()),
        [LIMIT_SECONDS] * len(taken),
        f"{len(taken)} pages, {patients:,} patients, {10 * patients:,} messages; the slowest is "
        f"{slowest}, {taken[slowest] * 1000:.0f} ms",
    )


def _pages(browser: Client, patients: int) -> dict[str, str]:
    somebody = Patient.objects.order_by("id")[patients // 2].pk
    middle = Patient.objects.order_by("last_name", "first_name", "id")[patients // 2].pk
    owing = Owing.objects.order_by("-amount", "patient_id")[patients // 20].pk
    today = datetime.now(UTC).date()
    pages = {
        "patients": "/patients",
        "patients, a page in the middle": f"/patients?after={middle}",
        "reminders on": "/patients?reminders=on",
        "reminders off": "/patients?reminders=off",
        "unreachable": "/patients?attention=unreachable",
        "one patient": f"/patients/{somebody}",
        "Today": "/",
        "the schedule": "/schedule",
        "the schedule of tomorrow": f"/schedule?day={today + timedelta(days=1)}",
        "the schedule in two weeks": f"/schedule?day={today + timedelta(days=14)}",
        "balances": "/balances",
        "balances by name": "/balances?sort=name",
        "balances since when": "/balances?sort=longest&alerts=not_alerted",
        "balances, a page in the middle": f"/balances?after={owing}",
    }
    for typed in TYPED:
        answer = browser.post("/patients/find", {"q": typed})
        pages[f"search: {typed}"] = answer.headers["Location"]
    pages |= {path: path for path in OTHERS}
    return pages | {f"report: {one.name}": f"/reports/{one.name}" for one in REPORTS.values()}


def _count_reports(browser: Client) -> None:
    """Open each report, and count what is left to a worker."""
    for name in REPORTS:
        browser.get(f"/reports/{name}")
    for run in Run.objects.filter(state=ReportState.ASKED).select_related("practice", "staff"):
        assert build(run, clock=timezone.now)


def _median(browser: Client, path: str) -> float:
    def ask() -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, answer.status_code

    return statistics.median(seconds_of(ask) for _ in range(AGAIN))


FIGURES = (
    Figure(
        "pages",
        "pages at 100 k patients and 1 M messages, against 300 ms",
        goal=1.0,
        at_least=False,
        unit="s",
        measure=_measure,
    ),
)
