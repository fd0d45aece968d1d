"""Today: its numbers are the lists behind them, its reasons can be mended, its poll is quiet."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.console.board import read_board
from handbell.console.clock import local_day
from handbell.console.today import channel_days, figures
from handbell.facts.reach import note_unreachable
from handbell.outbox.models import Message, Sender
from handbell.outbox.queries import Tally
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import Channel, MessageState, Objection, Purpose
from tests.console.desk import message, signed_in, staff
from tests.world import NEW_YORK, Clinic

S = MessageState


def page(browser: Client, address: str = "/") -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def shown_figures(html: str) -> dict[str, tuple[int, str]]:
    """Return each figure's label with its number and the address behind it."""
    found = re.findall(
        r'id="figure-\w+" href="([^"]+)">\s*<strong>([\d,]+)</strong>\s*'
        r'<span class="label">([^<]+)',
        html,
    )
    return {label: (int(number.replace(",", "")), unescape(href)) for href, number, label in found}


def a_mixed_day(clinic: Clinic) -> None:
    patient = clinic.patient()
    visit = clinic.visit(patient, clinic.now + timedelta(days=1))
    for state, times in {S.QUEUED: 2, S.ACCEPTED: 3, S.DELIVERED: 4, S.UNDELIVERED: 1}.items():
        for _ in range(times):
            message(clinic, patient, state=state, visit=visit)
    for state in (S.CLAIMED, S.IN_DOUBT, S.FAILED, S.WITHHELD, S.CANCELLED, S.EXPIRED):
        message(clinic, patient, state=state, visit=visit)
    for reason in (Objection.MERGED, Objection.NO_CONSENT, Objection.OPTED_OUT):
        message(clinic, patient, objection=reason, visit=visit)
    message(clinic, patient, visit=visit, due_at=clinic.now - timedelta(days=2))


def test_each_number_is_the_count_of_the_list_behind_it(clinic: Clinic, browser: Client) -> None:
    a_mixed_day(clinic)

    numbers = shown_figures(page(browser))

    assert {label: number for label, (number, _) in numbers.items()} == {
        "Handed over": 9,
        "Delivered": 4,
        "Waiting": 3,
        "Held back": 5,
        "Failed or in doubt": 3,
    }
    for number, address in numbers.values():
        assert f"{number} messages" in page(browser, address)


def test_a_balance_alert_is_not_counted_for_staff_with_limited_finance(clinic: Clinic) -> None:
    message(clinic, clinic.patient(), purpose=Purpose.BALANCE_ALERT)
    limited = signed_in(staff(clinic, limit_financial=True))
    assert shown_figures(page(limited))["Waiting"][0] == 0
    assert shown_figures(page(signed_in(staff(clinic))))["Waiting"][0] == 1


def test_another_practice_s_day_is_not_shown(clinic: Clinic, browser: Client) -> None:
    a_mixed_day(Clinic(now=clinic.now))
    assert {number for number, _ in shown_figures(page(browser)).values()} == {0}


def test_a_facility_s_day_is_its_visits_and_its_own_patients(clinic: Clinic) -> None:
    west = clinic.add_facility("West", "America/Los_Angeles")
    patient = clinic.patient()  # of the main facility
    message(clinic, patient, visit=clinic.visit(patient, clinic.now, facility=west))
    message(clinic, patient, purpose=Purpose.BALANCE_ALERT)
    browser = signed_in(staff(clinic))

    waiting = {
        place.name: shown_figures(page(browser, f"/?facility={place.pk}"))["Waiting"][0]
        for place in (west, clinic.facility)
    }

    assert waiting == {"West": 1, "Main": 1}


def test_what_can_be_mended_comes_first_with_its_cure(clinic: Clinic, browser: Client) -> None:
    patient = clinic.patient()
    for reason in (Objection.PAID, Objection.PAID, Objection.NO_CONSENT):
        message(clinic, patient, state=S.WITHHELD, objection=reason)
    html = page(browser)
    held = html[html.index('id="held"') :]
    assert held.index("No consent") < held.index("Balance settled")
    assert "record the consent" in held
    assert "reason=no_consent" in held


def test_reminders_that_are_paused_are_said_above_every_page(
    clinic: Clinic, browser: Client
) -> None:
    assert "Reminders are paused" not in page(browser)
    clinic.practice.reminder_mode = "paused"
    clinic.practice.save()
    for address in ("/", "/messages"):
        assert "Reminders are paused" in page(browser, address)


