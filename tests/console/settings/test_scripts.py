"""Settings > Scripts: what is said, and a second person for what the guard holds."""

import pytest
from django.test import Client

from handbell.access.audit import verify
from handbell.access.models import AuditEvent, Practice
from handbell.scripts.models import Script
from handbell.scripts.operations import save_script
from handbell.scripts.queries import texts_of
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Approval, AuditAct, Channel, PermissionLevel, Purpose
from tests.console.desk import signed_in, staff
from tests.world import Clinic

KEY = (Purpose.APPOINTMENT_REMINDER, Channel.SMS, "en")
HELD = "{{ clinic }}: see you {{ date }} at {{ time }}. The choir sings old songs in the lobby."


def held(practice: Practice, *, by: str = "practice.toml") -> Script:
    purpose, channel, language = KEY
    saved = save_script(
        practice_id=practice.pk,
        purpose=purpose,
        channel=channel,
        language=language,
        text=Text(HELD),
        written_by=by,
    )
    assert saved is not None
    assert saved.approval == Approval.AWAITING
    return saved


@pytest.fixture
def director(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, PermissionLevel.THERAPY_DIRECTOR))


def test_everybody_reads_what_messages_say(browser: Client) -> None:
    html = browser.get("/settings/scripts").content.decode()
    assert "{{ clinic }}: {{ first_name }}, your appointment is" in html
    assert "Nothing waits for a second person." in html
    assert "Scripts" in browser.get("/settings").content.decode()


def test_a_held_text_is_shown_with_what_the_guard_says(clinic: Clinic, director: Client) -> None:
    held(clinic.practice)
    html = director.get("/settings/scripts").content.decode()
    assert "The choir sings" in html
    assert "Approve and use this text" in html


def test_a_second_person_lets_it_be_used(clinic: Clinic, director: Client) -> None:
    script = held(clinic.practice)
    assert texts_of(clinic.practice.pk)[KEY].body != HELD
    answer = director.post(f"/settings/scripts/{script.pk}/approve", follow=True)
    assert "in use from the next message on" in answer.content.decode()
    assert texts_of(clinic.practice.pk)[KEY].body == HELD
    event = AuditEvent.objects.get(act=AuditAct.SCRIPT_APPROVED)
    assert event.subject == f"script {script.pk}"
    assert verify(clinic.practice.pk)[1] is None


def test_a_declined_text_is_never_used(clinic: Clinic, director: Client) -> None:
    script = held(clinic.practice)
    director.post(f"/settings/scripts/{script.pk}/decline")
    assert texts_of(clinic.practice.pk)[KEY].body != HELD
    assert "The giraffe juggles" not in director.get("/settings/scripts").content.decode()
    assert AuditEvent.objects.filter(act=AuditAct.SCRIPT_DECLINED).count() == 1


def test_its_author_does_not_approve_it(clinic: Clinic, director: Client) -> None:
    script = held(clinic.practice, by="Robin Desk")  # as the director is called
    answer = director.post(f"/settings/scripts/{script.pk}/approve", follow=True)
    assert "somebody other than its author" in answer.content.decode()
    script.refresh_from_db()
    assert script.approval == Approval.AWAITING
    assert not AuditEvent.objects.filter(act=AuditAct.SCRIPT_APPROVED).exists()


def test_a_decision_is_made_once(clinic: Clinic, director: Client) -> None:
    script = held(clinic.practice)
    director.post(f"/settings/scripts/{script.pk}/decline")
    answer = director.post(f"/settings/scripts/{script.pk}/approve", follow=True)
    assert "does not await a decision" in answer.content.decode()
    assert texts_of(clinic.practice.pk)[KEY].body != HELD


@pytest.mark.parametrize("way", ["approve", "decline"])
def test_the_front_desk_decides_nothing(clinic: Clinic, browser: Client, way: str) -> None:
    script = held(clinic.practice)
    assert "Approve and use" not in browser.get("/settings/scripts").content.decode()
    assert browser.post(f"/settings/scripts/{script.pk}/{way}").status_code == 403


@pytest.mark.parametrize("way", ["approve", "decline"])
def test_another_practices_text_is_not_there(director: Client, way: str) -> None:
    other = Practice.objects.create(slug="other", name="Other PT", time_zone="UTC")
    script = held(other)
    assert director.post(f"/settings/scripts/{script.pk}/{way}").status_code == 404
    assert "The giraffe juggles" not in director.get("/settings/scripts").content.decode()
