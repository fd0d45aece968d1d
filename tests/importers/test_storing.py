"""What do imported facts become, the first time, again, and when they change?"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from handbell.access.models import Facility
from handbell.facts.models import (
    Appointment,
    AppointmentType,
    Change,
    Consent,
    ContactPoint,
    LedgerEntry,
    Patient,
)
from handbell.importers.facts import Kind
from handbell.importers.feed import import_bytes, import_paths
from tests.importers.folder import (
    APPOINTMENTS,
    APPOINTMENTS_HEAD,
    FACILITIES,
    LEDGER,
    NOW,
    PATIENTS,
    PATIENTS_HEAD,
    PRACTICE,
    SUBSCRIPTIONS,
    WHOLE,
    bring,
    counts,
    more,
    reasons,
    write,
)

pytestmark = pytest.mark.django_db

SUBSCRIPTION_HEAD = "patient_id,purpose,channels,consented_at,how,by\n"
LEDGER_HEAD = "entry_id,patient_id,kind,amount,date,description\n"


@pytest.fixture(autouse=True)
def _clinic(tmp_path: Path) -> None:
    bring(tmp_path, {"practice.toml": PRACTICE, "f.csv": FACILITIES, "p.csv": PATIENTS})
    Change.objects.all().delete()


def contacts(patient: str) -> dict[tuple[str, str], str]:
    rows = ContactPoint.objects.filter(patient__external_id=patient)
    return {(row.owner, row.kind): row.value for row in rows}


def due(patient: str) -> datetime | None:
    """Return when a patient is to be planned again."""
    change = Change.objects.filter(patient__external_id=patient).first()
    return change.at if change else None


class TestPatients:
    def test_what_a_row_says(self) -> None:
        cleo = Patient.objects.get(external_id="3")

        assert (cleo.first_name, cleo.birth_date, cleo.guardian_name) == (
            "Cleo",
            date(2015, 5, 5),
            "Dora Fern",
        )
        assert cleo.facility is not None
        assert cleo.facility.external_id == "MAIN"
        assert contacts("3") == {
            ("guardian", "mobile_phone"): "+12025550104",
            ("guardian", "email"): "dora@fern.example",
        }
        assert contacts("2") == {
            ("patient", "mobile_phone"): "+12025550102",
            ("patient", "home_phone"): "+12025550103",
        }
        assert not Consent.objects.exists(), "patients start unsubscribed"

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        report = more(tmp_path, "p.csv", PATIENTS)

        assert counts(report, Kind.PATIENTS) == (3, 0, 0, 3, 0)
        assert not Change.objects.exists()

    def test_a_new_number_replaces_the_old_and_an_empty_cell_removes_it(
        self, tmp_path: Path
    ) -> None:
        row = "2,Ben,Marsh,,1975-07-01,es,202-555-0177,,,LAKE,active,no,,,,\n"

        report = more(tmp_path, "p.csv", PATIENTS_HEAD + row)

        assert counts(report, Kind.PATIENTS) == (1, 0, 1, 0, 0)
        assert contacts("2") == {("patient", "mobile_phone"): "+12025550177"}
        assert due("2") == NOW
        assert due("1") is None

    def test_columns_that_are_not_there_change_nothing(self, tmp_path: Path) -> None:
        report = more(tmp_path, "p.csv", "patient_id,first_name\n2,Benjamin\n")

        assert counts(report, Kind.PATIENTS) == (1, 0, 1, 0, 0)
        assert len(contacts("2")) == 2
        assert Patient.objects.get(external_id="2").last_name == "Marsh"

    def test_an_empty_cell_never_takes_away_a_protection(self, tmp_path: Path) -> None:
        more(tmp_path, "p.csv", "patient_id,first_name,status,deceased\n3,Cleo,inactive,yes\n")

        more(tmp_path, "p.csv", PATIENTS_HEAD + "3,Cleo,Fern,,,,,,,,,,,,,\n")

        cleo = Patient.objects.get(external_id="3")
        assert (cleo.status, cleo.deceased, cleo.birth_date) == (
            "inactive",
            True,
            date(2015, 5, 5),
        )
        assert cleo.facility is None
        assert contacts("3") == {}

    def test_a_bad_number_is_left_out_and_counted_beside_the_sum(self, tmp_path: Path) -> None:
        rows = "patient_id,first_name,mobile_phone\n4,Eve,999\n1,Ada,999\n"

        report = more(tmp_path, "p.csv", rows)

        assert counts(report, Kind.PATIENTS) == (2, 1, 1, 0, 0)
        assert report.totals()[Kind.PATIENTS].value_flaws == 2
        assert ("patient", "mobile_phone") not in contacts("1")
        assert Patient.objects.filter(external_id="4").exists()
        assert report.exit_code == 1

    def test_somebody_new_without_a_name_is_a_flaw(self, tmp_path: Path) -> None:
        report = more(tmp_path, "p.csv", "patient_id,first_name,email\n9,,x@y.example\n1,,\n")

        assert counts(report, Kind.PATIENTS) == (2, 0, 1, 0, 1)
        assert not Patient.objects.filter(external_id="9").exists()

    def test_the_last_row_of_an_identifier_wins_and_the_sum_stays_true(
        self, tmp_path: Path
    ) -> None:
        rows = "patient_id,first_name,email\n4,Eve,a@b.example\n4,Eva,\n1,Ada,ada@quill.example\n"

        report = more(tmp_path, "p.csv", rows)
        again = more(tmp_path, "p.csv", rows)

        assert counts(report, Kind.PATIENTS) == (3, 1, 0, 2, 0)
        assert Patient.objects.get(external_id="4").first_name == "Eva"
        assert contacts("4") == {}
        assert counts(again, Kind.PATIENTS) == (3, 0, 0, 3, 0)


class TestAppointments:
    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "a.csv", APPOINTMENTS)

        visit = Appointment.objects.get(external_id="A1")
        assert counts(report, Kind.APPOINTMENTS) == (2, 2, 0, 0, 0)
        assert visit.starts_at == datetime(2026, 11, 10, 14, tzinfo=UTC)
        assert visit.booked_at == datetime(2026, 10, 20, 16, tzinfo=UTC)
        assert (visit.status, visit.revision, visit.duration_minutes) == ("booked", 1, 30)
        assert visit.provider_name == "Dr Gale"
        assert set(AppointmentType.objects.values_list("name", flat=True)) == {
            "Follow-up",
            "Evaluation",
        }

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Change.objects.all().delete()

        report = more(tmp_path, "a.csv", APPOINTMENTS, now=NOW + timedelta(days=1))

        assert counts(report, Kind.APPOINTMENTS) == (2, 0, 0, 2, 0)
        assert not Change.objects.exists()

    @pytest.mark.parametrize(
        ("row", "revision"),
        [
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T10:00,30,booked,2026-10-20T12:00", 2),
            ("A1,1,LAKE,Dr Gale,Follow-up,2026-11-10T08:00,30,booked,2026-10-20T12:00", 2),
            ("A1,2,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,30,booked,2026-10-20T12:00", 2),
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,30,cancelled,2026-10-20T12:00", 1),
            ("A1,1,MAIN,Dr Hill,Follow-up,2026-11-10T09:00,30,booked,2026-10-20T12:00", 1),
            ("A1,1,MAIN,Dr Gale,Follow-up,2026-11-10T09:00,60,booked,2026-10-20T12:00", 1),
        ],
    )
    def test_a_revision_rises_when_the_visit_is_another(
        self, tmp_path: Path, row: str, revision: int
    ) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Change.objects.all().delete()

        report = more(tmp_path, "a.csv", APPOINTMENTS_HEAD + row + "\n")

        assert counts(report, Kind.APPOINTMENTS) == (1, 0, 1, 0, 0)
        assert Appointment.objects.get(external_id="A1").revision == revision
        assert due("1") == NOW, "whose visit it was is planned again"
        assert (due("2") == NOW) is (row.split(",")[1] == "2")

    def test_a_visit_booked_anew_is_a_new_revision(self, tmp_path: Path) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        for status in ("cancelled", "booked", "no show", "confirmed"):
            more(tmp_path, "a.csv", APPOINTMENTS.replace("booked,2026", f"{status},2026"))

        visit = Appointment.objects.get(external_id="A1")
        assert (visit.status, visit.revision) == ("confirmed", 3)

    def test_a_patient_who_confirmed_stays_confirmed_until_the_visit_moves(
        self, tmp_path: Path
    ) -> None:
        more(tmp_path, "a.csv", APPOINTMENTS)
        Appointment.objects.filter(external_id="A1").update(status="confirmed")

        same = more(tmp_path, "a.csv", APPOINTMENTS)
        more(tmp_path, "a.csv", APPOINTMENTS.replace("Dr Gale", "Dr Hill"))
        kept = Appointment.objects.get(external_id="A1")
        more(tmp_path, "a.csv", APPOINTMENTS.replace("T09:00", "T11:00"))
        moved = Appointment.objects.get(external_id="A1")

        assert counts(same, Kind.APPOINTMENTS) == (2, 0, 0, 2, 0)
        assert (kept.status, kept.provider_name) == ("confirmed", "Dr Hill")
        assert (moved.status, moved.revision) == ("booked", 2)

    def test_a_visit_of_somebody_unknown_is_a_flaw(self, tmp_path: Path) -> None:
        report = more(tmp_path, "a.csv", APPOINTMENTS.replace("A2,2", "A2,77"))

        assert counts(report, Kind.APPOINTMENTS) == (2, 1, 0, 0, 1)
        (flaw,) = report.flaws
        assert (flaw.what.reason, flaw.places) == ("this patient is not known", ["line 3"])

    def test_a_visit_that_is_not_known_yet_is_planned_when_it_is_booked(
        self, tmp_path: Path
    ) -> None:
        later = APPOINTMENTS_HEAD + (
            "A8,1,MAIN,,,2026-12-10T09:00,30,booked,2026-11-20T12:00\n"
            "A9,1,MAIN,,,2026-12-11T09:00,30,booked,2026-11-15T12:00\n"
            "A7,2,LAKE,,,2026-12-11T09:00,30,booked,2026-10-15T12:00\n"
        )

        more(tmp_path, "a.csv", later)

        assert due("1") == datetime(2026, 11, 15, 17, tzinfo=UTC)
        assert due("2") == NOW

    def test_a_visit_that_is_over_asks_for_no_plan(self, tmp_path: Path) -> None:
        row = "A8,1,MAIN,,,2026-10-10T09:00,30,completed,\n"

        more(tmp_path, "a.csv", APPOINTMENTS_HEAD + row)

        assert Appointment.objects.filter(external_id="A8").exists()
        assert due("1") is None


class TestLedger:
    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "l.csv", LEDGER)

        entries = {row.external_id: row for row in LedgerEntry.objects.all()}
        assert counts(report, Kind.LEDGER) == (2, 2, 0, 0, 0)
        assert (entries["L1"].amount, entries["L1"].description) == (Decimal("40.00"), "Copay")
        assert entries["L1"].effective_at == datetime(2026, 10, 30, 4, tzinfo=UTC)
        assert entries["L2"].effective_at == datetime(2026, 10, 31, 5, tzinfo=UTC), "Chicago"

    def test_the_same_again_changes_nothing_and_a_correction_updates(self, tmp_path: Path) -> None:
        more(tmp_path, "l.csv", LEDGER)
        Change.objects.all().delete()

        again = more(tmp_path, "l.csv", LEDGER)
        mended = more(tmp_path, "l.csv", LEDGER.replace("40.00", "45.00"))

        assert counts(again, Kind.LEDGER) == (2, 0, 0, 2, 0)
        assert counts(mended, Kind.LEDGER) == (2, 0, 1, 1, 0)
        assert LedgerEntry.objects.get(external_id="L1").amount == 45
        assert (due("1"), due("2")) == (NOW, None)

    def test_an_entry_of_the_future_is_due_on_its_day(self, tmp_path: Path) -> None:
        more(tmp_path, "l.csv", LEDGER_HEAD + "L9,1,responsibility,10,2026-11-20,\n")

        assert due("1") == datetime(2026, 11, 20, 5, tzinfo=UTC)

    def test_a_day_begins_with_the_first_of_two_midnights(self, tmp_path: Path) -> None:
        # In Havana the clocks go back from 01:00 to 00:00 on 1 November 2026.
        more(tmp_path, "f.csv", "facility,name,time_zone\nHAV,Havana,America/Havana\n")
        more(tmp_path, "p.csv", "patient_id,first_name,facility\n1,Ada,HAV\n")

        more(tmp_path, "l.csv", LEDGER_HEAD + "L9,1,responsibility,10,2026-11-01,\n")

        entry = LedgerEntry.objects.get(external_id="L9")
        assert entry.effective_at == datetime(2026, 11, 1, 4, tzinfo=UTC)


class TestSubscriptions:
    def events(self, patient: str) -> list[tuple[str, str, str, datetime]]:
        rows = Consent.objects.filter(patient__external_id=patient).order_by("at", "channel")
        return [(row.purpose, row.channel, row.kind, row.at) for row in rows]

    def test_what_a_row_says(self, tmp_path: Path) -> None:
        report = more(tmp_path, "s.csv", SUBSCRIPTIONS)

        east = datetime(2026, 10, 1, 14, tzinfo=UTC)
        assert counts(report, Kind.SUBSCRIPTIONS) == (2, 2, 0, 0, 0)
        assert self.events("1") == [
            ("appointment_reminder", "email", "granted", east),
            ("appointment_reminder", "sms", "granted", east),
        ]
        assert self.events("2")[0][3] == datetime(2026, 10, 2, 15, tzinfo=UTC), "Chicago"
        consent = Consent.objects.get(patient__external_id="2")
        assert (consent.how, consent.by, consent.wording) == ("by phone", "Nora", "")
        assert due("1") == NOW

    def test_the_same_again_adds_nothing(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTIONS)
        Change.objects.all().delete()

        report = more(tmp_path, "s.csv", SUBSCRIPTIONS)

        assert counts(report, Kind.SUBSCRIPTIONS) == (2, 0, 0, 2, 0)
        assert Consent.objects.count() == 3
        assert not Change.objects.exists()

    def test_no_channels_is_an_opt_out_of_that_purpose_recorded_once(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTIONS)
        out = SUBSCRIPTION_HEAD + "1,appointment_reminder,,,,\n"

        first = more(tmp_path, "s.csv", out)
        second = more(tmp_path, "s.csv", out, now=NOW + timedelta(days=1))

        assert counts(first, Kind.SUBSCRIPTIONS) == (1, 1, 0, 0, 0)
        assert counts(second, Kind.SUBSCRIPTIONS) == (1, 0, 0, 1, 0)
        assert [e[1:3] for e in self.events("1") if e[3] == NOW] == [
            ("email", "withdrawn"),
            ("sms", "withdrawn"),
            ("voice", "withdrawn"),
        ]
        assert len(self.events("1")) == 5

    def test_an_opt_out_after_a_consent_in_the_same_file_counts(self, tmp_path: Path) -> None:
        both = SUBSCRIPTIONS + "1,appointment_reminder,,,,\n"

        more(tmp_path, "s.csv", both)
        again = more(tmp_path, "s.csv", both, now=NOW + timedelta(days=1))

        assert self.events("1")[-1][2:] == ("withdrawn", NOW)
        assert counts(again, Kind.SUBSCRIPTIONS) == (3, 0, 0, 3, 0)

    def test_an_opt_out_with_a_time_is_recorded_then(self, tmp_path: Path) -> None:
        more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + "1,balance,,2026-10-05T09:00-04:00,call,Nora\n")

        assert {event[3] for event in self.events("1")} == {datetime(2026, 10, 5, 13, tzinfo=UTC)}

    def test_a_row_without_a_time_records_no_consent(self, tmp_path: Path) -> None:
        report = more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + "1,reminders,sms,,form,Nora\n")

        assert counts(report, Kind.SUBSCRIPTIONS) == (1, 0, 0, 0, 1)
        assert not Consent.objects.exists()

    def test_a_consent_of_the_future_is_due_then(self, tmp_path: Path) -> None:
        row = "1,reminders,sms,2026-11-20T10:00-05:00,form,Nora\n"

        more(tmp_path, "s.csv", SUBSCRIPTION_HEAD + row)

        assert due("1") == datetime(2026, 11, 20, 15, tzinfo=UTC)


class TestFacilities:
    def test_a_facility_that_changes_asks_for_a_new_plan(self, tmp_path: Path) -> None:
        again = more(tmp_path, "f.csv", FACILITIES)
        nothing = Change.objects.count()
        moved = more(tmp_path, "f.csv", FACILITIES.replace("America/Chicago", "America/Denver"))

        assert counts(again, Kind.FACILITIES) == (2, 0, 0, 2, 0)
        assert (nothing, Change.objects.count()) == (0, 3)
        assert counts(moved, Kind.FACILITIES) == (2, 0, 1, 1, 0)

    def test_without_a_time_zone_it_has_the_practices(self, tmp_path: Path) -> None:
        more(tmp_path, "f.csv", "facility,name\nX,Annex\n")

        assert Facility.objects.get(external_id="X").time_zone == "America/New_York"

    def test_a_time_zone_nobody_says_is_guessed_and_told(self, tmp_path: Path) -> None:
        files = {"practice.toml": 'name = "Lake"', "f.csv": "facility,name\nX,Annex\n"}

        report = bring(tmp_path, files)

        assert Facility.objects.get(external_id="X").time_zone == "America/New_York"
        assert reasons(report) == {
            ("time_zone", "nobody says the time zone; America/New_York was taken"): 1
        }


class TestFiles:
    def test_a_dry_run_keeps_nothing(self, tmp_path: Path) -> None:
        folder = write(tmp_path, WHOLE)
        before = Appointment.objects.count()

        report = import_paths([folder], practice=None, now=NOW, dry_run=True)

        assert counts(report, Kind.APPOINTMENTS) == (2, 2, 0, 0, 0)
        assert report.dry_run
        assert (before, Appointment.objects.count()) == (0, 0)

    def test_bytes_are_imported_like_a_file(self) -> None:
        report = import_bytes(APPOINTMENTS.encode(), name="upload", practice=None, now=NOW)

        assert counts(report, Kind.APPOINTMENTS) == (2, 2, 0, 0, 0)
        assert report.files[0].name == "upload"

    def test_a_folder_tells_of_files_that_are_no_data_without_a_flaw(self, tmp_path: Path) -> None:
        report = bring(
            tmp_path, {"README.txt": "Read me, please.\n\nThis is prose.\n"}, slug="harbor"
        )

        assert report.exit_code == 0
        assert [one.what.reason for one in report.not_used] == ["it is no file of data"]

    def test_hidden_files_are_left_out(self, tmp_path: Path) -> None:
        report = bring(tmp_path, {".DS_Store": b"\0\0\1"}, slug="harbor")

        assert not report.files
