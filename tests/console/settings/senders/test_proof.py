"""Settings > Senders > Proof: written down, checked, told in lights."""

from typing import Any

import pytest
from django.test import Client

from handbell.access.models import AuditEvent
from handbell.console.settings.senders import proof
from handbell.dispatch.proof import World
from handbell.outbox.models import Sender, SenderPapers
from handbell.vocabulary.checks import Check, Light
from handbell.vocabulary.words import Channel, PermissionLevel
from tests.channels.test_domain import good
from tests.console.desk import signed_in, staff
from tests.world import Clinic


@pytest.fixture
def administrator(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR))


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return clinic.sender(Channel.SMS, provider="twilio")


def said(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_what_is_registered_is_kept_and_on_the_record(
    administrator: Client, sender: Sender
) -> None:
    address = f"/settings/senders/{sender.pk}/proof"
    given = {"legal_name": "Harbor PT LLC", "own_tax_number": "on",
             "agreement_on": "2026-03-01"}  # fmt: skip
    assert administrator.post(address, given).status_code == 302
    administrator.post(address, given)

    kept = SenderPapers.objects.get()
    assert (kept.own_tax_number, str(kept.agreement_on)) == (True, "2026-03-01")
    (event,) = AuditEvent.objects.filter(act="sender_changed")
    assert event.detail == {"papers": ["agreement_on", "legal_name", "own_tax_number"]}
    assert "Harbor PT LLC" in said(administrator.get(address))


def test_a_day_that_is_ahead_is_refused_beside_its_field(
    administrator: Client, sender: Sender
) -> None:
    answer = administrator.post(
        f"/settings/senders/{sender.pk}/proof", {"agreement_on": "2999-01-01"}
    )
    assert answer.status_code == 422
    assert "Type the day it was signed." in said(answer)


def test_a_check_tells_each_line_with_what_to_do(
    administrator: Client, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    email = clinic.sender(Channel.EMAIL, provider="smtp", address="r@mail.harborpt.example")
    names = good()
    names.texts["mail.harborpt.example"] = []
    ours = World(names, lambda *_: Check("TLS", Light.GREEN, ""), lambda *_: None)
    monkeypatch.setattr(proof, "the_world", lambda: ours)

    told = said(administrator.post(f"/settings/senders/{email.pk}/check"))

    assert "has no SPF record: nobody can tell who may send for it" in told
    assert "Add a TXT record at mail.harborpt.example that begins with v=spf1" in told
    assert told.count("To repair") == 2  # SPF, and no agreement
    assert "Well" in told


def test_another_practices_sender_is_not_there(administrator: Client) -> None:
    other = Clinic().sender(Channel.SMS)
    assert administrator.get(f"/settings/senders/{other.pk}/proof").status_code == 404
