"""A check changes nothing; an import happens once, whoever clicks or dies."""

from datetime import timedelta
from typing import Any

import pytest

from handbell.access.models import AuditEvent, Practice, StaffMember
from handbell.facts.models import Appointment, Change, LedgerEntry, Patient
from handbell.importers import runs
from handbell.importers.models import Import, ImportedRow, ImportFlaw
from handbell.importers.operations import (
    AnotherUnderWay,
    NotNow,
    choose_columns,
    start,
)
from handbell.importers.runs import Stopped, run_import
from handbell.importers.uploads import path_of
from handbell.outbox.models import Message, Sender
from handbell.vocabulary.words import (
    AuditAct,
)
from tests.importers.folder import (
    APPOINTMENTS,
    APPOINTMENTS_HEAD,
    LEDGER,
    NOW,
    PATIENTS,
    PATIENTS_HEAD,
    PRACTICE,
    SUBSCRIPTIONS,
)
from tests.importers.running import FOREIGN, LATER, MEANT, S, done, imported, uploaded


def test_a_check_says_what_would_change_and_changes_nothing(nora: StaffMember) -> None:
    moved = PATIENTS.replace("202-555-0101", "202-555-0141") + "4,Eve,Lund,,,,12,,,,,,,,,\n"
    run = done(uploaded(nora, {"p.csv": moved, "v.csv": APPOINTMENTS}), S.CHECKING, nora)

    assert run.state == S.CHECKED
    assert run.report["kinds"]["patients"]["new"] == 1
    assert run.report["kinds"]["patients"]["updated"] == 1
    assert run.report["kinds"]["appointments"]["new"] == 2
    assert [one["after"] for one in run.report["samples"]] == [{"value": "+12025550141"}]
    assert ImportFlaw.objects.get(run=run).lines == [5]
    assert not Appointment.objects.exists()
    assert not ImportedRow.objects.exists()
    assert not Patient.objects.filter(external_id="4").exists()
    assert not AuditEvent.objects.filter(act=AuditAct.IMPORTED).exists()


def test_a_check_says_what_it_means_for_messages(nora: StaffMember) -> None:
    files = {
        "s.csv": SUBSCRIPTIONS,
        "v.csv": APPOINTMENTS.replace("2026-11-10T09", "2026-11-04T09"),
    }
    run = done(uploaded(nora, files), S.CHECKING, nora)

    assert run.foreseen == {"planned": 0, "moved": 0, "cancelled": 0}  # nobody sends texts yet
    assert not Message.objects.exists()


def test_an_import_stores_everything_and_leaves_a_record(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS, "l.csv": LEDGER})

    assert run.state == S.IMPORTED
    assert Appointment.objects.count() == 2
    assert LedgerEntry.objects.count() == 2
    assert run.folder == ""
    assert (run.who, run.files.get(position=2).name) == ("Nora Quay", "l.csv")
    event = AuditEvent.objects.get(act=AuditAct.IMPORTED)
    assert (event.subject, event.staff) == (f"import {run.pk}", nora)
    assert event.detail == {"files": 2, "new": 4, "changed": 0, "flaws": 0}
    assert ImportedRow.objects.filter(run=run, act="added", place="facts_appointment").count() == 2


def acts(run: Import) -> list[tuple[str, str, Any]]:
    found = AuditEvent.objects.filter(practice=run.practice).exclude(act=AuditAct.IMPORTED)
    return list(found.order_by("number").values_list("act", "who", "detail"))


SENDER = '[[senders]]\nchannel = "sms"\naddress = "{address}"\nprovider = "rehearsal"\n'


def test_settings_that_a_file_changes_are_in_the_audit_trail(nora: StaffMember) -> None:
    more = 'phone = "202-555-0107"\n' + SENDER.format(address="202-555-0150")
    run = imported(nora, {"practice.toml": PRACTICE + more})

    sender = Sender.objects.get()
    new = {"phone": "+12025550107"}
    added = {"added": "sms", "address": sender.address, "provider": "rehearsal"}
    assert acts(run) == [
        ("settings_changed", "Nora Quay", {"old": {"phone": ""}, "new": new}),
        ("sender_changed", "Nora Quay", added),
    ]


def test_a_file_that_only_removes_can_be_imported(nora: StaffMember) -> None:
    steps = '[reminders]\nsteps = [{days_before = 1, at = "10:00"}, {hours_before = 2}]\n'
    senders = SENDER.format(address="202-555-0150") + SENDER.format(address="202-555-0151")
    imported(nora, {"practice.toml": PRACTICE + steps + senders})
    before = AuditEvent.objects.count()
    Change.objects.all().delete()
    fewer = steps.replace(", {hours_before = 2}", "") + SENDER.format(address="202-555-0150")

    run = imported(nora, {"practice.toml": PRACTICE + fewer}, now=LATER)

    assert (run.report["total"]["new"], run.report["total"]["updated"]) == (0, 2)
    assert Sender.objects.get(address="+12025550151").retired
    assert Change.objects.count() == 3
    assert [detail for _, _, detail in acts(run)][-2:] == [
        {"removed": "2h", "set": None},
        {"old": {"retired": False}, "new": {"retired": True}},
    ]
    assert AuditEvent.objects.count() == before + 3


def test_a_name_that_would_hold_messages_back_is_a_flaw(nora: StaffMember) -> None:
    sells = PRACTICE.replace("Harbor PT", "50% off all sessions this week, book now")
    run = imported(nora, {"practice.toml": sells})

    assert Practice.objects.get(slug="harbor").name == "Harbor PT"
    assert [flaw.field for flaw in ImportFlaw.objects.filter(run=run)] == ["name"]


