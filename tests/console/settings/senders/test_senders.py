"""Settings > Senders & providers: how each stands, who may change it, and what follows."""

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from config.environment import SmtpAccount, TwilioAccount
from handbell.access.models import AuditEvent
from handbell.channels.codes import unknown_code
from handbell.console.settings.senders import views
from handbell.dispatch.accounts import NO_ACCOUNT
from handbell.facts.models import Change
from handbell.outbox.models import Sender
from handbell.vocabulary.words import Channel, PermissionLevel
from tests.console.desk import attempt, message, signed_in, staff
from tests.world import Clinic

ADMINISTRATOR = PermissionLevel.PRACTICE_ADMINISTRATOR
LIST = "/settings/senders"
FORM = {
    "channel": "sms",
    "address": "(202) 555-0144",
    "provider": "twilio",
    "rate_per_second": "3",
    "daily_limit": "",
}
ACTS = [
    ("/pause", {"reason": "the number moves"}),
    ("/release", {}),
    ("/retire", {}),
    ("/reinstate", {}),
    ("", {"rate_per_second": "2"}),
]


def limits(modifier: str) -> dict[str, Any]:
    return {modifier: True} if modifier else {}


@pytest.fixture
def administrator(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, ADMINISTRATOR))


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return clinic.sender(Channel.SMS)


def said(answer: object) -> str:
    """Return a page without the places at which a long word may break."""
    html = answer.content.decode().replace("<wbr>", "")  # type: ignore[attr-defined]
    return " ".join(html.split())


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
def test_administrators_change_senders_unless_their_messaging_is_limited(
    clinic: Clinic, sender: Sender, level: PermissionLevel, modifier: str
) -> None:
    browser = signed_in(staff(clinic, level, **limits(modifier)))
    high = level in {ADMINISTRATOR, PermissionLevel.BUSINESS_OWNER}
    may = high and modifier != "limit_messaging"
    html = said(browser.get(LIST))
    assert "(202) 555-0199" in html
    assert ("HANDBELL_TWILIO_ACCOUNT_SID" in html) is may
    assert (f'href="{LIST}/{sender.pk}"' in html) is may
    one = f"{LIST}/{sender.pk}"
    assert browser.get(one).status_code == (200 if may else 403)
    for act, posted in ACTS:
        assert browser.post(one + act, posted).status_code == (302 if may else 403)
    assert browser.post(f"{LIST}/add", FORM).status_code == (302 if may else 403)
    assert browser.post(f"{LIST}/look/smtp").status_code == (302 if may else 403)


def test_pausing_holds_everything_and_says_who_and_why(
    clinic: Clinic, sender: Sender, administrator: Client
) -> None:
    message(clinic, clinic.patient())
    one = f"{LIST}/{sender.pk}"
    assert "Pause it (1 message waits)" in said(administrator.get(one))
    answer = administrator.post(f"{one}/pause", {"reason": "the number moves"}, follow=True)
    assert "until somebody releases it. 1 planned message waits." in said(answer)
    sender.refresh_from_db()
    assert sender.is_paused(clinic.now)
    html = said(administrator.get(LIST))
    assert "the number moves" in html
    assert "Paused by Robin Desk" in html
    assert "the number moves" in said(administrator.get("/"))
    told = AuditEvent.objects.get(act="sender_changed")
    assert (told.subject, told.detail) == (f"sender {sender.pk}", {"paused": True})
    answer = administrator.post(f"{one}/release", follow=True)
    assert "Messages leave by (202) 555-0199 again" in said(answer)
    sender.refresh_from_db()
    assert not sender.is_paused(clinic.now)
    assert "Paused by" not in said(administrator.get(LIST))


@pytest.mark.parametrize("reason", ["", "   ", "x" * 101, "a\0b"])
def test_a_pause_needs_a_reason_of_a_line(
    sender: Sender, administrator: Client, reason: str
) -> None:
    answer = administrator.post(f"{LIST}/{sender.pk}/pause", {"reason": reason})
    assert answer.status_code == 422
    sender.refresh_from_db()
    assert sender.paused_reason == ""


def test_a_rest_the_provider_asked_for_is_no_pause(
    clinic: Clinic, sender: Sender, administrator: Client
) -> None:
    Sender.objects.update(paused_until=clinic.now + timedelta(hours=1))
    html = said(administrator.get(LIST))
    assert "Resting" in html
    assert "It goes on by itself at" in html
    administrator.post(f"{LIST}/{sender.pk}/release")
    sender.refresh_from_db()
    assert sender.paused_until is None


def test_what_waits_for_credentials_is_not_released_by_hand(
    sender: Sender, administrator: Client
) -> None:
    Sender.objects.update(paused_reason=NO_ACCOUNT, provider="twilio")
    one = f"{LIST}/{sender.pk}"
    html = said(administrator.get(one))
    assert "It waits for credentials" in html
    assert f'action="{one}/release"' not in html
    assert "set them, and it goes on by itself" in said(
        administrator.post(f"{one}/release", follow=True)
    )
    sender.refresh_from_db()
    assert sender.paused_reason == NO_ACCOUNT


