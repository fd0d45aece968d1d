"""What does Twilio's answer to our request for a text, or about one, mean? Pure."""

from typing import Final

from handbell.channels.gateway import LookUp
from handbell.channels.twilio.lookup import Entry, Listing
from handbell.channels.twilio.reply import outcome_of

__all__ = ["LISTING", "outcome_of", "says_the_same"]

LISTING: Final = Listing(path="Messages", key="messages")


def says_the_same(entry: Entry, question: LookUp) -> bool:
    """Whether a text in Twilio's list may be the one we look for.

    A trial account puts a sentence of its own before ours, and a text Twilio was told to forget
    shows no words: neither may make us believe that Twilio never had it.
    """
    if question.text is None or not entry.text:
        return True
    return entry.text.strip().endswith(question.text.strip())
