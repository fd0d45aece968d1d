"""Do real files go in, with every row accounted for, and does nothing of them leak?

The files lie in ../shared/data beside the checkout; the tests are skipped where they are not.
"""

import logging
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from handbell.access.models import Facility, Practice
from handbell.facts.models import Appointment, ContactPoint, LedgerEntry, Patient
from handbell.importers.facts import Kind, Severity
from handbell.importers.feed import import_paths
from handbell.importers.hl7v2.message import messages_of
from handbell.importers.report import ImportReport
from handbell.importers.source import Source, encoding_of, lines_of
from tests.importers.folder import NOW, counts

pytestmark = pytest.mark.django_db


@pytest.fixture(name="practice")
def _practice() -> Practice:
    return Practice.objects.create(slug="real", name="Real", time_zone="America/New_York")


def bring(practice: Practice, folder: Path) -> ImportReport:
    return import_paths([folder], practice=practice, now=NOW)


def reasons(report: ImportReport) -> Counter[tuple[str, str, str]]:
    found: Counter[tuple[str, str, str]] = Counter()
    for one in [*report.flaws, *report.not_used]:
        found[one.what.kind, one.what.severity, one.what.reason] += one.count
    return found


ROW, VALUE, NOT_USED = Severity.ROW, Severity.VALUE, Severity.NOT_USED


def not_used(resource: str) -> tuple[str, str, str]:
    return Kind.OTHER, NOT_USED, f"Handbell has no use for resources of type {resource}"


class TestSynthea:
    def test_a_thousand_patients(self, practice: Practice, shared_data: Path) -> None:
        report = bring(practice, shared_data / "fhir" / "synthea_1000")

        assert counts(report, Kind.PATIENTS) == (1144, 1144, 0, 0, 0)
        assert counts(report, Kind.FACILITIES) == (836, 835, 0, 0, 1)
        assert counts(report, Kind.PRACTITIONERS) == (835, 0, 0, 835, 0)
        assert reasons(report) == {
            (Kind.PATIENTS, VALUE, "no such telephone number exists"): 1144,
            (Kind.FACILITIES, VALUE, "this is not a telephone number"): 5,
            (Kind.FACILITIES, NOT_USED, "it is a kind of place, not a place"): 1,
            (Kind.OTHER, ROW, "there is no resourceType"): 4,
            (Kind.OTHER, NOT_USED, "it is no file of data"): 1,
            not_used("Organization"): 835,
            not_used("PractitionerRole"): 835,
        }
        patients = Patient.objects.filter(practice=practice)
        assert patients.filter(deceased=True).count() == 144
        assert patients.filter(birth_date__gt="2008-11-02").count() >= 200
        assert patients.filter(language__startswith="es").count() == 61
        assert not ContactPoint.objects.filter(practice=practice).exists()

    def test_again_changes_nothing(self, practice: Practice, shared_data: Path) -> None:
        bring(practice, shared_data / "fhir" / "synthea_1000")

        again = bring(practice, shared_data / "fhir" / "synthea_1000")

        assert again.total.stored == 0
        assert again.total.unchanged == 1144 + 835 + 835


