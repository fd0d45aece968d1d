"""What is looked at of each sender, and whether webhooks reach us as they were signed."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from config.environment import Environment, SmtpAccount, TwilioAccount
from handbell.dispatch.proof import SAID, World, sender_checks, webhook_checks
from handbell.outbox.models import SenderPapers
from handbell.vocabulary.checks import Check, Light
from handbell.vocabulary.words import Channel
from tests.channels.test_domain import good
from tests.world import Clinic

pytestmark = pytest.mark.django_db

ACCOUNT = TwilioAccount("https://api.twilio.com", "AC" + "0" * 32, "not-a-real-token")
PUBLIC = "https://bell.harborpt.example"


def environment(public_url: str = PUBLIC) -> Environment:
    smtp = SmtpAccount("smtp.harborpt.example", 587, "", "")
    return replace(settings.ENVIRONMENT, public_url=public_url, twilio=ACCOUNT, smtp=smtp)


def world(post: object = None) -> World:
    def tls(host: str, port: int) -> Check:
        return Check("TLS", Light.GREEN, f"{host}:{port}")

    return World(names=good(), tls=tls, post=post or (lambda *_: None))  # type: ignore[arg-type]


def lights(found: "list[Check]") -> dict[str, Light]:
    return {one.name: one.light for one in found}


def test_an_e_mail_sender_is_judged_by_its_domain_server_and_papers() -> None:
    sender = Clinic().sender(Channel.EMAIL, provider="smtp", address="r@mail.harborpt.example")
    before = lights(list(sender_checks(sender, environment(), world())))
    SenderPapers.objects.create(sender=sender, agreement_on=date(2026, 3, 1), dkim_selector="s1")
    after = lights(list(sender_checks(sender, environment(), world())))

    assert before["agreement"] is Light.RED
    assert set(after) == {"SPF", "DKIM", "DMARC", "alignment", "PTR", "TLS", "agreement"}
    assert set(after.values()) == {Light.GREEN}


def test_a_number_that_texts_is_judged_by_its_registration() -> None:
    sender = Clinic().sender(Channel.SMS, provider="twilio")

    assert lights(list(sender_checks(sender, environment(), world()))) == {
        "registration": Light.RED,
        "agreement": Light.RED,
    }


def test_the_rehearsal_carrier_has_nothing_to_prove() -> None:
    sender = Clinic().sender(Channel.SMS)
    assert list(sender_checks(sender, environment(), world())) == []


def posted(address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
    """Post to our own pages, as a proxy in front of them would pass it on."""
    answer = Client(headers=dict(headers)).post(urlsplit(address).path, dict(form))
    return int(answer.status_code)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (posted, "hook-well"),
        (lambda *_: None, "hook-silent"),
        (lambda *_: 200, "hook-open"),
        (lambda *_: 403, "hook-signature"),
    ],
)
def test_the_webhook_is_asked_by_the_public_way(
    answers: object, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = environment()
    monkeypatch.setattr(settings, "ENVIRONMENT", ours)
    (found,) = webhook_checks(ours, world(answers))
    assert found.pattern == SAID[said][1]
    assert found.cure or found.light is Light.GREEN


def test_a_proxy_that_changes_the_address_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = environment()
    monkeypatch.setattr(settings, "ENVIRONMENT", replace(ours, public_url="https://other.example"))
    (found,) = webhook_checks(ours, world(posted))
    assert found.pattern == SAID["hook-signature"][1]
