"""Everybody is in the Patient Email Report once, as they are; nobody who said no is promoted to."""

import json
import zipfile
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest

from handbell.access.models import StaffMember
from handbell.facts.models import Patient
from handbell.facts.operations import record_consent
from handbell.reports.catalog import PATIENT_EMAIL
from handbell.reports.cells import safe
from handbell.vocabulary.words import (
    Channel,
    ConsentKind,
    ContactKind,
    PatientStatus,
    Purpose,
    Recipient,
    SuppressionKind,
)
from tests.reports.building import built, content, permit, rows, stop, unpacked
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db

NAME = "patient-email"


def test_all_patients_are_in_it_with_what_is_known_of_them(
    clinic: Clinic, owner: StaffMember
) -> None:
    ada = clinic.patient("Ada", email="ada@mail.example", mobile=phone(1), home=phone(2))
    clinic.visit(ada, at(1, 10, month=10), status="completed")  # type: ignore[arg-type]
    clinic.visit(ada, at(5, 23, 30))
    clinic.visit(ada, at(9, 9))
    permit(clinic, ada)
    clinic.patient("Bo", last_name="Zorn", status=PatientStatus.INACTIVE)
    clinic.patient("Dead", email="dead@mail.example", deceased=True)
    Clinic().patient("Elsewhere", email="else@mail.example")

    found = rows(built(owner, NAME))

    assert [row["first_name"] for row in found] == ["Ada", "Bo"]
    assert list(found[0]) == [column.name for column in PATIENT_EMAIL.columns]
    assert (
        found[0]
        | {
            "patient_id": ada.external_id,
            "email": "ada@mail.example",
            "mobile_phone": phone(1),
            "home_phone": phone(2),
            "facility": "Main",
            "status": "active",
            "last_visit": "2026-10-01",
            "next_visit": "2026-11-05",
            "email_state": "ok",
            "messaging_opt_outs": "",
            "marketing_permission": "given",
            "marketing_permission_on": "2026-10-23",
        }
        == found[0]
    )
    assert (found[1]["status"], found[1]["email_state"]) == ("inactive", "")
    assert found[1]["marketing_permission"] == "not_asked"


def test_what_somebody_wants_no_more_stands_in_it_until_they_agree_again(
    clinic: Clinic, owner: StaffMember
) -> None:
    texts = clinic.patient("A", mobile=phone(1))
    stop(clinic, phone(1), SuppressionKind.OPTED_OUT, channel=Channel.SMS)
    again = clinic.patient("B", mobile=phone(2))
    stop(clinic, phone(2), SuppressionKind.OPTED_OUT, channel=Channel.SMS)
    clinic.consent(again, Channel.SMS, when=clinic.now - timedelta(days=1))
    off = clinic.patient("C", consents=[Channel.EMAIL])
    clinic.consent(off, Channel.EMAIL, kind=ConsentKind.WITHDRAWN, when=clinic.now)
    clinic.consent(
        texts,
        Channel.SMS,
        purpose=Purpose.BALANCE_ALERT,
        kind=ConsentKind.WITHDRAWN,
    )

    found = {row["first_name"]: row["messaging_opt_outs"] for row in rows(built(owner, NAME))}

    assert found == {"A": "all texts, balance alerts by text", "B": "", "C": "reminders by e-mail"}


def caregiver_says(clinic: Clinic, patient: Patient, channel: Channel, kind: ConsentKind) -> None:
    record_consent(
        practice_id=clinic.practice.pk,
        patient_id=patient.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channels=[channel],
        kind=kind,
        how="asked by staff, by the caregiver",
        by="front desk",
        wording="",
        now=clinic.now,
        of_caregiver=True,
    )