class TestFhirExamples:
    def test_the_examples_of_the_standard(self, practice: Practice, shared_data: Path) -> None:
        report = bring(practice, shared_data / "fhir" / "hl7_examples_r4")

        assert counts(report, Kind.FACILITIES) == (6, 3, 0, 0, 3)
        assert counts(report, Kind.PRACTITIONERS) == (14, 0, 0, 14, 0)
        assert counts(report, Kind.ACCOUNTS) == (2, 0, 0, 2, 0)
        assert counts(report, Kind.PATIENTS) == (22, 19, 0, 0, 3)
        assert counts(report, Kind.GUARDIANS) == (7, 0, 2, 0, 5)
        assert counts(report, Kind.APPOINTMENTS) == (3, 1, 0, 0, 2)
        assert counts(report, Kind.LEDGER) == (1, 0, 0, 0, 1)
        found = reasons(report)
        assert found[Kind.PATIENTS, ROW, "the patient has no name"] == 3
        assert found[Kind.PATIENTS, VALUE, "no such telephone number exists"] == 2
        assert found[Kind.GUARDIANS, ROW, "this patient is not known"] == 1
        money = "the invoice is in another currency than the practice's"
        assert found[Kind.LEDGER, ROW, money] == 1
        place = "it says no facility, and the practice has none or several"
        assert found[Kind.APPOINTMENTS, ROW, place] == 1
        not_yet = "it is not on the schedule, and never was as far as we know"
        assert found[Kind.APPOINTMENTS, NOT_USED, not_yet] == 1
        assert found[not_used("Consent")] == 12

    def test_what_they_say(self, practice: Practice, shared_data: Path) -> None:
        bring(practice, shared_data / "fhir" / "hl7_examples_r4")

        visit = Appointment.objects.get(external_id="example")
        assert (visit.provider_name, visit.duration_minutes) == ("Dr Adam Careful", 120)
        assert visit.facility.name == "South Wing, second floor"
        gone = Patient.objects.filter(deceased=True).values_list("external_id", flat=True)
        assert set(gone) == {"pat3", "pat4"}
        twin = Patient.objects.get(external_id="infant-twin-1")
        assert twin.guardian_name == "Leia Organa"
        assert twin.contact_points.get().value == "+31201234567"
        european = Patient.objects.get(external_id="f201")
        assert {c.kind: c.value for c in european.contact_points.all()} == {
            "mobile_phone": "+31612345678",
            "home_phone": "+31201234567",
        }

    def test_an_invoice_in_euro_is_a_responsibility_in_the_netherlands(
        self, shared_data: Path
    ) -> None:
        dutch = Practice.objects.create(slug="nl", name="NL", region="NL")

        bring(dutch, shared_data / "fhir" / "hl7_examples_r4")

        entry = LedgerEntry.objects.get()
        assert (entry.external_id, entry.amount) == ("invoice:example", Decimal(48))
        heuvel = Patient.objects.get(external_id="f001")
        assert heuvel.contact_points.get(kind="mobile_phone").value == "+31648352638"


class TestHl7:
    def test_messages_of_five_systems(self, practice: Practice, shared_data: Path) -> None:
        report = bring(practice, shared_data / "hl7v2")

        assert counts(report, Kind.PATIENTS) == (50, 35, 0, 15, 0)
        assert counts(report, Kind.APPOINTMENTS) == (37, 29, 0, 8, 0)
        assert counts(report, Kind.LEDGER) == (2, 0, 0, 0, 2)
        messages = "Handbell has no use for messages of type"
        assert reasons(report) == {
            (Kind.PATIENTS, VALUE, "no such telephone number exists"): 79,
            (Kind.PATIENTS, VALUE, "this is not a telephone number"): 1,
            (Kind.APPOINTMENTS, VALUE, "the message gives more than one start"): 11,
            (Kind.OTHER, NOT_USED, f"{messages} BAR^P01"): 2,
            (Kind.OTHER, NOT_USED, f"{messages} BAR^P02"): 2,
            (Kind.OTHER, NOT_USED, f"{messages} BAR^P12"): 2,
            (Kind.OTHER, NOT_USED, f"{messages} DFT^P11"): 2,
            (Kind.OTHER, NOT_USED, f"{messages} ADT^A60"): 1,
            (Kind.OTHER, NOT_USED, "it is no file of data"): 1,
            (
                Kind.LEDGER,
                NOT_USED,
                "this posting does not say what the patient owes or paid",
            ): 2,
        }

    def test_again_changes_nothing(self, practice: Practice, shared_data: Path) -> None:
        bring(practice, shared_data / "hl7v2")
        before = list(Appointment.objects.order_by("id").values_list())

        again = bring(practice, shared_data / "hl7v2")

        assert again.total.stored == 0
        assert list(Appointment.objects.order_by("id").values_list()) == before

    def test_what_they_say(self, practice: Practice, shared_data: Path) -> None:
        report = bring(practice, shared_data / "hl7v2")

        visits = {row.external_id: row for row in Appointment.objects.all()}
        off = "ATHENANET/99999:33910"
        assert visits[off].status == "cancelled", "S15 wins over NOSHOW in SCH-25"
        assert visits["SCHApp/GHHSFacility:36996"].status == "no_show", "S26 came last"
        chart = visits["SENDING_APPLICATION/SENDING_FACILITY:2196178"]
        assert (chart.status, chart.provider_name) == ("cancelled", "Douglas Adams")
        athena = visits["ATHENANET/235:231015"]
        assert (athena.facility.name, athena.provider_name) == ("Brockton", "")
        assert visits[off].facility.name == "TEST DEPARTMENT", "the same number, another clinic"
        assert set(Facility.objects.values_list("name", flat=True)) == {
            "Brockton",
            "TEST DEPARTMENT",
            "GH Clinic",
            "OFFICE",
            "CommunityHospital",
        }
        made = [note for file in report.files for note in file.notes]
        assert all("was made, in the practice's time zone America/New_York" in one for one in made)
        mobile = ContactPoint.objects.get(patient__external_id="18851", kind="mobile_phone")
        assert mobile.value == "+15063984307", "athena sends it in PID-14"
        mouse = ContactPoint.objects.get(patient__external_id="135769", kind="email")
        assert mouse.value == "themainmouse@disney.com", "WebChart sends it in PID-13.4"


