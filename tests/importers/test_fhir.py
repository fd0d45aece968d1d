"""What does a FHIR resource say of visits, places and money, and in which files?"""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.importers.facts import (
    AppointmentFact,
    FacilityFact,
    Flaw,
    Kind,
    LedgerFact,
    PatientFact,
    Severity,
)
from handbell.importers.fhir.documents import LONGEST_DOCUMENT, documents_of
from handbell.importers.fhir.parse import READERS
from handbell.importers.source import Source
from handbell.vocabulary.words import AppointmentStatus, LedgerKind
from tests.importers.fhir_reading import flaws, patient, read, visit


class TestAppointment:
    def test_a_visit(self) -> None:
        (found,) = read(
            visit(
                end="2026-11-10T14:45:00Z",
                created="2026-10-10",
                description="Discussion on the results of your recent MRI",
                reasonCode=[{"text": "Clinical Review"}],
                appointmentType={"coding": [{"code": "FOLLOWUP", "display": "A follow up"}]},
            )
        )

        assert found == AppointmentFact(
            line=1,
            appointment="a1",
            patient="p1",
            facility="main",
            facility_name="Main Street",
            provider="",
            type="A follow up",
            starts_at=datetime(2026, 11, 10, 14, tzinfo=UTC),
            duration_minutes=45,
            status=AppointmentStatus.BOOKED,
            booked_at=datetime(2026, 10, 10, 4, tzinfo=UTC),
        )

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("booked", AppointmentStatus.BOOKED),
            ("arrived", AppointmentStatus.ARRIVED),
            ("checked-in", AppointmentStatus.ARRIVED),
            ("fulfilled", AppointmentStatus.COMPLETED),
            ("cancelled", AppointmentStatus.CANCELLED),
            ("noshow", AppointmentStatus.NO_SHOW),
            ("entered-in-error", AppointmentStatus.CANCELLED),
        ],
    )
    def test_states(self, word: str, status: AppointmentStatus) -> None:
        (found,) = read(visit(status=word))

        assert isinstance(found, AppointmentFact)
        assert found.status is status
        assert not found.only_known

    @pytest.mark.parametrize("word", ["proposed", "pending", "waitlist"])
    def test_what_is_not_settled_is_no_visit(self, word: str) -> None:
        (found,) = read(visit(status=word))

        assert isinstance(found, AppointmentFact)
        assert found.only_known
        assert found.status is AppointmentStatus.CANCELLED

    def test_what_a_visit_needs(self) -> None:
        assert flaws(read(visit(start=None)))[0][:2] == ("start", "it is not there")
        assert flaws(read(visit(status="perhaps")))[0][0] == "status"
        assert flaws(read(visit(participant=[{"actor": {"display": "Phone"}}])))[0][0] == (
            "participant"
        )

    def test_a_practitioner_in_the_same_bundle_gives_the_name(self) -> None:
        actors = [
            {"actor": {"reference": "Patient/p1"}},
            {"actor": {"reference": "Practitioner/d1"}},
        ]
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {"resource": visit(participant=actors)},
                {
                    "resource": {
                        "resourceType": "Practitioner",
                        "id": "d1",
                        "name": [{"family": "Careful", "given": ["Adam"], "prefix": ["Dr"]}],
                    }
                },
            ],
        }

        found = [item for item in read(bundle) if isinstance(item, AppointmentFact)]

        assert found[0].provider == "Dr Adam Careful"
        assert found[0].facility is None, "the practice's only one is taken when it is stored"


