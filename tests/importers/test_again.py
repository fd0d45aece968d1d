"""Does importing the same again change nothing, whatever the files say and in whatever order?"""

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbell.access.models import Practice
from handbell.importers.facts import Kind
from handbell.importers.feed import import_bytes
from tests.importers.folder import (
    APPOINTMENTS_HEAD,
    FACILITIES,
    NOW,
    PATIENTS_HEAD,
    bring,
    counts,
)

pytestmark = pytest.mark.django_db

TABLES = (
    "access_facility",
    "facts_patient",
    "facts_contactpoint",
    "facts_appointmenttype",
    "facts_appointment",
    "facts_ledgerentry",
    "facts_consent",
)

_numbers = itertools.count(1)

IDS = st.sampled_from(["1", "2", "3", "", "4 "])
PHONES = st.sampled_from(["", "202-555-0101", "+12025550102", "999", "202-555-0103"])
EMAILS = st.sampled_from(["", "a@b.example", "A@B.EXAMPLE", "no"])
PLACES = st.sampled_from(["MAIN", "LAKE", "Main Street", "", "NOWHERE"])
TIMES = st.sampled_from(
    ["2026-11-10T09:00", "11/11/2026 2:30 PM", "2026-03-08 02:30", "2026-11-01T01:30", "later", ""]
)
WORDS = st.sampled_from(["booked", "Confirmed", "cancelled", "no show", "Completed", "?", ""])
DATES = st.sampled_from(["2026-10-30", "11/1/2026", "1/13/2026", "", "2015-05-05"])


def rows(*cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[tuple[str, ...]]]:
    return st.lists(st.tuples(*cells), max_size=6)


PATIENT_ROWS = rows(
    IDS,
    st.sampled_from(["Ada", "Ben", ""]),
    st.sampled_from(["Quill", ""]),
    st.just(""),
    DATES,
    st.sampled_from(["en", "Spanish", "??", ""]),
    PHONES,
    PHONES,
    EMAILS,
    PLACES,
    st.sampled_from(["active", "inactive", "", "odd"]),
    st.sampled_from(["", "yes", "no", "2026-01-01"]),
    st.sampled_from(["", "America/Denver", "Nowhere"]),
    st.sampled_from(["", "Dora"]),
    PHONES,
    EMAILS,
)
VISIT_ROWS = rows(
    st.sampled_from(["A1", "A2", "A3", ""]),
    IDS,
    PLACES,
    st.sampled_from(["", "Dr Gale"]),
    st.sampled_from(["", "Follow-up", "Evaluation"]),
    TIMES,
    st.sampled_from(["", "30", "45 min", "x"]),
    WORDS,
    TIMES,
)
LEDGER_ROWS = rows(
    st.sampled_from(["L1", "L2", ""]),
    IDS,
    st.sampled_from(["responsibility", "payment", "adjustment", "gift"]),
    st.sampled_from(["10", "$1,000.00", "(5.00)", "0", "x"]),
    DATES,
    st.sampled_from(["", "Copay"]),
)
CONSENT_ROWS = rows(
    IDS,
    st.sampled_from(["reminders", "balance", "news"]),
    st.sampled_from(["sms", "sms+email", "", "fax"]),
    TIMES,
    st.sampled_from(["form", ""]),
    st.sampled_from(["Nora", ""]),
)


def table(head: str, body: Sequence[Sequence[str]]) -> str:
    return head + "".join(",".join(row) + "\n" for row in body)


def state(slug: str) -> dict[str, list[dict[str, Any]]]:
    """Return everything the tables hold of a practice."""
    practice = Practice.objects.get(slug=slug)
    found: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(
                f"SELECT to_jsonb(t) FROM {name} t WHERE practice_id = %s ORDER BY id",
                [practice.pk],
            )
            found[name] = [
                row if isinstance(row, dict) else json.loads(row) for (row,) in cursor.fetchall()
            ]
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(PATIENT_ROWS, VISIT_ROWS, LEDGER_ROWS, CONSENT_ROWS, st.permutations("abcdef"))
def test_a_folder_again_changes_nothing_whatever_its_rows_and_names(
    tmp_path: Path,
    patients: list[tuple[str, ...]],
    visits: list[tuple[str, ...]],
    ledger: list[tuple[str, ...]],
    consents: list[tuple[str, ...]],
    names: list[str],
) -> None:
    slug = f"clinic-{next(_numbers)}"
    contents = [
        f'name = "X"\nslug = "{slug}"\ntime_zone = "America/New_York"\n',
        FACILITIES,
        table(PATIENTS_HEAD, patients),
        table(APPOINTMENTS_HEAD, visits),
        table("entry_id,patient_id,kind,amount,date,description\n", ledger),
        table("patient_id,purpose,channels,consented_at,how,by\n", consents),
    ]

    first = bring(tmp_path, dict(zip(sorted(names), contents, strict=True)))
    before = state(slug)
    again = bring(tmp_path, dict(zip(names, contents, strict=True)))

    assert state(slug) == before
    assert again.total.stored == 0
    assert again.total.rows == first.total.rows
    assert again.total.flaws == first.total.flaws
    rows_in = len(patients) + len(visits) + len(ledger) + len(consents)
    blank = sum(not "".join(row).strip() for body in (patients, visits) for row in body)
    brought = [Kind.PATIENTS, Kind.APPOINTMENTS, Kind.LEDGER, Kind.SUBSCRIPTIONS]
    assert sum(counts(first, kind)[0] for kind in brought) == rows_in - blank


SCH = "SCH||F{}|||||||||^^^202611{}00\r"
MESSAGE = (
    "MSH|^~\\&|EHR|C|HB||202611021200||{event}|1|P|2.5\r"
    "PID|||{patient}^^^X^MR||QUILL^{name}||{born}|||||||{phone}\r"
    "{sch}AIL|1||{place}\r"
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["SIU^S12", "SIU^S13", "SIU^S15", "SIU^S26", "ADT^A08", "BAR^P01"]),
            st.sampled_from(["7", "8", ""]),
            st.sampled_from(["ADA", "BEN", ""]),
            st.sampled_from(["", "19800203", '""', "20150505", "x"]),
            st.sampled_from(["", "2025550101", '""', "111", "2025550102^^CP"]),
            st.sampled_from(["", SCH.format(1, "1009"), "SCH||F1\r", SCH.format(2, "1114")]),
            st.sampled_from(["", "2^Brockton", "MAIN", "^^^Lake"]),
        ),
        max_size=7,
    )
)
def test_a_file_of_messages_again_changes_nothing(
    parts: list[tuple[str, str, str, str, str, str, str]],
) -> None:
    practice = Practice.objects.create(
        slug=f"hl7-{next(_numbers)}", name="X", time_zone="America/New_York"
    )
    content = "".join(
        MESSAGE.format(
            event=event, patient=patient, name=name, born=born, phone=phone, sch=sch, place=place
        )
        for event, patient, name, born, phone, sch, place in parts
    ).encode()

    first = import_bytes(content, name="feed.hl7", practice=practice, now=NOW)
    before = state(practice.slug)
    again = import_bytes(content, name="feed.hl7", practice=practice, now=NOW)

    assert state(practice.slug) == before
    assert again.total.stored == 0
    assert again.total.rows == first.total.rows
