"""May the finished words leave? The guard's last look, at hand-over.

A script was reviewed when it was saved; here the values that fill it are looked at too. What
Handbell makes itself (dates, times, links, numbers) stays a blank, and so does a name that is a
name: a patient may be called Sale. So a practice has few different drafts, and their reviews are
remembered. A name that sells, a facility that advertises, a payment page behind a link shortener
stay in the words and are found.
"""

from collections.abc import Mapping
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.letter import Letter
from handbell.policy.content import Draft, Verdict, is_a_name, reviewed
from handbell.policy.content.shape import BLANK
from handbell.scripts.queries import clinic_for
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel

#: Values Handbell makes itself, or that are checked where they come in.
_OURS: Final = frozenset(
    {
        "amount",
        "date",
        "time",
        "confirm_link",
        "account_link",
        "phone",
        "count",
        "visits",
        "closure",
    }
)


def is_fit(
    text: Text, letter: Letter, settings: PracticeSettings, values: Mapping[str, str]
) -> bool:
    """Return whether the guard lets this text leave with these values."""
    kept = set(_OURS)
    if is_a_name(values["first_name"]):
        kept.add("first_name")
    if letter.link in values.get("how_to_settle", ""):
        kept.add("how_to_settle")  # our own sentence with our own page
    draft = Draft(
        letter.purpose,
        letter.channel,
        _filled(text.body, values, kept) + _around(letter, settings),
        _filled(text.subject, values, kept),
    )
    return reviewed(draft, clinic_for(settings)).verdict is not Verdict.REFUSE


def _around(letter: Letter, settings: PracticeSettings) -> str:
    """Return what is said around the script: an e-mail's footer, the name a call opens with."""
    if letter.channel is Channel.SMS:
        return ""
    place = settings.place(letter.facility_id)
    address = place.address if place and letter.channel is Channel.EMAIL else ""
    return f"\n{settings.name}\n{address}"


def _filled(text: str, values: Mapping[str, str], kept: set[str]) -> str:
    return BLANK.sub(
        lambda match: match.group() if match.group(1) in kept else values[match.group(1)], text
    )
