"""Visits that staff add, and times that a clock shows twice or never."""

import re
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, StaffMember
from handbell.facts.models import Appointment, Change, Patient
from handbell.policy.visits import moments_shown
from handbell.vocabulary.words import AppointmentStatus, AuditAct
from tests.console.schedule.test_changes import page, send, text, typed
from tests.console.schedule.test_schedule import local, subscriber
from tests.world import NEW_YORK, Clinic, phone

S = AppointmentStatus


@pytest.fixture
def desk(clinic: Clinic) -> Clinic:
    """A clinic that reminds by text a day before."""
    clinic.step(days=1)
    clinic.senders()
    return clinic


class TestClocksThatChange:
    """A time that is not there is refused, one that is there twice is asked about."""

    def spring(self) -> date:
        """Return the next second Sunday of March."""
        year = datetime.now(UTC).year + 1
        first = date(year, 3, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7 + 7)

    def autumn(self) -> date:
        """Return the next first Sunday of November, a year on at most."""
        year = datetime.now(UTC).year + 1
        first = date(year, 11, 1)
        return first + timedelta(days=(6 - first.weekday()) % 7)

    def test_a_time_in_the_gap_is_refused(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        form = typed(desk, 0, "02:30") | {"day": self.spring().isoformat()}
        assert "There is no 02:30 on" in text(send(browser, visit, form))

    def test_a_time_that_is_there_twice_is_asked_about(self, desk: Clinic, browser: Client) -> None:
        visit = desk.visit(subscriber(desk), local(desk, 11, days=3))
        form = typed(desk, 0, "01:30") | {"day": self.autumn().isoformat()}
        html = text(send(browser, visit, form))
        assert "show this time twice" in html
        assert "01:30 EDT" in html
        assert "01:30 EST" in html
        send(browser, visit, form | {"which": "second"})
        visit.refresh_from_db()
        assert f"{visit.starts_at:%H:%M}" == "06:30"

    def test_moments_shown(self) -> None:
        assert moments_shown(date(2026, 3, 8), time(2, 30), NEW_YORK) == []
        twice = moments_shown(date(2026, 11, 1), time(1, 30), NEW_YORK)
        assert [f"{one:%H:%M}" for one in twice] == ["05:30", "06:30"]
        assert len(moments_shown(date(2026, 11, 2), time(1, 30), NEW_YORK)) == 1


class TestAdd:
    """A visit more, for a patient who is searched for."""

    def find(self, browser: Client, typed: str) -> str:
        answer = browser.post("/schedule/add/find", {"q": typed, "day": "2026-12-01"})
        assert answer.status_code == 302
        assert typed.lower() not in answer.headers["Location"].lower()
        return page(browser, answer.headers["Location"])

    def form(self, browser: Client, patient: Patient) -> str:
        found = re.search(
            r'name="token" value="([0-9a-f]{32})"', page(browser, f"/schedule/add/{patient.pk}")
        )
        assert found
        return found[1]

    def test_the_patient_is_found_by_any_part(self, desk: Clinic, browser: Client) -> None:
        zelda = desk.patient("Zelda", mobile=phone(7))
        desk.patient("Frank")
        for part in ("zel", "0107"):
            html = self.find(browser, part)
            assert re.findall(r"/schedule/add/(\d+)\?day=2026-12-01", html) == [str(zelda.pk)]
        assert "Nobody fits" in self.find(browser, "nobody at all")

    def test_nothing_typed_finds_nobody(self, desk: Clinic, browser: Client) -> None:
        assert browser.post("/schedule/add/find", {"q": " ", "day": "x"}).status_code == 302
        assert browser.get("/schedule/add").status_code == 200

    def test_another_practice_s_patient_is_not_found(self, desk: Clinic, browser: Client) -> None:
        theirs = Clinic(now=desk.now).patient("Zelda")
        assert "Nobody fits" in self.find(browser, "zelda")
        assert browser.get(f"/schedule/add/{theirs.pk}").status_code == 404
        assert browser.post(f"/schedule/add/{theirs.pk}", typed(desk, 9)).status_code == 404

    def test_the_visit_is_there_and_its_reminder_planned(
        self, desk: Clinic, browser: Client, member: StaffMember
    ) -> None:
        patient = subscriber(desk)
        form = typed(desk, 9, provider="Ines Oak, PT") | {"token": self.form(browser, patient)}
        html = text(browser.post(f"/schedule/add/{patient.pk}", form, follow=True))
        assert ": added. The next reminder goes: Text, " in html
        visit = Appointment.objects.get(patient=patient)
        assert (visit.status, visit.provider_name) == (S.BOOKED, "Ines Oak, PT")
        assert Change.objects.filter(patient=patient).exists()
        event = AuditEvent.objects.get(act=AuditAct.SCHEDULE_CHANGED)
        assert (event.staff, event.detail) == (member, {"patient": patient.pk, "added": True})

    def test_sent_twice_adds_one(self, desk: Clinic, browser: Client) -> None:
        patient = subscriber(desk)
        form = typed(desk, 9) | {"token": self.form(browser, patient)}
        browser.post(f"/schedule/add/{patient.pk}", form)
        html = text(browser.post(f"/schedule/add/{patient.pk}", form, follow=True))
        assert "added already" in html
        assert Appointment.objects.filter(patient=patient).count() == 1

    @pytest.mark.parametrize("token", ["", "x", "Z" * 32])
    def test_a_form_without_its_token_adds_nothing(
        self, desk: Clinic, browser: Client, token: str
    ) -> None:
        patient = subscriber(desk)
        browser.post(f"/schedule/add/{patient.pk}", typed(desk, 9) | {"token": token})
        assert not Appointment.objects.filter(patient=patient).exists()

    def test_for_somebody_who_never_agreed_the_reason_is_said(
        self, desk: Clinic, browser: Client
    ) -> None:
        patient = desk.patient(mobile=phone(1))
        form = typed(desk, 9) | {"token": self.form(browser, patient)}
        html = text(browser.post(f"/schedule/add/{patient.pk}", form, follow=True))
        assert "No reminder goes: the patient has not agreed" in html

    def test_an_import_leaves_a_visit_added_here_alone(self, desk: Clinic, browser: Client) -> None:
        patient = subscriber(desk)
        form = typed(desk, 9) | {"token": self.form(browser, patient)}
        browser.post(f"/schedule/add/{patient.pk}", form)
        visit = Appointment.objects.get(patient=patient)
        assert visit.external_id.startswith("console-")
