"""What did, or would, the patient read or hear? Exact words, laid out for their channel. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from handbell.channels.gateway import EmailContent, SmsContent, VoiceContent
from handbell.dispatch.compose import FOOT, Composed, lines_of, paragraphs_of
from handbell.outbox.models import Attempt
from handbell.vocabulary.segments import outside_gsm, segments
from handbell.vocabulary.words import Channel


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A text on a phone, and what it costs on the air.

    `odd` are the characters for which it travels as UCS-2, which halves the room and more.
    """

    text: str = field(repr=False)
    characters: int
    encoding: str
    segments: int
    odd: Sequence[str] = ()


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


@dataclass(frozen=True, slots=True)
class LetterPreview:
    """An e-mail as a mail program shows it: its own HTML, without the links' addresses."""

    subject: str = field(repr=False)
    from_name: str
    body: SafeString = field(repr=False)
    foot: SafeString = field(repr=False)
    attached: Sequence[str] = ()


Preview = TextPreview | CallPreview | EmailPreview
DraftPreview = TextPreview | CallPreview | LetterPreview


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


def preview_draft(composed: Composed) -> DraftPreview:
    """Return the words of a message that has not been sent, as the patient would meet them."""
    match composed.content:
        case SmsContent(text):
            return _measured(text, composed.segments)
        case VoiceContent(voicemail=voicemail):
            return CallPreview(composed.text.splitlines(), voicemail)
        case EmailContent() as content:
            body, _, foot = content.text.rpartition(FOOT)
            return LetterPreview(
                subject=content.subject,
                from_name=content.from_name,
                body=_without_addresses(paragraphs_of(body)),
                foot=_without_addresses(lines_of(foot.rstrip())),
                attached=[one.filename for one in content.attachments],
            )


def _without_addresses(paragraphs: str) -> SafeString:
    """Keep a preview's links from leading away from what somebody is writing.

    What comes in escaped everything that was typed; the links are the only tags with an address.
    """
    return mark_safe(re.sub(r'<a href="[^"]*">(.*?)</a>', r"<u>\1</u>", paragraphs))  # noqa: S308


def _text(attempt: Attempt) -> TextPreview:
    return _measured(attempt.text, attempt.segments)


def _measured(text: str, count: int) -> TextPreview:
    measured = segments(text)
    return TextPreview(
        text, len(text), measured.encoding.upper(), count or measured.count, outside_gsm(text)
    )
