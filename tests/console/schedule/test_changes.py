"""What staff change on the schedule: reminders follow, nothing is done twice or lost."""

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, ReminderStep, StaffMember
from handbell.facts.models import Appointment, AppointmentType
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.policy.visits import next_statuses
from handbell.vocabulary.words import (
    AppointmentStatus,
    AuditAct,
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
)
from tests.console.desk import message, signed_in, staff
from tests.console.schedule.test_schedule import iso, local, subscriber
from tests.world import NEW_YORK, Clinic, phone

S = AppointmentStatus


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def seen_of(browser: Client, visit: Appointment) -> str:
    """Return what the visit's own buttons carry."""
    found = re.search(
        r'name="seen" value="([^"]+)"',
        browser.get(f"/schedule/visits/{visit.pk}").content.decode(),
    )
    assert found
    return unescape(found[1])


def press(browser: Client, visit: Appointment, to: str, seen: str | None = None) -> str:
    """Press a status button; return the page it leads to."""
    seen = seen_of(browser, visit) if seen is None else seen
    answer = browser.post(
        f"/schedule/visits/{visit.pk}/status", {"to": to, "seen": seen}, follow=True
    )
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def status_of(visit: Appointment) -> str:
    return Appointment.objects.values_list("status", flat=True).get(pk=visit.pk)


def typed(clinic: Clinic, days: int, at: str = "14:30", **more: object) -> dict[str, object]:
    """Return a filled-in form."""
    shown = {"facility": clinic.facility.pk, "day": iso(clinic, days), "at": at, "minutes": 45}
    return shown | {"kind": "", "provider": ""} | more


def send(browser: Client, visit: Appointment, form: dict[str, object], seen: str = "") -> Any:
    seen = seen or seen_of(browser, visit)
    return browser.post(f"/schedule/visits/{visit.pk}/change", form | {"seen": seen}, follow=True)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


@pytest.fixture
def desk(clinic: Clinic) -> Clinic:
    """A clinic that reminds by text a day before."""
    clinic.step(days=1)
    clinic.senders()
    return clinic


