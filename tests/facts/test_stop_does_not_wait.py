"""A STOP is kept at once, whoever has the patient's mark for the planner."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from handbell.access.models import Practice
from handbell.facts.models import Change, Patient, Suppression
from handbell.facts.operations import mark_changed, suppress
from handbell.importers.feed import import_paths
from handbell.importers.staging import Progress
from handbell.vocabulary.words import Channel, SuppressionKind
from tests.importers.folder import (
    APPOINTMENTS,
    LEDGER,
    NOW,
    PATIENTS,
    PRACTICE,
    WHOLE,
    bring,
    write,
)

EARLIER = datetime(2026, 11, 2, 16, 0, tzinfo=UTC)


def stop() -> None:
    try:
        suppress(
            practice_id=Practice.objects.get(slug="harbor").pk,
            address="+12025550101",
            channels=[Channel.SMS],
            kind=SuppressionKind.OPTED_OUT,
            source="texted STOP",
            now=EARLIER,
        )
    finally:
        connection.close()


def wait_for_the_stop() -> None:
    until = time.monotonic() + 10
    while not Suppression.objects.exists():
        assert time.monotonic() < until, "the STOP waits"
        time.sleep(0.05)


@pytest.mark.django_db(transaction=True)
def test_a_stop_is_committed_while_an_import_has_the_patient_s_mark(tmp_path: Path) -> None:
    bring(tmp_path, WHOLE)
    ada = Patient.objects.get(external_id="1")
    held, over = threading.Event(), threading.Event()

    def import_() -> None:
        try:
            with transaction.atomic():
                mark_changed([ada.pk], at=NOW)
                held.set()
                assert over.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        importing = pool.submit(import_)
        try:
            assert held.wait(30)
            stopping = pool.submit(stop)
            wait_for_the_stop()
        finally:
            over.set()
        importing.result(30)
        stopping.result(30)

    assert Change.objects.get(patient=ada).at == EARLIER


@pytest.mark.django_db(transaction=True)
def test_a_stop_goes_through_in_the_middle_of_a_whole_import(tmp_path: Path) -> None:
    bring(tmp_path, WHOLE)
    Change.objects.all().delete()
    files = {
        "practice.toml": PRACTICE + 'phone = "202-555-0107"\n',
        "patients.csv": PATIENTS.replace("Ada,Quill", "Adele,Quill"),
        "appointments.csv": APPOINTMENTS.replace("2026-11-10T09:00", "2026-11-10T15:00"),
        "ledger.csv": LEDGER.replace("40.00", "90.00"),
    }
    stopped: list[bool] = []

    def meanwhile(progress: Progress) -> None:
        if progress.file != "ledger.csv" and not progress.file.endswith("/ledger.csv"):
            return
        if progress.phase == "storing" and not stopped:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(stop).result(30)
            assert Change.objects.count() == 1  # the STOP's own
            stopped.append(True)

    with transaction.atomic():
        import_paths([write(tmp_path, files)], practice=None, now=NOW, progress=meanwhile)

    assert stopped
    assert Suppression.objects.exists()
    assert Change.objects.get(patient__external_id="1").at == EARLIER
    assert Change.objects.get(patient__external_id="2").at == NOW
