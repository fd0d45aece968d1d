"""What is said on the line? TwiML, built as XML so that every text is escaped. Pure.

A person hears who calls, within two seconds the key that stops these calls, then the message
(47 CFR 64.1200(b), rules.md 4). Any key ends the script and is posted to our `keys` address; no
key needs nothing of us. A machine gets `voicemail` and nothing else.
"""

import re
from typing import Final
from xml.etree import ElementTree as ET

from handbell.channels.gateway import VoiceContent

LONGEST_SECONDS: Final = 60
KEY_SECONDS: Final = 5  # how long we wait for a key when all is said
WORDS_PER_SECOND: Final = 2.5  # 150 words a minute: a calm speaking voice
PAUSE_PER_SAY: Final = 0.3
# The line stays open as long as a machine's greeting may last (request.GREETING_SECONDS), and a
# little for the redirect: hung up before the beep, no voicemail could be left.
OPEN_SECONDS: Final = 32
# A greeting of 30 s and the voicemail must both fit into the longest call.
VOICEMAIL_SECONDS: Final = 30
LONGEST_TWIML: Final = 4_000  # characters; Twilio refuses more in a request

# What Twilio reads a language with when nothing is named sounds like a robot of the 1990s.
VOICES: Final = {"en": ("en-US", "Polly.Joanna"), "es": ("es-US", "Polly.Lupe")}

# AnsweredBy, after DetectMessageEnd: a machine that now records.
RECORDING: Final = frozenset({"machine_end_beep", "machine_end_silence", "machine_end_other"})
FAX: Final = "fax"

# What XML 1.0 cannot hold; no voice could say it either.
_UNSPEAKABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPOKEN = re.compile(r"\d|[^\W\d_]+(?:'[^\W\d_]+)*")


class ScriptTooLong(ValueError):
    """What is to be said takes longer than it may."""


def for_person(content: VoiceContent, *, keys_url: str) -> str:
    """Return the whole script.

    Raises ScriptTooLong if a person would have to listen for more than a minute, or if the
    voicemail would not fit into the call.
    """
    if seconds_too_many(content) > 0:
        raise ScriptTooLong
    said = _said(content)
    seconds = spoken_seconds(*said, content.goodbye) + KEY_SECONDS
    response = ET.Element("Response")
    gather = ET.SubElement(
        response, "Gather",
        action=keys_url, method="POST", input="dtmf", numDigits="1", timeout=str(KEY_SECONDS),
    )  # fmt: skip
    for text in said:
        _say(gather, text, content.language)
    _say(response, content.goodbye, content.language)
    if seconds < OPEN_SECONDS:
        ET.SubElement(response, "Pause", length=str(round(OPEN_SECONDS - seconds)))
    document = _document(response)
    if len(document) > LONGEST_TWIML:
        raise ScriptTooLong
    return document


def for_machine(content: VoiceContent, *, answered_by: str) -> str | None:
    """Return what the call must say instead, now that detection has spoken; None to go on.

    A fax is hung up on. `human` and `unknown` go on hearing the script (rules.md 24).
    """
    if answered_by in RECORDING:
        return say(content.voicemail, language=content.language)
    return _document(ET.Element("Response")) if answered_by == FAX else None


def say(text: str, *, language: str) -> str:
    """Return TwiML that says one thing and hangs up: the answer to a key, or a voicemail."""
    response = ET.Element("Response")
    _say(response, text, language)
    return _document(response)


def seconds_too_many(content: VoiceContent) -> float:
    """Return how much longer a person or a machine would have to listen than they may; else 0."""
    person = spoken_seconds(*_said(content), content.goodbye) + KEY_SECONDS - LONGEST_SECONDS
    return max(person, spoken_seconds(content.voicemail) - VOICEMAIL_SECONDS, 0.0)


def _said(content: VoiceContent) -> list[str]:
    """Return what is said while a key is listened for."""
    offers = [content.confirm_offer] if content.confirmable else []
    return [content.opening, content.stop_offer, content.body, *offers]


def spoken_seconds(*texts: str) -> float:
    """Return about how long the texts take to say; a digit is as long as a word."""
    words = sum(len(_SPOKEN.findall(text)) for text in texts)
    return words / WORDS_PER_SECOND + PAUSE_PER_SAY * sum(1 for text in texts if text)


def _say(parent: ET.Element, text: str, language: str) -> None:
    spoken = _UNSPEAKABLE.sub("", text).strip()
    if not spoken:
        return
    tag, voice = VOICES.get(language.partition("-")[0].lower(), (language, ""))
    attributes = {"language": tag, "voice": voice} if voice else {"language": tag}
    ET.SubElement(parent, "Say", attributes).text = spoken


def _document(response: ET.Element) -> str:
    """Return the XML. Every script ends by hanging up, so that none ends by chance."""
    ET.SubElement(response, "Hangup")
    return '<?xml version="1.0" encoding="UTF-8"?>' + ET.tostring(response, encoding="unicode")
