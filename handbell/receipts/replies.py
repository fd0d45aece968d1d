"""What somebody texted us or pressed, what it means, what we do, and what we answer.

The answer travels in the reply to the provider's webhook. It is given once: a replayed event
finds its row and answers nothing, so STOP is confirmed exactly once (47 CFR 64.1200(a)(12)).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.channels.receipt import Inbound, KeyPress
from handbell.dispatch.compose import NO_PHONE, national
from handbell.facts.models import Patient
from handbell.facts.operations import PRESSED_9, one_at_a_time, patients_at
from handbell.outbox.models import Message, Sender
from handbell.policy.replies import Meaning, is_stop_word, meaning_of, meaning_of_key
from handbell.receipts.intake import append_event
from handbell.receipts.models import Reply
from handbell.receipts.operations import (
    PHONE_CHANNELS,
    confirm_visits,
    is_confirmed,
    open_question,
    start_address,
    stop_address,
)
from handbell.scripts.starting_texts import ANSWERS, language_of
from handbell.scripts.variables import render
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber
from handbell.vocabulary.segments import normalise
from handbell.vocabulary.words import Channel

#: "Call us" is said once a day to somebody who goes on writing; HELP is answered three times.
UNCLEAR_ONCE_IN: Final = timedelta(hours=24)
HELP_A_DAY: Final = 3

KEY_WORDS: Final = {
    (Meaning.CONFIRM, "en"): "Thank you, your appointment is confirmed. Goodbye.",
    (Meaning.CONFIRM, "es"): "Gracias, su cita queda confirmada. Adiós.",
    (Meaning.STOP, "en"): "You will get no more calls or texts from us. Goodbye.",
    (Meaning.STOP, "es"): "No recibirá más llamadas ni mensajes nuestros. Adiós.",
    (Meaning.CALL_BACK, "en"): "Thank you, we will call you back. Goodbye.",
    (Meaning.CALL_BACK, "es"): "Gracias, le llamaremos. Adiós.",
    (Meaning.UNCLEAR, "en"): "Goodbye.",
    (Meaning.UNCLEAR, "es"): "Adiós.",
}


#: What a 1 hears where the visit is not what the call said.
NOT_CONFIRMED: Final = {
    "en": "This appointment has changed. Please call us. Goodbye.",
    "es": "Esta cita ha cambiado. Por favor, llámenos. Adiós.",
}

#: Who reports what was done behind a link: ourselves.
BEHIND_LINK: Final = "link"


@dataclass(frozen=True, slots=True)
class Heard:
    """One reply in its context."""

    settings: PracticeSettings
    practices: list[int]  # all that send as the number that was written to
    address: str
    text: str
    meaning: Meaning
    message: Message | None
    patients: list[int]
    taken: bool  # the provider handled an opt-out word itself, and answered it
    now: datetime


@transaction.atomic
def receive_text(inbound: Inbound, *, provider: str, now: datetime) -> str | None:
    """Act on a texted reply at once; return the text to answer with, or None.

    Idempotent: a replay changes nothing and answers nothing. A text to a number that is not one
    of our senders is kept as an event and not acted on.
    """
    senders = Sender.objects.filter(channel=Channel.SMS, address=inbound.sender).order_by("pk")
    practices = sorted(set(senders.values_list("practice_id", flat=True)))
    event_id = append_event(
        provider=provider,
        kind="inbound",
        key=f"inbound:{inbound.key}",
        message_id=None,
        attempt=None,
        payload={"to": inbound.sender},
        now=now,
    )
    if event_id is None or not practices:
        return None
    for practice_id in practices:
        one_at_a_time(practice_id, _e164(inbound.address))
    heard = _heard(inbound, practices, now)
    answer = _answer_to(heard)
    Reply.objects.create(
        practice_id=heard.settings.id,
        event_id=event_id,
        channel=Channel.SMS,
        address=heard.address,
        patient_id=_whose(heard.message, heard.patients),
        message=heard.message,
        text=heard.text,
        meaning=heard.meaning.value,
        answer=answer or "",
        received_at=now,
        seen_at=None if _is_for_staff(heard) else now,
    )
    return answer


_FOR_STAFF = frozenset({Meaning.UNCLEAR, Meaning.CALL_BACK})


def _is_for_staff(heard: Heard) -> bool:
    """Return whether a person should read it: also a stop in words of their own, obeyed at once."""
    in_own_words = heard.meaning is Meaning.STOP and not is_stop_word(heard.text)
    return in_own_words or heard.meaning in _FOR_STAFF


def _heard(inbound: Inbound, practices: list[int], now: datetime) -> Heard:
    address = _e164(inbound.address)
    settings = practice_settings(_talking_with(practices, address))
    message = open_question(settings.id, address, now=now)
    meaning = meaning_of(inbound.text, confirm_is_open=message is not None)
    if meaning is Meaning.CONFIRM and message is None:
        meaning = Meaning.UNCLEAR  # there is nothing to confirm
    return Heard(
        settings=settings,
        practices=practices,
        address=address,
        text=inbound.text,
        meaning=meaning,
        message=message,
        patients=patients_at(settings.id, address),
        taken=inbound.taken_as is not None,
        now=now,
    )


def _talking_with(practices: list[int], address: str) -> int:
    """Return the practice somebody writes to, of those that share a number: the one that has them.

    A STOP counts for all of them.
    """
    return next((found for found in practices if patients_at(found, address)), practices[0])


def _e164(text: str) -> str:
    try:
        return PhoneNumber.parse(text).value
    except ContactFlaw:
        return text[:254]  # a short code or an alphanumeric sender: kept as it is


def _answer_to(heard: Heard) -> str | None:
    return _ACTS[heard.meaning](heard)


def _on_stop(heard: Heard) -> str | None:
    # Every practice stops, whether or not the first one knew already.
    new = [
        stop_address(
            practice_id=practice_id,
            address=heard.address,
            channels=PHONE_CHANNELS,
            source="replied STOP",
            now=heard.now,
        )
        for practice_id in heard.practices
    ]
    return _say("stop", heard) if any(new) and not heard.taken else None


def _on_start(heard: Heard) -> str | None:
    start_address(
        practice_id=heard.settings.id, address=heard.address, wording=heard.text, now=heard.now
    )
    return None if heard.taken else _say("start", heard)


def _on_help(heard: Heard) -> str | None:
    answered = _answered_since(heard, Meaning.HELP, timedelta(days=1))
    return _say("help", heard) if answered < HELP_A_DAY and not heard.taken else None


def _on_confirm(heard: Heard) -> str | None:
    assert heard.message is not None  # _heard saw to it
    confirm_visits(message=heard.message, how="text", now=heard.now)
    return _say("confirm", heard)


def _on_call_back(heard: Heard) -> str | None:
    return _say("call_back", heard)


def _on_unclear(heard: Heard) -> str | None:
    if _answered_since(heard, Meaning.UNCLEAR, UNCLEAR_ONCE_IN):
        return None
    return _say("unclear", heard)


_ACTS: Final[dict[Meaning, Callable[[Heard], str | None]]] = {
    Meaning.STOP: _on_stop,
    Meaning.START: _on_start,
    Meaning.HELP: _on_help,
    Meaning.CONFIRM: _on_confirm,
    Meaning.CALL_BACK: _on_call_back,
    Meaning.UNCLEAR: _on_unclear,
}


def _answered_since(heard: Heard, meaning: Meaning, period: timedelta) -> int:
    return (
        Reply.objects.filter(
            practice_id=heard.settings.id,
            address=heard.address,
            meaning=meaning.value,
            received_at__gt=heard.now - period,
        )
        .exclude(answer="")
        .count()
    )


def _say(kind: str, heard: Heard) -> str:
    wanted = Patient.objects.filter(pk__in=heard.patients).values_list("language", flat=True)
    language = language_of(*wanted.order_by("pk")[:1], heard.settings.language)
    visit = heard.message.appointment if heard.message else None
    values = {
        "clinic": heard.settings.name,
        "phone": national(heard.settings.phone_of(visit.facility_id if visit else None))
        or NO_PHONE[language],
    }
    return normalise(render(ANSWERS[kind, language], values))


def _whose(message: Message | None, patients: list[int]) -> int | None:
    if message is not None:
        return message.patient_id
    return patients[0] if len(patients) == 1 else None


@transaction.atomic
def receive_keys(press: KeyPress, *, provider: str, now: datetime) -> tuple[str, str] | None:
    """Act on a key pressed during a call; return what to say and its language, or None.

    Idempotent like `receive_text`, but a replay is spoken to again: the caller is on the line.
    """
    message = Message.objects.select_related("practice").filter(pk=press.message_id).first()
    if message is None:
        return None
    meaning = meaning_of_key(press.digits)
    event_id = append_event(
        provider=provider,
        kind="key_press",
        key=f"{press.message_id}.{press.attempt}:{press.key}",
        message_id=press.message_id,
        attempt=press.attempt,
        payload={"digits": press.digits[:8]},
        now=now,
    )
    if event_id is not None:
        _act_on_key(message, meaning, press.digits, event_id, now)
    language = language_of(message.patient.language, message.practice.language)
    if meaning is Meaning.CONFIRM and not is_confirmed(message, now=now):
        return NOT_CONFIRMED[language], language
    return KEY_WORDS[meaning, language], language


def _act_on_key(
    message: Message, meaning: Meaning, digits: str, event_id: int, now: datetime
) -> None:
    if meaning is Meaning.STOP:
        stop_address(
            practice_id=message.practice_id,
            address=message.address,
            channels=PHONE_CHANNELS,
            source=PRESSED_9,
            now=now,
        )
    elif meaning is Meaning.CONFIRM:
        confirm_visits(message=message, how="key", now=now)
    Reply.objects.create(
        practice_id=message.practice_id,
        event_id=event_id,
        channel=Channel.VOICE,
        address=message.address,
        patient_id=message.patient_id,
        message=message,
        text=digits[:8],
        meaning=meaning.value,
        received_at=now,
        seen_at=None if meaning is Meaning.CALL_BACK else now,
    )


@transaction.atomic
def ask_for_call(message: Message, *, now: datetime) -> bool:
    """Note for staff that whoever has this link wants a call; False if that is noted today."""
    event_id = append_event(
        provider=BEHIND_LINK,
        kind="call_back",
        key=f"call back:{message.pk}:{now:%Y-%m-%d}",
        message_id=None,
        attempt=None,
        payload={},
        now=now,
    )
    if event_id is None:
        return False
    Reply.objects.create(
        practice_id=message.practice_id,
        event_id=event_id,
        channel=message.channel,
        address=message.address,
        patient_id=message.patient_id,
        message=message,
        text="",
        meaning=Meaning.CALL_BACK.value,
        received_at=now,
    )
    return True


def asked_for_call(message: Message) -> bool:
    """Return whether a call is asked for by this link, and nobody has seen to it yet."""
    return Reply.objects.filter(
        message=message,
        meaning=Meaning.CALL_BACK.value,
        event__provider=BEHIND_LINK,
        seen_at__isnull=True,
    ).exists()
