"""The balance: never by the link alone, only after the date of birth, and not by guessing it."""

import re
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.models import AuditEvent, Practice
from handbell.facts.models import ContactPoint, LedgerEntry, Patient
from handbell.outbox.models import Message
from handbell.patientpages.limits import DATES_OF_COMPUTER, DATES_OF_PATIENT
from handbell.receipts.models import LinkEvent
from handbell.vocabulary.words import LedgerKind, LinkAct, MessageState, Purpose
from tests.console.desk import message
from tests.world import Clinic

NUMBER = "+12025550123"
BORN = {"month": "4", "day": "02", "year": "1985"}


@pytest.fixture
def alert(clinic: Clinic) -> Message:
    """Return an alert of 45 dollars, delivered to somebody born on 2 April 1985."""
    clinic.senders()
    patient = clinic.patient("Frank", mobile=NUMBER, birth_date=date(1985, 4, 2))
    day = clinic.now.date() - timedelta(days=3)
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "60.00", day)
    clinic.entry(patient, LedgerKind.PAYMENT, "15.00", day)
    return another_alert(clinic, patient)


def another_alert(clinic: Clinic, patient: Patient) -> Message:
    return message(clinic, patient, purpose=Purpose.BALANCE_ALERT, state=MessageState.DELIVERED)


def answer(of: Message, born: dict[str, str] = BORN, **headers: Any) -> Any:
    return Client().post(f"/v/{of.code}/balance", {"lang": "en"} | born, **headers)


def shown(of: Message, **more: str) -> str:
    """Give the right date, follow, and return the page."""
    given = answer(of, BORN | more)
    assert given.status_code == 302
    page = Client().get(given.headers["Location"])
    assert page.status_code == 200
    return page.content.decode()


def test_the_link_alone_asks_for_the_date_of_birth_and_shows_no_amount(alert: Message) -> None:
    for path in ("", "/balance", "/balance?seen=x", "/preferences"):
        html = Client().get(f"/v/{alert.code}{path}").content.decode()
        for secret in ("45", "60.00", "$", "1985", "Frank"):
            assert secret not in re.sub(r"<input[^>]*>|such as 1985", "", html), path
    assert "date of birth" in Client().get(f"/v/{alert.code}").content.decode()


def test_after_the_right_date_the_amount_is_shown_with_its_day(alert: Message) -> None:
    html = shown(alert)
    assert "$45.00" in html
    assert "The account of Frank" in html
    assert re.search(r"As of \w+, \w+ \d+, \d+:\d\d", html)
    assert "To pay or to ask about it, please call us:" in html
    assert "(202) 555-0190" in html
    assert "Doe" not in html


def test_the_practice_s_payment_page_is_a_button(alert: Message) -> None:
    Practice.objects.update(payment_url="https://pay.harborpt.example/start")
    html = shown(alert)
    assert 'href="https://pay.harborpt.example/start" rel="noopener noreferrer"' in html
    assert "Pay online" in html


def test_who_owes_nothing_is_told_so(alert: Message) -> None:
    LedgerEntry.objects.filter(kind=LedgerKind.PAYMENT).update(amount="70.00")
    html = shown(alert)
    assert "Nothing is open." in html
    assert "$" not in html
    assert "Pay online" not in html


def test_spanish_has_its_own_money_dates_and_order(alert: Message) -> None:
    html = Client().get(f"/v/{alert.code}?lang=es").content.decode()
    assert html.index('name="day"') < html.index('name="month"') < html.index('name="year"')
    assert "Abril" in html
    assert "Saldo pendiente" in shown(alert, lang="es")