def test_a_sender_is_added_and_the_practice_planned_anew(
    clinic: Clinic, administrator: Client
) -> None:
    clinic.patient()
    Change.objects.all().delete()
    administrator.post(f"{LIST}/add", FORM)
    made = Sender.objects.get()
    assert (made.address, made.provider, made.rate_per_second) == ("+12025550144", "twilio", 3.0)
    assert Change.objects.count() == 1
    assert AuditEvent.objects.get(act="sender_changed").detail["added"] == "sms"


@pytest.mark.parametrize(
    ("wrong", "mended_by"),
    [
        ({"address": ""}, "Type the number or address messages come from."),
        ({"address": "12"}, "No such telephone number exists"),
        ({"channel": "email", "provider": "smtp"}, "This is not an e-mail address"),
        ({"channel": "fax"}, "Select a valid choice"),
        ({"provider": "smtp"}, "Choose one that does: Twilio / Vonage / Rehearsal carrier."),
        ({"provider": "pigeon"}, "Select a valid choice"),
        ({"rate_per_second": "0"}, "Type how many a second"),
        ({"rate_per_second": "nan"}, "Type how many a second"),
        ({"rate_per_second": "1001"}, "Type how many a second"),
        ({"daily_limit": "0"}, "Type a whole number, at least 1"),
        ({"daily_limit": "-1"}, "Type a whole number, at least 1"),
        ({"address": "+1 202 555 0199"}, "You send by it already."),
    ],
)
def test_what_cannot_be_a_sender_is_kept_as_typed_and_says_how_to_mend_it(
    sender: Sender, administrator: Client, wrong: dict[str, str], mended_by: str
) -> None:
    answer = administrator.post(f"{LIST}/add", FORM | wrong)
    assert answer.status_code == 422
    assert mended_by in said(answer)
    assert Sender.objects.count() == 1


def test_a_retired_number_is_used_again_and_not_made_twice(
    sender: Sender, administrator: Client
) -> None:
    Sender.objects.update(retired=True)
    answer = administrator.post(f"{LIST}/add", FORM | {"address": "+12025550199"})
    assert "You sent by it before, and retired it." in said(answer)


def test_retiring_says_what_takes_over_and_plans_anew(
    clinic: Clinic, sender: Sender, administrator: Client
) -> None:
    clinic.patient()
    one = f"{LIST}/{sender.pk}"
    assert "nothing goes out by text then" in said(administrator.get(one))
    spare = clinic.sender(Channel.SMS, address="+12025550145")
    assert "come from (202) 555-0145 then" in said(administrator.get(one))
    assert "In reserve" in said(administrator.get(f"{LIST}/{spare.pk}"))
    Change.objects.all().delete()
    administrator.post(f"{one}/retire")
    assert Change.objects.count() == 1
    assert Sender.objects.get(pk=sender.pk).retired
    assert "Retired" in said(administrator.get(one))
    administrator.post(f"{one}/reinstate")
    assert not Sender.objects.get(pk=sender.pk).retired
    assert AuditEvent.objects.filter(act="sender_changed").count() == 2


def test_the_pace_is_changed_on_the_record(sender: Sender, administrator: Client) -> None:
    one = f"{LIST}/{sender.pk}"
    administrator.post(one, {"rate_per_second": "2.5", "daily_limit": "200"})
    sender.refresh_from_db()
    assert (sender.rate_per_second, sender.daily_limit) == (2.5, 200)
    assert AuditEvent.objects.get(act="sender_changed").detail["new"] == {
        "rate_per_second": 2.5,
        "daily_limit": 200,
    }
    again = administrator.post(one, {"rate_per_second": "2.5", "daily_limit": "200"}, follow=True)
    assert "Nothing was different" in said(again)
    assert administrator.post(one, {"rate_per_second": "fast"}).status_code == 422


def test_the_last_refusal_is_told_with_its_meaning(
    clinic: Clinic, sender: Sender, administrator: Client
) -> None:
    Sender.objects.update(provider="twilio")
    first = message(clinic, clinic.patient())
    attempt(first, "x", outcome="rejected", code="21211")
    attempt(first, "x", number=2, outcome="rejected", code="30034")
    attempt(first, "x", number=3)
    html = said(administrator.get(LIST))
    assert "30034" in html
    assert "the number is not registered" in html


def test_the_rehearsal_carrier_is_told_apart(clinic: Clinic, administrator: Client) -> None:
    clinic.sender(Channel.SMS)
    clinic.sender(Channel.EMAIL, provider="smtp")
    html = said(administrator.get(LIST))
    assert html.count("Rehearsal: reaches nobody") == 1
    assert html.count("Reaches nobody") == 1


