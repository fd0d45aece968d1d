"""Does a long past slow down what leaves today? Hand-over with much history, against none."""

import time
from functools import partial

from django.utils import timezone

from handbell.bench import filling
from handbell.bench.figures.hand_over import gateway_to, hand_over_all, put_back, rate
from handbell.bench.frame import Figure, Rounds, Size
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import sinks
from handbell.dispatch.candidates import senders_with_due
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.sweeper import sweep
from handbell.outbox.operations import expire, withhold_due
from handbell.vocabulary.words import Channel

#: An idle tick may take this long: a hundredth of the five seconds between two.
TICK_SECONDS = 0.05


def _measure(messages: int, patients: int, rounds: int) -> Rounds:
    """Both practices in one database each, in turn: one with a past, one without."""
    rates: dict[int, list[float]] = {0: [], messages: []}
    with sinks() as sink:
        for _ in range(rounds):
            for past, found in rates.items():
                with fresh_database():
                    practice, facility = filling.practice()
                    sender = filling.sender(practice, Channel.SMS)
                    filling.people(practice, facility, patients=patients)
                    if past:
                        filling.history(practice, sender, each=past // patients)
                    filling.queued(practice, sender, Channel.SMS)
                    for _again in range(3):
                        gateways = {(REHEARSAL, Channel.SMS): gateway_to(sink, Channel.SMS)}
                        found.append(rate(partial(hand_over_all, sender, gateways), patients))
                        put_back(sender)
    return Rounds(rates[messages], rates[0], f"{messages:,} settled messages behind {patients:,}")


def _some(size: Size) -> Rounds:
    return _measure(size.of(50_000, 1_000_000), size.of(500, 4_000), size.of(1, 2))


def _many(size: Size) -> Rounds:
    return _measure(size.of(100_000, 10_000_000), size.of(500, 4_000), 1)


def _idle_tick(size: Size) -> Rounds:
    """What runs every five seconds though nothing is due: half settled, half due tomorrow."""
    count = size.of(20_000, 500_000)
    with fresh_database():
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=count)
        filling.history(practice, sender, each=1)
        filling.queued(practice, sender, Channel.SMS, due_in="10 hours")
        taken = []
        for _ in range(20):
            began = time.perf_counter()
            now = timezone.now()
            sweep(now=now)
            withhold_due(now=now)
            expire(now=now)
            senders_with_due(now=now)
            taken.append(time.perf_counter() - began)
    return Rounds(taken, [TICK_SECONDS] * len(taken), f"{2 * count:,} messages, none of them due")


FIGURES = (
    Figure(
        "history-1m",
        "hand-over behind 1 M settled messages, against none",
        goal=0.9,
        at_least=True,
        unit="messages/s",
        measure=_some,
    ),
    Figure(
        "history-10m",
        "hand-over behind 10 M settled messages, against none",
        goal=0.9,
        at_least=True,
        unit="messages/s",
        measure=_many,
    ),
    Figure(
        "idle-tick",
        "a tick that finds nothing due among 1 M messages, against 50 ms",
        goal=1.0,
        at_least=False,
        unit="s",
        measure=_idle_tick,
    ),
)
