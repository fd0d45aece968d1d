"""No patient value reaches a log, whatever goes wrong on a message's way (design.md 4, law 6)."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
import structlog
from structlog.testing import capture_logs
from structlog.types import Processor

from handbell.channels.gateway import (
    Answer,
    HandOver,
    LookUp,
    Outcome,
    Readiness,
    Ready,
    Unanswered,
)
from handbell.commands.logs import SafeFormatter, name_error
from handbell.outbox.models import Attempt, Message, Sender
from handbell.receipts.models import Reply
from handbell.rehearsal.stage import Stage
from handbell.vocabulary.words import Channel
from tests.stage import play, until
from tests.world import Clinic, at, phone

pytestmark = pytest.mark.django_db(transaction=True)

FIRST, LAST = "Wilhelmina", "Featherstonehaugh"
WROTE = "my knee hurts, is Thursday all right"


class Broken:
    """A provider's library that puts the patient into its exceptions."""

    async def hand_over(self, message: HandOver) -> Outcome:
        raise ValueError(f"cannot send {message.content!r} to {message.to.value} for {FIRST}")

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        return Unanswered()

    async def look(self) -> Readiness:
        return Ready()

    async def close(self) -> None:
        return


@dataclass
class Lines(logging.Handler):
    """Keeps what the standard library's loggers say, as our processes would print it."""

    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        chain: list[Processor] = [name_error, structlog.processors.JSONRenderer(default=repr)]
        self.setFormatter(SafeFormatter(chain))

    def __hash__(self) -> int:
        return id(self)

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    lines, before = Lines(), root.level
    root.addHandler(lines)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(lines)
    root.setLevel(before)


def a_household_of_trouble(clinic: Clinic) -> None:
    """Ten patients with names nobody else has, to be texted, called and mailed."""
    clinic.senders()
    for days, channel in enumerate(Channel, start=1):
        clinic.step(days=days, channels=[channel])
    for number in range(10):
        patient = clinic.patient(
            FIRST,
            mobile=phone(number),
            email=f"wilhelmina{number}@patients.example",
            consents=list(Channel),
            last_name=LAST,
        )
        clinic.visit(patient, at(5, 14))


FAULTS = ["http_500", "http_429", "reset_after_accepting", "reset_before_accepting",
          "undelivered", "bounces", "blocks", "busy"]  # fmt: skip


async def trouble(stage: Stage) -> None:
    for number, fault in enumerate(FAULTS):
        stage.carrier.behave(fault, number=phone(number))
    stage.carrier.behave("rejects", code="20003", kind="text", number=phone(9), times=1)
    stage.carrier.behave("mailbox_bounces", number="wilhelmina1@*")
    stage.carrier.behave("mailbox_full", number="wilhelmina2@*")
    stage.carrier.behave("presses", text="9", number=phone(8))
    await until(stage, at(4, 10, 30))
    ours = await stage.database.run(lambda: Sender.objects.get(channel="sms").address)
    for words in (WROTE, "STOP", "help", "C", f"this is {FIRST}"):
        await stage.carrier.text_from(phone(5), ours, words)
    await stage.database.run(lambda: Sender.objects.update(paused_reason=""))
    gateways = dict(stage.gateways)
    broken = replace(stage, gateways={**gateways, ("rehearsal", Channel.SMS): Broken()})
    await until(broken, at(4, 11))


def secrets() -> set[str]:
    numbers = {phone(number)[2:] for number in range(10)}
    codes = set(Message.objects.values_list("code", flat=True))
    texts = {text[:40] for text in Attempt.objects.values_list("text", flat=True)}
    written = set(Reply.objects.values_list("text", flat=True)) - {"C", "9", "help", "STOP", ""}
    return {FIRST, LAST, "patients.example"} | numbers | codes | texts | written


def test_nothing_of_a_patient_is_in_any_line(lines: Lines) -> None:
    clinic = Clinic()
    a_household_of_trouble(clinic)

    with capture_logs() as events:
        play(clinic, trouble)

    told = {event["event"] for event in events}
    assert {"provider.code", "gateway.raised", "visits.confirmed"} <= told
    assert Message.objects.filter(state__in=["in_doubt", "failed"]).exists()
    everything = "\n".join([*map(repr, events), *lines.said])
    assert len(everything) > 300
    found = {secret for secret in secrets() if secret in everything}
    assert not found