def test_two_clicks_import_once(nora: StaffMember) -> None:
    run = done(uploaded(nora, {"v.csv": APPOINTMENTS}), S.CHECKING, nora)

    assert start(run, S.IMPORTING, by=nora, now=NOW)
    assert not start(run, S.IMPORTING, by=nora, now=NOW)
    run_import(run.pk, clock=lambda: NOW)
    run_import(run.pk, clock=lambda: LATER)

    run.refresh_from_db()
    assert run.imported_at == NOW
    assert AuditEvent.objects.filter(act=AuditAct.IMPORTED).count() == 1


def test_a_worker_that_stops_leaves_nothing_and_the_next_one_does_it(nora: StaffMember) -> None:
    rows = "".join(f"B{n},1,MAIN,,,2026-11-12T09:00,30,booked,\n" for n in range(6_000))
    run = done(uploaded(nora, {"v.csv": APPOINTMENTS_HEAD + rows}), S.CHECKING, nora)
    assert start(run, S.IMPORTING, by=nora, now=NOW)

    with pytest.raises(Stopped):
        run_import(run.pk, clock=lambda: NOW, is_stopping=lambda: True)
    run.refresh_from_db()
    assert run.state == S.IMPORTING
    assert not Appointment.objects.exists()
    run_import(run.pk, clock=lambda: NOW)

    run.refresh_from_db()
    assert run.state == S.IMPORTED
    assert run.report["kinds"]["appointments"]["new"] == Appointment.objects.count() == 6_000


def test_columns_stay_as_they_are_once_a_worker_has_the_files(nora: StaffMember) -> None:
    run = uploaded(nora, {"x.csv": FOREIGN})
    file = run.files.get()
    assert choose_columns(file, MEANT, "", by=nora, now=NOW) == []
    done(run, S.CHECKING, nora)
    assert start(run, S.IMPORTING, by=nora, now=NOW)

    stale = run.files.get()  # as a page has it that was asked for before the click
    with pytest.raises(NotNow):
        choose_columns(stale, {"Chart": "patient id"}, "", by=nora, now=NOW)

    assert run.files.get().columns == MEANT
    run.refresh_from_db()
    assert run.state == S.IMPORTING


def test_one_import_of_a_practice_runs_at_a_time(nora: StaffMember) -> None:
    first, second = uploaded(nora, {"v.csv": APPOINTMENTS}), uploaded(nora, {"l.csv": LEDGER})

    assert start(first, S.CHECKING, by=nora, now=NOW)
    with pytest.raises(AnotherUnderWay):
        start(second, S.CHECKING, by=nora, now=NOW)


def test_files_that_are_gone_are_told_and_nothing_is_stored(nora: StaffMember) -> None:
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    path_of(run.folder, run.files.get().kept_as).unlink()

    run = done(run, S.CHECKING, nora)

    assert (run.state, run.trouble) == (S.FAILED, "files_gone")


def test_a_fault_of_ours_is_told_by_its_type_and_ends_the_import(
    nora: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise TypeError("Ada Quill")

    monkeypatch.setattr(runs, "import_paths", broken)
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    assert start(run, S.CHECKING, by=nora, now=NOW)
    with pytest.raises(TypeError):
        run_import(run.pk, clock=lambda: NOW)

    run.refresh_from_db()
    assert (run.state, run.trouble) == (S.FAILED, "TypeError")


def test_work_whose_job_is_gone_is_ended(nora: StaffMember) -> None:
    from procrastinate.contrib.django.models import ProcrastinateJob

    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    assert start(run, S.CHECKING, by=nora, now=NOW)
    runs.fail_abandoned(now=NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert run.state == S.CHECKING

    job = ProcrastinateJob.objects.filter(args={"run_id": run.pk})
    assert job.count() == 1
    job._raw_delete("default")
    runs.fail_abandoned(now=NOW + timedelta(hours=1))
    run.refresh_from_db()
    assert (run.state, run.trouble) == (S.FAILED, "job_gone")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"   \n\n", "empty"),
        (b"\x00\x01\x02\x03binary", "unknown"),
        (b"Dear colleagues.\nPlease find enclosed, with regards.\n", "unknown"),
    ],
)
def test_a_file_that_is_none_of_ours_is_not_used(
    nora: StaffMember, content: bytes, says: str
) -> None:
    file = uploaded(nora, {"odd": content}).files.get()

    assert not file.usable
    assert file.format == says


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (PATIENTS.encode() + b"7,\xff\xfe,B,,,,,,,,,,,,,\n8,\xc3\xa9,B,,,,,,,,,,,,,\n", "encoding"),
        (PATIENTS.encode() + b"7,A\x00,B,,,,,,,,,,,,,\n", "NUL"),
        (PATIENTS.encode() + b"7," + b"x" * 1_100_000 + b",B,,,,,,,,,,,,,\n", "longer"),
        (PATIENTS.encode() + b"7;A;B\n", "fewer cells"),
    ],
)
def test_a_malformed_row_is_a_flaw_and_the_rest_goes_in(
    nora: StaffMember, content: bytes, reason: str
) -> None:
    run = imported(nora, {"p.csv": content.replace(b"Ada", b"Adele")})

    flaw = ImportFlaw.objects.get(run=run)
    assert reason in flaw.reason
    assert flaw.lines == [5]
    assert Patient.objects.get(external_id="1").first_name == "Adele"


def test_a_file_with_a_header_only_brings_nothing(nora: StaffMember) -> None:
    run = imported(nora, {"p.csv": PATIENTS_HEAD})

    assert run.report["total"]["rows"] == 0
