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
        "no mas", "basta",
    }
)  # fmt: skip
START_WORDS: Final = frozenset({"start", "unstop", "empezar", "comenzar"})
HELP_WORDS: Final = frozenset({"help", "info", "ayuda", "informacion"})
CONFIRM_WORDS: Final = frozenset({"c", "confirm", "confirmed", "confirmo", "confirmar"})
#: Yes means "confirm" only while a confirmation is open, and is never a consent (rules.md 16).
YES_WORDS: Final = frozenset({"y", "yes", "yep", "yeah", "ok", "okay", "si", "1"})
CALL_BACK_WORDS: Final = frozenset({"r", "reschedule", "call", "call me", "reprogramar", "llamar"})

_STOP_PHRASES: Final = re.compile(
    r"""
    \b(?:
        (?:please\s+|pls\s+|just\s+)*stop(?!\s+(?:by|in|at|over|off|for)\b)
        | unsubscribe | opt(?:ing|ed)?\s?-?\s?(?:me\s+)?out
        | quit\s+(?:text|call|contact|send|messag)\w*
        | (?:do\s*n[o']?t|dont|never|no\s+longer|no\s+more|quit)\s+(?:\w+\s+){0,3}?
          (?:text|texts|texting|call|calls|calling|contact|message|messages|messaging|email|emails)
        | (?:remove|take)\s+(?:me|my\s+(?:number|name))(?:\s+(?:off|from))?
        | leave\s+me\s+alone | wrong\s+(?:number|person)
        | no\s+(?:me\s+)?(?:envi\w+|mand\w+|llam\w+|escrib\w+)(?:\s+mas)?
        | dej\w+\s+de\s+(?:envi|mand|llam|escrib|text|molest)\w* | ya\s+no\s+(?:quiero|me)
        | no\s+mas\s+(?:mensajes|textos|llamadas) | dar(?:me)?\s+de\s+baja | numero\s+equivocado
    )
    """,
    re.VERBOSE,
)

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
    plain = normalise(text)
    if plain in STOP_WORDS or _STOP_PHRASES.search(plain):
        return Meaning.STOP
    if plain in START_WORDS:
        return Meaning.START
    if plain in HELP_WORDS:
        return Meaning.HELP
    if plain in CONFIRM_WORDS:
        return Meaning.CONFIRM
    if plain in YES_WORDS and confirm_is_open:
        return Meaning.CONFIRM
    if plain in CALL_BACK_WORDS:
        return Meaning.CALL_BACK
    return Meaning.UNCLEAR


def meaning_of_key(digits: str) -> Meaning:
    """Return what a key pressed during a call means: 1 confirms, 9 stops (rules.md 4)."""
    if digits.startswith("9"):
        return Meaning.STOP
    if digits.startswith("1"):
        return Meaning.CONFIRM
    return Meaning.UNCLEAR