class TestReferences:
    @pytest.mark.parametrize(
        "reference",
        [
            {"reference": "Patient/p1"},
            {"reference": "https://ehr.example/fhir/Patient/p1"},
            {"reference": "Patient/p1/_history/3"},
            {"reference": "Patient?identifier=https://ehr.example|p1"},
            {"type": "Patient", "identifier": {"value": "p1"}},
            {"reference": "urn:uuid:p1", "type": "Patient"},
        ],
    )
    def test_ways_to_point_at_a_patient(self, reference: dict[str, object]) -> None:
        (found,) = read(visit(participant=[{"actor": reference}]))

        assert isinstance(found, AppointmentFact)
        assert found.patient == "p1"

    def test_addresses_within_a_bundle(self) -> None:
        bundle = {
            "resourceType": "Bundle",
            "type": "transaction",
            "entry": [
                {
                    "fullUrl": "urn:uuid:77",
                    "resource": visit(participant=[{"actor": {"reference": "urn:uuid:9"}}]),
                },
                {"fullUrl": "urn:uuid:9", "resource": {**patient(), "id": None}},
            ],
        }

        known, found = read(bundle)

        assert isinstance(known, PatientFact)
        assert isinstance(found, AppointmentFact)
        assert found.patient == known.patient == "9"

    def test_the_newest_version_in_a_history_is_the_last_word(self) -> None:
        versions = [
            {"request": {"method": "DELETE", "url": "Appointment/a1"}},
            {"resource": visit(start="2026-11-12T14:00:00Z")},
            {"resource": visit()},
        ]
        bundle = {"resourceType": "Bundle", "type": "history", "entry": versions}

        found = [item for item in read(bundle) if isinstance(item, AppointmentFact)]

        assert [one.starts_at and one.starts_at.day for one in found] == [10, 12, None]
        assert found[-1].status is AppointmentStatus.CANCELLED


class TestMoney:
    INVOICE = {
        "resourceType": "Invoice",
        "id": "i1",
        "status": "issued",
        "date": "2026-10-25T08:00:00+01:00",
        "subject": {"reference": "Patient/p1"},
        "totalNet": {"value": 40, "currency": "USD"},
        "totalGross": {"value": 48.5, "currency": "USD"},
    }

    def test_an_issued_invoice_is_a_responsibility(self) -> None:
        assert read(self.INVOICE) == [
            LedgerFact(
                1,
                "invoice:i1",
                "p1",
                LedgerKind.RESPONSIBILITY,
                Decimal("48.50"),
                date(2026, 10, 25),
            )
        ]

    @pytest.mark.parametrize("status", ["balanced", "cancelled", "entered-in-error"])
    def test_nothing_is_owed_any_more(self, status: str) -> None:
        (found,) = read({**self.INVOICE, "status": status})

        assert isinstance(found, LedgerFact)
        assert (found.entry, found.kind, found.amount) == (
            "invoice:i1",
            LedgerKind.ADJUSTMENT,
            Decimal(0),
        )

    @pytest.mark.parametrize(
        ("more", "severity"),
        [
            ({"status": "draft"}, Severity.NOT_USED),
            ({"recipient": {"reference": "Organization/insurer"}}, Severity.NOT_USED),
            ({"totalGross": {"value": 48, "currency": "EUR"}}, Severity.ROW),
            ({"totalGross": {"value": 48.505}}, Severity.ROW),
            ({"totalGross": {"value": 0}}, Severity.ROW),
            ({"totalGross": {}, "totalNet": {}}, Severity.ROW),
            ({"date": None}, Severity.ROW),
            ({"subject": None}, Severity.ROW),
        ],
    )
    def test_what_is_not_the_patients_or_cannot_be_read(
        self, more: dict[str, object], severity: Severity
    ) -> None:
        (flaw,) = flaws(read({**self.INVOICE, **more}))

        assert flaw[2] is severity

    def test_an_account_says_whose_invoice_it_is(self) -> None:
        bundle = {
            "resourceType": "Bundle",
            "type": "collection",
            "entry": [
                {
                    "resource": {
                        **self.INVOICE,
                        "subject": None,
                        "account": {"reference": "Account/x"},
                    }
                },
                {
                    "resource": {
                        "resourceType": "Account",
                        "id": "x",
                        "subject": [{"reference": "Patient/p9"}],
                    }
                },
            ],
        }

        found = [item for item in read(bundle) if isinstance(item, LedgerFact)]

        assert found[0].patient == "p9"


