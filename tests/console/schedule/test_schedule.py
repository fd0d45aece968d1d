"""The schedule of a day: whose visits, in which order, with which reminders, and for whose eyes."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbell.access.models import AuditEvent, StaffMember
from handbell.facts.models import Appointment, AppointmentType, Patient, Suppression
from handbell.planner.planner import plan_due
from handbell.vocabulary.words import (
    AppointmentStatus,
    AuditAct,
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
)
from tests.console.desk import message, signed_in, staff
from tests.world import NEW_YORK, Clinic, phone

S = AppointmentStatus


def show(browser: Client, query: str = "") -> str:
    answer = browser.get(f"/schedule{query}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def ids(html: str) -> list[int]:
    return [int(n) for n in re.findall(r'class="row-link" href="/schedule/visits/(\d+)"', html)]


def local(clinic: Clinic, hour: int, *, days: int = 0, minute: int = 0) -> datetime:
    """Return an hour of a day counted from the clinic's today."""
    day = clinic.now.astimezone(NEW_YORK) + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(UTC)


def iso(clinic: Clinic, days: int) -> str:
    return f"{clinic.now.astimezone(NEW_YORK) + timedelta(days=days):%Y-%m-%d}"


def subscriber(clinic: Clinic, name: str = "Ines", number: int = 1) -> Patient:
    return clinic.patient(name, mobile=phone(number), consents=[Channel.SMS])


