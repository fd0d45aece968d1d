"""The editor: the guard reads along, what is refused is not saved and nothing typed is lost."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from handbell.access.audit import verify
from handbell.access.models import AuditEvent, StaffMember
from handbell.console.settings.scripts.words import VARIABLES
from handbell.policy.content.shape import VARIABLES as ALLOWED
from handbell.scripts.models import Script
from handbell.scripts.operations import pause_scripts, save_script
from handbell.scripts.queries import paused_scripts, texts_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Text
from handbell.vocabulary.words import Approval, AuditAct, Channel, PermissionLevel, Purpose
from tests.console.desk import message, signed_in, staff
from tests.console.settings.scripts.words import (
    BALANCE,
    CALL,
    HONEST,
    MAIL,
    OFFER,
    OWING,
    REMINDER,
    STRANGE,
    TEXT,
    UNFINISHED,
)
from tests.world import Clinic

KEY = (Purpose.APPOINTMENT_REMINDER, Channel.SMS, "en")
HTMX = {"HX-Request": "true"}


def save(browser: Client, body: str, *, at: str = TEXT, version: object = 0, **more: str) -> Any:
    data = {"body": body, "version": str(version), **more}
    return browser.post(f"{at}/edit", data, follow=True)


def check(browser: Client, body: str, *, at: str = TEXT, **more: str) -> str:
    answer = browser.post(
        f"{at}/check", {"body": body, "version": "0", **more}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def html_of(answer: Any) -> str:
    return unescape(answer.content.decode())


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


def by_somebody(clinic: Clinic, body: str, *, by: str = "Noor Second") -> Script:
    saved = save_script(
        practice_id=clinic.practice.pk,
        purpose=KEY[0],
        channel=KEY[1],
        language=KEY[2],
        text=Text(body),
        written_by=by,
    )
    assert saved is not None
    return saved


class TestAsOneTypes:
    def test_the_words_are_marked_and_nothing_is_saved(self, writer: Client) -> None:
        html = check(writer, OFFER)
        assert '<mark class="tone-bad">20% off' in html
        assert 'data-announce="This text cannot be saved: 1 place' in html
        assert 'hx-swap-oob="true"' in html
        assert not Script.objects.exists()

    def test_what_was_typed_is_shown_and_not_obeyed(self, writer: Client) -> None:
        for at in (TEXT, CALL, MAIL):
            answer = writer.post(
                f"{at}/check",
                {
                    "body": '<script>x</script><a href="x">20% off</a>',
                    "subject": "<b>",
                    "version": 0,
                },
            )
            html = answer.content.decode()
            assert "<script>x" not in html
            assert '<a href="x"' not in html
            assert "<b>" not in html

    def test_without_javascript_the_button_says_the_same(self, writer: Client) -> None:
        data = {"body": OFFER, "version": "0", "check": "1"}
        answer = writer.post(f"{TEXT}/edit", data)
        assert answer.status_code == 200
        assert '<mark class="tone-bad">20% off' in html_of(answer)
        assert not Script.objects.exists()

    def test_a_text_is_shown_on_a_phone_and_counted(self, writer: Client) -> None:
        html = check(writer, "{{ clinic }}: {{ first_name }}, {{ date }} at {{ time }}.")
        assert "Harbor PT: Sam, " in html
        assert "at 10:00 AM." in html
        assert ", GSM-7, 1 segment<" in html

    def test_the_letters_that_make_it_unicode_are_named(self, writer: Client) -> None:
        html = check(writer, "{{ clinic }}: {{ date }}, {{ time }}, Łódź 😀")
        assert "Unicode, 1 segment<" in html
        assert "Ł ó ź 😀" in html

    def test_a_call_is_spoken_step_by_step(self, writer: Client) -> None:
        html = check(writer, "Your visit is on {{ date }} at {{ time }}.", at=CALL)
        assert "<li>Press 9 to stop these calls.</li>" in html
        assert "A machine hears instead:" in html

    def test_an_email_looks_as_it_is_sent_and_its_links_lead_nowhere(self, writer: Client) -> None:
        body = (
            "Hello {{ first_name }},\n\nPlease confirm: {{ confirm_link }}\n\n{{ date }} {{ time }}"
        )
        html = check(writer, body, at=MAIL, subject="Your visit at {{ clinic }}")
        assert "<p>Hello Sam,</p><p>Please confirm: <u>http" in html
        assert "1 Harbor St, Springfield" in html
        assert "appointment.ics" in html
        assert not re.search(r'<a href="http', html)

    def test_a_spanish_text_is_shown_in_spanish(self, writer: Client) -> None:
        html = check(writer, "{{ clinic }}: {{ first_name }}, {{ date }}", at=f"{REMINDER}/sms/es")
        assert "Harbor PT: Ana, " in html

    def test_an_unknown_variable_stays_as_typed(self, writer: Client) -> None:
        html = check(writer, "{{ clinic }} {{date}} {{ nurse }}")
        assert '<mark class="tone-accent">{{ nurse }}</mark>' in html

    def test_the_report_is_spoken_of_to_those_who_run_reports(self, clinic: Clinic) -> None:
        said = "You may run reports"
        level = PermissionLevel.THERAPY_DIRECTOR
        for may_run_reports in (False, True):
            browser = signed_in(staff(clinic, level, may_run_reports=may_run_reports))
            assert (said in check(browser, OFFER)) is may_run_reports
            assert said not in check(browser, STRANGE)

    def test_without_a_facility_there_is_a_preview_too(
        self, clinic: Clinic, writer: Client
    ) -> None:
        clinic.facility.delete()
        assert "Harbor PT" in check(writer, HONEST)

    def test_it_asks_as_much_whatever_is_typed(
        self, clinic: Clinic, writer: Client, django_assert_max_num_queries: Any
    ) -> None:
        for _ in range(8):
            staff(clinic, PermissionLevel.THERAPY_DIRECTOR)
        with django_assert_max_num_queries(10):
            check(writer, OFFER * 8)


class TestVariables:
    def test_every_variable_a_script_may_have_has_its_meaning(self) -> None:
        assert set(VARIABLES) >= {name for allowed in ALLOWED.values() for name in allowed}

    def test_they_are_offered_with_an_example(self, writer: Client) -> None:
        html = html_of(writer.get(f"{TEXT}/edit"))
        for name in ALLOWED[KEY[0]]:
            assert f'data-insert="{{{{ {name} }}}}"' in html
        assert "{{ how_to_settle }}" not in html

    def test_a_call_is_offered_no_link(self, writer: Client) -> None:
        assert "confirm_link" not in html_of(writer.get(f"{CALL}/edit"))

    def test_what_the_practice_has_not_is_said(self, writer: Client) -> None:
        assert "empty: your practice has none" in html_of(writer.get(f"{BALANCE}/edit"))


LEVELS_THAT_WRITE = (
    PermissionLevel.THERAPY_DIRECTOR,
    PermissionLevel.PRACTICE_ADMINISTRATOR,
    PermissionLevel.BUSINESS_OWNER,
)


class TestPermission:
    @pytest.mark.parametrize("level", PermissionLevel)
    @pytest.mark.parametrize("limited", [False, True])
    def test_everybody_reads_and_directors_write(
        self, clinic: Clinic, level: PermissionLevel, limited: bool
    ) -> None:
        browser = signed_in(staff(clinic, level, limit_messaging=limited))
        writes = level in LEVELS_THAT_WRITE and not limited
        page = html_of(browser.get(TEXT))
        assert ("Change the text" in page) is writes
        assert ("/edit" in html_of(browser.get("/settings/scripts"))) is writes
        expected = 200 if writes else 403
        assert browser.get(f"{TEXT}/edit").status_code == expected
        data = {"body": HONEST, "version": "0"}
        assert browser.post(f"{TEXT}/check", data).status_code == expected
        assert save(browser, HONEST).status_code == expected
        assert Script.objects.exists() is writes
        if writes:
            assert browser.post(f"{TEXT}/again/0", {"version": "1"}).status_code == 302
        else:
            assert browser.post(f"{TEXT}/again/0", {"version": "1"}).status_code == 403

    @pytest.mark.parametrize("level", LEVELS_THAT_WRITE)
    def test_whoever_has_no_financial_features_meets_no_balance_alert(
        self, clinic: Clinic, level: PermissionLevel
    ) -> None:
        browser = signed_in(staff(clinic, level, limit_financial=True))
        assert "Balance alert" not in html_of(browser.get("/settings/scripts"))
        data = {"body": OWING, "version": "0"}
        assert browser.get(BALANCE).status_code == 403
        assert browser.get(f"{BALANCE}/edit").status_code == 403
        for way in ("edit", "check", "again/0"):
            assert browser.post(f"{BALANCE}/{way}", data).status_code == 403
        assert browser.get(f"{TEXT}/edit").status_code == 200
        assert not Script.objects.exists()

    def test_nor_decides_about_one(self, clinic: Clinic) -> None:
        strange = f"{OWING} The choir sings in the lobby at noon."
        script = save_script(
            practice_id=clinic.practice.pk,
            purpose=Purpose.BALANCE_ALERT,
            channel=Channel.SMS,
            language="en",
            text=Text(strange),
            written_by="Noor Second",
        )
        assert script is not None
        limited = staff(clinic, PermissionLevel.BUSINESS_OWNER, limit_financial=True)
        browser = signed_in(limited)
        assert "choir" not in html_of(browser.get("/settings/scripts"))
        for way in ("approve", "decline"):
            assert browser.post(f"/settings/scripts/{script.pk}/{way}").status_code == 403
        owner = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
        assert owner.post(f"/settings/scripts/{script.pk}/approve").status_code == 302

    @pytest.mark.parametrize(
        "address",
        [
            "/settings/scripts/newsletter/sms/en",
            f"{REMINDER}/fax/en",
            f"{REMINDER}/sms/xx",
            f"{REMINDER}/sms/en%00",
            "/settings/scripts/emergency_notice/sms/xx",
        ],
    )
    def test_what_is_no_script_is_not_there(self, writer: Client, address: str) -> None:
        assert writer.get(address).status_code == 404
        assert writer.get(f"{address}/edit").status_code == 404
        assert writer.post(f"{address}/check").status_code == 404

    def test_another_practices_versions_are_not_seen_or_used(self, writer: Client) -> None:
        other = Clinic(now=datetime.now(UTC))
        by_somebody(other, HONEST)
        page = html_of(writer.get(TEXT))
        assert "side door" not in page
        assert "Version 1" not in page
        assert writer.post(f"{TEXT}/again/1", {"version": "0"}).status_code == 404
        assert not Script.objects.exclude(practice=other.practice).exists()

    def test_the_list_names_no_other_practices_text(self, writer: Client) -> None:
        by_somebody(Clinic(now=datetime.now(UTC)), HONEST)
        assert "side door" not in html_of(writer.get("/settings/scripts"))

    def test_the_list_asks_as_much_however_many_versions_there_are(
        self, clinic: Clinic, writer: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            by_somebody(clinic, f"{HONEST} Door {number}.")
        with django_assert_max_num_queries(14):
            assert "Door 11" in html_of(writer.get("/settings/scripts"))

    def test_the_signs_of_html_are_shown_as_signs(self, clinic: Clinic, writer: Client) -> None:
        body = "{{ clinic }}: see you {{ date }} at {{ time }} & please be on time."
        by_somebody(clinic, body)
        assert escape(body) in writer.get(TEXT).content.decode()
