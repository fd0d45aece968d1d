"""Settings > Practice: who may change it, what a change does, and what is refused."""

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, Practice
from handbell.facts.models import Change
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.world import Clinic

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR
PAGE, CHANGE = "/settings/practice", "/settings/practice/change"
FORM = {
    "name": "Harbor PT",
    "region": "US",
    "language": "en",
    "time_zone": "",
    "phone": "",
    "reply_to": "",
    "domains": "harborpt.example",
    "payment_url": "",
}


@pytest.fixture
def administrator(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, ADMINISTRATOR))


@pytest.mark.parametrize("level", PermissionLevel)
def test_administrators_change_the_practice_and_everybody_reads_it(
    clinic: Clinic, level: PermissionLevel
) -> None:
    browser = signed_in(staff(clinic, level))
    may = level in {ADMINISTRATOR, PermissionLevel.BUSINESS_OWNER}
    html = browser.get(PAGE).content.decode()
    assert ('name="payment_url"' in html) is may
    assert ("Practice administrator and above change these settings" in html) is not may
    assert "Harbor PT" in html
    assert browser.post(CHANGE, FORM).status_code == (302 if may else 403)


def test_what_differs_is_written_and_recorded_with_old_and_new(
    clinic: Clinic, administrator: Client
) -> None:
    clinic.patient()
    Change.objects.all().delete()
    posted = FORM | {
        "name": "Harbor Physical Therapy",
        "phone": "(202) 555-0142",
        "reply_to": "desk@harborpt.example",
        "domains": "harborpt.example\nwww.harborpt.example harborpt.example",
        "payment_url": "https://pay.harborpt.example/bill",
    }
    html = administrator.post(CHANGE, posted, follow=True).content.decode()
    assert "What leaves from now on says so." in html
    row = Practice.objects.get()
    assert (row.name, row.phone, row.reply_to) == (
        "Harbor Physical Therapy",
        "+12025550142",
        "desk@harborpt.example",
    )
    assert row.domains == ["harborpt.example", "www.harborpt.example"]
    assert row.payment_url == "https://pay.harborpt.example/bill"
    told = AuditEvent.objects.get(act="settings_changed")
    assert told.subject == "practice"
    assert told.detail["old"]["name"] == "Harbor PT"
    assert told.detail["new"]["phone"] == "+12025550142"
    assert not Change.objects.exists()  # texts are rendered when they leave: nothing to plan anew


def test_another_clock_is_planned_by(clinic: Clinic, administrator: Client) -> None:
    clinic.patient()
    Change.objects.all().delete()
    administrator.post(CHANGE, FORM | {"time_zone": "America/Denver"})
    assert Practice.objects.get().time_zone == "America/Denver"
    assert Change.objects.count() == 1


def test_the_same_again_changes_and_records_nothing(clinic: Clinic, administrator: Client) -> None:
    html = administrator.post(CHANGE, FORM, follow=True).content.decode()
    assert "Nothing was different" in html
    assert not AuditEvent.objects.filter(act="settings_changed").exists()


@pytest.mark.parametrize(
    ("wrong", "mended_by"),
    [
        ({"name": ""}, "Type the name patients know the practice by."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"name": "50% off all visits, book now"}, "reads this as promotion"),
        ({"name": "Harbor\0PT"}, "Null characters"),
        ({"region": "ZZ"}, "two letters of a country"),
        ({"language": "klingon"}, "Select a valid choice"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"phone": "12"}, "No such telephone number exists"),
        ({"reply_to": "desk"}, "This is not an e-mail address"),
        ({"reply_to": "büro@harborpt.example"}, "This is not an e-mail address"),
        ({"domains": "https://harborpt.example/x"}, "bare domain names"),
        ({"domains": "bit.ly"}, "public link shortener"),
        ({"domains": "\n".join(f"a{n}.example" for n in range(21))}, "at most 20 domains"),
        ({"payment_url": "http://pay.harborpt.example"}, "begins with https://"),
        ({"payment_url": "javascript:alert(1)"}, "begins with https://"),
        ({"payment_url": "https://bit.ly/harbor"}, "public link shortener"),
        ({"payment_url": "https://harborpt.example@evil.example/"}, "not what it looks like"),
        ({"payment_url": "https://pay.hаrborpt.example"}, "not what it looks like"),
        ({"payment_url": "https://[broken"}, "begins with https://"),
        ({"payment_url": "https://pay.example/" + "x" * 200}, "too long"),
    ],
)
def test_what_cannot_be_is_kept_as_typed_and_says_how_to_mend_it(
    clinic: Clinic, administrator: Client, wrong: dict[str, str], mended_by: str
) -> None:
    answer = administrator.post(CHANGE, FORM | {"phone": "(202) 555-0142"} | wrong)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert mended_by in html
    assert "Nothing is saved yet: one field needs mending." in html
    row = Practice.objects.get()
    assert (row.name, row.phone, row.payment_url) == ("Harbor PT", "", "")


def test_a_form_changes_only_the_practice_of_whoever_posts_it(
    clinic: Clinic, administrator: Client
) -> None:
    other = Clinic(now=clinic.now)
    administrator.post(CHANGE, FORM | {"name": "Renamed PT"})
    other.practice.refresh_from_db()
    assert other.practice.name == "Harbor PT"
    assert Practice.objects.get(pk=clinic.practice.pk).name == "Renamed PT"
