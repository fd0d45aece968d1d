"""What do imported patients and facilities become, the first time, again, and when they change?"""

from datetime import date
from pathlib import Path

import pytest

from handbell.access.models import Facility
from handbell.facts.models import (
    Appointment,
    Change,
    Consent,
    ContactPoint,
    Patient,
)
from handbell.facts.operations import record_consent
from handbell.facts.people import load_people
from handbell.importers.facts import Kind
from handbell.importers.feed import import_bytes, import_paths
from handbell.policy.consent import newest
from handbell.vocabulary.words import Channel, ConsentKind, Purpose
from tests.importers.folder import (
    APPOINTMENTS,
    FACILITIES,
    NOW,
    PATIENTS,
    PATIENTS_HEAD,
    WHOLE,
    bring,
    counts,
    due,
    more,
    reasons,
    write,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clinic")]


def contacts(patient: str) -> dict[tuple[str, str], str]:
    rows = ContactPoint.objects.filter(patient__external_id=patient)
    return {(row.owner, row.kind): row.value for row in rows}


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

    def test_a_name_has_up_to_300_letters_of_any_alphabet(self, tmp_path: Path) -> None:
        head = "patient_id,first_name,last_name,guardian_name\n"
        first, last = (  # of four bytes each, and each another: as much as the index of names bears
            "".join(chr(0x20000 + (number * step) % 40_000) for number in range(300))
            for step in (7919, 6151)
        )

        report = more(tmp_path, "p.csv", f"{head}8,{first},{last},{first}\n9,{'x' * 301},Quill,\n")

        assert reasons(report) == {("first_name", "it is longer than 300 characters"): 1}
        found = Patient.objects.get(external_id="8")
        assert (found.first_name, found.last_name, found.guardian_name) == (first, last, first)

    def test_the_same_again_changes_nothing(self, tmp_path: Path) -> None:
        report = more(tmp_path, "p.csv", PATIENTS)

        assert counts(report, Kind.PATIENTS) == (3, 0, 0, 3, 0)
        assert not Change.objects.exists()

    def test_an_address_is_one_mailbox_however_it_is_written(self, tmp_path: Path) -> None:
        row = "1,Ada,Quill,,1980-02-03,en,202-555-0101,,{},MAIN,active,no,,,,\n"
        capitals = PATIENTS_HEAD + row.format("ADA@Quill.Example")

        report = more(tmp_path, "patients.csv", capitals)

        assert counts(report, Kind.PATIENTS) == (1, 0, 0, 1, 0)
        assert contacts("1")["patient", "email"] == "ada@quill.example"

    def test_a_new_number_replaces_the_old_and_an_empty_cell_removes_it(
        self, tmp_path: Path
    ) -> None:
        row = "2,Ben,Marsh,,1975-07-01,es,202-555-0177,,,LAKE,active,no,,,,\n"

        report = more(tmp_path, "p.csv", PATIENTS_HEAD + row)

        assert counts(report, Kind.PATIENTS) == (1, 0, 1, 0, 0)
        assert contacts("2") == {("patient", "mobile_phone"): "+12025550177"}
        assert due("2") == NOW
        assert due("1") is None

    def test_a_caregiver_s_consent_ends_with_the_number_it_was_given_for(
        self, tmp_path: Path
    ) -> None:
        head = "patient_id,first_name,last_name,caregiver_name,caregiver_phone\n"
        more(tmp_path, "patients.csv", f"{head}1,Ada,Quill,Ann,(202) 555-0141\n")
        patient = Patient.objects.get(external_id="1")
        record_consent(
            practice_id=patient.practice_id,
            patient_id=patient.pk,
            purpose=Purpose.APPOINTMENT_REMINDER,
            channels=[Channel.SMS],
            kind=ConsentKind.GRANTED,
            how="asked",
            by="Ann",
            wording="",
            now=NOW,
            of_caregiver=True,
        )
        more(
            tmp_path, "patients.csv", f"{head}1,Ada,Quill,Ann,(202) 555-0141\n"
        )  # nothing is different
        of_caregiver = Consent.objects.filter(of_caregiver=True).order_by("pk")
        assert [one.kind for one in of_caregiver] == ["granted"]

        more(tmp_path, "patients.csv", f"{head}1,Ada,Quill,Bo,(202) 555-0142\n")

        assert [one.kind for one in of_caregiver.all()] == ["granted", "withdrawn"]
        person = load_people([patient.pk], now=NOW)[patient.pk]
        decisive = newest(
            person.caregiver_consents,
            purpose=Purpose.APPOINTMENT_REMINDER,
            channel=Channel.SMS,
            now=NOW,
        )
        assert decisive is not None
        assert decisive.kind is ConsentKind.WITHDRAWN

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
