"""What does a person mean by what they sent us?

Single words are the union of every provider's and carrier's list (rules.md 16), and law adds
"any reasonable means" (47 CFR 64.1200(a)(10)): a sentence that asks to stop is a stop. When in
doubt between stopping and anything else, it is a stop.
"""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Meaning(StrEnum):
    """What a reply asks for."""

    STOP = "stop"
    START = "start"
    HELP = "help"
    CONFIRM = "confirm"
    CALL_BACK = "call_back"
    UNCLEAR = "unclear"


STOP_WORDS: Final = frozenset(
    {
        "stop", "stopall", "stop all", "unsubscribe", "end", "quit", "cancel", "revoke",
        "optout", "opt out", "opt-out", "remove", "arret", "td", "alto", "parar", "cancelar",
        "no mas", "basta", "pare", "paren", "detener",
    }
)  # fmt: skip
_STOP_WORDS_TOGETHER: Final = frozenset(word.replace(" ", "") for word in STOP_WORDS)
START_WORDS: Final = frozenset({"start", "unstop", "empezar", "comenzar"})
HELP_WORDS: Final = frozenset({"help", "info", "ayuda", "informacion"})
CONFIRM_WORDS: Final = frozenset({"c", "confirm", "confirmed", "confirmo", "confirmar"})
#: Yes means "confirm" only while a confirmation is open, and is never a consent (rules.md 16).
YES_WORDS: Final = frozenset({"y", "yes", "yep", "yeah", "ok", "okay", "si", "1"})
CALL_BACK_WORDS: Final = frozenset({"r", "reschedule", "call", "call me", "reprogramar", "llamar"})

# Said around a word without changing it.
_COURTESY: Final = re.compile(r"\b(?:please|pls|plz|thank you|thanks|thx|por favor|gracias|now)\b")

# What is meant by "these", so that "don't call" is a stop and "don't forget" is not.
_THINGS: Final = r"(?:text|call|contact|messag|e-?mail|reminder|notif|spam|bother)\w*"
_WANTING: Final = (
    r"(?:please|ever|again|(?:want|wish|like|need|care)(?:\sto)?(?:\s(?:get|receive|be|have)\w*)?"
    r"|send\w*(?:\s(?:me|us))?)"
)
_ANY: Final = r"(?:any|more|further|of|your|these|those|this|the|such|automated|appointment)"

_NOT_THE_VISIT: Final = r"(?!.*\b(?:schedule|calendar|appointment|visit)\b)"

_STOP_PHRASES: Final = (
    re.compile(
        rf"""
        \b(?:
            (?<!bus\s)(?<!train\s)stop+(?:all)?\b
                (?!\s(?:by|over|off|in(?!\sfuture)|at(?!\sonce)|for(?!\s(?:good|ever)))\b)
            | unsub\w+ | unsus?cri\w+ | opt(?:ing|ed)?[\s-]?(?:me\s)?out
            | (?:do\s?n[o'\s]?t|no\slonger|no\smore|quit)\s(?:{_WANTING}\s)*(?:{_ANY}\s)*{_THINGS}
            | never\s(?:ever\s|again\s)*{_THINGS}
            | do\s?n[o'\s]?t\swant\s(?:these|this|them|it|any)(?:\sany\s?more)?$
            | no\smore$
            | (?:remove|delete|lose|erase)\s(?:me|my\s(?:number|name|phone))\b{_NOT_THE_VISIT}
            | take\s(?:me|my\s(?:number|name|phone))\soff\b{_NOT_THE_VISIT}
            | leave\sme\salone | wrong\s(?:number|person)(?!\sof\b)
        )
        """,
        re.VERBOSE,
    ),
    re.compile(
        r"""
        \b(?:
            (?:ya\s)?no\s(?:me\s|nos\s)?
                (?:envi\w+|mand\w+|llam(?!o\b|a\b)\w+|escrib\w+|molest\w+|contact\w+)
            | (?:ya\s)?no\squiero\s
                (?:recibir|que\s(?:me|nos)|(?:mas\s|sus\s)*(?:mensaj|texto|llamad|correo))
            | ya\sno\squiero$
            | dej\w+\sde\s(?:envi|mand|llam|escrib|text|molest)\w*
            | no\smas\s(?:mensajes|textos|llamadas|correos) | basta | dar(?:me|nos)?\sde\sbaja
            | (?:quit|borr|elimin)\w*(?:me|nos)\sde\s(?:la|su|esta)\slista
            | numero\sequivocado
        )
        """,
        re.VERBOSE,
    ),
)

#: A text holds 1,600 characters; more is no reply.
LONGEST: Final = 1600

_INVISIBLE: Final = {"Cf", "Cc", "Mn", "So", "Sk", "Co", "Cs"}


def normalise(text: str) -> str:
    """Return the text in plain lower-case letters, digits and single spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    kept = "".join(" " if char.isspace() else char for char in plain if _visible(char))
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s'-]", " ", kept)).strip(" '-_").casefold()


def _visible(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) not in _INVISIBLE


def meaning_of(text: str, *, confirm_is_open: bool) -> Meaning:
    """Return what a texted reply means.

    `confirm_is_open` says whether this number has an unanswered reminder of a visit ahead.
    """
    plain = normalise(text[:LONGEST])
    word = normalise(_COURTESY.sub(" ", plain))
    if _is_stop(plain, word):
        return Meaning.STOP
    if word in START_WORDS:
        return Meaning.START
    if word in HELP_WORDS:
        return Meaning.HELP
    if word in CONFIRM_WORDS:
        return Meaning.CONFIRM
    if word in YES_WORDS and confirm_is_open:
        return Meaning.CONFIRM
    if word in CALL_BACK_WORDS:
        return Meaning.CALL_BACK
    return Meaning.UNCLEAR


def is_stop_word(text: str) -> bool:
    """Return whether a reply is one of the words for stopping, and no more."""
    word = normalise(_COURTESY.sub(" ", normalise(text[:LONGEST])))
    return _is_stop_word(word)


def _is_stop(plain: str, word: str) -> bool:
    return _is_stop_word(word) or any(phrases.search(plain) for phrases in _STOP_PHRASES)


def _is_stop_word(word: str) -> bool:
    # Also spelt out: s.t.o.p.
    return word in STOP_WORDS or word.replace(" ", "") in _STOP_WORDS_TOGETHER


def meaning_of_key(digits: str) -> Meaning:
    """Return what a key pressed during a call means: 1 confirms, 9 stops (rules.md 4).

    2 asks for a call back.
    """
    if digits.startswith("9"):
        return Meaning.STOP
    if digits.startswith("1"):
        return Meaning.CONFIRM
    if digits.startswith("2"):
        return Meaning.CALL_BACK
    return Meaning.UNCLEAR