class TestLocation:
    def test_a_place_and_a_kind_of_place(self) -> None:
        place = {
            "resourceType": "Location",
            "id": "l1",
            "name": "Main Street",
            "telecom": [
                {"system": "fax", "value": "1"},
                {"system": "phone", "value": "2025550100"},
            ],
            "address": {
                "line": ["1 Main St"],
                "city": "Ames",
                "state": "IA",
                "postalCode": "50010",
            },
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/timezone",
                    "valueCode": "America/Chicago",
                }
            ],
        }

        assert read(place) == [
            FacilityFact(
                1,
                "l1",
                "Main Street",
                "+12025550100",
                "1 Main St, Ames IA 50010",
                "America/Chicago",
            )
        ]
        assert flaws(read({**place, "mode": "kind"}))[0][2] is Severity.NOT_USED


class TestDocuments:
    def test_one_document_per_line(self) -> None:
        lines = [json.dumps(patient(id=str(n))) for n in range(3)]
        content = "\n".join([lines[0], '{"resourceType": "Pati', "", *lines[1:]]).encode()

        found = read(content)

        assert [item.line for item in found] == [1, 2, 4, 5]
        assert flaws(found) == [("", "the JSON is broken at line 1, column 23", Severity.ROW)]

    @pytest.mark.parametrize(
        "content",
        [
            b'{"resourceType": "Patient", "id": "1", "name": [',
            b"{" * 3000,
            b"[" * 3000,
            b'{"resourceType": "Patient"\xff}',
            b"\xff\xfe{",
            b'"text"',
            b"[1, 2]",
            b"{}",
            b"",
        ],
    )
    def test_broken_json_is_a_flaw_or_nothing(self, content: bytes) -> None:
        found = read(content)

        assert all(isinstance(item, Flaw) for item in found)

    def test_a_document_that_does_not_fit_in_memory_is_not_read(self, tmp_path: Any) -> None:
        path = tmp_path / "big.json"
        with path.open("wb") as file:
            file.write(b'{"resourceType":\n"Bundle"')
            file.truncate(LONGEST_DOCUMENT + 10)

        (document,) = documents_of(Source(name="big.json", path=path))

        assert document.flaw is not None
        assert "too long" in document.flaw.reason

    def test_other_resources_are_counted_as_not_used(self) -> None:
        (flaw,) = read({"resourceType": "Observation", "id": "1"})

        assert isinstance(flaw, Flaw)
        assert (flaw.kind, flaw.severity) == (Kind.OTHER, Severity.NOT_USED)


KEYS = st.sampled_from(
    [
        "id",
        "name",
        "family",
        "given",
        "text",
        "use",
        "system",
        "value",
        "period",
        "start",
        "end",
        "rank",
        "actor",
        "reference",
        "identifier",
        "display",
        "type",
        "status",
        "telecom",
        "participant",
        "birthDate",
        "contact",
        "patient",
        "relationship",
        "coding",
        "code",
        "date",
        "totalGross",
        "currency",
        "subject",
        "address",
        "line",
        "city",
        "link",
        "active",
        "communication",
        "language",
        "preferred",
        "minutesDuration",
        "created",
        "recipient",
        "extension",
        "url",
        "valueCode",
        "mode",
        "alias",
    ]
)
WORDS = st.sampled_from(
    ["Patient/p1", "phone", "email", "mobile", "official", "booked", "issued", "MTH", "2026-11-10"]
) | st.text(max_size=8)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(READERS)), st.dictionaries(KEYS, ANYTHING, max_size=8))
def test_a_resource_of_any_shape_is_a_fact_or_a_flaw(sort: str, more: dict[str, Any]) -> None:
    content = orjson.dumps({"id": "1", **more, "resourceType": sort})

    assert read(content)
