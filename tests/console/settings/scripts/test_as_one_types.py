"""The guard reads along, a preview shows what would arrive, and variables are offered."""

import re
from typing import Any

from django.test import Client

from handbell.console.settings.scripts.words import VARIABLES
from handbell.policy.content.shape import VARIABLES as ALLOWED
from handbell.scripts.models import Script
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.console.settings.scripts.words import (
    BALANCE,
    CALL,
    HONEST,
    KEY,
    MAIL,
    OFFER,
    REMINDER,
    STRANGE,
    TEXT,
    check,
    html_of,
)
from tests.world import Clinic


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
        said = "/reports/patient-email"
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
