"""Vonage's contract between our gateway and the rehearsal carrier, which were written apart."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from handbell.channels.carrier import Does, VonageSide
from handbell.channels.carrier.journal import Journal
from handbell.channels.carrier.records import Contract, Text
from handbell.channels.gateway import (
    Accepted,
    Busy,
    HandOver,
    InDoubt,
    NotReady,
    Outcome,
    Ready,
    Rejected,
)
from handbell.channels.receipt import ReceiptStatus
from handbell.channels.sms.vonage import receipt
from handbell.channels.sms.vonage.client import VonageSms
from tests.channels.carrier.stage import START, Stage, staged
from tests.channels.conftest import shared
from tests.channels.samples import CLINIC, PAT, TEXT, text_message
from tests.channels.test_second_road import BASE, Account

STATUS = f"{BASE}/sms-status/41/1"
INBOUND = f"{BASE}/inbound"
SECRET = "signing-secret"
KEYS = Account("")


def side(method: str = "sha256") -> VonageSide:
    return VonageSide(KEYS.api_key, KEYS.api_secret, SECRET, method, INBOUND)


@dataclass(slots=True)
class Road:
    """A carrier on the stage that speaks Vonage, and our gateway pointed at it."""

    stage: Stage
    gateway: VonageSms

    async def offer(self, message: HandOver | None = None) -> Outcome:
        return await self.gateway.hand_over(message or text_message(callback_url=BASE))


@pytest.fixture(params=["sha256", "md5hash"])
async def road(request: pytest.FixtureRequest) -> AsyncIterator[Road]:
    async with staged(vonage=side(request.param)) as stage:
        gateway = VonageSms(Account(stage.carrier.base_url), timeout_seconds=1)
        yield Road(stage, gateway)
        await gateway.close()


def signed(road: Road) -> bool:
    method = road.stage.carrier.vonage.signature_method if road.stage.carrier.vonage else ""
    told = [dict(callback.params) for callback in road.stage.app.callbacks]
    return bool(told) and all(
        receipt.is_signed(form, secret=SECRET, method=method) for form in told
    )


def last_report(road: Road) -> tuple[ReceiptStatus, str | None]:
    found = receipt.read_status(road.stage.app.told(STATUS)[-1], message_id=41, attempt=1)
    return found.status, found.code


def fields_of(schema: str) -> set[str]:
    """Return what Vonage's document names in a schema; it is YAML."""
    section = shared("vonage", "sms.yml").read_text().partition(f"    {schema}:\n")[2]
    section = re.split(r"(?m)^    \w", section)[0].partition("      properties:\n")[2]
    return set(re.findall(r"(?m)^        ([\w-]+):$", section)) | {"sig"}


async def test_a_text_arrives_and_every_report_is_signed_and_as_the_document_says(
    road: Road,
) -> None:
    outcome = await road.offer(text_message(f"{TEXT} {TEXT}", callback_url=BASE))
    await road.stage.passes(60)
    (text,) = road.stage.carrier.texts_to(PAT.value)
    assert (text.body, outcome) == (f"{TEXT} {TEXT}", Accepted(text.sid))
    assert signed(road)
    reports = road.stage.app.told(STATUS)
    assert [each["status"] for each in reports] == ["accepted", "delivered"]
    assert all(set(each) <= fields_of("DeliveryReceipt") for each in reports)
    assert last_report(road) == (ReceiptStatus.DELIVERED, None)


async def test_the_answer_names_every_part_as_the_document_says(road: Road) -> None:
    form = {"api_key": KEYS.api_key, "api_secret": KEYS.api_secret, "client-ref": "41.1"}
    form |= {"from": CLINIC.removeprefix("+"), "to": PAT.value.removeprefix("+"), "text": "a" * 200}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{road.stage.carrier.base_url}/sms/json", data=form) as reply,
    ):
        told = json.loads(await reply.text())
    assert told["message-count"] == "2"
    assert len({part["message-id"] for part in told["messages"]}) == 2
    assert all(set(part) <= fields_of("Message") for part in told["messages"])


