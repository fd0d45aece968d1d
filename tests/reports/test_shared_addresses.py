"""An address that several share: a "no" of one is the address's, whoever said yes."""

from datetime import date

import pytest

from handbell.access.models import StaffMember
from handbell.reports.catalog import PATIENT_EMAIL
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    ContactKind,
    PatientStatus,
    Recipient,
    SuppressionKind,
)
from tests.reports.building import built, permit, rows, stop, unpacked
from tests.world import Clinic

pytestmark = pytest.mark.django_db

NAME = PATIENT_EMAIL.name


def test_one_no_at_an_address_is_a_no_and_the_living_adult_gives_the_name(
    clinic: Clinic, owner: StaffMember
) -> None:
    mother = clinic.patient("Mother", email="home@mail.example")
    permit(clinic, mother)
    father = clinic.patient("Father", email="Home@mail.example", status=PatientStatus.INACTIVE)
    permit(clinic, father, ConsentKind.WITHDRAWN)
    child = clinic.patient("Child", email="kid@mail.example", birth_date=date(2015, 1, 1))
    clinic.contact(child, ContactKind.EMAIL, "parent@mail.example", Recipient.GUARDIAN)
    child.guardian_name = "Pat van Dam"
    child.save()
    permit(clinic, child)
    clinic.patient("Dead", email="dead@mail.example", deceased=True)

    found = unpacked(built(owner, NAME, profile="constant_contact", active="yes"))

    assert found["subscribed.csv"][1:] == [["parent@mail.example", "Pat van", "Dam"]]
    assert found["unsubscribed.csv"][1:] == [["home@mail.example", "Mother", "Doe"]]


def test_what_was_said_of_a_child_holds_for_the_parent_s_address(
    clinic: Clinic, owner: StaffMember
) -> None:
    grown = date(1985, 1, 1)
    permit(clinic, clinic.patient("Mother", email="home@mail.example", birth_date=grown))
    kid = clinic.patient("Kid", email="Home@mail.example", birth_date=date(2016, 1, 1))
    permit(clinic, kid, ConsentKind.WITHDRAWN)
    permit(clinic, clinic.patient("Father", email="dad@mail.example", birth_date=grown))
    teen = clinic.patient("Teen", birth_date=date(2011, 1, 1))
    clinic.contact(teen, ContactKind.EMAIL, "dad@mail.example", Recipient.GUARDIAN)
    permit(clinic, teen, ConsentKind.WITHDRAWN)

    found = unpacked(built(owner, NAME, profile="mailchimp", adults="yes"))
    merged = rows(built(owner, NAME, merged="yes", adults="yes"))

    assert found["subscribed.csv"][1:] == []
    assert [row[1] for row in found["unsubscribed.csv"][1:]] == ["Father", "Mother"]
    assert {row["marketing_permission"] for row in merged} == {"taken_back"}


def test_a_permission_takes_back_no_no_of_another_at_the_mailbox(
    clinic: Clinic, owner: StaffMember
) -> None:
    no = clinic.patient("No", email="home@mail.example")
    clinic.consent(no, Channel.EMAIL, kind=ConsentKind.WITHDRAWN)
    permit(clinic, clinic.patient("Yes", email="Home@mail.example"), days_ago=1)
    permit(clinic, clinic.patient("Early", email="one@mail.example"))
    stop(clinic, "one@mail.example", SuppressionKind.OPTED_OUT)
    permit(clinic, clinic.patient("Late", email="one@mail.example"), days_ago=1)
    permit(clinic, clinic.patient("Gone", email="GONE@mail.example"), days_ago=1)
    stop(clinic, "gone@mail.example", SuppressionKind.HARD_BOUNCE)

    found = unpacked(built(owner, NAME, profile="mailchimp"))
    states = {row["first_name"]: row["email_state"] for row in rows(built(owner, NAME))}

    assert found["subscribed.csv"][1:] == []
    assert [row[0] for row in found["unsubscribed.csv"][1:]] == [
        "home@mail.example",
        "one@mail.example",
    ]
    assert [row[1] for row in found["cleaned.csv"][1:]] == ["Gone"]
    assert states["Gone"] == "bounced"


def test_a_permission_of_somebody_who_is_left_out_subscribes_nobody(
    clinic: Clinic, owner: StaffMember
) -> None:
    permit(clinic, clinic.patient("Dead", email="home@mail.example", deceased=True))
    clinic.patient("Widow", email="Home@mail.example")
    found = unpacked(built(owner, NAME, profile="mailchimp"))
    assert found["subscribed.csv"][1:] == []
