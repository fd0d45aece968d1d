"""The words a notice of a closure starts with, for each reason, in English and Spanish.

`{{ closure }}` says which facility is closed and when, and in an all clear that it is open again.
Whoever closes a facility reads and changes them before anything leaves; each names the clinic, the
day and the number to call (rules.md 29), and each text fits one segment with ordinary names.
"""

from collections.abc import Mapping
from typing import Final

from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind

R = ClosureReason

#: Why, as it follows "Main is closed Thu, Nov 5"; with a space before it, or nothing.
_WHY: Final[Mapping[tuple[ClosureReason, str], str]] = {
    (R.WEATHER, "en"): " because of the weather",
    (R.FIRE_OR_FLOOD, "en"): " because of damage to the building",
    (R.POWER_OR_WATER, "en"): " because the power or water is out",
    (R.PUBLIC_SAFETY, "en"): " because of an emergency nearby",
    (R.HEALTH_HAZARD, "en"): " because of a health hazard",
    (R.STAFFING, "en"): " because staff are out",
    (R.HOLIDAY, "en"): " for the holiday",
    (R.OTHER, "en"): "",
    (R.WEATHER, "es"): " por el mal tiempo",
    (R.FIRE_OR_FLOOD, "es"): " por daños en el edificio",
    (R.POWER_OR_WATER, "es"): " por un corte de luz o de agua",
    (R.PUBLIC_SAFETY, "es"): " por seguridad",
    (R.HEALTH_HAZARD, "es"): " por una emergencia sanitaria",
    (R.STAFFING, "es"): " por falta de personal",
    (R.HOLIDAY, "es"): " por ser feriado",
    (R.OTHER, "es"): "",
}

_CLOSING: Final[Mapping[tuple[Channel, str], tuple[str, str]]] = {
    (Channel.SMS, "en"): (
        "",
        "{{ clinic }}: {{ closure }}%s. Your visit {{ date }} is off. "
        "Call {{ phone }}. STOP to opt out.",
    ),
    (Channel.SMS, "es"): (
        "",
        "{{ clinic }}: {{ closure }}%s. No hay cita el {{ date }}. "
        "Llame al {{ phone }}. STOP: no recibir.",
    ),
    (Channel.VOICE, "en"): (
        "",
        "{{ closure }}%s. Your visit on {{ date }} cannot take place. "
        "Please call {{ phone }} to choose another time.",
    ),
    (Channel.VOICE, "es"): (
        "",
        "{{ closure }}%s. Su cita del {{ date }} no puede tener lugar. "
        "Por favor, llame al {{ phone }} para elegir otra hora.",
    ),
    (Channel.EMAIL, "en"): (
        "{{ clinic }}: {{ closure }}",
        "Hello {{ first_name }},\n\n"
        "{{ closure }}%s. Your visit on {{ date }} cannot take place.\n\n"
        "Please call {{ phone }} to choose another time.",
    ),
    (Channel.EMAIL, "es"): (
        "{{ clinic }}: {{ closure }}",
        "Hola, {{ first_name }}:\n\n"
        "{{ closure }}%s. Su cita del {{ date }} no puede tener lugar.\n\n"
        "Por favor, llame al {{ phone }} para elegir otra hora.",
    ),
}

_ALL_CLEAR: Final[Mapping[tuple[Channel, str], tuple[str, str]]] = {
    (Channel.SMS, "en"): (
        "",
        "{{ clinic }}: {{ closure }}. If your visit was called off, call {{ phone }} "
        "to rebook. STOP to opt out.",
    ),
    (Channel.SMS, "es"): (
        "",
        "{{ clinic }}: {{ closure }}. Si su cita fue cancelada, llame al {{ phone }}. "
        "STOP: no recibir.",
    ),
    (Channel.VOICE, "en"): (
        "",
        "{{ closure }}. If your visit was called off, please call {{ phone }} "
        "to choose another time.",
    ),
    (Channel.VOICE, "es"): (
        "",
        "{{ closure }}. Si su cita fue cancelada, llame al {{ phone }} para elegir otra hora.",
    ),
    (Channel.EMAIL, "en"): (
        "{{ clinic }}: {{ closure }}",
        "Hello {{ first_name }},\n\n"
        "{{ closure }}.\n\n"
        "If your visit was called off, please call {{ phone }} to choose another time.",
    ),
    (Channel.EMAIL, "es"): (
        "{{ clinic }}: {{ closure }}",
        "Hola, {{ first_name }}:\n\n"
        "{{ closure }}.\n\n"
        "Si su cita fue cancelada, llame al {{ phone }} para elegir otra hora.",
    ),
}

LANGUAGES: Final = ("en", "es")


def starting_notice(
    reason: ClosureReason, kind: NoticeKind, channel: Channel, language: str
) -> Text:
    """Return the words a notice starts with."""
    if kind is NoticeKind.ALL_CLEAR:
        subject, body = _ALL_CLEAR[channel, language]
        return Text(body, subject)
    subject, body = _CLOSING[channel, language]
    return Text(body % _WHY[reason, language], subject)
