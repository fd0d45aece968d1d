"""What did the patient read or hear? One try's exact words, laid out for its channel. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from handbell.outbox.models import Attempt
from handbell.vocabulary.segments import segments
from handbell.vocabulary.words import Channel


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A text on a phone, and what it costs on the air."""

    text: str = field(repr=False)
    characters: int
    encoding: str
    segments: int


@dataclass(frozen=True, slots=True)
class CallPreview:
    """A call as it is spoken, step by step, and what a machine hears instead."""

    steps: Sequence[str] = field(repr=False)
    voicemail: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class EmailPreview:
    """An e-mail as its plain reading has it."""

    subject: str = field(repr=False)
    text: str = field(repr=False)


Preview = TextPreview | CallPreview | EmailPreview


def preview(attempt: Attempt, channel: Channel) -> Preview:
    """Return the words of one try as the patient met them."""
    match channel:
        case Channel.SMS:
            return _text(attempt)
        case Channel.VOICE:
            return CallPreview(
                [line for line in attempt.text.splitlines() if line.strip()], attempt.voicemail
            )
        case Channel.EMAIL:
            return EmailPreview(attempt.subject, attempt.text)


def _text(attempt: Attempt) -> TextPreview:
    measured = segments(attempt.text)
    return TextPreview(
        attempt.text,
        len(attempt.text),
        measured.encoding.upper(),
        attempt.segments or measured.count,
    )
