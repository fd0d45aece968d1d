"""Which one-word texts does the carrier itself act on, and what does it answer?

Twilio's default opt-out handling (rules.md 16): only the single word counts, "STOP PLEASE" does
not. Toll-free numbers are stopped by the network, in its own words.
"""

from enum import Enum

_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT"})
_START = frozenset({"START", "YES", "UNSTOP"})
_HELP = frozenset({"HELP", "INFO"})
_TOLL_FREE = ("+1800", "+1833", "+1844", "+1855", "+1866", "+1877", "+1888")


class Keyword(Enum):
    """What a one-word text asks of the carrier."""

    STOP = "stop"
    START = "start"
    HELP = "help"


_ANSWERS = {
    Keyword.STOP: "You have successfully been unsubscribed. You will not receive any more "
    "messages from this number. Reply START to resubscribe.",
    Keyword.START: "You have successfully been re-subscribed to messages from this number. "
    "Reply HELP for help. Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    Keyword.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
_NETWORK_ANSWERS = {
    Keyword.STOP: 'NETWORK MSG: You replied with the word "stop" which blocks all texts sent '
    'from this number. Text back "unstop" to receive messages again.',
    Keyword.START: 'NETWORK MSG: You have replied "unstop" and will begin receiving messages '
    "again from this number.",
    Keyword.HELP: _ANSWERS[Keyword.HELP],
}


def keyword_in(body: str) -> Keyword | None:
    """Return what the text asks of the carrier, None if it is for the sender alone."""
    word = body.strip().upper()
    if word in _STOP:
        return Keyword.STOP
    if word in _START:
        return Keyword.START
    return Keyword.HELP if word in _HELP else None


def answer_to(keyword: Keyword, *, sender: str) -> str:
    """Return the carrier's own answer, in the network's words for a toll-free sender."""
    answers = _NETWORK_ANSWERS if is_toll_free(sender) else _ANSWERS
    return answers[keyword]


def is_toll_free(sender: str) -> bool:
    """Whether the network keeps the STOP list of this sender."""
    return sender.startswith(_TOLL_FREE)