def whys(shared_data: Path) -> set[str]:
    """Return every text of the HL7 files that says why somebody comes."""
    found: set[str] = set()
    places = {"DG1": (3, 4), "SCH": (6, 7), "AIS": (3,), "NTE": (3,), "PV2": (3,), "FT1": (7, 19)}
    for path in (shared_data / "hl7v2").rglob("*.hl7"):
        source = Source(name=path.name, path=path)
        with source.open() as file:
            for message in messages_of(lines_of(file, encoding_of(source))):
                for segment in message.segments:
                    for number in places.get(segment.name, ()):
                        for value in segment.values(number):
                            found |= {value.component(n) for n in range(1, 8)}
    codes = {"OFFICE"}  # also the name of a place
    return {text for text in found if len(text) > 3 and not text.isdecimal()} - codes


def every_text_stored() -> str:
    """Return every value of every text column of every table."""
    texts: list[str] = []
    with connection.cursor() as cursor:
        for model in apps.get_models():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {model._meta.db_table} t")
            texts += [row[0] for row in cursor.fetchall()]
    return "\n".join(texts)


class TestLeaks:
    def test_no_diagnosis_reaches_any_table(self, practice: Practice, shared_data: Path) -> None:
        searched = whys(shared_data)
        assert {"ROUTINE INFANT OR CHILD HEALTH CHECK", "CAR PROBLEMS", "Ulcerative Colitis"} <= (
            searched
        )
        assert len(searched) > 40

        bring(practice, shared_data / "hl7v2")

        stored = every_text_stored()
        assert "Brockton" in stored, "the search would find what is there"
        assert [text for text in sorted(searched) if text in stored] == []

    def test_nothing_of_a_patient_is_logged_or_stands_in_a_flaw(
        self, practice: Practice, shared_data: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        report = bring(practice, shared_data / "hl7v2")
        examples = bring(practice, shared_data / "fhir" / "hl7_examples_r4")

        said = "\n".join(
            str(one.as_json()) for r in (report, examples) for one in [*r.flaws, *r.not_used]
        )
        names = set(Patient.objects.exclude(last_name="").values_list("last_name", flat=True)) - {
            "DOE",
            "Doe",
            "LASTNAME",
            "Josh",
            "Bor",
            "Levin",
        }
        numbers = set(ContactPoint.objects.values_list("value", flat=True))
        logged = "\n".join(
            record.getMessage() for record in caplog.records if record.name.startswith("handbell")
        )
        assert len(names) > 30
        assert [one for one in names | numbers if one in said or one in logged] == []
