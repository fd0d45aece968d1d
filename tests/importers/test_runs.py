"""What a worker does with an import: once or not at all, and back again."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from handbell.access.models import AuditEvent, Practice, StaffMember
from handbell.facts.models import Appointment, Change, Consent, ContactPoint, LedgerEntry, Patient
from handbell.facts.operations import record_consent, suppress
from handbell.importers import operations, runs
from handbell.importers.models import ColumnChoice, Import, ImportedRow, ImportFile, ImportFlaw
from handbell.importers.operations import (
    AnotherUnderWay,
    NewerFirst,
    NotNow,
    Upload,
    choose_columns,
    discard,
    keep_uploads,
    start,
    tidy,
)
from handbell.importers.runs import Stopped, run_import
from handbell.importers.uploads import new_folder, path_of
from handbell.outbox.models import Message, Sender
from handbell.vocabulary.words import (
    AuditAct,
    Channel,
    ConsentKind,
    ImportState,
    PermissionLevel,
    Purpose,
    SuppressionKind,
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

S = ImportState
LATER = NOW + timedelta(minutes=5)

#: A table of another system, and what its columns hold.
FOREIGN = "Chart,Given,Family\n77,Ada,Okafor\n"
MEANT = {
    "Chart": "patient id",
    "Given": "patients.first name",
    "Family": "patients.last name",
}


@pytest.fixture
def nora(clinic: None) -> StaffMember:
    return StaffMember.objects.create_user(
        practice=Practice.objects.get(slug="harbor"),
        email="nora@harborpt.example",
        name="Nora Quay",
        level=PermissionLevel.PRACTICE_ADMINISTRATOR,
        password=None,
    )


def uploaded(by: StaffMember, files: Mapping[str, str | bytes], *, now: datetime = NOW) -> Import:
    folder = new_folder()
    uploads = []
    for number, (name, content) in enumerate(files.items()):
        data = content.encode() if isinstance(content, str) else content
        kept_as = f"{number:032x}"
        path_of(folder, kept_as).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        uploads.append(Upload(name, kept_as, len(data), digest))
    return keep_uploads(uploads, folder=folder, by=by, now=now)


def done(run: Import, wanted: ImportState, by: StaffMember, *, now: datetime = NOW) -> Import:
    """Start something and do it, as a worker would."""
    assert start(run, wanted, by=by, now=now)
    run_import(run.pk, clock=lambda: now)
    run.refresh_from_db()
    return run


def imported(by: StaffMember, files: Mapping[str, str | bytes], *, now: datetime = NOW) -> Import:
    run = done(uploaded(by, files, now=now), S.CHECKING, by, now=now)
    assert run.state == S.CHECKED, run.trouble
    return done(run, S.IMPORTING, by, now=now)


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

    assert ProcrastinateJob.objects.count() == 1
    ProcrastinateJob.objects.all()._raw_delete("default")
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


# Taking back


def test_what_an_import_changed_gets_its_old_values(nora: StaffMember) -> None:
    imported(nora, {"v.csv": APPOINTMENTS, "l.csv": LEDGER})
    before = Appointment.objects.get(external_id="A1")
    Change.objects.all().delete()
    changed = {
        "p.csv": PATIENTS.replace("Ada,Quill", "Adele,Quill").replace("ada@quill.example", ""),
        "v.csv": APPOINTMENTS.replace("2026-11-10T09:00", "2026-11-10T15:00"),
        "l.csv": LEDGER.replace("40.00", "90.00"),
    }
    run = imported(nora, changed, now=LATER)
    assert not ContactPoint.objects.filter(value="ada@quill.example").exists()

    run = done(run, S.TAKING_BACK, nora, now=LATER)

    assert run.state == S.TAKEN_BACK
    assert Patient.objects.get(external_id="1").first_name == "Ada"
    assert ContactPoint.objects.get(value="ada@quill.example").patient.external_id == "1"
    after = Appointment.objects.get(external_id="A1")
    assert after.starts_at == before.starts_at
    assert after.revision == before.revision + 2  # moved there, and moved back
    assert LedgerEntry.objects.get(external_id="L1").amount == 40
    assert Change.objects.filter(patient__external_id="1").exists()
    assert {place: one["back"] for place, one in run.taken_back.items()} == {
        "facts_patient": 1,
        "facts_contactpoint": 1,
        "facts_appointment": 1,
        "facts_ledgerentry": 1,
    }


def test_what_an_import_added_is_gone_again(nora: StaffMember) -> None:
    new = PATIENTS + "4,Eve,Lund,,,,202-555-0144,,,MAIN,,,,,,\n"
    visits = APPOINTMENTS + "A4,4,MAIN,,New kind,2026-11-12T09:00,30,booked,\n"
    run = done(imported(nora, {"p.csv": new, "v.csv": visits}), S.TAKING_BACK, nora)

    assert run.state == S.TAKEN_BACK
    assert not Appointment.objects.exists()
    assert not Patient.objects.filter(external_id="4").exists()
    assert Patient.objects.count() == 3


def test_what_somebody_changed_since_stays_and_is_told(nora: StaffMember) -> None:
    run = imported(nora, {"p.csv": PATIENTS.replace("Ada,Quill", "Adele,Quill")})
    Patient.objects.filter(external_id="1").update(preferred_name="Addie")

    run = done(run, S.TAKING_BACK, nora)

    assert Patient.objects.get(external_id="1").first_name == "Adele"
    assert run.taken_back["facts_patient"]["changed_since"] == 1


def test_a_visit_that_messages_speak_of_is_cancelled_instead(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS})
    visit = Appointment.objects.get(external_id="A1")
    Message.objects.create(
        practice=visit.practice,
        purpose="appointment_reminder",
        channel="sms",
        patient=visit.patient,
        appointment=visit,
        subject_id=visit.pk,
        subject_revision=1,
        step="1d",
        recipient="patient",
        address="+12025550101",
        priority=1,
        planned_for=NOW,
        due_at=NOW,
        useful_until=LATER,
        state="queued",
        changed_at=NOW,
        created_at=NOW,
    )

    run = done(run, S.TAKING_BACK, nora)

    visit.refresh_from_db()
    assert visit.status == "cancelled"
    assert run.taken_back["facts_appointment"] == {
        "back": 1,
        "instead": 1,
        "changed_since": 0,
        "in_use": 0,
    }


def test_a_consent_that_came_in_is_withdrawn_and_its_patient_stays(nora: StaffMember) -> None:
    run = imported(nora, {"s.csv": SUBSCRIPTIONS})

    run = done(run, S.TAKING_BACK, nora, now=LATER)

    newest = Consent.objects.filter(patient__external_id="1", channel="sms").latest("at")
    assert (newest.kind, newest.by) == (ConsentKind.WITHDRAWN, "Nora Quay")
    assert run.taken_back["facts_consent"]["instead"] == 3


def granted(nora: StaffMember, at: datetime) -> None:
    """Have the first patient agree to reminders by text, in the clinic."""
    record_consent(
        practice_id=nora.practice_id,
        patient_id=Patient.objects.get(external_id="1").pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channels=[Channel.SMS],
        kind=ConsentKind.GRANTED,
        how="in person",
        by="Nora Quay",
        wording="",
        now=at,
    )


def newest_consent() -> str:
    found = Consent.objects.filter(patient__external_id="1", channel="sms")
    return found.order_by("at", "kind").values_list("kind", flat=True).reverse()[0]


def test_a_consent_that_stood_before_the_import_stands_after_it(nora: StaffMember) -> None:
    granted(nora, datetime(2026, 9, 1, tzinfo=UTC))  # the file's is of October
    run = done(imported(nora, {"s.csv": SUBSCRIPTIONS}), S.TAKING_BACK, nora, now=LATER)

    assert newest_consent() == ConsentKind.GRANTED
    assert run.taken_back["facts_consent"]["instead"] == 2


def test_a_stop_that_the_import_overruled_stands_again(nora: StaffMember) -> None:
    granted(nora, datetime(2026, 9, 1, tzinfo=UTC))
    suppress(
        practice_id=nora.practice_id,
        address="+12025550101",
        channels=[Channel.SMS],
        kind=SuppressionKind.OPTED_OUT,
        source="texted STOP",
        now=datetime(2026, 9, 15, tzinfo=UTC),
    )
    done(imported(nora, {"s.csv": SUBSCRIPTIONS}), S.TAKING_BACK, nora, now=LATER)

    assert newest_consent() == ConsentKind.WITHDRAWN


def test_the_newest_import_is_taken_back_first(nora: StaffMember) -> None:
    first = imported(nora, {"p.csv": PATIENTS.replace("Ada,Quill", "Adele,Quill")})
    second = imported(nora, {"p.csv": PATIENTS.replace("Ada,Quill", "Ida,Quill")}, now=LATER)

    with pytest.raises(NewerFirst):
        start(first, S.TAKING_BACK, by=nora, now=LATER)
    first.refresh_from_db()
    assert first.state == S.IMPORTED

    done(second, S.TAKING_BACK, nora, now=LATER)
    assert Patient.objects.get(external_id="1").first_name == "Adele"
    assert start(first, S.TAKING_BACK, by=nora, now=LATER)


def test_what_is_being_taken_back_keeps_the_values_it_needs(
    nora: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = imported(nora, {"p.csv": PATIENTS.replace("Ada,Quill", "Adele,Quill")})
    month_later = NOW + operations.CHANGES_KEPT + timedelta(hours=1)
    let_go = operations._let_go_of_changes

    def click_first(old: Import) -> None:
        assert start(run, S.TAKING_BACK, by=nora, now=month_later)
        let_go(old)

    monkeypatch.setattr(operations, "_let_go_of_changes", click_first)
    tidy(now=month_later)
    run_import(run.pk, clock=lambda: month_later)

    assert Patient.objects.get(external_id="1").first_name == "Ada"


def test_what_is_not_kept_any_more_cannot_be_taken_back(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS})
    tidy(now=NOW + operations.CHANGES_KEPT + timedelta(hours=1))

    assert not start(run, S.TAKING_BACK, by=nora, now=LATER)
    run.refresh_from_db()
    assert run.state == S.IMPORTED


def test_after_a_month_the_old_values_are_gone_and_the_record_stays(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS})

    tidy(now=NOW + operations.CHANGES_KEPT + timedelta(hours=1))

    run.refresh_from_db()
    assert not run.changes_kept
    assert not ImportedRow.objects.exists()
    assert run.report["total"]["new"] == 2


def test_files_left_lying_are_removed(nora: StaffMember) -> None:
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    folder = path_of(run.folder)
    assert folder.stat().st_mode & 0o077 == 0

    tidy(now=NOW + timedelta(hours=23))
    assert folder.is_dir()


def test_files_left_lying_for_a_day_are_discarded(
    nora: StaffMember, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    run = uploaded(nora, {"v.csv": APPOINTMENTS})
    folder = path_of(run.folder)
    with django_capture_on_commit_callbacks(execute=True):
        tidy(now=NOW + timedelta(hours=25))

    run.refresh_from_db()
    assert run.state == S.DISCARDED
    assert not folder.exists()


def kept_of(run: Import) -> str:
    """Return everything the tables keep of an import, as text."""
    rows: list[Any] = [*Import.objects.filter(pk=run.pk).values()]
    rows += [*ImportFile.objects.filter(run=run).values(), *ColumnChoice.objects.values()]
    rows += [*ImportFlaw.objects.filter(run=run).values()]
    return repr(rows)


MOVED = PATIENTS.replace("202-555-0101", "202-555-0141") + "4,Eve,Lund,,,,12,,,,,,,,,\n"


@pytest.mark.parametrize("how", ["discarded", "tidied", "failed", "columns"])
def test_nothing_of_a_check_outlives_it(
    nora: StaffMember, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = done(uploaded(nora, {"p.csv": MOVED, "x.csv": FOREIGN}), S.CHECKING, nora)
    assert "+12025550141" in kept_of(run)
    assert ImportFlaw.objects.filter(run=run).exists()

    if how == "discarded":
        assert discard(run, now=NOW)
    elif how == "tidied":
        tidy(now=NOW + timedelta(hours=25))
    elif how == "failed":
        path_of(run.folder, run.files.get(position=1).kept_as).unlink()
        done(run, S.CHECKING, nora)
    else:
        choose_columns(run.files.get(position=2), MEANT, "", by=nora, now=NOW)

    run.refresh_from_db()
    assert (run.report, run.foreseen) == ({}, None)
    assert "5550141" not in kept_of(run)
    assert not ImportFlaw.objects.filter(run=run).exists()
    if how in {"discarded", "tidied"}:
        assert "Given" not in kept_of(run)


#: A table without headings: its first row is taken for them.
HEADLESS = "MRN0077,Ada,Okafor,202-555-0141,2/30/1980\nMRN0078,Ben,Lund,12,2/30/1980\n"


def test_a_row_that_stands_where_headings_should_is_kept_nowhere(nora: StaffMember) -> None:
    run = uploaded(nora, {"x.csv": HEADLESS})
    meant = {
        "MRN0077": "patient id",
        "Ada": "patients.first name",
        "Okafor": "patients.last name",
        "202-555-0141": "patients.mobile phone",
        "2/30/1980": "patients.birth date",
    }
    assert choose_columns(run.files.get(), meant, "", by=nora, now=NOW) == []
    assert not ColumnChoice.objects.exists()

    run = done(done(run, S.CHECKING, nora), S.IMPORTING, nora)

    assert run.state == S.IMPORTED
    assert {flaw.field for flaw in ImportFlaw.objects.filter(run=run)} == {"column 5"}
    for word in ("Okafor", "555-0141", "MRN0077", "2/30"):
        assert word not in kept_of(run)


def test_nothing_is_noted_of_what_is_no_import(clinic: None, tmp_path: Path) -> None:
    from tests.importers.folder import more

    more(tmp_path, "v.csv", APPOINTMENTS)

    assert not ImportedRow.objects.exists()


def test_the_import_command_s_texts_have_the_file_as_their_author() -> None:
    from handbell.importers.practice_feed import BY_FILE

    assert BY_FILE == "practice.toml"


def test_the_clock_of_a_run_is_the_worker_s(nora: StaffMember) -> None:
    run = imported(nora, {"v.csv": APPOINTMENTS})

    assert run.begun_at == NOW.astimezone(UTC)
