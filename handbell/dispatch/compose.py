"""What will the patient read or hear? Pure: the facts of this second in, finished content out.

Rendered at hand-over and kept on the attempt, never earlier: a text cannot go stale.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Final

import phonenumbers

from handbell.access.practice_settings import PracticeSettings
from handbell.channels.gateway import (
    Attachment,
    Content,
    EmailContent,
    SmsContent,
    VoiceContent,
)
from handbell.dispatch.calendar_entries import calendar_file
from handbell.dispatch.fitness import is_fit
from handbell.dispatch.letter import Letter
from handbell.dispatch.moments import ROOMY, notice_values, say_date, say_money, say_time
from handbell.planner.change_notices import CANCELLED, WEEK
from handbell.planner.touches import Visit
from handbell.scripts.queries import text_for
from handbell.scripts.starting_texts import (
    CALL_FRAMES,
    CHANGE_TEXTS,
    CHOOSE,
    HOW_TO_SETTLE,
    NOTICE_VOICEMAIL,
    NOTICE_VOICEMAIL_IN_SHORT,
    SEVERAL,
    STARTING_TEXTS,
    Key,
    Text,
    language_of,
)
from handbell.scripts.variables import (
    AMOUNT,
    BLANK,
    LONGEST_GREETED,
    MOST_SEGMENTS,
    render,
    says_amount,
    without_name,
)
from handbell.vocabulary.segments import normalise, segments
from handbell.vocabulary.words import Channel, Purpose

#: What stands between an e-mail's words and who sends it, in its plain reading.
FOOT: Final = "\n\n--\n"


@dataclass(frozen=True, slots=True)
class Composed:
    """Content for a provider, and its words as the attempt keeps them."""

    content: Content = field(repr=False)
    subject: str = field(repr=False)
    text: str = field(repr=False)
    segments: int

    @property
    def voicemail(self) -> str:
        return self.content.voicemail if isinstance(self.content, VoiceContent) else ""

    @property
    def language(self) -> str:
        return self.content.language if isinstance(self.content, VoiceContent) else ""


def compose(
    letter: Letter, *, settings: PracticeSettings, texts: Mapping[Key, Text], now: datetime
) -> Composed | None:
    """Return the finished message; None if there is no text for it, or it is too long or unfit."""
    languages = (language_of(letter.person.language, settings.language),)
    found = text_for(texts, purpose=letter.purpose, channel=letter.channel, languages=languages)
    if found is None:
        return None
    text, language = found
    if (own := CHANGE_TEXTS.get((_kind(letter), letter.channel, language))) is not None:
        text = own
    elif len(letter.visits) > 1:
        text = SEVERAL[letter.channel, language]
    if says_amount(text) and not _may_say_amount(letter, settings):
        text = STARTING_TEXTS[letter.purpose, letter.channel, language]
    nobody = letter.notice is not None and letter.notice.several_people
    if nobody or not 0 < len(letter.person.first_name) <= LONGEST_GREETED:
        text = Text(body=without_name(text.body), subject=without_name(text.subject))
    values = _values(letter, settings, language)
    if not is_fit(text, letter, settings, values):
        return None
    composed = _written(text, letter, values, language, settings=settings, now=now)
    return None if composed is None or composed.segments > MOST_SEGMENTS else composed


def _may_say_amount(letter: Letter, settings: PracticeSettings) -> bool:
    """Return whether the practice still wants amounts named; texts were written while it did."""
    return settings.options.balance_says_amount and letter.owed is not None


def _kind(letter: Letter) -> str:
    """Return which text a message has of its own; a week's digest of one visit is a reminder."""
    return "" if letter.step == WEEK and len(letter.visits) == 1 else letter.step


def compose_draft(
    text: Text, language: str, letter: Letter, *, settings: PracticeSettings, now: datetime
) -> Composed | None:
    """Return what a script would say as it stands, for whoever writes it; None if nobody speaks it.

    The guard is not asked, a text may be too long, and a blank without a value stays a blank.
    """
    named = BLANK.findall(f"{text.subject}\n{text.body}")
    blanks = {name: f"{{{{ {name} }}}}" for name in named}
    values = blanks | _values(letter, settings, language)
    return _written(text, letter, values, language, settings=settings, now=now)


def draft_values(letter: Letter, language: str, *, settings: PracticeSettings) -> Mapping[str, str]:
    """Return what would fill each blank of a script, for whoever writes it."""
    return _values(letter, settings, language)


def _written(
    text: Text,
    letter: Letter,
    values: Mapping[str, str],
    language: str,
    *,
    settings: PracticeSettings,
    now: datetime,
) -> Composed | None:
    subject = render(text.subject, values)
    body = render(text.body, values)
    if letter.channel is Channel.SMS:
        return _sms(body)
    if letter.channel is Channel.VOICE:
        return _call(body, letter, values, language)
    return _email(subject, body, letter, settings, language, now)


def _sms(body: str) -> Composed:
    text = normalise(body)
    return Composed(SmsContent(text), "", text, segments(text).count)


def _call(body: str, letter: Letter, values: Mapping[str, str], language: str) -> Composed | None:
    frame = CALL_FRAMES[language]
    voicemail = frame.voicemail.get(letter.purpose)
    if letter.notice is not None:
        named = values["phone"] not in NO_PHONE.values() and values["phone"] in body
        voicemail = (NOTICE_VOICEMAIL_IN_SHORT if named else NOTICE_VOICEMAIL)[language]
    if voicemail is None:
        return None
    confirmable = letter.purpose is Purpose.APPOINTMENT_REMINDER and letter.step != CANCELLED
    content = VoiceContent(
        opening=render(_frame(frame.opening, values), values),
        stop_offer=frame.stop_offer,
        body=body,
        confirm_offer=frame.confirm_offer if confirmable else "",
        goodbye=frame.goodbye,
        voicemail=render(_frame(voicemail, values), {**values, "message": body}),
        language={"en": "en-US", "es": "es-US"}[language],
        confirmable=confirmable,
    )
    spoken = [content.opening, content.stop_offer, body, content.confirm_offer, content.goodbye]
    return Composed(content, "", "\n".join(part for part in spoken if part), 0)


