"""Where does a message begin, and what stands in its fields? Pure; reading a field never raises.

An own splitter of 100 lines: a message's delimiters are its own (MSH-1, MSH-2), and nothing in the
files seen so far obeys a grammar (integration.md 2). Lines may end in CR, LF or both, be framed by
MLLP (0x0B ... 0x1C 0x0D) and stand in a batch (FHS, BHS, BTS, FTS).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from handbell.importers.source import Line

#: What a field says when the sender wants it deleted; an empty field means "as it was".
DELETE: Final = '""'

_FRAME: Final = "\x0b\x1c\x1a\ufeff \t\r\n"
_ENVELOPE: Final = frozenset({"FHS", "BHS", "BTS", "FTS"})
_SEGMENT: Final = re.compile(r"[A-Z][A-Z0-9]{2}(?=\W|$)")
_LONGEST: Final = 20_000  # segments


class Separators(NamedTuple):
    """The five characters a message is written with."""

    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


@dataclass(frozen=True, slots=True)
class Value:
    """One repetition of a field."""

    text: str
    separators: Separators

    @property
    def deletes(self) -> bool:
        return self.text == DELETE

    def component(self, number: int, subcomponent: int = 1) -> str:
        """Return a component's text, unescaped; "" if it is not there or says DELETE."""
        whole = _nth(self.text.split(self.separators.component), number)
        part = _nth(whole.split(self.separators.subcomponent), subcomponent).strip()
        return "" if part == DELETE else _unescape(part, self.separators)


@dataclass(frozen=True, slots=True)
class Segment:
    """One segment; fields are counted as HL7 counts them."""

    name: str
    fields: Sequence[str]
    separators: Separators

    def raw(self, number: int) -> str:
        """Return a field as it stands."""
        return _nth(self.fields, number + 1).strip()

    def values(self, number: int) -> list[Value]:
        """Return the repetitions of a field that say something."""
        parts = self.raw(number).split(self.separators.repetition)
        return [Value(part.strip(), self.separators) for part in parts if part.strip()]

    def text(self, number: int, component: int = 1) -> str:
        """Return a component of a field's first repetition."""
        found = self.values(number)
        return found[0].component(component) if found else ""

    def deletes(self, number: int) -> bool:
        return self.raw(number) == DELETE


@dataclass(slots=True)
class Message:
    """One message and its place in the file. `bad` says why it cannot be read."""

    number: int
    segments: list[Segment] = field(default_factory=list)
    bad: str = ""

    def first(self, name: str) -> Segment | None:
        return next((one for one in self.segments if one.name == name), None)

    def all(self, name: str) -> Iterator[Segment]:
        return (one for one in self.segments if one.name == name)

    @property
    def header(self) -> Segment:
        return self.segments[0]

    @property
    def event(self) -> tuple[str, str]:
        """The message's type and trigger event: ("SIU", "S12")."""
        trigger = self.header.text(9, 2)
        told = self.first("EVN")
        return self.header.text(9), trigger or (told.text(1) if told else "")

    @property
    def sender(self) -> str:
        """Who sent it: the sending application and facility."""
        parts = (self.header.text(3), self.header.text(4))
        return "/".join(part for part in parts if part)


def messages_of(lines: Iterable[Line]) -> Iterator[Message]:
    """Yield the messages of a file in their order."""
    message, number = Message(0), 0
    for line in lines:
        text = line.text.strip(_FRAME)
        if not text:
            continue
        if text.startswith("MSH") or (number == 0 and text[:3] not in _ENVELOPE):
            if message.segments or message.bad:
                yield message
            number += 1
            message = Message(number)
        if text[:3] not in _ENVELOPE:
            _take(message, text, line)
    if message.segments or message.bad:
        yield message


def _take(message: Message, text: str, line: Line) -> None:
    """Add a line to a message."""
    if line.bad:
        message.bad = line.bad
    elif not message.segments and not text.startswith("MSH"):
        message.bad = "it does not begin with a header (MSH)"
    elif len(message.segments) >= _LONGEST:
        message.bad = "it has more segments than a message can have"
    elif text.startswith("MSH"):
        _begin(message, text)
    elif not message.bad:
        _add(message, text)


def _begin(message: Message, text: str) -> None:
    if len(text) < 8 or text[3].isalnum():
        message.bad = "its header (MSH) is cut short"
        return
    mark = text[3]
    marks = text[4:].split(mark, 1)[0]
    separators = Separators(mark, *marks[:4]) if marks else Separators(mark)
    # MSH-1 is the separator itself, so that MSH-9 is the ninth field like any other's.
    fields = ["MSH", mark, *text[4:].split(mark)]
    message.segments.append(Segment("MSH", fields, separators))


def _add(message: Message, text: str) -> None:
    separators = message.segments[0].separators
    if _SEGMENT.match(text):
        fields = text.split(separators.field)
        message.segments.append(Segment(fields[0], fields, separators))
        return
    # A line break inside a field: the rest belongs to the segment before.
    last = message.segments.pop()
    first, *more = text.split(separators.field)
    fields = [*last.fields[:-1], f"{last.fields[-1]} {first}", *more]
    message.segments.append(Segment(last.name, fields, separators))


def _nth(parts: Sequence[str], number: int) -> str:
    return parts[number - 1] if 0 < number <= len(parts) else ""


def _unescape(text: str, separators: Separators) -> str:
    """Return a text with HL7's escape sequences resolved; an unknown one is left out."""
    mark = separators.escape
    if mark not in text:
        return text
    names = {
        "F": separators.field,
        "S": separators.component,
        "T": separators.subcomponent,
        "R": separators.repetition,
        "E": separators.escape,
        ".br": " ",
        ".sp": " ",
    }
    inside = re.escape(mark)
    return re.sub(
        f"{inside}([^{inside}]{{1,12}}){inside}", lambda match: names.get(match[1], ""), text
    )
