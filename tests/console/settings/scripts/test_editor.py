"""Saving a script: what is refused is not saved, and nothing typed is lost."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from handbell.access.audit import verify
from handbell.access.models import AuditEvent, StaffMember
from handbell.scripts.models import Script
from handbell.scripts.operations import pause_scripts
from handbell.scripts.queries import paused_scripts, texts_of
from handbell.scripts.starting_texts import STARTING_TEXTS
from handbell.vocabulary.words import Approval, AuditAct, Channel, PermissionLevel, Purpose
from tests.console.desk import message, signed_in, staff
from tests.console.settings.scripts.words import (
    HONEST,
    KEY,
    MAIL,
    OFFER,
    STRANGE,
    TEXT,
    UNFINISHED,
    by_somebody,
    check,
    html_of,
    save,
)
from tests.world import Clinic


class TestSaving:
    def test_what_the_guard_allows_is_in_use_at_once(
        self, clinic: Clinic, director: StaffMember, writer: Client
    ) -> None:
        patient = clinic.patient()
        message(clinic, patient, visit=clinic.visit(patient, clinic.now + timedelta(days=1)))
        answer = save(writer, HONEST)
        assert answer.redirect_chain == [(TEXT, 302)]
        assert "Version 1 is in use from the next message on. 1 message of" in html_of(answer)
        assert texts_of(clinic.practice.pk)[KEY].body == HONEST
        script = Script.objects.get()
        assert (script.written_by, script.approval) == (director.name, Approval.NOT_NEEDED)

    def test_saving_is_recorded_and_tells_no_words(
        self, clinic: Clinic, director: StaffMember, writer: Client
    ) -> None:
        save(writer, HONEST)
        event = AuditEvent.objects.get(act=AuditAct.SCRIPT_SAVED)
        assert event.staff == director
        assert event.subject == f"script {Script.objects.get().pk}"
        assert event.detail == {
            "purpose": "appointment_reminder",
            "channel": "sms",
            "language": "en",
            "version": 1,
            "approval": "not_needed",
        }
        assert verify(clinic.practice.pk)[1] is None

    def test_what_is_refused_stays_typed_is_explained_and_recorded(
        self, clinic: Clinic, director: StaffMember, writer: Client
    ) -> None:
        answer = save(writer, OFFER)
        html = html_of(answer)
        assert answer.status_code == 422
        assert OFFER in html[html.index("<textarea") : html.index("</textarea>")]
        assert re.search(r"<mark class=\"tone-bad\">20% off[^<]*</mark>", html)
        assert "These words offer something" in html
        assert "/guidance#instead" in html
        assert not Script.objects.exists()
        event = AuditEvent.objects.get(act=AuditAct.SCRIPT_REFUSED)
        assert event.staff == director
        assert event.detail["rules"] == ["promotion.offer"]
        assert "massage" not in str(event.detail)

    def test_each_try_counts_and_typing_does_not(self, writer: Client) -> None:
        check(writer, OFFER)
        writer.post(f"{TEXT}/edit", {"body": OFFER, "version": "0", "check": "1"})
        assert not AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).exists()
        save(writer, OFFER)
        save(writer, OFFER)
        assert AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).count() == 2

    def test_what_is_only_unfinished_is_not_saved_and_no_refusal(self, writer: Client) -> None:
        answer = save(writer, UNFINISHED)
        assert answer.status_code == 422
        assert "1 thing to mend" in html_of(answer)
        assert "It must say {{ time }}." in html_of(answer)
        assert not Script.objects.exists()
        assert not AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).exists()

    def test_a_held_text_waits_and_it_is_said_who_may_approve(
        self, clinic: Clinic, writer: Client
    ) -> None:
        other = staff(clinic, PermissionLevel.THERAPY_DIRECTOR)
        StaffMember.objects.filter(pk=other.pk).update(name="Noor Second")
        html = html_of(save(writer, STRANGE))
        assert "a second person must approve it. These may: Noor Second." in html
        assert texts_of(clinic.practice.pk)[KEY] == STARTING_TEXTS[KEY]
        assert "You wrote it: somebody else must approve it." in html
        assert "Approve and use this text" not in html
        assert "Approve and use this text" in html_of(signed_in(other_of(other)).get(TEXT))

    def test_where_nobody_else_may_approve_that_is_said(self, writer: Client) -> None:
        assert "Nobody else in your practice may do that." in html_of(save(writer, STRANGE))

    def test_a_colleague_of_the_same_name_may_approve_and_a_new_name_does_not_help(
        self, clinic: Clinic, director: StaffMember, writer: Client
    ) -> None:
        other = staff(clinic, PermissionLevel.THERAPY_DIRECTOR)
        assert f"These may: {director.name}." in html_of(save(writer, STRANGE))
        StaffMember.objects.filter(pk=director.pk).update(name="Omar Elm")
        assert "Approve and use this text" not in html_of(writer.get(TEXT))
        script = Script.objects.get()
        address = f"/settings/scripts/{script.pk}/approve"
        assert "somebody other than its author" in html_of(writer.post(address, follow=True))
        assert texts_of(clinic.practice.pk)[KEY] == STARTING_TEXTS[KEY]
        signed_in(other).post(address)
        assert texts_of(clinic.practice.pk)[KEY].body == STRANGE

    def test_saying_the_same_saves_nothing(self, writer: Client) -> None:
        start = STARTING_TEXTS[KEY].body
        assert "Nothing was different" in html_of(save(writer, start))
        save(writer, HONEST)
        assert "Nothing was different" in html_of(save(writer, HONEST, version=1))
        assert Script.objects.count() == 1

    def test_a_browsers_line_ends_are_no_difference(self, writer: Client) -> None:
        start = STARTING_TEXTS[Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, "en"]
        answer = save(writer, start.body.replace("\n", "\r\n"), at=MAIL, subject=start.subject)
        assert "Nothing was different" in html_of(answer)

    def test_a_subject_is_one_line(self, writer: Client) -> None:
        body = "Hello,\n\n{{ clinic }} sees you {{ date }} at {{ time }}."
        save(
            writer, body, at=MAIL, subject="Your visit\r\nBcc: all@elsewhere.example at {{ date }}"
        )
        assert "\n" not in Script.objects.get().subject

    def test_a_new_text_lifts_a_pause(self, clinic: Clinic, writer: Client) -> None:
        pause_scripts(
            practice_id=clinic.practice.pk,
            purpose=KEY[0],
            channel=KEY[1],
            reason="30007: filtered",
            now=clinic.now,
        )
        assert "30007: filtered" in html_of(writer.get(f"{TEXT}/edit"))
        save(writer, HONEST)
        assert not paused_scripts(clinic.practice.pk)

    def test_a_paused_text_is_let_go_as_it_is_on_the_record(
        self, clinic: Clinic, writer: Client
    ) -> None:
        pause_scripts(
            practice_id=clinic.practice.pk,
            purpose=KEY[0],
            channel=KEY[1],
            reason="twilio answered 30007",
            now=clinic.now,
        )
        assert "Filtered as unwanted (twilio answered 30007)" in html_of(writer.get(TEXT))
        writer.post(f"{TEXT}/release")
        writer.post(f"{TEXT}/release")  # pressed twice, it is one act
        assert not paused_scripts(clinic.practice.pk)
        (event,) = AuditEvent.objects.filter(act=AuditAct.BREAKER_CHANGED, detail__paused=False)
        assert event.detail["purpose"] == KEY[0]

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
    def test_a_form_without_its_version_saves_nothing_and_keeps_the_text(
        self, writer: Client, version: str
    ) -> None:
        answer = save(writer, HONEST, version=version)
        assert answer.status_code == 422
        assert HONEST in html_of(answer)
        assert 'name="version" value="0"' in answer.content.decode()
        assert not Script.objects.exists()

    @pytest.mark.parametrize("body", ["", " \r\n ", "x" * 4001, "{{ clinic }}\0", "\ud7ff" * 300])
    def test_no_text_breaks_the_page(self, writer: Client, body: str) -> None:
        assert save(writer, body).status_code == 422
        assert 'id="found"' in check(writer, body)
        assert not Script.objects.exists()


def other_of(member: StaffMember) -> StaffMember:
    member.refresh_from_db()
    return member


class TestMeanwhile:
    """Two people write over the same version."""

    def test_the_second_is_told_sees_both_and_loses_nothing(
        self, clinic: Clinic, writer: Client
    ) -> None:
        theirs = "{{ clinic }}: {{ date }} at {{ time }}, please use the back door."
        by_somebody(clinic, theirs)
        answer = save(writer, HONEST, version=0)
        html = html_of(answer)
        assert answer.status_code == 409
        assert "Noor Second saved version 1 while you were writing." in html
        assert theirs in html
        assert HONEST in html[html.index("<textarea") : html.index("</textarea>")]
        assert "<ins>" in html
        assert texts_of(clinic.practice.pk)[KEY].body == theirs

        save(writer, HONEST, version=re.findall(r'name="version" value="(\d+)"', html)[0])
        assert texts_of(clinic.practice.pk)[KEY].body == HONEST
        assert Script.objects.count() == 2

    def test_it_is_no_refusal(self, clinic: Clinic, writer: Client) -> None:
        by_somebody(clinic, HONEST)
        save(writer, HONEST + " Thank you.", version=0)
        assert not AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).exists()

    def test_a_waiting_text_is_what_the_next_writer_finds(
        self, clinic: Clinic, writer: Client
    ) -> None:
        by_somebody(clinic, STRANGE)
        html = html_of(writer.get(f"{TEXT}/edit"))
        assert STRANGE in html[html.index("<textarea") : html.index("</textarea>")]
        assert "It waits for a second person and is not in use" in html