class TestStatus:
    """The seven states, and which may follow which."""

    @pytest.mark.parametrize(
        ("was", "to", "days", "may"),
        [
            (S.BOOKED, S.CONFIRMED, 3, True),
            (S.BOOKED, S.CANCELLED, 3, True),
            (S.CONFIRMED, S.BOOKED, 3, True),
            (S.CANCELLED, S.BOOKED, 3, True),
            (S.BOOKED, S.ARRIVED, 3, False),
            (S.BOOKED, S.NO_SHOW, 3, False),
            (S.BOOKED, S.COMPLETED, 3, False),
            (S.BOOKED, S.CONFIRMED, -1, False),
            (S.BOOKED, S.NO_SHOW, -1, True),
            (S.BOOKED, S.ARRIVED, -1, True),
            (S.ARRIVED, S.IN_PROGRESS, -1, True),
            (S.IN_PROGRESS, S.COMPLETED, -1, True),
            (S.COMPLETED, S.BOOKED, -1, False),
            (S.COMPLETED, S.IN_PROGRESS, -1, True),
            (S.NO_SHOW, S.ARRIVED, -1, True),
            (S.CANCELLED, S.COMPLETED, -1, False),
        ],
    )
    def test_what_may_follow(
        self,
        clinic: Clinic,
        browser: Client,
        was: S,
        to: S,
        days: int,
        may: bool,
    ) -> None:
        visit = clinic.visit(clinic.patient(), local(clinic, 11, days=days), status=was)
        html = press(browser, visit, to)
        assert status_of(visit) == (to if may else was)
        assert ("cannot be set" in html) is not may
        assert AuditEvent.objects.filter(act=AuditAct.SCHEDULE_CHANGED).exists() is may

    def test_every_way_out_of_a_status_leads_somewhere(self) -> None:
        now = datetime(2026, 11, 2, 15, tzinfo=UTC)
        for status in S:
            assert next_statuses(status, starts_at=now, zone=NEW_YORK, now=now)

    def test_cancelling_takes_the_reminder_back_and_says_so(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        plan_due(now=datetime.now(UTC))
        html = press(browser, visit, "cancelled")
        assert "now Cancelled. Its reminder is taken back." in html
        plan_due(now=datetime.now(UTC))
        row = Message.objects.get(appointment=visit)
        assert (row.state, row.objection) == (MessageState.CANCELLED, Objection.NOT_BOOKED)

    def test_cancelling_after_the_reminder_says_to_phone(
        self, desk: Clinic, browser: Client
    ) -> None:
        patient = subscriber(desk)
        visit = desk.visit(patient, local(desk, 11, days=3))
        message(desk, patient, visit=visit, state=MessageState.DELIVERED)
        assert "phone them if they do not know that it is off" in press(browser, visit, "cancelled")

    @pytest.mark.parametrize("to", ["moved", "cancelled"])
    def test_whoever_a_notice_tells_of_the_change_is_not_to_be_phoned(
        self, desk: Clinic, browser: Client, to: str
    ) -> None:
        desk.practice.notify_changes = desk.practice.notify_cancellations = True
        desk.practice.save()
        patient = subscriber(desk)
        visit = desk.visit(patient, local(desk, 11, days=3))
        message(desk, patient, visit=visit, state=MessageState.DELIVERED)
        moved = to == "moved"
        html = text(send(browser, visit, typed(desk, 9))) if moved else press(browser, visit, to)
        assert "The patient was told before by text" in html
        assert re.search(r"The next reminder goes: Text, [^.]+, about the change\.", html)
        assert "phone them" not in html

    def test_booking_again_begins_its_reminders_anew(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.CANCELLED)
        html = press(browser, visit, "booked")
        assert "The next reminder goes: Text, " in html
        visit.refresh_from_db()
        assert (visit.status, visit.revision) == (S.BOOKED, 2)

    def test_confirming_says_that_no_further_reminder_goes(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        assert "already confirmed the visit" in press(browser, visit, "confirmed")

    def test_pressed_twice_is_done_once(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        seen = seen_of(browser, visit)
        press(browser, visit, "confirmed", seen)
        assert "Confirmed already" in press(browser, visit, "confirmed", seen)
        assert AuditEvent.objects.filter(act=AuditAct.SCHEDULE_CHANGED).count() == 1

    def test_what_changed_meanwhile_is_said_and_kept(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        seen = seen_of(browser, visit)
        Appointment.objects.filter(pk=visit.pk).update(status=S.CONFIRMED)
        html = press(browser, visit, "cancelled", seen)
        assert "Nothing of yours is saved. Its status is now Confirmed." in html
        assert status_of(visit) == S.CONFIRMED

    @pytest.mark.parametrize("seen", ["", "x", "[]", "[1,2]", '{"a":1}', '[1,"x",1,1,1,1,""]'])
    def test_a_form_that_cannot_be_read_changes_nothing(
        self, desk: Clinic, browser: Client, seen: str
    ) -> None:
        visit = desk.visit(desk.patient(), local(desk, 11, days=3))
        address = f"/schedule/visits/{visit.pk}/status"
        answer = browser.post(address, {"to": "cancelled", "seen": seen}, follow=True)
        assert "It is now Scheduled" in text(answer)
        assert status_of(visit) == S.BOOKED

    @pytest.mark.parametrize("to", ["", "gone", "BOOKED"])
    def test_no_such_status(self, desk: Clinic, browser: Client, to: str) -> None:
        visit = desk.visit(desk.patient(), local(desk, 11, days=3))
        assert "Press one of the buttons" in press(browser, visit, to)
        assert status_of(visit) == S.BOOKED

    def test_the_list_it_was_pressed_in_comes_back(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(desk.patient(), local(desk, 11, days=3))
        posted = {"to": "confirmed", "seen": seen_of(browser, visit)}
        address = f"/schedule/visits/{visit.pk}/status"
        answer = browser.post(address, posted | {"back": f"?day={iso(desk, 3)}"})
        assert answer.headers["Location"] == f"/schedule?day={iso(desk, 3)}"
        answer = browser.post(address, posted | {"back": "//elsewhere.example"})
        assert answer.headers["Location"] == f"/schedule/visits/{visit.pk}"

    def test_the_trail_says_who_and_what_and_nothing_of_the_patient(
        self, desk: Clinic, member: StaffMember, browser: Client
    ) -> None:
        visit = desk.visit(desk.patient("Zelda"), local(desk, 11, days=3))
        press(browser, visit, "confirmed")
        event = AuditEvent.objects.get(act=AuditAct.SCHEDULE_CHANGED)
        assert (event.staff, event.subject) == (member, f"visit {visit.pk}")
        assert event.detail == {
            "patient": visit.patient_id,
            "status": {"old": "booked", "new": "confirmed"},
        }


class TestMove:
    """Another time or place: the old reminder is taken back, the new one goes."""

    def test_the_reminder_follows_the_visit(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.BOOKED)
        plan_due(now=datetime.now(UTC))
        html = text(send(browser, visit, typed(desk, 9)))
        when = local(desk, 10, days=8).astimezone(NEW_YORK)
        assert "The reminder of the old time is taken back." in html
        assert f"The next reminder goes: Text, {when:%a} {when.day} {when:%b}" in html
        visit.refresh_from_db()
        assert visit.starts_at == local(desk, 14, days=9, minute=30)
        assert (visit.revision, visit.status) == (2, S.BOOKED)
        plan_due(now=datetime.now(UTC))
        row = Message.objects.get(appointment=visit)
        assert (row.state, row.objection) == (MessageState.CANCELLED, Objection.MOVED)

    def test_a_confirmed_visit_that_moves_counts_as_scheduled(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.CONFIRMED)
        send(browser, visit, typed(desk, 9))
        assert status_of(visit) == S.BOOKED

    def test_another_provider_or_length_leaves_the_reminder_alone(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.CONFIRMED)
        kind = AppointmentType.objects.create(practice=desk.practice, name="Follow-up")
        more = {"provider": "Ines Oak, PT", "minutes": 30, "kind": kind.pk}
        send(browser, visit, typed(desk, 3, "11:00", **more))
        visit.refresh_from_db()
        assert (visit.provider_name, visit.duration_minutes) == ("Ines Oak, PT", 30)
        assert (visit.type, visit.revision, visit.status) == (kind, 1, S.CONFIRMED)

    def test_the_time_is_that_of_the_new_facility(self, desk: Clinic, browser: Client) -> None:
        west = desk.add_facility("West", "America/Los_Angeles")
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        send(browser, visit, typed(desk, 9, facility=west.pk))
        visit.refresh_from_db()
        there = visit.starts_at.astimezone(ZoneInfo("America/Los_Angeles"))
        assert (visit.facility, f"{there:%H:%M}", visit.revision) == (west, "14:30", 2)

    def test_sent_twice_moves_once(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        seen = seen_of(browser, visit)
        for _ in range(2):
            assert ": saved." in text(send(browser, visit, typed(desk, 9), seen))
        visit.refresh_from_db()
        assert visit.revision == 2
        assert AuditEvent.objects.filter(act=AuditAct.SCHEDULE_CHANGED).count() == 1

    def test_what_changed_meanwhile_is_said_and_nothing_typed_is_lost(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        seen = seen_of(browser, visit)
        Appointment.objects.filter(pk=visit.pk).update(
            starts_at=local(desk, 16, days=5), revision=2
        )
        answer = send(browser, visit, typed(desk, 9, provider="Bram Larkspur, PT"), seen)
        html = text(answer)
        assert "Nothing of yours is saved yet. It now begins" in html
        assert 'value="Bram Larkspur, PT"' in html
        assert f'value="{iso(desk, 9)}"' in html
        again = re.search(r'name="seen" value="([^"]+)"', answer.content.decode())
        assert again
        send(browser, visit, typed(desk, 9), unescape(again[1]))
        visit.refresh_from_db()
        assert visit.starts_at == local(desk, 14, days=9, minute=30)

    def test_a_visit_that_is_over_is_not_moved(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=-3), status=S.COMPLETED)
        assert "cannot be moved" in text(send(browser, visit, typed(desk, 9), "x"))
        address = f"/schedule/visits/{visit.pk}"
        assert "cannot be moved" in text(browser.get(f"{address}/change", follow=True))
        assert "Move or change" not in page(browser, address)
        visit.refresh_from_db()
        assert visit.revision == 1

    def test_a_cancelled_visit_is_booked_anew_by_moving_it(
        self, desk: Clinic, browser: Client
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3), status=S.CANCELLED)
        send(browser, visit, typed(desk, 9))
        visit.refresh_from_db()
        assert (visit.status, visit.revision) == (S.BOOKED, 2)

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"day": ""}, "Say which day."),
            ({"day": "5 Nov"}, "Type the day as"),
            ({"at": ""}, "Say at what time."),
            ({"at": "25:00"}, "Type the time as"),
            ({"day": "2020-01-01"}, "This time has passed."),
            ({"day": "2090-01-01"}, "more than two years ahead"),
            ({"day": "9999-12-31"}, "more than two years ahead"),
            ({"day": "0001-01-01"}, "This time has passed."),
            ({"minutes": "1"}, "at least 5 minutes"),
            ({"minutes": "9999"}, "at most 480 minutes"),
            ({"minutes": "long"}, "Type the minutes as a number"),
            ({"facility": "0"}, "Select a valid choice"),
            ({"kind": "0"}, "Select a valid choice"),
            ({"provider": "x" * 121}, "at most 120 characters"),
        ],
    )
    def test_a_mistake_is_told_beside_its_field_and_saves_nothing(
        self, desk: Clinic, browser: Client, wrong: dict[str, str], said: str
    ) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        html = text(send(browser, visit, typed(desk, 9) | wrong))
        assert said in html
        assert "Nothing is saved yet" in html
        visit.refresh_from_db()
        assert visit.revision == 1

    def test_another_practice_s_facility_and_kind_cannot_be_chosen(
        self, desk: Clinic, browser: Client
    ) -> None:
        theirs = Clinic(now=desk.now)
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        assert "Select a valid choice" in text(
            send(browser, visit, typed(desk, 9, facility=theirs.facility.pk))
        )

    def test_the_patient_is_not_in_two_places_at_once(self, desk: Clinic, browser: Client) -> None:
        patient = subscriber(desk)
        visit = desk.visit(patient, local(desk, 11, days=3))
        desk.visit(patient, local(desk, 14, days=9, minute=30))
        assert "another visit at this very time" in text(send(browser, visit, typed(desk, 9)))


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
def test_everybody_on_the_staff_may_change_the_schedule(
    desk: Clinic, level: PermissionLevel, modifier: str
) -> None:
    columns: dict[str, Any] = {modifier: True} if modifier else {}
    browser = signed_in(staff(desk, level, **columns))
    visit = desk.visit(desk.patient(), local(desk, 11, days=3))
    press(browser, visit, "confirmed")
    assert status_of(visit) == S.CONFIRMED


def test_nobody_changes_another_practice_s_visit(desk: Clinic, browser: Client) -> None:
    theirs = Clinic(now=desk.now)
    visit = theirs.visit(theirs.patient(), local(desk, 11, days=3))
    address = f"/schedule/visits/{visit.pk}"
    assert browser.get(f"{address}/change").status_code == 404
    assert browser.post(f"{address}/change", typed(desk, 9)).status_code == 404
    assert browser.post(f"{address}/status", {"to": "cancelled"}).status_code == 404
    assert status_of(visit) == S.BOOKED


def test_two_reminders_of_one_visit_by_two_channels_follow(desk: Clinic, browser: Client) -> None:
    ReminderStep.objects.filter(practice=desk.practice).update(channels=[])
    patient = desk.patient(
        mobile=phone(1), email="a@mail.example", consents=[Channel.SMS, Channel.EMAIL]
    )
    visit = desk.visit(patient, local(desk, 11, days=2))
    plan_due(now=datetime.now(UTC))
    assert Message.objects.filter(appointment=visit, state=MessageState.QUEUED).count() == 2
    send(browser, visit, typed(desk, 3))
    plan_due(now=datetime.now(UTC))
    states = Message.objects.filter(appointment=visit).values_list("subject_revision", "state")
    assert sorted(states) == [
        (1, MessageState.CANCELLED),
        (1, MessageState.CANCELLED),
        (2, MessageState.QUEUED),
        (2, MessageState.QUEUED),
    ]