def reply(clinic: Clinic, text: str, **columns: object) -> Reply:
    event = ProviderEvent.objects.create(
        provider="rehearsal", kind="inbound", key=f"in:{text}", payload={}, received_at=clinic.now
    )
    values: dict[str, object] = {"meaning": "unclear", "address": "+12025550155"}
    return Reply.objects.create(
        practice=clinic.practice,
        event=event,
        channel=Channel.SMS,
        text=text,
        received_at=clinic.now,
        **(values | columns),
    )


def test_what_needs_a_person_is_listed(clinic: Clinic, browser: Client) -> None:
    doubtful = message(clinic, clinic.patient("Dorothy"), state=S.IN_DOUBT)
    reply(clinic, "can I bring <my> mother?", patient=clinic.patient("Ines"))
    reply(clinic, "already read", seen_at=clinic.now)
    Sender.objects.filter(practice=clinic.practice).update(paused_reason="twilio answered 20003")

    html = page(browser)

    assert f'href="/messages/{doubtful.pk}">Dorothy Doe' in html
    assert "can I bring &lt;my&gt; mother?" in html
    assert "already read" not in html
    assert "nothing leaves by (202) 555-0199" in html


def test_the_facility_narrows_what_needs_a_person_and_what_is_left_out_is_said(
    clinic: Clinic, browser: Client
) -> None:
    west = clinic.add_facility("West", "America/Los_Angeles")
    here = clinic.patient("Dorothy")
    there = clinic.patient("Ines", facility=west)
    message(clinic, there, state=S.IN_DOUBT)
    for number in range(11):
        message(clinic, here, state=S.IN_DOUBT)
        reply(clinic, f"question {number}", patient=here)
    reply(clinic, "asked in the west", patient=there)
    reply(clinic, "from a number nobody knows")

    everywhere = page(browser)
    assert "More replies wait after these" in everywhere
    assert "See all of them" in everywhere
    west_only = page(browser, f"?facility={west.pk}")

    assert "asked in the west" in west_only
    assert "from a number nobody knows" in west_only
    assert "question 1" not in west_only
    assert "Dorothy Doe</a>, " not in west_only
    assert "More replies" not in west_only
    assert "See all of them" not in west_only


def test_a_sender_that_rests_says_until_when_and_one_whose_rest_is_over_is_not_listed(
    clinic: Clinic, browser: Client
) -> None:
    sender = clinic.sender(Channel.SMS, paused_until=datetime.now(UTC) + timedelta(minutes=5))
    assert "It goes on by itself" in page(browser)
    sender.paused_until = datetime.now(UTC) - timedelta(minutes=5)
    sender.save()
    assert "nothing leaves" not in page(browser)


def test_a_reply_marked_as_read_leaves_the_list(clinic: Clinic, browser: Client) -> None:
    unread = reply(clinic, "can I bring my mother?")
    answer = browser.post(f"/replies/{unread.pk}/read", follow=True)
    assert "marked as read" in answer.content.decode()
    assert "bring my mother" not in page(browser)


def test_another_practice_s_reply_cannot_be_marked(clinic: Clinic, browser: Client) -> None:
    theirs = reply(Clinic(now=clinic.now), "hello")
    assert browser.post(f"/replies/{theirs.pk}/read").status_code == 404
    theirs.refresh_from_db()
    assert theirs.seen_at is None


def test_limited_messaging_reads_a_reply_and_cannot_settle_it(clinic: Clinic) -> None:
    kept = reply(clinic, "can I bring my mother?")
    browser = signed_in(staff(clinic, limit_messaging=True))
    html = page(browser)
    assert "mother" in html
    assert "Mark as read" not in html
    assert browser.post(f"/replies/{kept.pk}/read").status_code == 403


def live(browser: Client, version: str) -> tuple[int, str]:
    answer = browser.get(f"/today/live?version={version}", headers={"HX-Request": "true"})
    assert answer.headers["Handbell-As-Of"]
    return answer.status_code, answer.content.decode()


