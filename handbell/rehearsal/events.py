"""What happens while a rehearsal runs: texts from patients, keys pressed, files, a bad carrier.

The file is CSV with the columns `at,kind,from,text`. A row that cannot be played is a flaw with
its line; the rest is played.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from handbell.channels.carrier.behaviour import Behaviour, BehaviourFlaw
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber

COLUMNS = ("at", "kind", "from", "text")

#: As a carrier's event: nothing misbehaves any more.
WELL: Final = "well"


class Kind(StrEnum):
    """What can happen."""

    INBOUND_SMS = "inbound_sms"
    KEY_PRESS = "key_press"
    IMPORT = "import"
    CARRIER = "carrier"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens at a moment. `text` is words, digits, a folder or a misbehaviour."""

    line: int
    at: datetime
    kind: Kind
    sender: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EventFlaw:
    """A row that cannot be played."""

    line: int
    reason: str


def read_events(path: Path, *, zone: ZoneInfo, region: str) -> tuple[list[Event], list[EventFlaw]]:
    """Return the events in time order, and the rows that cannot be played.

    Times without an offset are the practice's. Raises OSError if the file cannot be read.
    """
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            return [], [EventFlaw(1, f"these columns are missing: {', '.join(missing)}")]
        return _sorted(
            _read_row(row, line, path.parent, zone, region)
            for line, row in enumerate(reader, start=2)
        )


def misbehaviour(text: str, phones: str) -> Behaviour | None:
    """Return how the carrier behaves from now on to these phones, a pattern; None is well again.

    `text` is a word of the rehearsal carrier's, with a code behind it or without. Raises
    BehaviourFlaw.
    """
    word, _, code = text.strip().partition(" ")
    if word == WELL:
        return None
    return Behaviour.asked(word, number=phones or "*", code=code.strip() or None)


def _sorted(found: Iterable[Event | EventFlaw]) -> tuple[list[Event], list[EventFlaw]]:
    events: list[Event] = []
    flaws: list[EventFlaw] = []
    for item in found:
        if isinstance(item, Event):
            events.append(item)
        else:
            flaws.append(item)
    return sorted(events, key=lambda event: (event.at, event.line)), flaws


def _read_row(
    row: dict[str, str | None], line: int, folder: Path, zone: ZoneInfo, region: str
) -> Event | EventFlaw:
    try:
        at = datetime.fromisoformat((row["at"] or "").strip())
    except ValueError:
        return EventFlaw(line, "at is not a time; write 2026-11-02T10:00")
    kind = (row["kind"] or "").strip()
    if kind not in set(Kind):
        return EventFlaw(line, f"kind must be one of {', '.join(Kind)}")
    text = row["text"] or ""
    sender = (row["from"] or "").strip()
    if kind == Kind.IMPORT:
        text = str(folder / text.strip())
        if not Path(text).exists():
            return EventFlaw(line, "there is no such folder beside the events file")
    elif kind == Kind.CARRIER:
        try:
            misbehaviour(text, sender)
        except BehaviourFlaw as flaw:
            return EventFlaw(line, f"text: {flaw}")
    else:
        try:
            sender = PhoneNumber.parse(sender, region=region).value
        except ContactFlaw as flaw:
            return EventFlaw(line, f"from: {flaw}")
    return Event(line, at if at.tzinfo else at.replace(tzinfo=zone), Kind(kind), sender, text)
