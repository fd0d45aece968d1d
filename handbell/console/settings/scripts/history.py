"""What did a script say before, who changed it, and what did each version change?"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext

from handbell.console.settings.scripts.difference import Stretch, difference
from handbell.console.settings.scripts.words import state_chip
from handbell.console.words import Chip
from handbell.scripts.models import Script
from handbell.scripts.queries import versions_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Approval

PAGE_SIZE: Final = 10

IN_USE: Final = (Approval.NOT_NEEDED, Approval.APPROVED)


@dataclass(frozen=True, slots=True)
class Changed:
    """What one text makes of the one before it."""

    subject: Sequence[Stretch]
    body: Sequence[Stretch]


@dataclass(frozen=True, slots=True)
class Version:
    """One version on the page. `script` is None for the text Handbell starts with."""

    number: int
    script: Script | None
    text: Text
    chip: Chip
    changed: Changed | None
    may_return: bool  # it says something else than what is in use or waits


@dataclass(frozen=True, slots=True)
class History:
    """A script's versions, the newest first, a page at a time."""

    versions: Sequence[Version]
    newest: Script | None
    used: Script | None
    text: Text  # in use
    older: int | None  # where the next page begins

    @property
    def number(self) -> int:
        """The version a change is made over; 0 is the starting text."""
        return self.newest.version if self.newest else 0

    @property
    def waiting(self) -> Script | None:
        """The version that waits for a second person, if the newest does."""
        waits = self.newest is not None and self.newest.approval == Approval.AWAITING
        return self.newest if waits else None

    @property
    def to_edit(self) -> Text:
        """What somebody who changes the script finds: what waits, else what is in use."""
        return text_of(self.waiting) if self.waiting else self.text


def text_of(script: Script) -> Text:
    """Return the words of a version."""
    return Text(script.body, script.subject)


def changed(before: Text, after: Text) -> Changed:
    """Return what differs between two texts."""
    return Changed(
        difference(before.subject, after.subject) if before.subject != after.subject else [],
        difference(before.body, after.body),
    )


def read_history(practice_id: int, key: Key, *, before: int | None = None) -> History:
    """Return a script's versions below `before`, or the newest."""
    own = versions_of(practice_id, key)
    newest = own.first()
    used = own.filter(approval__in=IN_USE).first()
    start = STARTING_TEXTS[key]
    found = own if before is None else own.filter(version__lt=before)
    taken = list(found[: PAGE_SIZE + 1])
    text = text_of(used) if used else start
    numbers = (used.version if used else 0, newest.version if newest else 0)
    earlier = [text_of(one) for one in taken[1:]] + [start]
    versions = [
        _version(one, prior, text, numbers) for one, prior in zip(taken, earlier, strict=False)
    ][:PAGE_SIZE]
    more = len(taken) > PAGE_SIZE
    if not more:
        chip = (
            Chip(gettext("Earlier"), "archive-box", "soft")
            if used
            else Chip(gettext("In use"), "check-circle", "good")
        )
        versions.append(Version(0, None, start, chip, None, may_return=text != start))
    return History(versions, newest, used, text, versions[-1].number if more else None)


def _version(script: Script, prior: Text, in_use: Text, numbers: tuple[int, int]) -> Version:
    used, newest = numbers
    said = text_of(script)
    waits = script.approval == Approval.AWAITING and script.version == newest
    return Version(
        number=script.version,
        script=script,
        text=said,
        chip=state_chip(script, in_use=used, newest=newest),
        changed=changed(prior, said),
        may_return=said != in_use and not waits,
    )
