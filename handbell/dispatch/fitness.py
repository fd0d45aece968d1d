"""May the finished words leave? The guard's last look, at hand-over.

A script was reviewed when it was saved; here the values that fill it are looked at too. What
Handbell makes itself (dates, times, links, numbers) stays a blank, and so does a name that is a
name: a patient may be called Sale. So a practice has few different drafts, and their reviews are
remembered. A name that sells, a facility that advertises, a payment page behind a link shortener
stay in the words and are found.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.letter import Letter
from handbell.policy.content import Clinic, Draft, Verdict, is_a_name, review
from handbell.policy.content.shape import BLANK
from handbell.scripts.queries import clinic_for
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, Purpose

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
    ours = set()
    if is_a_name(values["first_name"]):
        ours.add("first_name")
    if letter.link in values.get("how_to_settle", ""):
        ours.add("how_to_settle")  # our own sentence with our own page
    said = tuple((name, values[name]) for name in _looked_at(text) if name not in ours)
    around = _around(letter, settings)
    return _is_fit(text, letter.purpose, letter.channel, said, around, clinic_for(settings))


@lru_cache(maxsize=1024)
def _looked_at(text: Text) -> Sequence[str]:
    """Return the blanks of a text whose values are not Handbell's own."""
    return sorted(set(BLANK.findall(f"{text.subject}\n{text.body}")) - _OURS)


@lru_cache(maxsize=4096)
def _is_fit(
    text: Text,
    purpose: Purpose,
    channel: Channel,
    said: tuple[tuple[str, str], ...],
    around: str,
    clinic: Clinic,
) -> bool:
    values = dict(said)
    draft = Draft(
        purpose, channel, _filled(text.body, values) + around, _filled(text.subject, values)
    )
    return review(draft, clinic).verdict is not Verdict.REFUSE


def _around(letter: Letter, settings: PracticeSettings) -> str:
    """Return what is said around the script: an e-mail's footer, the name a call opens with."""
    if letter.channel is Channel.SMS:
        return ""
    place = settings.place(letter.facility_id)
    address = place.address if place and letter.channel is Channel.EMAIL else ""
    return f"\n{settings.name}\n{address}"


def _filled(text: str, values: Mapping[str, str]) -> str:
    return BLANK.sub(lambda match: values.get(match.group(1), match.group()), text)