def test_a_caregiver_s_word_is_not_the_patient_s(clinic: Clinic, owner: StaffMember) -> None:
    off = clinic.patient("A", email="a@mail.example", mobile=phone(1))
    clinic.consent(off, Channel.EMAIL, kind=ConsentKind.WITHDRAWN)
    stop(clinic, phone(1), SuppressionKind.OPTED_OUT, channel=Channel.SMS)
    caregiver_says(clinic, off, Channel.EMAIL, ConsentKind.GRANTED)
    caregiver_says(clinic, off, Channel.SMS, ConsentKind.GRANTED)
    on = clinic.patient("B", email="b@mail.example")
    permit(clinic, on)
    clinic.contact(on, ContactKind.MOBILE_PHONE, phone(2), Recipient.CAREGIVER)
    stop(clinic, phone(2), SuppressionKind.OPTED_OUT, channel=Channel.SMS)
    caregiver_says(clinic, on, Channel.EMAIL, ConsentKind.WITHDRAWN)

    found = {row["first_name"]: row["messaging_opt_outs"] for row in rows(built(owner, NAME))}
    lists = unpacked(built(owner, NAME, profile="mailchimp"))

    assert found == {"A": "all texts, reminders by e-mail", "B": ""}
    assert [row[1] for row in lists["unsubscribed.csv"][1:]] == ["A"]
    assert [row[1] for row in lists["subscribed.csv"][1:]] == ["B"]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"active": "yes"}, "ABD"),
        ({"active": "no"}, "C"),
        ({"email": "yes"}, "ABC"),
        ({"email": "no"}, "D"),
        ({"permission": "given"}, "A"),
        ({"permission": "taken_back"}, "B"),
        ({"permission": "not_asked"}, "CD"),
        ({"adults": "yes"}, "A"),
        ({"facility": "North"}, "D"),
        ({"merged": "yes"}, "ACD"),
        ({"merged": "yes", "permission": "given"}, ""),
        ({"merged": "yes", "permission": "taken_back"}, "A"),
        ({"merged": "yes", "permission": "not_asked"}, "CD"),
        ({"merged": "yes", "permission": "taken_back", "adults": "yes"}, "A"),
        ({"active": "yes", "email": "yes"}, "AB"),
    ],
)
def test_filters_narrow_it(
    clinic: Clinic, owner: StaffMember, given: dict[str, Any], expected: str
) -> None:
    north = clinic.add_facility("North", "America/New_York")
    adult = clinic.patient("A", email="one@mail.example", birth_date=date(2008, 11, 2))
    permit(clinic, adult)
    child = clinic.patient("B", email="One@mail.example", birth_date=date(2008, 11, 3))
    permit(clinic, child)
    permit(clinic, child, ConsentKind.WITHDRAWN, days_ago=9)
    clinic.patient("C", email="c@mail.example", status=PatientStatus.INACTIVE)
    clinic.patient("D", facility=north)

    found = rows(built(owner, NAME, **given))

    assert "".join(sorted(row["first_name"] for row in found)) == expected


def test_who_shares_an_address_is_one_row_with_the_most_restrictive_answers(
    clinic: Clinic, owner: StaffMember
) -> None:
    no = clinic.patient("No", email="home@mail.example", deceased=True)
    permit(clinic, no, ConsentKind.WITHDRAWN, days_ago=3)
    clinic.consent(no, Channel.EMAIL, kind=ConsentKind.WITHDRAWN)
    yes = clinic.patient("Yes", email="Home@mail.example", mobile=phone(1))
    permit(clinic, yes)
    stop(clinic, phone(1), SuppressionKind.OPTED_OUT, channel=Channel.SMS)
    clinic.patient("Never", email="home@mail.example")
    permit(clinic, clinic.patient("Asked", email="one@mail.example"))
    clinic.patient("Later", email="one@mail.example")

    first, second = rows(built(owner, NAME, merged="yes"))

    assert (first["first_name"], first["marketing_permission"]) == ("Asked", "given")
    assert (second["first_name"], second["marketing_permission"]) == ("Yes", "taken_back")
    assert second["marketing_permission_on"] == "2026-10-30"
    assert second["messaging_opt_outs"] == "all texts, reminders by e-mail"


STRANGE = {
    '=HYPERLINK("http://evil.example","x")': '\'=HYPERLINK("http://evil.example","x")',
    'O\'Brien "Bo"': 'O\'Brien "Bo"',
    "李": "李",
    "\u202eשלום": "\u202eשלום",
    "@sum": "'@sum",
    "-2+3": "'-2+3",
    "+1 then": "'+1 then",
    "\tcmd": "'\tcmd",
    "two\nlines, one": "two\nlines, one",
    "two\n=lines": "two\n'=lines",
    "a;+1;@b; c": "a;'+1;'@b; c",
    'a;"=1;b': "a;\"'=1;b",
    "+12, +34": "+12, +34",
    "+12, x": "'+12, x",
    "＝1": "'＝1",
    "x" * 300: "x" * 300,
}


def test_no_cell_is_a_formula_and_every_name_and_number_arrives(
    clinic: Clinic, owner: StaffMember
) -> None:
    for last in STRANGE:
        clinic.patient("N", last_name=last, mobile=phone(3))

    found = rows(built(owner, NAME))

    assert {row["last_name"] for row in found} == set(STRANGE.values())
    assert {row["mobile_phone"] for row in found} == {phone(3)}
    assert safe(STRANGE) == list(STRANGE.values())
    plain = built(owner, NAME)
    assert f',"{phone(3)}",'.encode() in content(plain)  # LibreOffice can be told to keep its +
    marked = built(owner, NAME, form="csv_bom")
    assert content(marked) == b"\xef\xbb\xbf" + content(plain)
    as_json = json.loads(content(built(owner, NAME, form="json")))
    assert {one["last_name"] for one in as_json} == set(STRANGE)


def test_a_workbook_has_text_as_text(clinic: Clinic, owner: StaffMember) -> None:
    clinic.patient("N", last_name="=1+1", mobile=phone(3), birth_date=date(1980, 1, 1))
    clinic.visit(clinic.patient("M", last_name="B"), at(9, 9))

    run = built(owner, NAME, form="xlsx")

    with zipfile.ZipFile(BytesIO(content(run))) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    name = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    texts = [one.text for one in sheet.iter(f"{name}t")]
    assert not list(sheet.iter(f"{name}f"))
    assert {"=1+1", phone(3), "last_name"} <= set(texts)
    assert run.rows == 2


