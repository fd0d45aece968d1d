"""Who is a FHIR Patient, and who is their guardian?"""

from datetime import date

import pytest

from handbell.importers.facts import (
    GuardianFact,
    PatientFact,
    Severity,
)
from handbell.vocabulary.words import PatientStatus
from tests.importers.fhir_reading import flaws, one_patient, patient, read


class TestPatient:
    def test_telecom_without_a_value_former_and_at_work_is_left_out(self) -> None:
        found = one_patient(
            telecom=[
                {"use": "home"},
                {"system": "phone", "value": "202-555-0101", "use": "old"},
                {
                    "system": "phone",
                    "value": "202-555-0102",
                    "use": "mobile",
                    "period": {"end": "2014"},
                },
                {"system": "phone", "value": "202-555-0103", "use": "work", "rank": 1},
                {"system": "fax", "value": "202-555-0104", "use": "home"},
            ]
        )

        assert (found.mobile_phone, found.home_phone, found.email) == ("", "", "")

    def test_the_best_rank_comes_first(self) -> None:
        found = one_patient(
            telecom=[
                {"system": "phone", "value": "202-555-0101", "use": "mobile"},
                {"system": "phone", "value": "202-555-0102", "use": "mobile", "rank": 1},
                {"system": "email", "value": "ada@quill.example", "rank": 2},
                {"system": "email", "value": "quill@ada.example", "rank": 1},
            ]
        )

        assert found.mobile_phone == "+12025550102"
        assert found.email == "quill@ada.example"

    def test_a_bad_number_is_listed_and_the_next_is_tried(self) -> None:
        found = read(
            patient(
                telecom=[
                    {"system": "phone", "value": "555-806-9773", "use": "mobile"},
                    {"system": "phone", "value": "202-555-0101", "use": "mobile"},
                ]
            )
        )

        assert flaws(found) == [("telecom", "no such telephone number exists", Severity.VALUE)]
        assert isinstance(found[1], PatientFact)
        assert found[1].mobile_phone == "+12025550101"

    def test_a_number_without_a_use_is_a_mobile_number_if_there_is_no_other(self) -> None:
        bare = {"system": "phone", "value": "202-555-0101"}
        home = {"system": "phone", "value": "202-555-0102", "use": "home"}

        assert one_patient(telecom=[bare, home]).mobile_phone == "+12025550101"
        mobile = {"system": "sms", "value": "202-555-0103"}
        assert one_patient(telecom=[bare, mobile]).mobile_phone == "+12025550103"

    @pytest.mark.parametrize(
        ("more", "deceased"),
        [
            ({}, None),
            ({"deceasedBoolean": False}, False),
            ({"deceasedBoolean": True}, True),
            ({"deceasedDateTime": "2015-02-14T13:42:00+10:00"}, True),
        ],
    )
    def test_a_death_is_believed_and_silence_says_nothing(
        self, more: dict[str, object], deceased: bool | None
    ) -> None:
        assert one_patient(**more).deceased is deceased

    def test_names_in_use_are_taken_and_maiden_names_are_not(self) -> None:
        names = [
            {"use": "maiden", "family": "Windsor", "given": ["Ada"]},
            {"use": "official", "family": "Chalmers", "given": ["Peter", "James"]},
            {"use": "usual", "given": ["Jim"]},
        ]

        found = one_patient(name=names)

        assert (found.first_name, found.last_name) == ("Peter", "Chalmers")
        assert found.preferred_name == "Jim"

    def test_a_name_may_be_one_text(self) -> None:
        found = one_patient(name=[{"text": "张无忌"}])

        assert (found.first_name, found.last_name) == ("张无忌", "")

    def test_half_a_birth_date_never_makes_a_minor_an_adult(self) -> None:
        found = read(patient(birthDate="2008"))

        assert flaws(found) == [("birthDate", "only part of it is known", Severity.VALUE)]
        assert isinstance(found[1], PatientFact)
        assert found[1].birth_date == date(2008, 12, 31)

    def test_standing(self) -> None:
        assert one_patient(active=True).status is PatientStatus.ACTIVE
        assert one_patient(active=False).status is PatientStatus.INACTIVE
        assert one_patient().status is None
        replaced = [{"type": "replaced-by", "other": {"reference": "Patient/2"}}]
        assert one_patient(active=True, link=replaced).status is PatientStatus.INACTIVE

    def test_language_is_the_preferred_one(self) -> None:
        spoken = [
            {"language": {"coding": [{"code": "en"}]}},
            {"language": {"coding": [{"code": "es", "display": "Spanish"}]}, "preferred": True},
        ]

        assert one_patient(communication=spoken).language == "es"


class TestGuardian:
    MOTHER = {"coding": [{"code": "MTH"}]}
    PHONE = [{"system": "phone", "value": "202-555-0101", "use": "mobile"}]

    def test_a_parent_among_a_minors_contacts(self) -> None:
        contact = {
            "relationship": [self.MOTHER],
            "name": {"family": "Organa", "given": ["Leia"]},
            "telecom": self.PHONE,
        }

        minor = read(patient(birthDate="2017-05-15", contact=[contact]))
        adult = read(patient(birthDate="1980-05-15", contact=[contact]))

        guardian = minor[1]
        assert isinstance(guardian, GuardianFact)
        assert (guardian.name, guardian.mobile_phone) == ("Leia Organa", "+12025550101")
        assert guardian.weak
        assert len(adult) == 1

    def test_an_emergency_contact_is_nobodys_guardian(self) -> None:
        person = {
            "resourceType": "RelatedPerson",
            "id": "r1",
            "patient": {"reference": "Patient/p1"},
            "relationship": [{"coding": [{"code": "C"}]}],
            "telecom": self.PHONE,
        }

        parent = read({**person, "relationship": [self.MOTHER]})
        ended = read({**person, "relationship": [self.MOTHER], "period": {"end": "2020-01-01"}})

        assert flaws(read(person))[0][2] is Severity.NOT_USED
        assert isinstance(parent[0], GuardianFact)
        assert not parent[0].weak
        assert flaws(ended) == [("active", "this relation has ended", Severity.NOT_USED)]
