"""An import that is taken back leaves what somebody changed since, and forgets nothing agreed."""

from datetime import UTC, datetime, timedelta

import pytest

from handbell.access.models import StaffMember
from handbell.facts.models import Appointment, Change, Consent, ContactPoint, LedgerEntry, Patient
from handbell.facts.operations import record_consent, suppress
from handbell.importers import operations
from handbell.importers.models import Import, ImportedRow
from handbell.importers.operations import (
    NewerFirst,
    start,
    tidy,
)
from handbell.importers.runs import run_import
from handbell.outbox.models import Message
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    Purpose,
    SuppressionKind,
)
from tests.importers.folder import (
    APPOINTMENTS,
    LEDGER,
    NOW,
    PATIENTS,
    SUBSCRIPTIONS,
)
from tests.importers.running import LATER, S, done, imported


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