def test_a_marketing_tool_gets_one_file_for_each_status(clinic: Clinic, owner: StaffMember) -> None:
    said_yes = clinic.patient("Yes", email="yes@mail.example")
    permit(clinic, said_yes)
    bounced = clinic.patient("Gone", email="gone@mail.example")
    permit(clinic, bounced)
    stop(clinic, "gone@mail.example", SuppressionKind.HARD_BOUNCE)
    back = clinic.patient("Back", email="back@mail.example")
    permit(clinic, back)
    permit(clinic, back, ConsentKind.WITHDRAWN, days_ago=1)
    spam = clinic.patient("Spam", email="spam@mail.example")
    permit(clinic, spam)
    stop(clinic, "spam@mail.example", SuppressionKind.COMPLAINT)
    stopped = clinic.patient("Stop", email="stop@mail.example")
    permit(clinic, stopped)
    stop(clinic, "stop@mail.example", SuppressionKind.OPTED_OUT)
    later = clinic.patient("Later", email="later@mail.example")
    stop(clinic, "later@mail.example", SuppressionKind.OPTED_OUT)
    permit(clinic, later, days_ago=1)
    clinic.patient("Never", email="never@mail.example")
    off = clinic.patient("Off", email="off@mail.example")
    clinic.consent(off, Channel.EMAIL, kind=ConsentKind.WITHDRAWN)

    found = unpacked(built(owner, NAME, profile="mailchimp"))

    def who(name: str) -> list[str]:
        return [row[1] for row in found[name][1:]]

    assert set(found) == {"READ ME.txt", "subscribed.csv", "unsubscribed.csv", "cleaned.csv"}
    assert who("subscribed.csv") == ["Later", "Yes"]
    assert who("unsubscribed.csv") == ["Back", "Off", "Spam", "Stop"]
    assert who("cleaned.csv") == ["Gone"]
    wider = unpacked(built(owner, NAME, profile="mailchimp", permission=""))
    assert [row[1] for row in wider["subscribed.csv"][1:]] == ["Later", "Never", "Yes"]
    assert wider["unsubscribed.csv"] == found["unsubscribed.csv"]


def test_the_files_fit_what_the_import_pages_take(
    clinic: Clinic, owner: StaffMember, shared_data: Any
) -> None:
    targets = json.loads((shared_data / "emr_headers" / "list_import_targets.json").read_text())
    long_one = f"{'a' * 60}@{'b' * 30}.example"
    people = {
        "李" * 100: "li@mail.example",
        f"={'c' * 100}": "cmd@mail.example",
        "Long": long_one,
        "Odd": "+odd@mail.example",
        "Umlaut": "jörg@mail.example",
    }
    for number, (name, address) in enumerate(people.items()):
        permit(clinic, clinic.patient(name, email=address, last_name=f"L{number}"))

    chimp = unpacked(built(owner, NAME, profile="mailchimp"))
    contact = unpacked(built(owner, NAME, profile="constant_contact"))

    known = targets["constant_contact_ui"]["headings"]
    assert set(contact["subscribed.csv"][0]) <= set(known)
    assert all(len(row[0]) <= 80 and len(row[1]) <= 50 for row in contact["subscribed.csv"][1:])
    assert contact["subscribed.csv"][1][1] == f"'={'c' * 48}"
    assert chimp["subscribed.csv"][0] == ["Email Address", "First Name", "Last Name"]
    assert [row[0] for row in chimp["subscribed.csv"][1:]] == [
        long_one,
        "cmd@mail.example",
        "li@mail.example",
    ]
    assert all(len(cell.encode()) <= 255 for row in chimp["subscribed.csv"] for cell in row)
    assert chimp["subscribed.csv"][2][1] == f"'={'c' * 100}"
    assert [row[3:] for row in chimp["not_importable.csv"][1:]] == [
        ["begins like a formula", "subscribed.csv"],
        ["has a letter before the @ that is not taken", "subscribed.csv"],
    ]
    assert len(contact["not_importable.csv"]) == 4
    text = "\n".join(",".join(row) for row in chimp["READ ME.txt"])
    assert "subscribed.csv" in text
    assert "Import" in text


def test_somebody_without_reports_of_balances_learns_nothing_of_them(clinic: Clinic) -> None:
    from tests.console.desk import staff

    limited = staff(clinic, may_run_reports=True, limit_financial=True)
    patient = clinic.patient("A")
    clinic.consent(patient, Channel.SMS, purpose=Purpose.BALANCE_ALERT, kind=ConsentKind.WITHDRAWN)

    assert rows(built(limited, NAME))[0]["messaging_opt_outs"] == ""
