"""What the carrier does to us meanwhile: one misbehaviour after another, a few seconds each."""

from dataclasses import dataclass
from random import Random
from typing import Any, Final

from handbell.channels.carrier import Carrier, Does


@dataclass(frozen=True, slots=True)
class Storm:
    """A misbehaviour, with its wishes, and for how long."""

    does: Does
    seconds: float
    wish: dict[str, Any]


#: Time-outs are for a few requests only: each keeps a whole batch waiting for our own patience.
STORMS: Final = (
    Storm(Does.SLOW, 4, {"seconds": 0.6}),
    Storm(Does.HTTP_429, 2, {"seconds": 1}),
    Storm(Does.HTTP_500, 2, {"times": 6}),
    Storm(Does.TIMEOUT_AFTER_ACCEPTING, 1, {"times": 2}),
    Storm(Does.TIMEOUT_BEFORE_ACCEPTING, 1, {"times": 1}),
    Storm(Does.RESET_AFTER_ACCEPTING, 2, {"times": 6}),
    Storm(Does.RESET_BEFORE_ACCEPTING, 2, {"times": 6}),
    Storm(Does.RECEIPTS_LATE, 4, {"seconds": 60}),
    Storm(Does.RECEIPTS_TWICE, 4, {}),
    Storm(Does.RECEIPTS_OUT_OF_ORDER, 4, {}),
    Storm(Does.RECEIPTS_NEVER, 4, {}),
    Storm(Does.UNDELIVERED, 2, {}),
    Storm(Does.GREYLISTS, 2, {"times": 3}),
)


def next_storm(chance: Random) -> Storm:
    """Return the next one, by seed."""
    return chance.choice(STORMS)


def break_out(carrier: Carrier, storm: Storm) -> int:
    """Let it begin; return its number for `abate`."""
    return carrier.behave(storm.does, **storm.wish).id


def abate(carrier: Carrier, number: int) -> None:
    """Let it be over."""
    carrier.board.behaviours.remove(number)