def test_the_poll_is_answered_only_when_something_changed(clinic: Clinic, browser: Client) -> None:
    row = message(clinic, clinic.patient())
    version = re.search(r"version=(\w+)", page(browser))
    assert version
    assert live(browser, version[1]) == (204, "")

    Message.objects.filter(pk=row.pk).update(
        state=S.CLAIMED, lease="00000000-0000-4000-8000-000000000001", lease_until=clinic.now
    )
    Message.objects.filter(pk=row.pk).update(state=S.DELIVERED, handed_over_at=clinic.now)

    status, html = live(browser, version[1])
    assert status == 200
    assert shown_figures(html)["Delivered"][0] == 1
    assert 'data-announce="1 handed over, 1 delivered' in html


def test_today_costs_the_same_number_of_queries_however_full_the_day(
    clinic: Clinic, browser: Client, django_assert_max_num_queries: object
) -> None:
    def queries() -> int:
        with django_assert_max_num_queries(20) as counted:  # type: ignore[operator]
            page(browser)
        return len(counted)

    a_mixed_day(clinic)
    few = queries()
    for _ in range(5):
        a_mixed_day(clinic)
        reply(clinic, f"reply {_}", patient=clinic.patient())
    assert queries() == few


class TestHours:
    """The hour-by-hour picture."""

    day = local_day(datetime(2026, 11, 5, tzinfo=UTC).date(), NEW_YORK)
    now = datetime(2026, 11, 5, 18, 20, tzinfo=UTC)  # 13:20 in New York

    def tally(self, state: S, hour: int, count: int = 1, day: int = 5) -> Tally:
        return Tally(Channel.SMS, state, "", datetime(2026, 11, day, hour, tzinfo=NEW_YORK), count)

    def hours(self, *tallies: Tally) -> list[tuple[str, int, int]]:
        text = channel_days(list(tallies), day=self.day, zone=NEW_YORK, now=self.now)[0]
        return [(hour.label, hour.went, hour.to_go) for hour in text.hours]

    def test_what_went_and_what_will_go_are_told_apart(self) -> None:
        found = self.hours(
            self.tally(S.DELIVERED, 9, 4), self.tally(S.ACCEPTED, 9), self.tally(S.QUEUED, 16, 2)
        )
        assert found == [("09:00", 5, 0), ("16:00", 0, 2)]

    def test_what_is_late_goes_in_this_hour_not_in_one_that_is_gone(self) -> None:
        assert self.hours(self.tally(S.QUEUED, 8, 3)) == [("13:00", 0, 3)]

    def test_what_left_just_after_midnight_stays_in_the_day_it_was_due(self) -> None:
        assert self.hours(self.tally(S.DELIVERED, 0, 1, day=6)) == [("23:00", 1, 0)]

    def test_what_failed_or_was_held_is_in_no_hour(self) -> None:
        assert self.hours(self.tally(S.FAILED, 9), self.tally(S.WITHHELD, 9)) == []

    def test_each_channel_has_its_own_picture_and_none_when_nothing_goes(self) -> None:
        text, call, mail = channel_days(
            [self.tally(S.DELIVERED, 9)], day=self.day, zone=NEW_YORK, now=self.now
        )
        assert text.picture
        assert "The busiest hour begins at 09:00 with 1." in text.picture
        assert (call.picture, mail.picture) == (None, None)


def test_the_summary_reads_like_a_sentence() -> None:
    day = TestHours.day
    row = figures([], day=day, facility_id=None)
    assert [figure.count for figure in row] == [0, 0, 0, 0, 0]


def test_whom_no_reminder_reaches_is_listed_with_the_number_to_dial(
    clinic: Clinic, browser: Client
) -> None:
    lost = clinic.patient("Dorothy", home="+12025550143", email="dorothy@mailbox.example")
    clinic.visit(lost, clinic.now + timedelta(days=1))
    note_unreachable(clinic.practice.pk, {lost.pk: Objection.NO_CONTACT_POINT})
    assert '<a href="tel:+12025550143">(202) 555-0143</a>' in page(browser)


@pytest.mark.parametrize("limited", [True, False])
def test_the_board_needs_few_queries(
    clinic: Clinic, limited: bool, django_assert_max_num_queries: object
) -> None:
    member = StaffMember.objects.select_related("practice").get(
        pk=staff(clinic, limit_messaging=limited).pk
    )
    for number in range(20):
        lost = clinic.patient(consents=[Channel.SMS])
        clinic.visit(lost, clinic.now + timedelta(days=1 + number % 5))
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        read_board(member, facility_id=None, now=datetime.now(UTC))
