"""The next batch is claimed while one is out: two at most, and only while all is well."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from handbell.channels.gateway import Accepted, Busy, HandOver, Outcome
from handbell.dispatch import worker
from handbell.dispatch.claim import CLAIM_SIZE
from handbell.dispatch.worker import MOST_OUT, DatabaseThread, Progress, dispatch_sender
from handbell.outbox.models import Attempt, MailDomain, Message
from handbell.vocabulary.words import Channel
from tests.handed import TEN, URL, provider_id, ready, sender_of
from tests.world import Clinic

pytestmark = pytest.mark.django_db(transaction=True)

BOTH = CLAIM_SIZE * MOST_OUT


class Slow:
    """A gateway that answers when it is told to, but those in `at_once` at once."""

    def __init__(self, answer: Callable[[HandOver], Outcome], *, at_once: Sequence[int]) -> None:
        self._answer, self._at_once = answer, at_once
        self.offered = 0
        self.may_answer = asyncio.Event()

    async def hand_over(self, message: HandOver) -> Outcome:
        number, self.offered = self.offered, self.offered + 1
        if number not in self._at_once:
            await self.may_answer.wait()
        return self._answer(message)


def play(
    clinic: Clinic,
    answer: Callable[[HandOver], Outcome] = lambda message: Accepted(provider_id(message)),
    *,
    at_once: Sequence[int] = (),
    channel: Channel = Channel.SMS,
) -> tuple[int, int, Progress]:
    """Return how many were offered before the gateway answered, and in the end."""
    sender = sender_of(clinic, channel)

    async def scenario() -> tuple[int, int, Progress]:
        database, gateway = DatabaseThread(), Slow(answer, at_once=at_once)
        gateways: Any = {(sender.provider, channel): gateway}
        turn = asyncio.create_task(
            dispatch_sender(
                sender.pk, gateways=gateways, clock=lambda: TEN, public_url=URL, database=database
            )
        )
        try:
            await asyncio.wait({turn}, timeout=0.7)
            before = gateway.offered
            gateway.may_answer.set()
            return before, gateway.offered, await turn
        finally:
            await database.close()

    return asyncio.run(scenario())


def test_two_batches_are_out_and_no_more() -> None:
    clinic = ready(patients=BOTH + 5)
    before, _, progress = play(clinic)
    assert (before, progress.handed_over) == (BOTH, BOTH + 5)
    assert set(Message.objects.values_list("state", flat=True)) == {"accepted"}


def test_what_is_not_a_plain_yes_is_settled_before_more_is_claimed() -> None:
    clinic = ready(patients=BOTH + 5)
    said: list[int] = []

    def too_fast_once(message: HandOver) -> Outcome:
        said.append(message.message_id)
        return Busy("20429") if len(said) == 1 else Accepted(provider_id(message))

    second = range(CLAIM_SIZE, BOTH)
    before, _, progress = play(clinic, too_fast_once, at_once=[0, *second])
    assert (before, progress.handed_over) == (BOTH, BOTH)
    assert progress.again_at is not None  # the sender rests first
    assert Message.objects.filter(state="queued").count() == 6


def test_a_mailbox_provider_that_is_let_in_one_by_one_gets_one_batch_at_a_time() -> None:
    clinic = ready(Channel.EMAIL, patients=BOTH)
    sender = sender_of(clinic, Channel.EMAIL)
    MailDomain.objects.create(sender=sender, domain="other.example", held_until=TEN, at_once=1)
    before, _, progress = play(clinic, channel=Channel.EMAIL)
    assert (before, progress.handed_over) == (CLAIM_SIZE, BOTH)


def test_what_is_out_is_settled_though_the_next_claim_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = ready(patients=BOTH)
    claims: list[int] = []
    claim = worker.claim

    def fails_the_second_time(*given: Any, **named: Any) -> object:
        claims.append(1)
        if len(claims) > 1:
            raise ConnectionError
        return claim(*given, **named)

    monkeypatch.setattr(worker, "claim", fails_the_second_time)
    with pytest.raises(ConnectionError):
        play(clinic)
    assert Attempt.objects.filter(outcome="accepted").count() == CLAIM_SIZE