@pytest.mark.parametrize(
    ("code", "means"), [("30003", "dlr-2"), ("30007", "dlr-6"), ("52", "dlr-52"), ("999", "dlr-1")]
)
async def test_what_does_not_arrive_says_why(road: Road, code: str, means: str) -> None:
    road.stage.carrier.behave(Does.UNDELIVERED, code=code)
    await road.offer()
    await road.stage.passes(60)
    assert last_report(road) == (ReceiptStatus.UNDELIVERED, means)


async def test_what_is_too_late_expires(road: Road) -> None:
    road.stage.carrier.behave(Does.ARRIVES_LATE, seconds=20_000)
    await road.offer()
    await road.stage.passes(20_000)
    assert last_report(road) == (ReceiptStatus.UNDELIVERED, "expired")


@pytest.mark.parametrize("does", [Does.TIMEOUT_AFTER_ACCEPTING, Does.RESET_AFTER_ACCEPTING])
async def test_in_doubt_and_taken_is_settled_by_its_report(road: Road, does: Does) -> None:
    road.stage.carrier.behave(does, times=1)
    assert isinstance(await road.offer(), InDoubt)
    await road.stage.passes(60)
    assert last_report(road) == (ReceiptStatus.DELIVERED, None)


@pytest.mark.parametrize(
    ("does", "code", "outcome"),
    [
        (Does.HTTP_429, None, Busy("1")),
        (Does.HTTP_500, None, InDoubt("server_error")),
        (Does.REJECTS, "21614", Rejected("6")),
        (Does.REJECTS, "33", Rejected("33")),
    ],
)
async def test_busy_broken_and_refused(
    road: Road, does: Does, code: str | None, outcome: Outcome
) -> None:
    road.stage.carrier.behave(does, times=1, code=code)
    assert await road.offer() == outcome
    assert road.stage.carrier.texts_to(PAT.value) == ()


async def test_strangers_and_strange_senders_are_refused() -> None:
    async with staged(vonage=side(), senders=["+12025550199"]) as stage:
        ours = VonageSms(Account(stage.carrier.base_url))
        stranger = VonageSms(Account(stage.carrier.base_url, api_secret="another0"))
        assert await ours.look() == Ready()
        assert await stranger.look() == NotReady("4")
        assert await ours.hand_over(text_message()) == Rejected("15")
        assert await stranger.hand_over(text_message()) == Rejected("4")
        await asyncio.gather(ours.close(), stranger.close())


async def test_a_stop_reaches_the_sender_signed_and_nobody_else_answers_it(road: Road) -> None:
    await road.offer()
    await road.stage.passes(60)
    road.stage.app.callbacks.clear()
    await road.stage.carrier.text_from(PAT.value, CLINIC, "STOP please")
    (form,) = road.stage.app.told(INBOUND)
    assert signed(road)
    assert set(form) <= fields_of("InboundMessage")
    found = receipt.read_inbound(form)
    assert (found.address, found.sender, found.text) == (PAT.value, CLINIC, "STOP please")
    assert len(road.stage.carrier.texts_to(PAT.value)) == 1
    answered = await road.gateway.answer(sender=CLINIC, to=PAT.value, text="You are opted out.")
    assert isinstance(answered, Accepted)


async def test_a_restart_remembers_by_which_contract_a_sender_speaks(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    async with staged(vonage=side(), journal=path) as stage:
        gateway = VonageSms(Account(stage.carrier.base_url))
        await gateway.hand_over(text_message(callback_url=BASE))
        await gateway.close()
    async with staged(begins=START, vonage=side(), journal=path) as after:
        await after.passes(60)
        assert [form["status"] for form in after.app.told(STATUS)] == ["accepted", "delivered"]
        await after.carrier.text_from(PAT.value, CLINIC, "C")
        assert after.app.told(INBOUND)


def test_a_journal_from_before_is_read_as_twilios(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    text = {"sid": "SM1", "origin": "api", "sender": CLINIC, "number": PAT.value, "body": "Hi"}
    times = {"created_at": START.isoformat(), "updated_at": START.isoformat()}
    path.write_text(json.dumps({"text": text | times}) + "\n")
    (kept,) = Journal(path).kept()
    assert isinstance(kept, Text)
    assert kept.contract is Contract.TWILIO
