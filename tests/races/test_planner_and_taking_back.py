"""A planner is at the very patient an import brought, when the import is taken back."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from handbell.access.models import Practice, StaffMember
from handbell.facts.models import Change, Patient
from handbell.importers.models import Import
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import ImportState, PermissionLevel
from tests.importers.folder import FACILITIES, NOW, PATIENTS_HEAD, PRACTICE, bring
from tests.importers.running import done, imported

LATER = NOW + timedelta(minutes=1)


def brought(tmp_path: Path) -> tuple[StaffMember, Import]:
    bring(tmp_path, {"practice.toml": PRACTICE, "f.csv": FACILITIES})
    nora = StaffMember.objects.create_user(
        practice=Practice.objects.get(slug="harbor"),
        email="nora@harborpt.example",
        name="Nora Quay",
        level=PermissionLevel.PRACTICE_ADMINISTRATOR,
    )
    run = imported(nora, {"p.csv": PATIENTS_HEAD + "9,Eve,Okafor,,,,,,,,,,,,,\n"})
    assert run.state == ImportState.IMPORTED, run.trouble
    return nora, run


@pytest.mark.django_db(transaction=True)
def test_the_planner_is_waited_for_and_the_import_goes_back(tmp_path: Path) -> None:
    nora, run = brought(tmp_path)
    eve = Patient.objects.get(external_id="9")
    planned, over = threading.Event(), threading.Event()

    def plan() -> None:
        try:
            with transaction.atomic():
                plan_due(now=LATER)
                Change.objects.update_or_create(
                    patient=eve, defaults={"practice": eve.practice, "at": LATER}
                )
                planned.set()
                assert over.wait(30)
        finally:
            connection.close()

    def take_back() -> Import:
        try:
            return done(run, ImportState.TAKING_BACK, nora, now=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        planning = pool.submit(plan)
        try:
            assert planned.wait(30)
            back = pool.submit(take_back)
            with pytest.raises(TimeoutError):
                back.result(1)
        finally:
            over.set()
        planning.result(30)
        ended = back.result(30)

    assert (ended.state, ended.trouble) == (ImportState.TAKEN_BACK, "")
    assert not Patient.objects.filter(external_id="9").exists()
    assert not Change.objects.filter(patient_id=eve.pk).exists()