def test_the_page_reads_again_without_a_cookie_for_ten_minutes(
    alert: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = time.time()
    monkeypatch.setattr(time, "time", lambda: start)
    given = answer(alert)
    assert not given.cookies
    address = given.headers["Location"]
    assert "$45.00" in Client().get(address).content.decode()
    monkeypatch.setattr(time, "time", lambda: start + 599)
    assert "$45.00" in Client().get(address).content.decode()
    monkeypatch.setattr(time, "time", lambda: start + 602)
    assert "$" not in Client().get(address).content.decode()


def test_nothing_of_the_patient_is_in_an_address_or_kept(alert: Message) -> None:
    given = answer(alert)
    assert not re.search(r"1985|Frank|45|0123", given.headers["Location"].split("seen=")[0])
    page = Client().get(given.headers["Location"])
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert not page.cookies


def test_a_token_opens_its_own_link_only(clinic: Clinic, alert: Message) -> None:
    token = answer(alert).headers["Location"].split("seen=")[1]
    other = clinic.patient("Grace", mobile="+12025550124", birth_date=date(1990, 1, 1))
    clinic.entry(other, LedgerKind.RESPONSIBILITY, "99.00", clinic.now.date())
    of = another_alert(clinic, other)
    assert "$" not in Client().get(f"/v/{of.code}/balance?seen={token}").content.decode()


@pytest.mark.parametrize(
    "born",
    [
        {},
        {"month": "", "day": "", "year": ""},
        {"month": "2", "day": "31", "year": "1985"},
        {"month": "4", "day": "x", "year": "1985"},
        {"month": "4", "day": "2", "year": "99999999999999999999"},
        {"month": "4", "day": "2", "year": "85"},
        {"month": "\x00", "day": "2", "year": "1985"},
    ],
)
def test_what_is_no_date_is_said_and_costs_no_try(alert: Message, born: dict[str, str]) -> None:
    for _ in range(2 * DATES_OF_PATIENT.tries):
        html = answer(alert, born).content.decode()
        assert "This is not a date yet." in html
    assert "$45.00" in shown(alert)


def test_a_wrong_date_is_kept_as_typed_and_says_what_is_left(alert: Message) -> None:
    html = answer(alert, BORN | {"year": "1986"}).content.decode()
    assert "This is not the date we have on file." in html
    assert "You can try 4 more times today." in html
    assert 'value="1986"' in html
    assert '<option value="4" selected>April</option>' in html


def test_five_wrong_dates_lock_the_account_for_a_day_and_staff_are_told(alert: Message) -> None:
    wrong = [answer(alert, BORN | {"year": "1986"}) for _ in range(DATES_OF_PATIENT.tries)]
    assert [one.status_code for one in wrong] == [200] * (DATES_OF_PATIENT.tries - 1) + [429]
    locked = answer(alert)  # even the right one
    assert locked.status_code == 429
    assert 86_000 < int(locked.headers["Retry-After"]) <= 86_401
    html = locked.content.decode()
    assert "Please try again later" in html
    assert "Inténtelo más tarde" in html
    assert "(202) 555-0190" in html
    assert "Stop these texts and calls" in html
    assert Client().get(f"/v/{alert.code}").status_code == 429
    assert [event.act for event in LinkEvent.objects.all()] == [LinkAct.BALANCE_LOCKED]
    # Stopping goes on.
    Client().post(f"/v/{alert.code}/stop")
    assert LinkEvent.objects.filter(act=LinkAct.STOPPED).exists()


def test_the_tries_are_the_patient_s_behind_whichever_link(clinic: Clinic, alert: Message) -> None:
    links = [another_alert(clinic, alert.patient) for _ in range(DATES_OF_PATIENT.tries)]
    for link in links:
        answer(link, BORN | {"year": "1986"})
    assert answer(alert).status_code == 429
    assert Client().get(f"/v/{alert.code}").status_code == 429


def test_another_patient_s_link_is_not_locked_by_it(clinic: Clinic, alert: Message) -> None:
    for _ in range(DATES_OF_PATIENT.tries + 1):
        answer(alert, BORN | {"year": "1986"})
    other = clinic.patient("Grace", mobile=NUMBER, birth_date=date(1985, 4, 2))
    assert answer(another_alert(clinic, other)).status_code == 302


def test_one_computer_cannot_try_at_many_links(clinic: Clinic, alert: Message) -> None:
    for _ in range(DATES_OF_COMPUTER.tries // 4):
        other = clinic.patient("Grace", mobile=NUMBER, birth_date=date(1985, 4, 2))
        link = another_alert(clinic, other)
        for _ in range(4):
            assert answer(link, BORN | {"year": "1986"}).status_code == 200
    for _ in range(DATES_OF_PATIENT.tries + 1):
        assert answer(alert).status_code == 429
    # The computer had to wait; the patient's own tries are all left.
    assert answer(alert, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_right_dates_are_not_counted_against_a_shared_computer(
    clinic: Clinic, alert: Message
) -> None:
    for _ in range(DATES_OF_COMPUTER.tries + 2):
        assert answer(alert).status_code == 302


@pytest.mark.parametrize("columns", [{"birth_date": None}, {"deceased": True}])
def test_where_nobody_can_show_who_they_are_they_are_asked_to_call(
    alert: Message, columns: dict[str, Any]
) -> None:
    Patient.objects.update(**columns)
    for page in (Client().get(f"/v/{alert.code}"), answer(alert)):
        html = page.content.decode()
        assert "Please call us about your account" in html
        assert 'name="year"' not in html
        assert "$" not in html


def test_a_number_that_is_not_theirs_any_more_sees_nothing(alert: Message) -> None:
    address = answer(alert).headers["Location"]
    ContactPoint.objects.update(value="+12025550125")
    assert "$" not in Client().get(address).content.decode()
    assert "Please call us about your account" in answer(alert).content.decode()


def test_only_an_alert_s_link_leads_to_it(clinic: Clinic, alert: Message) -> None:
    reminder = message(clinic, alert.patient, state=MessageState.DELIVERED)
    for given in (answer(reminder), Client().get(f"/v/{reminder.code}/balance")):
        assert given.status_code == 302
        assert "/balance" not in given.headers["Location"]


def test_what_was_shown_is_recorded_without_the_amount(alert: Message) -> None:
    shown(alert)
    event = AuditEvent.objects.get()
    assert (event.act, event.who) == ("patient_seen", "the patient")
    assert event.detail == {"shown": "balance", "link of message": alert.pk}
    assert LinkEvent.objects.get().act == LinkAct.BALANCE_SHOWN


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_counts_no_try(alert: Message, method: str) -> None:
    for _ in range(DATES_OF_PATIENT.tries * 2):
        getattr(Client(), method)(f"/v/{alert.code}/balance?month=4&day=2&year=1986")
    assert answer(alert).status_code == 302
