"""The page behind a patient's link: looking changes nothing, pressing the button confirms."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handbell.facts.models import Appointment, Change, Consent, ContactPoint, Suppression
from handbell.outbox.models import Message
from handbell.receipts.models import ProviderEvent, Reply
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    MessageState,
    Objection,
    Purpose,
    Recipient,
)
from tests.console.desk import message
from tests.world import Clinic, move

EVERYTHING = (Appointment, Change, Consent, Suppression, Message, ProviderEvent, Reply)


def show(of: Message, query: str = "") -> str:
    answer = Client().get(f"/v/{of.code}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def shown_field(html: str) -> str:
    found = re.search(r'name="shown" value="([^"]*)"', html)
    assert found
    return found[1]


def press_confirm(of: Message) -> str:
    """Do what a patient does: read the page, press the button, read what comes."""
    answer = Client().post(
        f"/v/{of.code}/confirm", {"shown": shown_field(show(of)), "lang": "en"}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()


def status_of(of: Message) -> str:
    assert of.appointment is not None
    return Appointment.objects.get(pk=of.appointment.pk).status


def everything() -> str:
    return "".join(
        serializers.serialize("json", model.objects.order_by("pk")) for model in EVERYTHING
    )


def test_the_page_says_where_and_when_on_the_clinic_s_clock(
    clinic: Clinic, reminder: Message
) -> None:
    assert reminder.appointment is not None
    local = reminder.appointment.starts_at.astimezone(ZoneInfo("America/New_York"))
    html = show(reminder)
    assert "Harbor PT" in html
    assert "1 Harbor St, Springfield" in html
    assert f"{local:%A}, {local:%B} {local.day}, {local:%-I}:{local:%M}" in html
    assert "(202) 555-0190" in html
    assert 'href="tel:+12025550190"' in html


def test_the_page_holds_no_surname_number_or_reason_of_the_visit(
    clinic: Clinic, reminder: Message
) -> None:
    assert reminder.appointment is not None
    Appointment.objects.filter(pk=reminder.appointment.pk).update(provider_name="Dr Oakhurst")
    html = show(reminder)
    for secret in ("Quillfeather", "5550123", "555-0123", "Oakhurst", reminder.patient.external_id):
        assert secret not in html


@pytest.mark.parametrize("path", ["", "/confirm", "/stop", "/visit.ics"])
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_storm_of_previews_changes_nothing(reminder: Message, path: str, method: str) -> None:
    before = everything()
    robots = ("facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0", "BarracudaCentral", "")
    with CaptureQueriesContext(connection) as asked:
        for robot in robots * 5:
            getattr(Client(), method)(f"/v/{reminder.code}{path}", headers={"User-Agent": robot})
    assert everything() == before
    written = [q["sql"] for q in asked if not q["sql"].strip().startswith("SELECT")]
    assert written == []


def test_the_button_confirms(reminder: Message) -> None:
    html = press_confirm(reminder)
    assert status_of(reminder) == AppointmentStatus.CONFIRMED
    assert "Thank you, we expect you" in html
    assert "Yes, I will be there" not in html
    assert "Need to change it?" in html


def test_the_button_works_without_a_cookie_and_from_an_opaque_origin(reminder: Message) -> None:
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post(
        f"/v/{reminder.code}/confirm",
        {"shown": shown_field(show(reminder))},
        headers={"Origin": "null"},
    )
    assert answer.status_code == 302
    assert not browser.cookies
    assert status_of(reminder) == AppointmentStatus.CONFIRMED


def test_pressing_twice_is_as_pressing_once(reminder: Message) -> None:
    fields = {"shown": shown_field(show(reminder))}
    for _ in range(2):
        assert Client().post(f"/v/{reminder.code}/confirm", fields).status_code == 302
    assert status_of(reminder) == AppointmentStatus.CONFIRMED


@pytest.mark.parametrize("fields", [{}, {"shown": ""}, {"shown": "1.1"}])
def test_a_button_of_no_page_confirms_nothing(reminder: Message, fields: dict[str, str]) -> None:
    Client().post(f"/v/{reminder.code}/confirm", fields)
    assert status_of(reminder) == AppointmentStatus.BOOKED


def test_a_visit_that_moves_while_somebody_reads_is_not_confirmed(
    clinic: Clinic, reminder: Message
) -> None:
    assert reminder.appointment is not None
    fields = {"shown": shown_field(show(reminder))}
    move(reminder.appointment, clinic.now + timedelta(days=3), now=clinic.now)

    answer = Client().post(f"/v/{reminder.code}/confirm", fields, follow=True)

    assert status_of(reminder) == AppointmentStatus.BOOKED
    html = answer.content.decode()
    assert "This changed while you were reading" in html
    assert "New time" in html


def test_a_moved_visit_shows_its_new_time_says_so_and_can_be_confirmed(
    clinic: Clinic, reminder: Message
) -> None:
    assert reminder.appointment is not None
    at = (clinic.now + timedelta(days=4)).astimezone(ZoneInfo("America/New_York"))
    move(reminder.appointment, at, now=clinic.now)
    html = show(reminder)
    assert "The time or place changed after we wrote to you." in html
    assert f"{at:%A}, {at:%B} {at.day}" in html
    press_confirm(reminder)
    assert status_of(reminder) == AppointmentStatus.CONFIRMED


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"status": AppointmentStatus.CANCELLED}, "This visit is cancelled"),
        ({"status": AppointmentStatus.COMPLETED}, "This visit is over"),
        ({"status": AppointmentStatus.NO_SHOW}, "This visit is over"),
        ({"status": AppointmentStatus.ARRIVED}, "This visit is over"),
        ({"ago": timedelta(minutes=1)}, "This visit is over"),
        ({"ago": timedelta(days=6)}, "This visit is over"),
    ],
)
def test_what_is_no_longer_to_confirm_is_said_kindly_with_the_number(
    clinic: Clinic, reminder: Message, columns: dict[str, Any], said: str
) -> None:
    assert reminder.appointment is not None
    fields = {"shown": shown_field(show(reminder))}
    visit = reminder.appointment
    visit.status = columns.get("status", visit.status)
    if "ago" in columns:
        visit.starts_at = clinic.now - columns["ago"]
    visit.save()

    html = show(reminder)

    assert said in html
    assert "(202) 555-0190" in html
    assert "Yes, I will be there" not in html
    assert "Add to my calendar" not in html
    Client().post(f"/v/{reminder.code}/confirm", fields)
    assert status_of(reminder) == visit.status


class TestSeveralVisits:
    """One message may speak of several visits, of several people."""

    @pytest.fixture
    def both(self, clinic: Clinic, reminder: Message) -> tuple[Message, Message]:
        sister = clinic.patient("Bea", last_name="Quillfeather", mobile="+12025550123")
        visit = clinic.visit(sister, clinic.now + timedelta(days=2, hours=1))
        follower = message(
            clinic,
            sister,
            visit=visit,
            state=MessageState.WITHHELD,
            objection=Objection.MERGED,
            merged_into=reminder,
        )
        return reminder, follower

    def test_all_are_shown_by_first_name_and_confirmed_together(
        self, both: tuple[Message, Message]
    ) -> None:
        html = show(both[0])
        assert "Please confirm your 2 visits" in html
        assert html.index("Alex") < html.index("Bea")
        press_confirm(both[0])
        assert {status_of(one) for one in both} == {AppointmentStatus.CONFIRMED}

    def test_a_link_of_the_one_that_travelled_shows_all_too(
        self, both: tuple[Message, Message]
    ) -> None:
        assert "Please confirm your 2 visits" in show(both[1])

    def test_a_cancelled_one_is_marked_and_the_other_can_be_confirmed(
        self, both: tuple[Message, Message]
    ) -> None:
        assert both[1].appointment is not None
        Appointment.objects.filter(pk=both[1].appointment.pk).update(
            status=AppointmentStatus.CANCELLED
        )
        html = show(both[0])
        assert "Please confirm your visit<" in html
        assert "Cancelled" in html
        press_confirm(both[0])
        assert status_of(both[0]) == AppointmentStatus.CONFIRMED
        assert status_of(both[1]) == AppointmentStatus.CANCELLED

    def test_of_two_only_whose_number_it_still_is_is_shown_and_confirmed(
        self, both: tuple[Message, Message]
    ) -> None:
        fields = {"shown": shown_field(show(both[0]))}
        ContactPoint.objects.filter(patient=both[0].patient).update(value="+12025550125")
        html = show(both[0])
        assert "Please confirm your visit<" in html
        assert "Alex" not in html
        Client().post(f"/v/{both[0].code}/confirm", fields)  # of the page with both
        assert {status_of(one) for one in both} == {AppointmentStatus.BOOKED}
        press_confirm(both[0])
        assert status_of(both[0]) == AppointmentStatus.BOOKED
        assert status_of(both[1]) == AppointmentStatus.CONFIRMED
        entries = Client().get(f"/v/{both[0].code}/visit.ics").content
        assert entries.count(b"BEGIN:VEVENT") == 1


class TestAnAddressThatIsTheirsNoMore:
    """The clinic corrected the number; whoever has the old one still has the link."""

    def test_it_shows_nothing_and_confirms_nothing(self, reminder: Message) -> None:
        fields = {"shown": shown_field(show(reminder))}
        ContactPoint.objects.update(value="+12025550125")
        asked = [
            Client().get(f"/v/{reminder.code}"),
            Client().post(f"/v/{reminder.code}/confirm", fields),
            Client().get(f"/v/{reminder.code}/visit.ics"),
        ]
        for answer in asked:
            assert answer.status_code == 410
            html = answer.content.decode()
            assert "This link has ended" in html
            assert "Stop these texts and calls" in html
            for secret in ("Alex", "Springfield", "Add to my calendar", "Choose what you get"):
                assert secret not in html
        assert status_of(reminder) == AppointmentStatus.BOOKED

    def test_a_guardian_s_link_ends_when_the_patient_is_of_age(self, clinic: Clinic) -> None:
        born = clinic.now.date() - timedelta(days=4000)
        child = clinic.patient("Nell", birth_date=born, guardian_mobile="+12025550123")
        of = message(clinic, child, state=MessageState.DELIVERED, recipient=Recipient.GUARDIAN)
        assert "Please confirm your visit" in show(of)
        child.birth_date = born - timedelta(days=3000)
        child.save()
        assert Client().get(f"/v/{of.code}").status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/v/", "/v/abcdefghijklmnop", "/v/abc.def", "/v/a/b/c", "/v/x/confirm", "/v/x/stop",
     "/v/x/visit.ics", "/v/%00", "/v/" + "a" * 500],
)  # fmt: skip
@pytest.mark.parametrize("method", ["get", "post", "head"])
def test_an_unknown_code_gets_a_kind_answer_without_a_hint(address: str, method: str) -> None:
    answer = getattr(Client(), method)(address)
    assert answer.status_code == 404
    if method != "head":
        html = answer.content.decode()
        assert "There is nothing at this address" in html
        assert "No hay nada en esta dirección" in html
        assert "Handbell" not in html


@pytest.mark.parametrize("path", ["", "/confirm", "/stop", "/visit.ics", "/nonsense"])
def test_no_answer_is_kept_indexed_or_told_to_others(reminder: Message, path: str) -> None:
    answer = Client().get(f"/v/{reminder.code}{path}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert not answer.cookies


def test_a_name_is_only_text(clinic: Clinic) -> None:
    clinic.practice.name = "<script>alert(1)</script>"
    clinic.practice.save()
    html = show(
        message(clinic, clinic.patient(mobile="+12025550123"), state=MessageState.DELIVERED)
    )
    assert "<script>alert" not in html
    assert "<script>alert(1)</script>" in unescape(html)


class TestStop:
    """The second button."""

    def test_it_stops_texts_and_calls_to_the_number_and_says_so(self, reminder: Message) -> None:
        answer = Client().post(f"/v/{reminder.code}/stop", follow=True)
        assert "You get no more automatic texts and calls" in answer.content.decode()
        stopped = Suppression.objects.values_list("address", "channel", "kind")
        assert set(stopped) == {
            (reminder.address, "sms", "opted_out"),
            (reminder.address, "voice", "opted_out"),
        }
        assert status_of(reminder) == AppointmentStatus.BOOKED  # the visit stays as it is

    def test_an_e_mail_s_link_stops_e_mails(self, clinic: Clinic) -> None:
        patient = clinic.patient(email="frank@mailbox.example")
        mail = message(clinic, patient, state=MessageState.ACCEPTED, channel=Channel.EMAIL)
        assert "Stop these e-mails" in show(mail)
        answer = Client().post(f"/v/{mail.code}/stop", follow=True)
        assert "You get no more automatic e-mails" in answer.content.decode()
        assert set(Suppression.objects.values_list("channel", flat=True)) == {"email"}

    def test_a_mailbox_s_own_unsubscribe_button_stops_and_confirms_nothing(
        self, clinic: Clinic
    ) -> None:
        patient = clinic.patient(email="frank@mailbox.example")
        mail = message(clinic, patient, state=MessageState.ACCEPTED, channel=Channel.EMAIL)
        answer = Client(enforce_csrf_checks=True).post(
            f"/v/{mail.code}", {"List-Unsubscribe": "One-Click"}
        )
        assert answer.status_code == 200
        assert Suppression.objects.filter(address="frank@mailbox.example").exists()
        assert status_of(mail) == AppointmentStatus.BOOKED

    def test_any_other_post_to_the_page_changes_nothing(self, reminder: Message) -> None:
        before = everything()
        Client().post(f"/v/{reminder.code}", {"confirm": "yes"})
        assert everything() == before

    def test_a_new_consent_lifts_it(self, clinic: Clinic, reminder: Message) -> None:
        Client().post(f"/v/{reminder.code}/stop")
        assert "You get no more" in show(reminder)
        Suppression.objects.update(at=datetime.now(ZoneInfo("UTC")) - timedelta(hours=1))
        clinic.consent(reminder.patient, Channel.SMS, when=clinic.now)
        assert "You can stop our automatic texts" in show(reminder)


def test_a_balance_alert_s_link_shows_no_visit_and_no_amount(clinic: Clinic) -> None:
    patient = clinic.patient(mobile="+12025550123")
    alert = message(clinic, patient, purpose=Purpose.BALANCE_ALERT, state=MessageState.DELIVERED)
    html = show(alert)
    assert "Please call us about your account" in html  # nobody's birth date is known
    assert "Stop these texts and calls" in html
    assert "$" not in html
    assert Client().get(f"/v/{alert.code}/visit.ics").status_code == 404


def test_the_page_takes_a_wish_to_be_called_and_staff_see_it(clinic: Clinic) -> None:
    of = message(clinic, clinic.patient(mobile="+12025550123"))
    html = show(of)
    assert "Please call me to change or cancel it" in html
    answer = Client().post(f"/v/{of.code}/call-back", {"lang": "en"}, follow=True)
    assert "We will call you about it." in answer.content.decode()
    assert "Please call me" not in answer.content.decode()
    reply = Reply.objects.get()
    assert (reply.meaning, reply.patient, reply.seen_at) == ("call_back", of.patient, None)
    assert status_of(of) == AppointmentStatus.BOOKED
