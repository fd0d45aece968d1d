"""Settings > Facilities: a place is added, changed, closed; nothing it has is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, Facility
from handbell.access.queries import facilities_of
from handbell.facts.models import Change
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR
LIST = "/settings/facilities"
FORM = {
    "name": "Elm Street",
    "external_id": "ELM",
    "phone": "(202) 555-0143",
    "address": "2 Elm St, Springfield",
    "time_zone": "America/Chicago",
}


def limits(modifier: str) -> dict[str, Any]:
    return {modifier: True} if modifier else {}


@pytest.fixture
def administrator(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, ADMINISTRATOR))


def as_it_is(facility: Facility) -> dict[str, str]:
    return {
        "name": facility.name,
        "phone": facility.phone,
        "address": facility.address,
        "time_zone": facility.time_zone,
    }


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
def test_administrators_change_facilities_and_everybody_reads_them(
    clinic: Clinic, level: PermissionLevel, modifier: str
) -> None:
    browser = signed_in(staff(clinic, level, **limits(modifier)))
    one = f"{LIST}/{clinic.facility.pk}"
    may = level in {ADMINISTRATOR, PermissionLevel.BUSINESS_OWNER}
    html = browser.get(LIST).content.decode()
    assert "Main" in html
    assert (f'href="{one}"' in html) is may
    assert browser.get(one).status_code == (200 if may else 403)
    assert browser.post(f"{LIST}/add", FORM).status_code == (302 if may else 403)
    assert browser.post(f"{one}/close").status_code == (302 if may else 403)
    assert browser.post(f"{one}/reopen").status_code == (302 if may else 403)


def test_a_facility_is_added_on_the_record(clinic: Clinic, administrator: Client) -> None:
    html = administrator.post(f"{LIST}/add", FORM, follow=True).content.decode()
    assert "Elm Street is added." in html
    made = Facility.objects.get(external_id="ELM")
    assert (made.phone, made.time_zone, made.practice) == (
        "+12025550143",
        "America/Chicago",
        clinic.practice,
    )
    assert AuditEvent.objects.get(act="settings_changed").subject == f"facility {made.pk}"


def test_without_an_identifier_it_is_known_by_its_name(
    clinic: Clinic, administrator: Client
) -> None:
    administrator.post(f"{LIST}/add", FORM | {"external_id": ""})
    assert Facility.objects.get(name="Elm Street").external_id == "Elm Street"


@pytest.mark.parametrize(
    ("wrong", "mended_by"),
    [
        ({"name": ""}, "Type the name patients know the place by."),
        ({"name": "Free gift with every visit, buy now"}, "reads this as promotion"),
        ({"address": "Now 50% off, book today!"}, "reads this as promotion"),
        ({"phone": "555"}, "No such telephone number exists"),
        ({"time_zone": "Nowhere"}, "Choose one of the time zones."),
        ({"time_zone": ""}, "Choose the clock on the wall there."),
        ({"external_id": "Main"}, "Another facility has this identifier."),
        ({"name": "x" * 121}, "at most 120 characters"),
    ],
)
def test_what_cannot_be_is_kept_as_typed_and_says_how_to_mend_it(
    clinic: Clinic, administrator: Client, wrong: dict[str, str], mended_by: str
) -> None:
    answer = administrator.post(f"{LIST}/add", FORM | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert mended_by in html
    assert "2 Elm St" in html or "address" in wrong
    assert Facility.objects.count() == 1


def test_another_clock_is_asked_about_once_more_and_then_planned_by(
    clinic: Clinic, administrator: Client
) -> None:
    clinic.practice.time_zone = "America/New_York"
    clinic.practice.save()
    patient = clinic.patient()
    message(clinic, patient, visit=clinic.visit(patient, clinic.now + timedelta(days=2)))
    elsewhere = clinic.patient("Ines", facility=clinic.add_facility("Elm", "America/New_York"))
    Change.objects.all().delete()
    one = f"{LIST}/{clinic.facility.pk}"
    posted = as_it_is(clinic.facility) | {"time_zone": "America/Denver"}

    answer = administrator.post(one, posted)
    html = " ".join(answer.content.decode().split())
    assert answer.status_code == 422
    assert "Nothing is saved yet: Mountain · America/Denver is another clock." in html
    assert "1 planned reminder is planned anew for it." in html
    assert "one at 10:00 reads 08:00 from then on" in html
    assert not Change.objects.exists()

    # A third clock is asked about anew: what was read was about the second.
    third = posted | {"moves_to": "America/Denver", "time_zone": "America/Chicago"}
    assert administrator.post(one, third).status_code == 422

    assert administrator.post(one, posted | {"moves_to": "America/Denver"}).status_code == 302
    clinic.facility.refresh_from_db()
    assert clinic.facility.time_zone == "America/Denver"
    assert [change.patient_id for change in Change.objects.all()] == [patient.pk]
    assert elsewhere.pk != patient.pk
    told = AuditEvent.objects.get(act="settings_changed").detail
    assert told == {
        "old": {"time_zone": "America/New_York"},
        "new": {"time_zone": "America/Denver"},
    }


def test_the_clock_the_practice_goes_by_takes_everybody_with_it(
    clinic: Clinic, administrator: Client
) -> None:
    nowhere = clinic.patient(facility=None)
    elsewhere = clinic.patient("Ines", facility=clinic.add_facility("Elm", "America/New_York"))
    Change.objects.all().delete()
    one = f"{LIST}/{clinic.facility.pk}"
    posted = as_it_is(clinic.facility) | {"time_zone": "America/Denver"}
    asked = administrator.post(one, posted).content.decode()
    assert "patients without a facility move with it" in asked
    administrator.post(one, posted | {"moves_to": "America/Denver"})
    planned = set(Change.objects.values_list("patient_id", flat=True))
    assert planned == {nowhere.pk, elsewhere.pk}


def test_a_practice_with_a_clock_of_its_own_is_not_moved_by_a_facility(
    clinic: Clinic, administrator: Client
) -> None:
    clinic.practice.time_zone = "America/New_York"
    clinic.practice.save()
    here = clinic.patient()
    clinic.patient(facility=None)
    Change.objects.all().delete()
    posted = as_it_is(clinic.facility) | {"time_zone": "America/Denver"}
    one = f"{LIST}/{clinic.facility.pk}"
    assert "patients without a facility" not in administrator.post(one, posted).content.decode()
    administrator.post(one, posted | {"moves_to": "America/Denver"})
    assert [change.patient_id for change in Change.objects.all()] == [here.pk]


def test_the_first_facility_of_a_practice_without_a_clock_gives_it_one(
    clinic: Clinic, administrator: Client
) -> None:
    patient = clinic.patient(facility=None)
    Change.objects.all().delete()
    administrator.post(f"{LIST}/add", FORM)
    assert not Change.objects.exists()  # it is not the first
    Facility.objects.all().delete()
    administrator.post(f"{LIST}/add", FORM)
    assert [change.patient_id for change in Change.objects.all()] == [patient.pk]


def test_somebody_treated_elsewhere_with_a_visit_here_is_planned_anew(
    clinic: Clinic, administrator: Client
) -> None:
    guest = clinic.patient(facility=clinic.add_facility("Elm", "America/New_York"))
    clinic.visit(guest, clinic.now + timedelta(days=2))
    Change.objects.all().delete()
    posted = as_it_is(clinic.facility) | {"time_zone": "America/Denver"}
    posted |= {"moves_to": "America/Denver"}
    administrator.post(f"{LIST}/{clinic.facility.pk}", posted)
    assert [change.patient_id for change in Change.objects.all()] == [guest.pk]


def test_a_new_name_needs_no_new_plan(clinic: Clinic, administrator: Client) -> None:
    clinic.patient()
    Change.objects.all().delete()
    posted = as_it_is(clinic.facility) | {"name": "Pier 3"}
    html = administrator.post(f"{LIST}/{clinic.facility.pk}", posted, follow=True).content.decode()
    assert "Pier 3 is saved." in html
    assert not Change.objects.exists()
    again = administrator.post(f"{LIST}/{clinic.facility.pk}", posted, follow=True)
    assert "Nothing was different" in again.content.decode()


def test_closing_says_what_it_leaves_and_loses_nothing(
    clinic: Clinic, administrator: Client
) -> None:
    visit = clinic.visit(clinic.patient(), clinic.now + timedelta(days=2))
    one = f"{LIST}/{clinic.facility.pk}"
    html = " ".join(administrator.get(one).content.decode().split())
    assert "1 visit is still ahead here." in html
    assert "Closing cancels none of them" in html
    administrator.post(f"{one}/close")
    visit.refresh_from_db()
    assert visit.status == "booked"
    assert facilities_of(clinic.practice) == []
    assert facilities_of(clinic.practice, closed=True) == [clinic.facility]
    assert "Closed since" in administrator.get(one).content.decode()
    administrator.post(f"{one}/reopen")
    assert facilities_of(clinic.practice) == [clinic.facility]
    assert AuditEvent.objects.filter(subject=f"facility {clinic.facility.pk}").count() == 2


def test_another_practice_s_facility_is_not_there(clinic: Clinic, administrator: Client) -> None:
    theirs = Clinic(now=clinic.now).facility
    for act in ("", "/close", "/reopen"):
        answer = administrator.post(f"{LIST}/{theirs.pk}{act}", as_it_is(theirs) | {"name": "Ours"})
        assert answer.status_code == 404
    assert administrator.get(f"{LIST}/{theirs.pk}").status_code == 404
    assert administrator.get(f"{LIST}/99999999999999999999999").status_code == 404
    theirs.refresh_from_db()
    assert (theirs.name, theirs.closed_at) == ("Main", None)


def test_no_facility_yet_says_what_one_is_for(clinic: Clinic, administrator: Client) -> None:
    clinic.facility.delete()
    html = administrator.get(LIST).content.decode()
    assert "No facility yet" in html
    assert f'href="{LIST}/add"' in html


def test_the_pages_ask_as_often_however_many_there_are(
    clinic: Clinic, administrator: Client, django_assert_max_num_queries: object
) -> None:
    patient = clinic.patient()
    for number in range(30):
        place = clinic.add_facility(f"Place {number}", "America/New_York")
        clinic.visit(patient, clinic.now + timedelta(days=2, minutes=number), facility=place)
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        administrator.get(LIST)
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        administrator.get(f"{LIST}/{clinic.facility.pk}")