def _frame(text: str, values: Mapping[str, str]) -> str:
    """Return a call's frame without the number where there is none to name."""
    return text.replace(", {{ phone }}", "") if values["phone"] in NO_PHONE.values() else text


def _email(
    subject: str,
    body: str,
    letter: Letter,
    settings: PracticeSettings,
    language: str,
    now: datetime,
) -> Composed:
    place = settings.place(letter.facility_id)
    address = place.address if place else ""
    phone = settings.phone_of(letter.facility_id)
    footer = "\n".join(part for part in (settings.name, address, national(phone)) if part)
    footer += f"\n\n{CHOOSE[language]} {letter.link}/preferences"
    text = f"{body}{FOOT}{footer}\n"
    content = EmailContent(
        subject=subject,
        text=text,
        html=_html(body, footer),
        from_name=settings.name,
        reply_to=settings.reply_to or None,
        preferences_url=letter.link,
        attachments=(
            (_visits_file(letter, settings, now),)
            if letter.visits and letter.step != CANCELLED
            else ()
        ),
    )
    return Composed(content, subject, text, 0)


def _visits_file(letter: Letter, settings: PracticeSettings, now: datetime) -> Attachment:
    content = calendar_file(letter.visits, settings, link=letter.link, now=now)
    return Attachment("appointment.ics", "text/calendar", content)


def _html(body: str, footer: str) -> str:
    return (
        '<!doctype html><html><body style="font-family:sans-serif;font-size:16px;'
        f'line-height:1.5;max-width:36em">{paragraphs_of(body)}'
        f'<p style="color:#555;font-size:13px">{lines_of(footer)}</p></body></html>'
    )


def paragraphs_of(body: str) -> str:
    """Return an e-mail's body as HTML: paragraphs, line breaks and links, all else escaped."""
    return "".join(
        f"<p>{_linked(paragraph)}</p>" for paragraph in body.split("\n\n") if paragraph.strip()
    )


def lines_of(footer: str) -> str:
    """Return an e-mail's footer as HTML: line breaks and links, all else escaped."""
    return _linked(footer)


def _linked(paragraph: str) -> str:
    words = []
    for word in html.escape(paragraph).replace("\n", " <br> ").split(" "):
        if word.startswith(("https://", "http://")):
            bare = word.rstrip(".,")
            words.append(f'<a href="{bare}">{bare}</a>{word[len(bare) :]}')
        else:
            words.append(word)
    return " ".join(words)


#: What a text says where the practice has told us no number: "call us", "llame al consultorio".
NO_PHONE = {"en": "us", "es": "consultorio"}


def _values(letter: Letter, settings: PracticeSettings, language: str) -> dict[str, str]:
    place = settings.place(letter.facility_id)
    values = {
        "clinic": settings.name,
        "first_name": letter.person.first_name,
        "facility": place.name if place else settings.name,
        "phone": national(settings.phone_of(letter.facility_id)) or NO_PHONE[language],
        "confirm_link": letter.link,
        "account_link": letter.link,
        "payment_link": settings.payment_url,
        "count": str(len(letter.visits)),
    }
    if letter.owed is not None:
        values[AMOUNT] = say_money(letter.owed, region=settings.region, language=language)
    if letter.notice is not None:
        values |= notice_values(letter.notice, letter.channel, settings, language)
    elif letter.visits:
        values |= _times(letter, settings, language)
    else:
        values["how_to_settle"] = render(
            HOW_TO_SETTLE[language, _settled_at(letter, settings)], values
        )
    return values


def _settled_at(letter: Letter, settings: PracticeSettings) -> str:
    if letter.person.birth_date is not None:
        return "page"
    return "payment" if settings.payment_url else "phone"


def _times(letter: Letter, settings: PracticeSettings, language: str) -> dict[str, str]:
    first = min(letter.visits, key=lambda visit: visit.starts_at)
    zone = settings.zone_of(first.facility_id)
    spoken = letter.channel is Channel.VOICE
    in_turn = sorted(letter.visits, key=lambda visit: visit.starts_at)
    elsewhere = any(visit.facility_id != first.facility_id for visit in in_turn)
    lines = [_line(visit, settings, language, with_place=elsewhere) for visit in in_turn]
    date = say_date(first.starts_at, zone, language, spoken=spoken)
    is_text = letter.channel is Channel.SMS
    return {
        "date": date.translate(ROOMY) if is_text else date,
        "time": say_time(first.starts_at, zone, language),
        "visits": "; ".join(lines).translate(ROOMY) if is_text else "\n".join(lines),
    }


def _line(visit: Visit, settings: PracticeSettings, language: str, *, with_place: bool) -> str:
    """Return when a visit is on its own facility's clock; and where, if they are in several."""
    zone, place = settings.zone_of(visit.facility_id), settings.place(visit.facility_id)
    date, hour = (say(visit.starts_at, zone, language) for say in (say_date, say_time))
    where = [place.name] if with_place and place else []
    return ", ".join([date, hour, *where])


@lru_cache(maxsize=1024)
def national(e164: str) -> str:
    """Return a telephone number as people in its country write it; "" stays ""."""
    if not e164:
        return ""
    return phonenumbers.format_number(
        phonenumbers.parse(e164), phonenumbers.PhoneNumberFormat.NATIONAL
    )
