"""How does the carrier misbehave? Only as asked: per sender, per number, or for the next few.

A behaviour belongs to one aspect (the request, the receipts, the handset ...). Of those that
match, the one asked for last wins its aspect, so a phone can be slow to confirm and reply STOP.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TypeVar

Word = TypeVar("Word", bound=StrEnum)


class BehaviourFlaw(ValueError):
    """The behaviour asked for makes no sense; `str()` says why."""


class Does(StrEnum):
    """One way to misbehave. `ABOUT` says what each does and what its fields mean."""

    SLOW = "slow"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    TIMEOUT_BEFORE_ACCEPTING = "timeout_before_accepting"
    TIMEOUT_AFTER_ACCEPTING = "timeout_after_accepting"
    RESET_BEFORE_ACCEPTING = "reset_before_accepting"
    RESET_AFTER_ACCEPTING = "reset_after_accepting"
    REJECTS = "rejects"
    RECEIPTS_LATE = "receipts_late"
    RECEIPTS_TWICE = "receipts_twice"
    RECEIPTS_OUT_OF_ORDER = "receipts_out_of_order"
    RECEIPTS_NEVER = "receipts_never"
    UNDELIVERED = "undelivered"
    BOUNCES = "bounces"
    BLOCKS = "blocks"
    UNCONFIRMED = "unconfirmed"
    ARRIVES_LATE = "arrives_late"
    FILTERS = "filters"
    REPLIES = "replies"
    MACHINE = "machine"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    CALL_FAILS = "call_fails"
    PRESSES = "presses"
    HANGS_UP = "hangs_up"
    MAILBOX_BOUNCES = "mailbox_bounces"
    MAILBOX_FULL = "mailbox_full"
    GREYLISTS = "greylists"


class Aspect(StrEnum):
    """What a behaviour changes; the newest matching one of each aspect applies."""

    PACE = "pace"
    REQUEST = "request"
    RECEIPTS = "receipts"
    HANDSET = "handset"
    FILTER = "filter"
    REPLY = "reply"
    PICKUP = "pickup"
    KEYS = "keys"
    PATIENCE = "patience"
    MAILBOX = "mailbox"


class Kind(StrEnum):
    """What is asked of the carrier. Behaviours concern sending unless they say `look_up`."""

    TEXT = "text"
    CALL = "call"
    MAIL = "mail"
    LOOK_UP = "look_up"


@dataclass(frozen=True, slots=True)
class About:
    """What one behaviour does, and the defaults of its fields."""

    aspect: Aspect
    sentence: str
    seconds: float = 0
    code: str = ""
    text: str = ""


_R = Aspect.REQUEST
ABOUT: dict[Does, About] = {
    Does.SLOW: About(Aspect.PACE, "answers after `seconds`", seconds=2),
    Does.HTTP_429: About(_R, "too busy: 429, come back after `seconds`; 421 to e-mail", seconds=1),
    Does.HTTP_500: About(_R, "breaks before taking anything: 500; 451 to e-mail"),
    Does.TIMEOUT_BEFORE_ACCEPTING: About(_R, "takes nothing and never answers"),
    Does.TIMEOUT_AFTER_ACCEPTING: About(_R, "takes it, and never answers"),
    Does.RESET_BEFORE_ACCEPTING: About(_R, "takes nothing and cuts the connection"),
    Does.RESET_AFTER_ACCEPTING: About(_R, "takes it, and cuts the connection"),
    Does.REJECTS: About(_R, "refuses with `code`", code="21211"),
    Does.RECEIPTS_LATE: About(
        Aspect.RECEIPTS, "the last receipt comes `seconds` later", seconds=3600
    ),
    Does.RECEIPTS_TWICE: About(Aspect.RECEIPTS, "every receipt comes twice"),
    Does.RECEIPTS_OUT_OF_ORDER: About(Aspect.RECEIPTS, "the last receipt comes first"),
    Does.RECEIPTS_NEVER: About(Aspect.RECEIPTS, "no receipt comes; a look-up knows"),
    Does.UNDELIVERED: About(Aspect.HANDSET, "a text is not delivered: `code`", code="30003"),
    Does.BOUNCES: About(Aspect.HANDSET, "no such number: undelivered, `code`", code="30005"),
    Does.BLOCKS: About(Aspect.HANDSET, "blocks the sender: undelivered, `code`", code="30004"),
    Does.UNCONFIRMED: About(Aspect.HANDSET, "gets the text; nobody ever learns of it"),
    Does.ARRIVES_LATE: About(Aspect.HANDSET, "gets the text `seconds` later", seconds=600),
    Does.FILTERS: About(
        Aspect.FILTER,
        "filters texts that are like `text`, or like the next one if it is empty: `code`",
        code="30007",
    ),
    Does.REPLIES: About(Aspect.REPLY, "texts back `text` after `seconds`", 20, text="STOP"),
    Does.MACHINE: About(
        Aspect.PICKUP, "a machine answers; its greeting lasts `seconds`", seconds=8
    ),
    Does.BUSY: About(Aspect.PICKUP, "is busy"),
    Does.NO_ANSWER: About(Aspect.PICKUP, "lets it ring"),
    Does.CALL_FAILS: About(Aspect.PICKUP, "the call cannot be put through"),
    Does.PRESSES: About(
        Aspect.KEYS, "presses the keys `text` from `seconds` into the call", 2, text="1"
    ),
    Does.HANGS_UP: About(Aspect.PATIENCE, "hangs up after `seconds`", seconds=4),
    Does.MAILBOX_BOUNCES: About(Aspect.MAILBOX, "no such mailbox: `code`", code="550 5.1.1"),
    Does.MAILBOX_FULL: About(Aspect.MAILBOX, "the mailbox is full: `code`", code="452 4.2.2"),
    Does.GREYLISTS: About(Aspect.MAILBOX, "come back later, only once: `code`", code="451 4.7.1"),
}


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One standing wish. `number` and `sender` are patterns (`*5550190`, `*@full.example`).

    `times` limits it to the next so many it applies to. `kind` limits it to texts, calls, mail
    or look-ups. Build it with `Behaviour.asked`, which fills what is left out from `ABOUT`.
    """

    does: Does
    number: str
    sender: str
    times: int | None
    seconds: float
    code: str
    text: str
    kind: Kind | None
    id: int = 0

    @staticmethod
    def asked(
        does: Does | str,
        *,
        number: str = "*",
        sender: str = "*",
        times: int | None = None,
        seconds: float | None = None,
        code: str | int | None = None,
        text: str | None = None,
        kind: Kind | str | None = None,
    ) -> "Behaviour":
        """Return the behaviour. Raises BehaviourFlaw for a word or number out of range."""
        if times is not None and times < 1:
            raise BehaviourFlaw("times is at least 1")
        if seconds is not None and seconds < 0:
            raise BehaviourFlaw("seconds is not negative")
        word = _one_of(Does, does)
        about = ABOUT[word]
        return Behaviour(
            does=word,
            number=number.lower(),
            sender=sender.lower(),
            times=times,
            seconds=about.seconds if seconds is None else seconds,
            code=about.code if code is None else str(code),
            text=about.text if text is None else text,
            kind=None if kind is None else _one_of(Kind, kind),
        )

    @property
    def aspect(self) -> Aspect:
        return ABOUT[self.does].aspect

    def concerns(self, *, number: str, sender: str, kind: Kind) -> bool:
        """Whether it applies to something of this kind from `sender` to `number`."""
        fits_kind = kind is not Kind.LOOK_UP if self.kind is None else kind is self.kind
        return fits_kind and _fits(number, self.number) and _fits(sender, self.sender)