class TestADay:
    """One day of the facility's clock, in the order of time."""

    def test_today_s_visits_are_listed_by_time(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        late, early = (clinic.visit(patient, local(clinic, hour)) for hour in (15, 9))
        clinic.visit(patient, local(clinic, 9, days=1))
        clinic.visit(patient, local(clinic, 9, days=-1))
        assert ids(show(browser)) == [early.pk, late.pk]

    def test_another_day_is_asked_for_by_its_date(self, clinic: Clinic, browser: Client) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 9, days=4))
        html = show(browser, f"?day={iso(clinic, 4)}")
        assert ids(html) == [visit.pk]
        assert f'href="?day={iso(clinic, 3)}"' in html
        assert f'href="?day={iso(clinic, 5)}"' in html

    @pytest.mark.parametrize("day", ["", "nonsense", "2026-02-30", "0001-01-01", "9999-12-31"])
    def test_a_day_that_is_none_is_today(self, clinic: Clinic, browser: Client, day: str) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 9))
        assert ids(show(browser, f"?day={day}")) == [visit.pk]

    def test_the_day_is_that_of_the_facility_s_clock(self, clinic: Clinic, browser: Client) -> None:
        island = clinic.add_facility("Island", "Pacific/Honolulu")
        there = ZoneInfo("Pacific/Honolulu")
        evening = clinic.now.astimezone(there).replace(hour=20, minute=0, second=0, microsecond=0)
        visit = clinic.visit(clinic.patient(), evening.astimezone(UTC), facility=island)
        assert ids(show(browser, f"?facility={island.pk}&day={evening:%Y-%m-%d}")) == [visit.pk]
        tomorrow = evening + timedelta(days=1)
        html = show(browser, f"?day={tomorrow:%Y-%m-%d}")  # the practice's own day
        assert ids(html) == [visit.pk]
        assert "HST" in html

    def test_an_empty_day_teaches_the_next_step(self, browser: Client) -> None:
        assert "imported from your clinic’s system, or added" in show(browser)
        assert "Remove one above" in show(browser, "?status=booked")

    def test_pages_follow_each_other_without_gap(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        start = local(clinic, 8)
        visits = [clinic.visit(patient, start + timedelta(minutes=n // 2)) for n in range(130)]
        html = show(browser)
        seen = ids(html)
        while link := re.search(r'rel="next" href="([^"]+after[^"]+)"', html):
            html = show(browser, link[1])
            seen += ids(html)
        assert seen == [visit.pk for visit in visits]
        back = re.search(r'class="button" rel="prev" href="([^"]+)"', html)
        assert back
        assert ids(show(browser, back[1])) == [visit.pk for visit in visits[60:120]]


class TestFilters:
    """Each filter shows its visits and no others, and can be removed."""

    def test_facility_provider_and_status(self, clinic: Clinic, browser: Client) -> None:
        lake = clinic.add_facility("Lake", "America/New_York")
        patient = clinic.patient()
        plain = clinic.visit(patient, local(clinic, 9))
        there = clinic.visit(patient, local(clinic, 10), facility=lake)
        done = clinic.visit(patient, local(clinic, 11), status=S.COMPLETED)
        gone = clinic.visit(patient, local(clinic, 12), status=S.CANCELLED)
        Appointment.objects.filter(pk=plain.pk).update(provider_name="Ines Oak, PT")
        assert ids(show(browser, f"?facility={lake.pk}")) == [there.pk]
        assert ids(show(browser, "?provider=Ines+Oak%2C+PT")) == [plain.pk]
        assert ids(show(browser, "?status=came")) == [done.pk]
        assert ids(show(browser, "?status=off")) == [gone.pk]
        assert ids(show(browser, "?status=booked")) == [plain.pk, there.pk]
        html = show(browser, f"?facility={lake.pk}&status=booked")
        assert f'class="pill" href="?day={iso(clinic, 0)}&status=booked"' in html

    @pytest.mark.parametrize(
        "query",
        ["?facility=0", "?facility=x", "?status=nonsense", "?after=99999999", "?before=x", "?x=y"],
    )
    def test_what_is_not_known_counts_as_not_given(
        self, clinic: Clinic, browser: Client, query: str
    ) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 9))
        assert ids(show(browser, query)) == [visit.pk]

    def test_the_figures_count_the_whole_day(self, clinic: Clinic, browser: Client) -> None:
        patient = clinic.patient()
        for hour, status in enumerate((S.BOOKED, S.BOOKED, S.CONFIRMED, S.NO_SHOW), start=9):
            clinic.visit(patient, local(clinic, hour), status=status)
        html = show(browser, "?status=confirmed")
        figures = re.findall(r"<strong>(\d+)</strong>\s*<span class=\"label\">([^<]+)", html)
        assert {label: int(n) for n, label in figures} == {
            "Visits": 4,
            "Scheduled": 2,
            "Confirmed": 1,
            "Arrived": 0,
            "Not coming": 1,
        }


class TestReminders:
    """Each visit says what reminded its patient, what will, or why nothing does."""

    def test_what_will_go_is_said_long_before_it_is_planned(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.step(days=1)
        clinic.senders()
        clinic.visit(subscriber(clinic), local(clinic, 11, days=30))
        html = show(browser, f"?day={iso(clinic, 30)}")
        before = (clinic.now + timedelta(days=29)).astimezone(NEW_YORK)
        assert f"Text, {before:%a} {before.day} {before:%b}" in html
        assert "10:00" in html
        assert "Planned" in html

    def test_what_went_is_said_with_its_state(self, clinic: Clinic, browser: Client) -> None:
        patient = subscriber(clinic)
        visit = clinic.visit(patient, local(clinic, 23, minute=59))
        sent = message(
            clinic,
            patient,
            visit=visit,
            state=MessageState.DELIVERED,
            due_at=clinic.now - timedelta(days=1),
        )
        html = show(browser)
        assert "Delivered" in html
        assert f'href="/messages/{sent.pk}"' in html

    def test_what_told_of_an_old_time_says_so(self, clinic: Clinic, browser: Client) -> None:
        patient = subscriber(clinic)
        visit = clinic.visit(patient, local(clinic, 23, minute=59))
        message(clinic, patient, visit=visit, state=MessageState.DELIVERED)
        Appointment.objects.filter(pk=visit.pk).update(revision=2)
        assert "about the old time" in show(browser)

    def test_what_does_not_go_says_why_since_when_and_what_mends_it(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.step(days=1)
        clinic.senders()
        stopped = subscriber(clinic)
        Suppression.objects.create(
            practice=clinic.practice,
            address=phone(1),
            channel="sms",
            kind="opted_out",
            at=clinic.now - timedelta(days=2),
            source="replied STOP",
        )
        clinic.visit(stopped, local(clinic, 11, days=9))
        html = show(browser, f"?day={iso(clinic, 9)}")
        assert "Stopped by the patient" in html
        assert "The patient asked to stop. (replied STOP, " in html
        assert f"/patients/{stopped.pk}/subscribe/appointment_reminder" in html

    def test_two_steps_held_for_one_reason_are_said_once(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.step(days=1)
        clinic.step(days=2)
        clinic.senders()
        clinic.visit(clinic.patient(mobile=phone(1)), local(clinic, 11, days=9))
        assert show(browser, f"?day={iso(clinic, 9)}").count("No consent") == 1

    def test_a_queued_message_is_told_once(self, clinic: Clinic, browser: Client) -> None:
        clinic.step(days=1)
        clinic.senders()
        clinic.visit(subscriber(clinic), local(clinic, 11, days=3))
        plan_due(now=datetime.now(UTC))
        assert show(browser, f"?day={iso(clinic, 3)}").count("Planned</span>") == 1

    def test_no_reminder_at_all_says_why(self, clinic: Clinic, browser: Client) -> None:
        clinic.step(days=1)
        clinic.senders()
        patient = subscriber(clinic)
        lunch = AppointmentType.objects.create(
            practice=clinic.practice, name="Lunch", reminders=False
        )
        excluded = clinic.visit(patient, local(clinic, 9, days=9))
        Appointment.objects.filter(pk=excluded.pk).update(type=lunch)
        clinic.visit(patient, local(clinic, 10, days=9), status=S.CANCELLED)
        html = show(browser, f"?day={iso(clinic, 9)}")
        assert "this kind of visit is excluded" in html
        assert "the visit is off the schedule" in html

    def test_a_visit_the_patient_confirmed_needs_none(
        self, clinic: Clinic, browser: Client
    ) -> None:
        clinic.step(days=1)
        clinic.senders()
        clinic.visit(subscriber(clinic), local(clinic, 11, days=9), status=S.CONFIRMED)
        html = show(browser, f"?day={iso(clinic, 9)}")
        assert "already confirmed the visit" in html


class TestOneVisit:
    """A visit's own page."""

    def test_it_tells_the_rule_and_its_source(self, clinic: Clinic, browser: Client) -> None:
        clinic.step(days=1)
        clinic.senders()
        visit = clinic.visit(clinic.patient(mobile=phone(1)), local(clinic, 11, days=9))
        html = unescape(browser.get(f"/schedule/visits/{visit.pk}").content.decode())
        assert "Will not go:" in html
        assert "Rule: 47 CFR" in html
        assert "Record consent" in html

    def test_looking_is_recorded(
        self, clinic: Clinic, member: StaffMember, browser: Client
    ) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 11, days=9))
        browser.get(f"/schedule/visits/{visit.pk}")
        event = AuditEvent.objects.get(act=AuditAct.PATIENT_SEEN)
        assert (event.staff, event.subject) == (member, f"patient {visit.patient_id}")

    def test_the_one_from_an_import_and_the_one_from_here_say_who_has_the_last_word(
        self, clinic: Clinic, browser: Client
    ) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 11, days=9))
        address = f"/schedule/visits/{visit.pk}"
        assert "its next import writes over" in unescape(browser.get(address).content.decode())
        Appointment.objects.filter(pk=visit.pk).update(external_id="console-1")
        assert "no import knows it" in unescape(browser.get(address).content.decode())


class TestWhoSees:
    """Nobody sees another practice's visits."""

    def test_another_practice_s_visit_is_not_there(self, clinic: Clinic, browser: Client) -> None:
        theirs = Clinic(now=clinic.now)
        visit = theirs.visit(theirs.patient(), local(clinic, 9))
        assert ids(show(browser)) == []
        assert browser.get(f"/schedule/visits/{visit.pk}").status_code == 404
        assert ids(show(browser, f"?facility={theirs.facility.pk}")) == []

    @pytest.mark.parametrize("level", PermissionLevel)
    @pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
    def test_everybody_on_the_staff_sees_the_schedule(
        self, clinic: Clinic, level: PermissionLevel, modifier: str
    ) -> None:
        columns: dict[str, Any] = {modifier: True} if modifier else {}
        browser = signed_in(staff(clinic, level, **columns))
        assert browser.get("/schedule").status_code == 200

    def test_limited_messaging_is_offered_no_consent_form(self, clinic: Clinic) -> None:
        clinic.step(days=1)
        clinic.senders()
        clinic.visit(clinic.patient(mobile=phone(1)), local(clinic, 11, days=9))
        browser = signed_in(staff(clinic, limit_messaging=True))
        assert "Record consent" not in show(browser, f"?day={iso(clinic, 9)}")


def test_the_number_of_queries_does_not_grow_with_the_visits(
    clinic: Clinic, browser: Client
) -> None:
    clinic.step(days=1)
    clinic.senders()
    clinic.visit(subscriber(clinic), local(clinic, 11, days=2))
    query = f"?day={iso(clinic, 2)}"
    show(browser, query)
    with CaptureQueriesContext(connection) as few:
        show(browser, query)
    for number in range(2, 25):
        patient = subscriber(clinic, f"Name{number}", number)
        visit = clinic.visit(patient, local(clinic, 11, days=2))
        message(clinic, patient, visit=visit, objection=Objection.OPTED_OUT)
    with CaptureQueriesContext(connection) as many:
        show(browser, query)
    assert len(many) <= len(few) + 1  # the suppressions, once there are any
