"""The Reports area: who sees what, what a page shows, and that every file is accounted for."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from handbell.access.models import AuditEvent, StaffMember
from handbell.facts.models import Suppression
from handbell.reports import operations
from handbell.reports.catalog import REPORTS
from handbell.reports.files import path_of
from handbell.reports.hurry import TakesLong
from handbell.reports.models import Run
from handbell.reports.operations import KEPT, build, tidy
from handbell.vocabulary.words import (
    AuditAct,
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
    ReportState,
)
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR


@pytest.fixture
def browser(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, ADMINISTRATOR))


def events(act: AuditAct) -> list[dict[str, Any]]:
    return [one.detail for one in AuditEvent.objects.filter(act=act).order_by("number")]


def test_everybody_sees_which_reports_there_are_and_whom_to_ask(clinic: Clinic) -> None:
    nora = staff(clinic, ADMINISTRATOR)
    StaffMember.objects.filter(pk=nora.pk).update(name="Nora Quay")
    front = signed_in(staff(clinic))

    page = front.get("/reports").content.decode()
    one = front.get("/reports/patient-email").content.decode()

    assert 'href="/reports"' in front.get("/").content.decode()
    for report in REPORTS.values():
        assert report.title in page
    for text in (page, one):
        assert "Nora Quay" in text
    assert "Make the file" not in one
    assert front.get("/reports/nothing").status_code == 404


@pytest.mark.parametrize(
    ("level", "columns", "status"),
    [
        (PermissionLevel.FRONT_DESK, {}, 403),
        (PermissionLevel.THERAPY_DIRECTOR, {}, 403),
        (PermissionLevel.THERAPY_DIRECTOR, {"may_run_reports": True}, 302),
        (ADMINISTRATOR, {}, 302),
    ],
)
def test_who_may_run_reports_makes_files(
    clinic: Clinic, level: PermissionLevel, columns: dict[str, Any], status: int
) -> None:
    browser = signed_in(staff(clinic, level, **columns))

    answer = browser.post("/reports/patient-email/file", {"form": "csv", "why": "checking_records"})

    assert answer.status_code == status
    assert Run.objects.count() == (status == 302)


def test_a_small_file_is_there_at_once_and_its_way_is_recorded(
    clinic: Clinic, browser: Client
) -> None:
    clinic.patient("Ada", email="ada@mail.example", mobile=phone(1))
    clinic.patient("Bo")

    answer = browser.post(
        "/reports/patient-email/file",
        {"form": "csv", "why": "marketing_tool", "email": "yes", "note": "Spring letter"},
        follow=True,
    )
    run = Run.objects.get()
    file = browser.get(f"/reports/runs/{run.pk}/download")

    assert (run.state, run.rows, run.note) == (ReportState.READY, 1, "Spring letter")
    assert f"/reports/runs/{run.pk}/download" in answer.content.decode()
    body = b"".join(file.streaming_content).decode()  # type: ignore[attr-defined]
    assert [row["first_name"] for row in csv.DictReader(io.StringIO(body))] == ["Ada"]
    assert file.headers["Content-Disposition"].startswith('attachment; filename="patient-email-')
    told = {
        "report": "patient-email",
        "form": "csv",
        "filters": {"email": "yes"},
        "why": "marketing_tool",
        "rows": 1,
    }
    assert events(AuditAct.REPORT_RUN) == [told]
    assert events(AuditAct.EXPORTED) == [told]
    assert "Spring letter" not in str(events(AuditAct.REPORT_RUN))


def test_a_reason_is_asked_for_where_contact_data_leave(clinic: Clinic, browser: Client) -> None:
    without = browser.post("/reports/patient-email/file", {"form": "csv"})
    another = browser.post("/reports/patient-email/file", {"form": "xlsx", "why": "another"})
    numbers = browser.post("/reports/delivery/file", {"form": "csv"})

    assert without.status_code == 422
    assert "Say what the file is for" in without.content.decode()
    assert "Say in a few words" in another.content.decode()
    assert 'value="xlsx" checked' in another.content.decode()
    assert numbers.status_code == 302
    assert Run.objects.get().why == ""


def test_a_marketing_tool_gets_who_was_never_asked_only_on_purpose(
    clinic: Clinic, browser: Client
) -> None:
    clinic.patient("Never", email="never@mail.example")
    sent = {"form": "mailchimp", "why": "marketing_tool", "permission": ""}

    browser.post("/reports/patient-email/file", sent)
    browser.post("/reports/patient-email/file", sent | {"never_asked": "yes"})

    first, second = Run.objects.order_by("id")
    assert (first.rows, first.filters) == (0, {"permission": "given"})
    assert (second.rows, second.filters) == (1, {})
    assert (first.form, first.profile) == ("zip", "mailchimp")


def test_a_file_is_its_askers_own_and_gone_after_a_day(clinic: Clinic, browser: Client) -> None:
    browser.post("/reports/patient-email/file", {"form": "csv", "why": "checking_records"})
    run = Run.objects.get()
    address = f"/reports/runs/{run.pk}/download"
    other = signed_in(staff(clinic, ADMINISTRATOR))

    assert other.get(address).status_code == 404
    assert browser.get(address).status_code == 200
    StaffMember.objects.filter(pk=run.staff_id).update(level=PermissionLevel.FRONT_DESK)
    assert browser.get(address).status_code == 403
    StaffMember.objects.filter(pk=run.staff_id).update(level=ADMINISTRATOR)
    Run.objects.update(ended_at=clinic.now - KEPT - timedelta(minutes=1))
    assert browser.get(address).status_code == 404
    tidy(now=clinic.now)
    run.refresh_from_db()
    assert run.state == ReportState.REMOVED
    with pytest.raises(FileNotFoundError):
        path_of(run.file).open("rb")


def test_what_takes_long_goes_to_a_worker(
    clinic: Clinic, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr("handbell.console.reports.views.build_soon", lambda r: asked.append(r.pk))

    with monkeypatch.context() as slow:
        slow.setattr(operations, "write", _too_long)
        page = browser.post(
            "/reports/patient-email/file", {"form": "csv", "why": "other_system"}, follow=True
        )
    run = Run.objects.get()

    assert asked == [run.pk]
    assert "You may leave this page" in page.content.decode()
    assert browser.get(f"/reports/runs/{run.pk}/download").status_code == 404
    assert browser.get(f"/reports/runs/{run.pk}/progress").status_code == 200
    assert build(run, clock=lambda: clinic.now)
    assert not build(run, clock=lambda: clinic.now)
    over = browser.get(f"/reports/runs/{run.pk}/progress")
    assert (over.status_code, over.headers["HX-Refresh"]) == (204, "true")
    assert len(events(AuditAct.REPORT_RUN)) == 1


def _too_long(*_: Any, **__: Any) -> int:
    raise TakesLong


def test_a_table_that_takes_long_is_counted_by_a_worker_and_kept(
    clinic: Clinic, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    message(clinic, clinic.patient("A"), state=MessageState.DELIVERED)
    monkeypatch.setattr("handbell.console.reports.views.hurry_through", _too_long)

    first = browser.get("/reports/delivery").content.decode()
    run = Run.objects.get()
    again = browser.get("/reports/delivery").content.decode()

    assert "Being counted" in first
    assert "Being counted" in again
    assert Run.objects.count() == 1
    build(run, clock=lambda: clinic.now)
    done = browser.get("/reports/delivery").content.decode()
    assert "Count again" in done
    assert "1 row" in done
    browser.post("/reports/delivery/again")
    assert Run.objects.count() == 2


def test_every_report_opens_with_something_in_it(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: Any
) -> None:
    patients = [clinic.patient(f"P{n}", mobile=phone(n), email=f"p{n}@m.example") for n in range(9)]
    for patient in patients:
        message(clinic, patient, state=MessageState.DELIVERED)
        message(clinic, patient, state=MessageState.WITHHELD, objection=Objection.OPTED_OUT)
        message(
            clinic,
            patient,
            purpose=Purpose.BALANCE_ALERT,
            channel=Channel.EMAIL,
            state=MessageState.FAILED,
            detail="5.1.1",
            due_at=clinic.now - timedelta(days=2),
        )

    for name, report in REPORTS.items():
        with django_assert_max_num_queries(60):
            page = browser.get(f"/reports/{name}")
        assert page.status_code == 200, name
        assert report.title in page.content.decode()
    assert "<svg" in browser.get("/reports/delivery").content.decode()
    assert "p3@m.example" in browser.get("/reports/patient-email").content.decode()
    looks = [one["report"] for one in events(AuditAct.REPORT_RUN)]
    assert set(looks) == set(REPORTS)


def test_who_sees_no_balances_learns_none_from_reports(clinic: Clinic) -> None:
    browser = signed_in(staff(clinic, may_run_reports=True, limit_financial=True))
    staff(clinic, ADMINISTRATOR)
    message(
        clinic, clinic.patient("A"), purpose=Purpose.BALANCE_ALERT, state=MessageState.DELIVERED
    )

    assert "needs a permission" in browser.get("/reports/balance-alerts").content.decode()
    assert browser.post("/reports/balance-alerts/file", {"form": "csv"}).status_code == 403
    assert "Nothing here" in browser.get("/reports/delivery").content.decode()
    assert "Balance alerts handed over" not in browser.get("/reports/week").content.decode()


def test_a_long_report_is_read_page_by_page(clinic: Clinic, browser: Client) -> None:
    now = timezone.now()
    Suppression.objects.bulk_create(
        Suppression(
            practice=clinic.practice, channel=Channel.EMAIL, address=f"p{number}@mail.example",
            kind="complaint" if number % 3 else "hard_bounce", source="reported as unwanted",
            at=now - timedelta(minutes=number),
        )
        for number in range(120)
    )  # fmt: skip
    first = browser.get("/reports/stops").content.decode()
    assert "Rows 1 to 50" in first
    assert "p49@mail.example" in first
    assert "p50@mail.example" not in first
    assert 'rel="next"' in first
    assert "By reason, and what is not used" in first  # of all of them, not of a page
    assert ">80<" in first
    last = browser.get("/reports/stops?page=3").content.decode()
    assert "Rows 101 to 120" in last
    assert 'rel="next"' not in last
    assert 'rel="prev"' in last
    assert "By reason" not in last
    assert [one["rows"] for one in events(AuditAct.REPORT_RUN)] == [50, 20]
    for strange in ("0", "-1", "x", "9" * 40):
        assert browser.get(f"/reports/stops?page={strange}").status_code == 200


def test_what_failed_and_what_was_held_back_are_pictures_too(
    clinic: Clinic, browser: Client
) -> None:
    patient = clinic.patient(mobile=phone(1))
    message(clinic, patient, state=MessageState.UNDELIVERED, detail="30007", attempts=1)
    message(clinic, patient, state=MessageState.WITHHELD, objection=Objection.NO_CONSENT)
    assert "Messages by cause" in browser.get("/reports/failures").content.decode()
    assert "Messages by reason" in browser.get("/reports/held-back").content.decode()