class Behaviours:
    """All behaviours in force. One look costs as much as patterns are in force, not numbers."""

    def __init__(self) -> None:
        self._count = 0
        self._all: dict[int, Behaviour] = {}
        # By aspect and number; those whose number is a pattern are under "".
        self._found: defaultdict[tuple[Aspect, str], dict[int, Behaviour]] = defaultdict(dict)

    def add(self, behaviour: Behaviour) -> Behaviour:
        """Put it in force and return it with its id."""
        self._count += 1
        return self._set(replace(behaviour, id=self._count))

    def remove(self, behaviour_id: int) -> bool:
        """Take one back; whether it was in force."""
        behaviour = self._all.pop(behaviour_id, None)
        if behaviour is not None:
            del self._found[_place(behaviour)][behaviour_id]
        return behaviour is not None

    def clear(self) -> None:
        self._all.clear()
        self._found.clear()

    def all(self) -> tuple[Behaviour, ...]:
        return tuple(self._all.values())

    def take(self, aspect: Aspect, *, number: str, sender: str, kind: Kind) -> Behaviour | None:
        """Return the newest one that applies, and count it as used once."""
        if not self._all:
            return None
        number, sender = number.lower(), sender.lower()
        near = [b for place in (number, "") for b in self._found.get((aspect, place), {}).values()]
        near.sort(key=lambda behaviour: -behaviour.id)
        for behaviour in near:
            if behaviour.concerns(number=number, sender=sender, kind=kind):
                self._use(behaviour)
                return behaviour
        return None

    def _use(self, behaviour: Behaviour) -> None:
        if behaviour.times == 1:
            self.remove(behaviour.id)
        elif behaviour.times is not None:
            self._set(replace(behaviour, times=behaviour.times - 1))

    def _set(self, behaviour: Behaviour) -> Behaviour:
        self._all[behaviour.id] = behaviour
        self._found[_place(behaviour)][behaviour.id] = behaviour
        return behaviour


def _place(behaviour: Behaviour) -> tuple[Aspect, str]:
    is_pattern = any(mark in behaviour.number for mark in "*?[")
    return behaviour.aspect, "" if is_pattern else behaviour.number


def _fits(value: str, pattern: str) -> bool:
    return pattern in ("*", value) or fnmatchcase(value, pattern)


def _one_of(words: type[Word], word: str) -> Word:
    try:
        return words(word)
    except ValueError as error:
        known = ", ".join(words)
        raise BehaviourFlaw(f"{word!r} is none of: {known}") from error
