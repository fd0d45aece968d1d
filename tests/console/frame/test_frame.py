"""What stands around every page: one facility or all of them, and what is off."""

import pytest
from django.test import Client

from handbell.access.models import Facility
from handbell.access.operations import change_columns
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic

DIRECTOR = PermissionLevel.THERAPY_DIRECTOR


def said(answer: object) -> str:
    return " ".join(answer.content.decode().split())  # type: ignore[attr-defined]


def show(browser: Client, facility: Facility | None, **more: str) -> str:
    posted = {"facility": str(facility.pk) if facility else "", **more}
    answer = browser.post("/show-facility", posted)
    assert answer.status_code == 302
    return str(answer.headers["Location"])


@pytest.fixture
def elm(clinic: Clinic) -> Facility:
    return clinic.add_facility("Elm Street", "America/New_York")


class TestTheSwitch:
    def test_it_is_there_where_there_is_something_to_choose(
        self, clinic: Clinic, browser: Client
    ) -> None:
        assert "All facilities" not in said(browser.get("/"))
        elm = clinic.add_facility("Elm Street", "America/New_York")
        assert "All facilities" in said(browser.get("/"))
        Facility.objects.filter(pk=elm.pk).update(closed_at=clinic.now)
        assert "All facilities" not in said(browser.get("/"))

    def test_today_the_patients_and_the_messages_show_what_is_chosen(
        self, clinic: Clinic, browser: Client, elm: Facility
    ) -> None:
        message(clinic, clinic.patient("Dorothy"))
        ines = clinic.patient("Ines", facility=elm)
        message(clinic, ines, visit=clinic.visit(ines, clinic.now, facility=elm))
        show(browser, elm)
        for address in ("/patients", "/messages", f"/messages?facility={clinic.facility.pk}"):
            html = said(browser.get(address))
            assert "Ines Doe" in html
            assert "Dorothy Doe" not in html
            assert "Of Elm Street only." in html
            assert 'id="by-facility"' not in html
        html = said(browser.get("/"))
        assert f'<option value="{elm.pk}" selected>Elm Street</option>' in html
        assert 'id="figure-waiting"' in html
        assert "<strong>1</strong>" in html
        show(browser, None)
        html = said(browser.get("/patients"))
        assert "Dorothy Doe" in html
        assert "only." not in html

    def test_a_search_says_that_it_looks_in_one_facility(
        self, clinic: Clinic, browser: Client, elm: Facility
    ) -> None:
        clinic.patient("Dorothy")
        show(browser, elm)
        html = said(browser.post("/patients/find", {"q": "dorothy"}, follow=True))
        assert "Nobody fits" in html
        assert "Of Elm Street only." in html
        assert "Show all facilities" in html

    @pytest.mark.parametrize("typed", ["x", "0", "-1", "9" * 40, "1; DROP", "\0", "٣"])
    def test_what_is_no_facility_means_all(
        self, clinic: Clinic, browser: Client, elm: Facility, typed: str
    ) -> None:
        show(browser, elm)
        browser.post("/show-facility", {"facility": typed})
        assert "only." not in said(browser.get("/patients"))

    def test_another_practice_s_facility_means_all(self, clinic: Clinic, browser: Client) -> None:
        theirs = Clinic(now=clinic.now)
        theirs.patient("Zelda")
        show(browser, theirs.facility)
        assert "facility" not in browser.session
        assert "Zelda" not in said(browser.get("/patients"))

    def test_one_that_closes_meanwhile_counts_as_not_chosen(
        self, clinic: Clinic, browser: Client, elm: Facility
    ) -> None:
        clinic.patient("Dorothy")
        show(browser, elm)
        Facility.objects.filter(pk=elm.pk).update(closed_at=clinic.now)
        assert "Dorothy Doe" in said(browser.get("/patients"))

    @pytest.mark.parametrize(
        ("stood", "leads"),
        [
            ("/messages?state=delivered", "/messages?state=delivered"),
            ("", "/"),
            ("//evil.example/x", "/"),
            ("https://evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/\\evil.example", "/"),
        ],
    )
    def test_it_leads_back_to_a_page_of_ours_only(
        self, clinic: Clinic, browser: Client, elm: Facility, stood: str, leads: str
    ) -> None:
        assert show(browser, elm, back=stood) == leads

    def test_where_it_stands_is_said_without_the_facility_of_the_address(
        self, clinic: Clinic, browser: Client, elm: Facility
    ) -> None:
        html = said(browser.get(f"/messages?facility={elm.pk}&state=delivered&after=1-1"))
        assert 'name="back" value="/messages?state=delivered"' in html

    def test_htmx_is_told_where_to_go(self, clinic: Clinic, browser: Client, elm: Facility) -> None:
        posted = {"facility": elm.pk, "back": "/patients"}
        answer = browser.post("/show-facility", posted, headers={"HX-Request": "true"})
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/patients")

    def test_a_page_asks_as_often_however_many_facilities_there_are(
        self, clinic: Clinic, browser: Client, django_assert_max_num_queries: object
    ) -> None:
        for number in range(30):
            clinic.add_facility(f"Place {number}", "America/New_York")
        browser.get("/guidance")
        with django_assert_max_num_queries(8):  # type: ignore[operator]
            browser.get("/guidance")


