"""What is read to a patient before they agree, and how that is said in the record. Pure.

The words are kept with the consent as they were read. Care and billing are asked for apart.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from handbell.vocabulary.words import Channel, Purpose

_REMINDERS_EN: Final = (
    "{practice} would like to remind you of your visits {ways}. We write only about your visits, "
    "with no more than 3 texts or calls a week; your telephone company may charge for them. "
    "You are treated here just the same if you say no. You can stop it at any time: tell us, "
    "answer STOP to a text, or use the link in a message. Do you agree?"
)
_REMINDERS_ES: Final = (
    "{practice} quisiera recordarle sus citas {ways}. Solo le escribimos sobre sus citas, con no "
    "más de 3 mensajes o llamadas por semana; su compañía telefónica puede cobrarlos. Le "
    "atendemos igual si dice que no. Puede dejarlo cuando quiera: díganoslo, responda STOP a un "
    "mensaje o use el enlace de un mensaje. ¿Está de acuerdo?"
)
_BALANCES_EN: Final = (
    "{practice} would like to tell you {ways} when an amount is open on your account. We write no "
    "more than once a week and never name what you were treated for; your telephone company may "
    "charge for texts. You are treated here just the same if you say no. You can stop it at any "
    "time: tell us, answer STOP to a text, or use the link in a message. Do you agree?"
)
_BALANCES_ES: Final = (
    "{practice} quisiera avisarle {ways} cuando haya un saldo pendiente en su cuenta. Escribimos "
    "no más de una vez por semana y nunca decimos de qué se le atendió; su compañía telefónica "
    "puede cobrar los mensajes. Le atendemos igual si dice que no. Puede dejarlo cuando quiera: "
    "díganoslo, responda STOP a un mensaje o use el enlace de un mensaje. ¿Está de acuerdo?"
)
_WORDINGS: Final[Mapping[tuple[Purpose, str], str]] = {
    (Purpose.APPOINTMENT_REMINDER, "en"): _REMINDERS_EN,
    (Purpose.APPOINTMENT_REMINDER, "es"): _REMINDERS_ES,
    (Purpose.BALANCE_ALERT, "en"): _BALANCES_EN,
    (Purpose.BALANCE_ALERT, "es"): _BALANCES_ES,
}
_WAYS: Final[Mapping[str, Mapping[Channel, str]]] = {
    "en": {Channel.SMS: "text", Channel.VOICE: "call", Channel.EMAIL: "e-mail"},
    "es": {
        Channel.SMS: "mensaje de texto",
        Channel.VOICE: "llamada",
        Channel.EMAIL: "correo electrónico",
    },
}
_BY: Final = {"en": ("by", "and"), "es": ("por", "y")}
_UNSAID: Final = {"en": "in the ways ticked above", "es": "por los medios marcados arriba"}


def wording(
    purpose: Purpose, language: str, *, practice: str, channels: Iterable[Channel] = ()
) -> str:
    """Return what is read to the patient; without channels, as the form shows it."""
    ways = [_WAYS[language][channel] for channel in channels]
    by, joining = _BY[language]
    said = f"{by} {_joined(ways, joining)}" if ways else _UNSAID[language]
    return _WORDINGS[purpose, language].format(practice=practice, ways=said)


def _joined(words: Iterable[str], joining: str) -> str:
    *most, last = list(words) or [""]
    return f"{', '.join(most)} {joining} {last}" if most else last


#: It is about what the clinic sends from elsewhere, so no channel of ours is named. A "yes" that
#: is asked for in exchange for care would not count (45 CFR 164.508(b)(4)).
_MARKETING: Final[Mapping[str, str]] = {
    "en": (
        "{practice} would like to send you news and offers of its own by e-mail. For that we give "
        "your name and e-mail address to a mailing service. It has nothing to do with reminders "
        "of your visits. You are treated here just the same if you say no, and you can take "
        "it back at any time: tell us. Do you agree?"
    ),
    "es": (
        "{practice} quisiera enviarle novedades y ofertas propias por correo electrónico. Para "
        "ello damos su nombre y su correo electrónico a un servicio de envíos. No tiene que ver "
        "con los recordatorios de sus citas. Le atendemos igual si dice que no y puede "
        "retirarlo cuando quiera: díganoslo. ¿Está de acuerdo?"
    ),
}


def marketing_wording(language: str, *, practice: str) -> str:
    """Return what is read to the patient before a permission to promote is recorded."""
    return _MARKETING[language].format(practice=practice)