def test_of_credentials_only_whether_they_are_set_is_shown(
    administrator: Client, settings: Any
) -> None:
    settings.ENVIRONMENT = dataclasses.replace(
        settings.ENVIRONMENT,
        public_url="https://bell.harborpt.example",
        twilio=TwilioAccount("https://api.example", "AC" + "7" * 32, "a-secret-token"),
        smtp=SmtpAccount("mail.harborpt.example", 587, "", "a-secret-word"),
    )
    html = said(administrator.get(LIST))
    assert "<code>HANDBELL_TWILIO_AUTH_TOKEN</code></dt><dd>set</dd>" in html
    assert "<code>HANDBELL_SMTP_USERNAME</code></dt><dd>not set</dd>" in html
    assert 'value="https://bell.harborpt.example/hooks/twilio/inbound"' in html
    for secret in ("7777", "a-secret-token", "a-secret-word", "mail.harborpt.example"):
        assert secret not in html
    assert "no public https address" not in html


def test_looking_says_whether_a_provider_answers(
    administrator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "what_is_wrong", lambda *_: None)
    answer = administrator.post(f"{LIST}/look/rehearsal", follow=True)
    assert "Rehearsal carrier answers, knows us, and would take messages." in said(answer)
    monkeypatch.setattr(views, "what_is_wrong", lambda *_: unknown_code("strange"))
    answer = administrator.post(f"{LIST}/look/rehearsal", follow=True)
    assert "would take nothing from us now" in said(answer)
    assert "(strange)" in said(answer)
    answer = administrator.post(f"{LIST}/look/twilio", follow=True)
    assert "Twilio is not set up here: set HANDBELL_TWILIO_ACCOUNT_SID" in said(answer)
    assert administrator.post(f"{LIST}/look/pigeon").status_code == 404


def test_another_practice_s_sender_is_not_there(clinic: Clinic, administrator: Client) -> None:
    theirs = Clinic(now=clinic.now).sender(Channel.SMS)
    one = f"{LIST}/{theirs.pk}"
    for act, posted in ACTS:
        assert administrator.post(one + act, posted).status_code == 404
    assert administrator.get(one).status_code == 404
    assert "555-0199" not in said(administrator.get(LIST))
    theirs.refresh_from_db()
    assert (theirs.paused_reason, theirs.retired) == ("", False)


@pytest.mark.parametrize("retired", [False, True])
@pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
def test_a_number_another_practice_sends_by_is_refused_without_saying_whose(
    clinic: Clinic, administrator: Client, channel: Channel, *, retired: bool
) -> None:
    other = Clinic(now=clinic.now)
    other.sender(channel, retired=retired)
    answer = administrator.post(f"{LIST}/add", FORM | {"address": "(202) 555-0199"})
    assert answer.status_code == 422
    html = said(answer)
    assert "Another practice on this installation sends by it" in html
    assert 'value="(202) 555-0199"' in html
    assert other.practice.name not in html.replace(clinic.practice.name, "")
    assert Sender.objects.get().practice == other.practice
    assert not AuditEvent.objects.filter(act="sender_changed").exists()
    # The page is behind its fence again, and says nothing of the other practice.
    assert "555-0199" not in said(administrator.get(LIST))


def test_an_address_another_practice_sends_by_is_refused_in_any_case(
    clinic: Clinic, administrator: Client
) -> None:
    Clinic(now=clinic.now).sender(Channel.EMAIL)
    posted = {"channel": "email", "provider": "smtp", "address": "FrontDesk@HarborPT.example"}
    assert administrator.post(f"{LIST}/add", FORM | posted).status_code == 422
    assert Sender.objects.count() == 1


def test_no_sender_yet_says_what_one_is_for(administrator: Client, clinic: Clinic) -> None:
    assert "Nothing can leave without one." in said(administrator.get(LIST))


def test_the_pages_ask_as_often_however_many_there_are(
    clinic: Clinic, administrator: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(20):
        one = clinic.sender(Channel.SMS, address=f"+120255501{number:02d}")
        told = message(clinic, clinic.patient(), sender=one)
        attempt(told, "x", outcome="rejected", code="30034")
        administrator.post(f"{LIST}/{one.pk}/pause", {"reason": "so many"})
    administrator.get(LIST)  # takes away what was said of each pause
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        administrator.get(LIST)
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        administrator.get(f"{LIST}/{one.pk}")


def test_a_sender_takes_its_registration_its_hour_and_a_slow_start(
    administrator: Client, sender: Sender
) -> None:
    one = f"{LIST}/{sender.pk}"
    given = {"rate_per_second": "1", "hourly_limit": "90", "registration": "dlc_low_volume"}
    administrator.post(one, given | {"is_new": "on"})
    sender.refresh_from_db()
    assert (sender.hourly_limit, sender.registration) == (90, "dlc_low_volume")
    began = sender.new_since
    assert began is not None
    assert AuditEvent.objects.get(act="sender_changed").detail["new"]["new_since"] == str(began)
    administrator.post(one, given)
    sender.refresh_from_db()
    assert sender.new_since is None


def test_a_new_calling_number_calls_sixty_times_an_hour_unless_told_otherwise(
    administrator: Client,
) -> None:
    administrator.post(f"{LIST}/add", FORM | {"channel": "voice", "is_new": "on"})
    found = Sender.objects.get()
    assert (found.hourly_limit, found.new_since is not None) == (60, True)
