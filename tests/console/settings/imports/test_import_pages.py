"""Settings > Import: what the pages say, take, refuse and keep to themselves."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.console.settings.imports import upload
from handbell.facts.models import Appointment, Patient
from handbell.importers.models import ColumnChoice, Import, ImportFile
from handbell.importers.runs import run_import
from handbell.importers.uploads import _root, path_of
from handbell.vocabulary.words import ImportState, PermissionLevel
from tests.console.desk import signed_in, staff
from tests.console.settings.imports.by_hand import FOREIGN, MEANT, asked, file, page, patients, sent
from tests.world import Clinic

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, ADMINISTRATOR)


def test_an_empty_list_teaches(browser: Client) -> None:
    assert (
        "Nothing has come in by this page yet" in browser.get("/settings/import").content.decode()
    )


def test_the_whole_way_from_a_file_to_the_tables_and_back(clinic: Clinic, browser: Client) -> None:
    known = clinic.patient("Ines", mobile="+12025550111")
    content = patients(clinic, f"{known.external_id},Inez,Doe,202-555-0112", "9,Ada,Quill,12")
    run = sent(browser, file(content, "people.csv"))
    assert "Check what would change" in page(browser, run)

    run = asked(browser, run, "check")
    said = page(browser, run)
    assert "Import 1 new row and 1 changed row" in said
    assert "Ines" in said
    assert "Inez" in said
    assert "(202) 555-0112" in said
    assert "mobile_phone" in said
    assert "there stands “12”" in said
    assert "line 3" in said
    assert Patient.objects.filter(practice=clinic.practice).count() == 1

    run = asked(browser, run, "start")
    assert run.state == ImportState.IMPORTED
    assert Patient.objects.get(pk=known.pk).first_name == "Inez"
    assert "Take back 1 new row and 1 changed row" in page(browser, run)
    assert "there stands" not in page(browser, run)  # the file is gone
    assert "Inez" in page(browser, run, "/changes")

    run = asked(browser, run, "take-back")
    assert run.state == ImportState.TAKEN_BACK
    assert Patient.objects.get(pk=known.pk).first_name == "Ines"
    assert not Patient.objects.filter(external_id="9").exists()
    assert "What went back" in page(browser, run)
    assert "people.csv" in browser.get("/settings/import").content.decode()


def test_columns_nobody_knows_are_shown_with_values_and_asked_for(
    clinic: Clinic, browser: Client
) -> None:
    run = sent(browser, file(FOREIGN))
    assert "Say what its columns hold" in page(browser, run)
    address = f"/settings/import/{run.pk}/files/1/columns"
    asked_for = browser.get(address).content.decode()
    assert "Okafor, Ada" in asked_for
    assert '<option value="patients.full name" selected>' in asked_for

    answer = browser.post(address, MEANT | {"column-0": ""})
    assert answer.status_code == 422
    assert "Say which column holds: Patient number." in answer.content.decode()
    assert '<option value="appointments.date" selected>' in answer.content.decode()

    assert browser.post(address, MEANT).status_code == 302
    run = asked(browser, run, "check")
    assert run.report["kinds"]["patients"]["new"] == 2
    run = asked(browser, run, "start")
    visit = Appointment.objects.get(patient__external_id="77")
    assert visit.starts_at == datetime(2027, 1, 11, 14, 30, tzinfo=UTC)
    assert visit.patient.last_name == "Okafor"

    again = sent(browser, file(FOREIGN.replace("9:30 AM", "9:45 AM")))
    assert again.files.get().columns == run.files.get().columns
    assert "columns as you chose" in page(browser, again)


def test_one_meaning_cannot_be_two_columns(browser: Client) -> None:
    run = sent(browser, file(FOREIGN))
    answer = browser.post(
        f"/settings/import/{run.pk}/files/1/columns", MEANT | {"column-5": "patient id"}
    )
    assert answer.status_code == 422
    assert "Two columns cannot both be: Patient number" in answer.content.decode()
    assert not ColumnChoice.objects.exists()


def test_the_columns_of_a_file_can_be_chosen_only_before_it_is_imported(
    clinic: Clinic, browser: Client
) -> None:
    run = sent(browser, file(patients(clinic, "9,Ada,Quill,202-555-0141")))
    asked(browser, asked(browser, run, "check"), "start")

    assert browser.get(f"/settings/import/{run.pk}/files/1/columns").status_code == 302
    assert browser.get(f"/settings/import/{run.pk}/files/9/columns").status_code == 404


def test_every_flaw_is_in_the_file_without_any_value(clinic: Clinic, browser: Client) -> None:
    rows = [f"{number},Ada,Quill,12" for number in range(300)]
    run = asked(browser, sent(browser, file(patients(clinic, *rows))), "check")

    answer: Any = browser.get(f"/settings/import/{run.pk}/flaws.csv")
    told = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(told) == 300
    assert told[7]["place"] == "line 9"
    assert told[7]["field"] == "mobile_phone"
    assert "Quill" not in str(told)


def test_nothing_chosen_says_what_to_do(browser: Client) -> None:
    answer = browser.post("/settings/import/upload", {})
    assert answer.status_code == 422
    assert "Choose at least one file first." in answer.content.decode()
    assert 'aria-invalid="true"' in answer.content.decode()


@pytest.mark.parametrize("size", [30, 3_000])
def test_files_that_are_too_large_are_refused_and_removed(
    browser: Client, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(upload, "MOST_BYTES", 1_000)
    before = folders()
    answer = browser.post("/settings/import/upload", {"files": file(b"x" * size * 40)})

    assert answer.status_code == 413
    assert "larger than" in answer.content.decode()
    assert folders() == before
    assert not Import.objects.exists()


def folders() -> set[str]:
    return {one.name for one in _root().iterdir()} if _root().is_dir() else set()


def test_a_file_for_a_page_that_takes_none_is_dropped(browser: Client, clinic: Clinic) -> None:
    before = folders()
    browser.post("/patients/find", {"q": "ada", "files": file("a,b\n1,2\n")})
    assert folders() == before


@pytest.mark.parametrize("level", [PermissionLevel.FRONT_DESK, PermissionLevel.THERAPY_DIRECTOR])
def test_a_file_of_somebody_who_may_not_import_is_dropped(
    clinic: Clinic, level: PermissionLevel
) -> None:
    before = folders()
    answer = signed_in(staff(clinic, level)).post(
        "/settings/import/upload", {"files": file("a,b\n1,2\n")}
    )
    assert answer.status_code == 403
    assert folders() == before


@pytest.mark.parametrize("limit", ["limit_financial", "limit_messaging"])
def test_who_is_limited_does_not_import(clinic: Clinic, limit: str) -> None:
    columns: dict[str, Any] = {limit: True}
    limited = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER, **columns))
    assert limited.get("/settings/import").status_code == 403


def test_a_form_without_its_token_leaves_no_file(member: StaffMember) -> None:
    before = folders()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    assert strict.post("/settings/import/upload", {"files": file("a\n")}).status_code == 403
    assert folders() == before


def test_uploaded_files_are_for_their_owner_only(browser: Client) -> None:
    run = sent(browser, file(FOREIGN, "../../etc/Ada Quill.csv"))
    kept = run.files.get()

    assert kept.name == "Ada Quill.csv"
    place = path_of(run.folder, kept.kept_as)
    assert place.read_text() == FOREIGN
    assert (place.stat().st_mode & 0o077, place.parent.stat().st_mode & 0o077) == (0, 0)
    assert "Quill" not in str(place)


def test_two_files_of_one_name_are_told_apart(browser: Client) -> None:
    run = sent(browser, file(FOREIGN, "a.csv"), file(FOREIGN, "a.csv"))
    assert [one.name for one in run.files.order_by("position")] == ["a.csv", "a.csv (2)"]


ADDRESSES = (
    ("get", ""),
    ("get", "/progress"),
    ("get", "/flaws.csv"),
    ("get", "/changes"),
    ("get", "/files/1/columns"),
    ("post", "/files/1/columns"),
    ("post", "/check"),
    ("post", "/start"),
    ("post", "/discard"),
    ("post", "/take-back"),
)


@pytest.mark.parametrize(("method", "more"), ADDRESSES)
def test_another_practice_s_import_is_not_there(browser: Client, method: str, more: str) -> None:
    elsewhere = Clinic(now=datetime.now(UTC))
    run = sent(signed_in(staff(elsewhere, ADMINISTRATOR)), file(FOREIGN))

    answer = getattr(browser, method)(f"/settings/import/{run.pk}{more}")

    assert answer.status_code == 404
    run.refresh_from_db()
    assert run.state == ImportState.UPLOADED


def test_progress_tells_the_page_to_load_itself_once_it_is_over(browser: Client) -> None:
    run = sent(browser, file(FOREIGN))
    browser.post(f"/settings/import/{run.pk}/check")
    assert "Waiting for a worker" in page(browser, run, "/progress")
    Import.objects.filter(pk=run.pk).update(changed_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "Is handbell worker running?" in page(browser, run, "/progress")

    run_import(run.pk, clock=lambda: datetime.now(UTC))
    answer = browser.get(f"/settings/import/{run.pk}/progress")
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")


def test_a_second_import_waits_for_the_first(browser: Client) -> None:
    first, second = sent(browser, file(FOREIGN)), sent(browser, file(FOREIGN))
    browser.post(f"/settings/import/{first.pk}/check")

    answer = browser.post(f"/settings/import/{second.pk}/check", follow=True)

    assert "another import of the practice is under way" in answer.content.decode()
    second.refresh_from_db()
    assert second.state == ImportState.UPLOADED


def test_a_second_click_starts_nothing(clinic: Clinic, browser: Client) -> None:
    run = sent(browser, file(patients(clinic, "9,Ada,Quill,202-555-0141")))
    asked(browser, asked(browser, run, "check"), "start")

    answer = browser.post(f"/settings/import/{run.pk}/start", follow=True)

    assert "Nothing was started" in answer.content.decode()


def test_what_was_checked_before_another_import_says_so(clinic: Clinic, browser: Client) -> None:
    one = asked(browser, sent(browser, file(patients(clinic, "9,Ada,Quill,202-555-0141"))), "check")
    two = sent(browser, file(patients(clinic, "8,Eve,Lund,202-555-0142")))
    assert "Another import ended after this was checked" not in page(browser, one)
    asked(browser, asked(browser, two, "check"), "start")

    assert "Another import ended after this was checked" in page(browser, one)


def test_an_import_that_a_newer_one_stands_on_says_which(clinic: Clinic, browser: Client) -> None:
    first = sent(browser, file(patients(clinic, "9,Ada,Quill,202-555-0141")))
    asked(browser, asked(browser, first, "check"), "start")
    second = sent(browser, file(patients(clinic, "9,Ida,Quill,202-555-0141")))
    asked(browser, asked(browser, second, "check"), "start")

    said = page(browser, first)
    assert f"A newer import stands, number {second.pk}" in said
    assert f"/settings/import/{first.pk}/take-back" not in said
    answer = browser.post(f"/settings/import/{first.pk}/take-back", follow=True)
    assert "take back the newer imports first" in answer.content.decode()
    assert f"/settings/import/{second.pk}/take-back" in page(browser, second)


def test_files_can_be_thrown_away(
    browser: Client, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    run = sent(browser, file(FOREIGN))
    place = path_of(run.folder)
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/settings/import/{run.pk}/discard")

    run.refresh_from_db()
    assert run.state == ImportState.DISCARDED
    assert not place.exists()
    assert "Thrown away" in page(browser, run)


def test_files_that_say_nothing_new_offer_no_import(clinic: Clinic, browser: Client) -> None:
    content = patients(clinic, "9,Ada,Quill,202-555-0141")
    asked(browser, asked(browser, sent(browser, file(content)), "check"), "start")

    again = asked(browser, sent(browser, file(content)), "check")

    assert "there is nothing to import" in page(browser, again)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"a\n",
        b'"never closed\n',
        b"a;b;c\n1;2;3\n",
        "ä,ö\n1,2\n".encode("cp1252"),
    ],
)
def test_odd_files_make_a_page_and_no_fault(browser: Client, content: bytes) -> None:
    run = sent(browser, file(content, "odd"))
    page(browser, run)
    browser.get(f"/settings/import/{run.pk}/files/1/columns")
    if run.files.get().usable:
        run = asked(browser, run, "check")
        assert run.state == ImportState.CHECKED
        page(browser, run)


def test_a_template_can_be_had_and_an_unknown_one_cannot(browser: Client) -> None:
    answer = browser.get("/settings/import/templates/patients-csv")
    assert answer.content.startswith(b"patient_id,")
    assert browser.get("/settings/import/templates/secrets-csv").status_code == 404


def test_more_rows_ask_no_more_queries(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: Any
) -> None:
    many = [clinic.patient(f"P{number}") for number in range(60)]
    rows = [f"{one.external_id},X{number},Doe,12" for number, one in enumerate(many)]
    run = asked(browser, sent(browser, file(patients(clinic, *rows))), "check")
    with django_assert_max_num_queries(28):
        page(browser, run)
    run = asked(browser, run, "start")
    with django_assert_max_num_queries(28):
        page(browser, run)
    with django_assert_max_num_queries(22):
        assert "after=" in page(browser, run, "/changes")
    for _ in range(10):
        sent(browser, file(FOREIGN))
    with django_assert_max_num_queries(12):
        browser.get("/settings/import")


@pytest.mark.parametrize("after", ["x", "9" * 40, "-1", "١"])
def test_an_odd_place_in_the_changes_is_the_beginning(browser: Client, after: str) -> None:
    run = sent(browser, file(FOREIGN))
    assert "No changes to show" in page(browser, run, f"/changes?after={after}")


def test_the_practice_s_own_settings_stay_its_own(clinic: Clinic, browser: Client) -> None:
    toml = 'name = "Another"\nslug = "another"\n'
    run = asked(browser, sent(browser, file(toml, "practice.toml")), "check")

    assert "another practice than the one named" in page(browser, run)
    assert ImportFile.objects.get(run=run).format == "practice.toml"
