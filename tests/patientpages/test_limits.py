"""Links cannot be guessed, guessing is slowed down, and an old link shows nothing more."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client, RequestFactory

from config.environment import SettingFlaw, read
from handbell.access.lockout import Limit, LockedOut, count_try, locked_until, tries_left
from handbell.facts.models import Appointment, Consent, Suppression
from handbell.outbox.models import Message, link_code
from handbell.patientpages.limits import GUESSES, computer_of
from handbell.vocabulary.words import Channel, ConsentKind, MessageState, Purpose
from tests.console.desk import message
from tests.world import Clinic

NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
LETTERS = set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_code_has_96_random_bits() -> None:
    codes = {link_code() for _ in range(20_000)}
    assert len(codes) == 20_000
    assert all(len(code) == 16 and set(code) <= LETTERS for code in codes)  # 16 x 6 bits
    for place in range(16):  # each place uses the whole alphabet
        assert {code[place] for code in codes} == LETTERS


def guess(**more: Any) -> Any:
    return Client().get(f"/v/{link_code()}", **more)


@pytest.mark.django_db
def test_who_guesses_many_links_must_wait_and_is_told_in_both_languages() -> None:
    assert [guess().status_code for _ in range(GUESSES.tries)] == [404] * GUESSES.tries
    answer = guess()
    assert answer.status_code == 429
    assert 800 < int(answer.headers["Retry-After"]) <= 901
    html = answer.content.decode()
    assert "Please try again later" in html
    assert "Inténtelo más tarde" in html
    assert "15 minutes" in html
    assert answer.headers["Cache-Control"] == "no-store"


def test_who_has_a_link_need_not_wait_because_others_guess(
    clinic: Clinic, reminder: Message
) -> None:
    for _ in range(GUESSES.tries):
        guess()
    for path in ("", "/preferences", "/visit.ics"):
        assert Client().get(f"/v/{reminder.code}{path}").status_code == 200
        assert Client().get(f"/v/{link_code()}{path}").status_code == 429
    assert Client().get(f"/v/{link_code()}", REMOTE_ADDR="198.51.100.7").status_code == 404


def test_stopping_is_never_refused(clinic: Clinic, reminder: Message) -> None:
    for _ in range(GUESSES.tries + 3):
        guess()
    clinic.consent(reminder.patient, Channel.SMS)
    key = f"{reminder.patient_id}-appointment_reminder-sms"
    assert Client().post(f"/v/{reminder.code}/preferences", {"was": key}).status_code == 302
    assert Consent.objects.filter(kind=ConsentKind.WITHDRAWN).exists()
    Client().post(f"/v/{reminder.code}", {"List-Unsubscribe": "One-Click"})
    assert Suppression.objects.filter(address=reminder.address).exists()
    assert Client().post(f"/v/{reminder.code}/stop").status_code == 302


def test_links_that_exist_are_never_counted(reminder: Message) -> None:
    for _ in range(GUESSES.tries + 5):
        assert Client().get(f"/v/{reminder.code}").status_code == 200
    Appointment.objects.update(status="cancelled")
    for _ in range(GUESSES.tries + 5):
        assert Client().get(f"/v/{reminder.code}/visit.ics").status_code == 404


class TestWhoseComputer:
    """The address somebody comes from, as the configuration says."""

    def address(self, monkeypatch: pytest.MonkeyPatch, proxies: int, **meta: str) -> str | None:
        public = "https://bell.example" if proxies else "http://127.0.0.1:8000"
        names = {"HANDBELL_PUBLIC_URL": public, "HANDBELL_PROXIES": str(proxies)}
        monkeypatch.setattr(settings, "ENVIRONMENT", read(names))
        return computer_of(RequestFactory().get("/v/x", **meta))  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "found"),
        [
            (0, "203.0.113.9", "198.51.100.7"),  # anybody may write that
            (1, "203.0.113.9", "203.0.113.9"),
            (1, "1.2.3.4, 203.0.113.9", "203.0.113.9"),
            (2, "1.2.3.4, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
            (1, "", None),
            (2, "203.0.113.9", None),
            (1, "nonsense", None),
            (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            (1, "2001:db8:1:2::9", "2001:db8:1:2::/64"),
            (1, "::ffff:203.0.113.9", "203.0.113.9"),
            (1, "203.0.113.9:5678", "203.0.113.9"),
            (1, "1.2.3.4:9, 203.0.113.9:5678", "203.0.113.9"),
            (1, "[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"),
            (1, "[2001:db8:1:2::9]", "2001:db8:1:2::/64"),
            (1, "[::ffff:203.0.113.9]:443", "203.0.113.9"),
            (1, "nonsense:443", None),
            (1, "[", None),
        ],
    )
    def test_it_is_what_our_own_proxies_say(
        self, monkeypatch: pytest.MonkeyPatch, proxies: int, forwarded: str, found: str | None
    ) -> None:
        meta = {"REMOTE_ADDR": "198.51.100.7", "HTTP_X_FORWARDED_FOR": forwarded}
        assert self.address(monkeypatch, proxies, **meta) == found

    def test_an_https_address_means_one_proxy_unless_said_otherwise(self) -> None:
        assert read({"HANDBELL_PUBLIC_URL": "https://bell.example"}).proxies == 1
        assert read({}).proxies == 0
        assert read({"HANDBELL_PROXIES": "2"}).proxies == 2

    @pytest.mark.parametrize("text", ["-1", "many", "10", "1.5"])
    def test_a_number_that_cannot_be_is_refused(self, text: str) -> None:
        with pytest.raises(SettingFlaw, match="HANDBELL_PROXIES must be a number from 0 to 9"):
            read({"HANDBELL_PROXIES": text})

    @pytest.mark.django_db
    def test_without_an_address_nobody_is_locked_out_for_another(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = {"HANDBELL_PUBLIC_URL": "http://testserver", "HANDBELL_PROXIES": "1"}
        monkeypatch.setattr(settings, "ENVIRONMENT", read(names))
        codes = {guess().status_code for _ in range(GUESSES.tries + 3)}
        assert codes == {404}
        spoofed = [guess(HTTP_X_FORWARDED_FOR=f"{n}.1.1.1, 203.0.113.9") for n in range(62)]
        assert spoofed[-1].status_code == 429


@pytest.mark.django_db
def test_a_limit_of_a_day_outlives_the_short_ones() -> None:
    day = Limit(tries=2, window=timedelta(days=1))
    for _ in range(2):
        count_try("birth date", "7", now=NOW, limit=day)
    assert tries_left("birth date", "7", now=NOW, limit=day) == 0
    later = NOW + timedelta(hours=23)
    count_try("password", "a@b.example", now=later)  # whatever tidies up, it stays
    with pytest.raises(LockedOut):
        count_try("birth date", "7", now=later, limit=day)
    assert locked_until("birth date", "7", now=later) == NOW + timedelta(days=1)
    assert locked_until("birth date", "7", now=NOW + timedelta(days=1)) is None
    assert tries_left("birth date", "7", now=NOW + timedelta(days=1), limit=day) == 2


class TestOldLinks:
    """Seven days after the visit, thirty after an alert, ninety for choices; stopping for ever."""

    def aged(self, of: Message, days: float) -> Message:
        ago = datetime.now(UTC) - timedelta(days=days)
        Message.objects.filter(pk=of.pk).update(handed_over_at=ago, due_at=ago)
        Appointment.objects.update(starts_at=ago)
        of.refresh_from_db()
        return of

    @pytest.mark.parametrize(("days", "code"), [(6.9, 200), (7.2, 410), (400, 410)])
    def test_a_visit_s(self, reminder: Message, days: float, code: int) -> None:
        self.aged(reminder, days)
        answer = Client().get(f"/v/{reminder.code}")
        assert answer.status_code == code

    def test_a_moved_visit_s_lives_as_long_as_the_visit_needs(self, reminder: Message) -> None:
        self.aged(reminder, 60)
        Appointment.objects.update(starts_at=datetime.now(UTC) + timedelta(days=9))
        assert Client().get(f"/v/{reminder.code}").status_code == 200

    @pytest.mark.parametrize(("days", "code"), [(29, 200), (31, 410)])
    def test_an_alert_s(self, clinic: Clinic, days: float, code: int) -> None:
        alert = message(
            clinic, clinic.patient(), purpose=Purpose.BALANCE_ALERT, state=MessageState.DELIVERED
        )
        self.aged(alert, days)
        assert Client().get(f"/v/{alert.code}").status_code == code
        assert Client().get(f"/v/{alert.code}/balance").status_code == code

    @pytest.mark.parametrize(("days", "code"), [(89, 200), (91, 410)])
    def test_choices(self, reminder: Message, days: float, code: int) -> None:
        self.aged(reminder, days)
        assert Client().get(f"/v/{reminder.code}/preferences").status_code == code

    def test_the_page_says_so_kindly_in_both_languages_and_nothing_of_the_visit(
        self, reminder: Message
    ) -> None:
        self.aged(reminder, 30)
        html = Client().get(f"/v/{reminder.code}").content.decode()
        assert "This link has ended" in html
        assert "Este enlace ya no sirve" in html
        assert "(202) 555-0190" in html
        assert "Choose what you get from us" in html
        assert "Elegir qué recibe" in html
        for secret in ("Alex", "Quillfeather", "0123", "Springfield"):
            assert secret not in html

    def test_stopping_works_for_ever_and_is_said(self, reminder: Message) -> None:
        self.aged(reminder, 2000)
        answer = Client().post(f"/v/{reminder.code}/stop", follow=True)
        assert "You get no more automatic texts and calls" in answer.content.decode()
        assert Suppression.objects.filter(address=reminder.address).exists()

    def test_the_mailbox_s_button_works_for_ever(self, clinic: Clinic) -> None:
        patient = clinic.patient(email="frank@mailbox.example")
        mail = message(clinic, patient, state=MessageState.ACCEPTED, channel=Channel.EMAIL)
        self.aged(mail, 2000)
        answer = Client().post(f"/v/{mail.code}", {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
        assert Suppression.objects.filter(channel="email").exists()