class TestTheBanner:
    def test_nothing_is_said_while_all_is_normal(self, browser: Client) -> None:
        assert "Reminders are paused." not in said(browser.get("/guidance"))

    def test_it_says_who_paused_and_ends_on_the_page_it_stands_on(self, clinic: Clinic) -> None:
        director = signed_in(staff(clinic, DIRECTOR))
        director.post("/settings/engagement/mode", {"mode": "paused"})
        director.get("/settings")  # takes away what was said of it
        html = said(director.get("/guidance"))
        assert "Reminders are paused." in html
        assert "Robin Desk paused them," in html
        assert 'name="back" value="/guidance"' in html
        ended = director.post("/settings/engagement/mode", {"mode": "normal", "back": "/guidance"})
        assert ended.headers["Location"] == "/guidance"
        clinic.practice.refresh_from_db()
        assert clinic.practice.reminder_mode == "normal"

    def test_who_may_not_change_reminders_reads_it_and_ends_nothing(
        self, clinic: Clinic, browser: Client
    ) -> None:
        change_columns(
            clinic.practice,
            {"reminder_mode": "paused"},
            by=staff(clinic, DIRECTOR, name="Dana Quill"),
            now=clinic.now,
        )
        html = said(browser.get("/"))
        assert "Dana Quill paused them," in html
        assert "End now" not in html
        limited = signed_in(staff(clinic, DIRECTOR, limit_messaging=True))
        assert "End now" not in said(limited.get("/"))

    def test_what_a_file_paused_names_nobody(self, clinic: Clinic, browser: Client) -> None:
        clinic.practice.reminder_mode = "paused"
        clinic.practice.save()
        html = said(browser.get("/"))
        assert "They stay so until somebody ends it." in html

    def test_the_name_is_of_who_paused_last(self, clinic: Clinic, browser: Client) -> None:
        for name, mode in (("Ana", "paused"), ("Bo", "normal")):
            by = staff(clinic, DIRECTOR, name=name)
            change_columns(clinic.practice, {"reminder_mode": mode}, by=by, now=clinic.now)
        clinic.practice.reminder_mode = "paused"  # by a file, since
        clinic.practice.save()
        assert "They stay so until somebody ends it." in said(browser.get("/"))


def test_the_front_desk_finds_a_sender_that_pauses_and_an_administrator_its_button(
    clinic: Clinic, browser: Client
) -> None:
    from handbell.vocabulary.words import Channel

    sender = clinic.sender(Channel.SMS, paused_reason="the provider refused it")
    assert 'href="/settings/senders">Look at it' in said(browser.get("/"))
    administrator = signed_in(staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR))
    assert f'href="/settings/senders/{sender.pk}">Look at it' in said(administrator.get("/"))
