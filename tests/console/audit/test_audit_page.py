"""The audit trail on screen: filtered, a page at a time, and whether it holds."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from handbell.access.audit import record
from handbell.access.models import AuditEvent, StaffMember
from handbell.console.audit.told import TOLD
from handbell.console.audit.words import ACTS, say_act, say_detail
from handbell.outbox.queries import Standing
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary import words
from handbell.vocabulary.words import AuditAct, PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR

#: The closed lists whose values stand in details of events.
SAID: tuple[type[StrEnum], ...] = (
    *(words.AppointmentStatus, words.Approval, words.BalanceFrequency, words.BalancePreference),
    *(words.BreakerState, words.CallResult, words.Channel, words.ClosureReason, words.ConsentKind),
    *(words.ContactKind, words.ImportChange, words.NoticeKind, words.Objection, Standing),
    *(PermissionLevel, words.PatientStatus, words.Purpose, words.Recipient, words.Registration),
    *(words.ReminderMode, words.ReportReason, words.Signal),
)


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, ADMINISTRATOR)


def note(
    clinic: Clinic,
    act: AuditAct,
    *,
    by: StaffMember | str = "handbell",
    subject: str = "",
    days_ago: int = 0,
    **detail: Any,
) -> AuditEvent:
    return record(
        act,
        practice_id=clinic.practice.pk,
        by=by,
        subject=subject,
        detail=detail,
        now=clinic.now - timedelta(days=days_ago),
    )


def numbers(browser: Client, query: str = "") -> list[int]:
    answer = browser.get(f"/audit{query}")
    assert answer.status_code == 200
    return [event.number for event, *_ in answer.context["rows"]]


def test_the_newest_is_first_and_says_who_what_and_about_whom(
    clinic: Clinic, browser: Client, member: StaffMember
) -> None:
    note(clinic, AuditAct.PATIENT_SEEN, by=member, subject="patient 12")
    note(clinic, AuditAct.STAFF_CHANGED, by=member, subject="staff 3", level="front_desk")
    assert numbers(browser) == [2, 1]
    page = browser.get("/audit").content.decode()
    for part in ("Robin Desk", "Patient seen", "patient 12", "level: front desk"):
        assert part in page


def test_each_filter_narrows(clinic: Clinic, browser: Client, member: StaffMember) -> None:
    note(clinic, AuditAct.PATIENT_SEEN, subject="patient 12", days_ago=9)
    note(clinic, AuditAct.PATIENT_SEEN, by=member, subject="patient 1", days_ago=5)
    note(clinic, AuditAct.SIGNED_IN, by=member)
    assert numbers(browser, "?act=patient_seen") == [2, 1]
    assert numbers(browser, f"?person={member.pk}") == [3, 2]
    assert numbers(browser, "?subject=Patient+12") == [1]
    day = (clinic.now - timedelta(days=7)).date()
    assert numbers(browser, f"?from={day}") == [3, 2]
    assert numbers(browser, f"?to={day}") == [1]
    assert numbers(browser, f"?from={clinic.now.date()}&to={day}") == [3, 2]
    assert "Nothing fits these filters" in browser.get("/audit?subject=patient+9").content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "?act=nonsense",
        "?person=x",
        "?person=" + "9" * 40,
        "?from=2026-13-40",
        "?to=0001-01-01",
        "?from=9999-12-31",
        "?before=-1",
        "?before=²",
        "?subject=%00",
    ],
)
def test_what_cannot_be_read_is_left_out(clinic: Clinic, browser: Client, query: str) -> None:
    note(clinic, AuditAct.SIGNED_IN)
    assert numbers(browser, query) == [1]


def test_older_events_are_a_page_away_and_every_page_costs_the_same(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(120):
        note(clinic, AuditAct.PATIENT_SEEN, subject=f"patient {number}")
    with django_assert_max_num_queries(11):
        first = browser.get("/audit?act=patient_seen")
    assert "act=patient_seen" in first.context["older"]
    assert numbers(browser, first.context["older"]) == list(range(70, 20, -1))
    last = browser.get(f"/audit{first.context['older']}").context["older"]
    assert numbers(browser, last) == list(range(20, 0, -1))
    assert browser.get(f"/audit{last}").context["older"] == ""


def test_another_practices_trail_is_not_there(clinic: Clinic, browser: Client) -> None:
    note(Clinic(now=clinic.now), AuditAct.SIGNED_IN)
    assert numbers(browser) == []


def test_the_chain_is_checked_when_asked(clinic: Clinic, browser: Client) -> None:
    for _ in range(3):
        note(clinic, AuditAct.SIGNED_IN)
    page = browser.post("/audit/verify", follow=True).content.decode()
    assert "The chain holds: 3 events" in page
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE access_auditevent DISABLE TRIGGER audit_append_only")
        cursor.execute("UPDATE access_auditevent SET who = 'nobody' WHERE number = 2")
        cursor.execute("ALTER TABLE access_auditevent ENABLE TRIGGER audit_append_only")
    page = browser.post("/audit/verify", follow=True).content.decode()
    assert "broken at event 2" in page


def test_a_download_is_recorded_with_its_filters_and_without_what_was_typed(
    clinic: Clinic, browser: Client, member: StaffMember
) -> None:
    answer = browser.get("/messages/export.csv?channel=sms&from=2026-11-01&to=2026-11-02")
    b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    event = AuditEvent.objects.get(act=AuditAct.EXPORTED)
    assert (event.staff, event.subject) == (member, "messages")
    assert event.detail == {"from": "2026-11-01", "to": "2026-11-02", "channel": "sms"}


def test_a_reply_marked_as_read_is_recorded_once(clinic: Clinic, browser: Client) -> None:
    event = ProviderEvent.objects.create(
        provider="twilio", kind="inbound", key="in1", payload={}, received_at=clinic.now
    )
    reply = Reply.objects.create(
        practice=clinic.practice,
        event=event,
        channel="sms",
        address="+12025550123",
        text="is Thursday all right",
        meaning="unclear",
        received_at=clinic.now,
    )
    for _ in range(2):
        browser.post(f"/replies/{reply.pk}/read")
    assert AuditEvent.objects.filter(act=AuditAct.REPLY_SETTLED).count() == 1
    assert AuditEvent.objects.get().subject == f"reply {reply.pk}"


def test_every_act_has_a_word_and_an_unknown_one_is_shown() -> None:
    assert set(ACTS) == set(AuditAct)
    assert say_act("of a later version") == "of a later version"


def test_a_detail_reads_as_a_sentence_part() -> None:
    told = {"may_run_reports": True, "channels": ["sms", "email"], "was": None, "by": {"a_b": 1}}
    assert say_detail(told) == "may run reports: yes; channels: sms, email; was: none; by: (a b: 1)"


def test_a_day_and_a_time_are_written_as_on_every_page() -> None:
    told = {"last_day": "2026-12-01", "balance_at": "10:00:00"}
    assert say_detail(told) == "last day: 1 Dec 2026; balance at: 10:00"


@pytest.mark.parametrize("kind", SAID, ids=lambda kind: str(kind.__name__))
def test_every_word_a_detail_may_hold_can_be_said_in_spanish(kind: type[StrEnum]) -> None:
    assert {word.value.replace("_", " ") for word in kind} <= set(TOLD)


def test_the_clock_is_the_practices(clinic: Clinic, browser: Client) -> None:
    note(clinic, AuditAct.SIGNED_IN)
    assert "Times are E" in browser.get("/audit").content.decode()
