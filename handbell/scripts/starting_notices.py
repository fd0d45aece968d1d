"""The words a notice of a closure starts with, for each reason, in English and Spanish.

`{{ closure }}` says which facility is closed and when, and in an all clear that it is open again.
Whoever closes a facility reads and changes them before anything leaves; each names the clinic, the
day and the number to call (rules.md 29). A text fits one segment with ordinary names: it says why
in a word or two, or not at all where two facilities leave no room. A call says why and which day
while a machine would hear all of it.
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

#: The same in a text, in short.
_WHY_IN_SHORT: Final[Mapping[tuple[ClosureReason, str], str]] = {
    (R.WEATHER, "en"): " (weather)",
    (R.FIRE_OR_FLOOD, "en"): " (building damage)",
    (R.POWER_OR_WATER, "en"): " (no power or water)",
    (R.PUBLIC_SAFETY, "en"): " (emergency nearby)",
    (R.HEALTH_HAZARD, "en"): " (health hazard)",
    (R.STAFFING, "en"): " (staff are out)",
    (R.HOLIDAY, "en"): " (holiday)",
    (R.OTHER, "en"): "",
    (R.WEATHER, "es"): " (mal tiempo)",
    (R.FIRE_OR_FLOOD, "es"): " (edificio dañado)",
    (R.POWER_OR_WATER, "es"): " (sin luz o agua)",
    (R.PUBLIC_SAFETY, "es"): " (seguridad)",
    (R.HEALTH_HAZARD, "es"): " (riesgo sanitario)",
    (R.STAFFING, "es"): " (falta personal)",
    (R.HOLIDAY, "es"): " (feriado)",
    (R.OTHER, "es"): "",
}

_CLOSING: Final[Mapping[tuple[Channel, str], tuple[str, str]]] = {
    (Channel.SMS, "en"): (
        "",
        "{{ clinic }}: {{ closure }}%s. Your visit is off. Call {{ phone }}. STOP to end.",
    ),
    (Channel.SMS, "es"): (
        "",
        "{{ clinic }}: {{ closure }}%s. No hay cita. Llame al {{ phone }}. STOP: baja.",
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

#: What is called where the hours and names leave a machine no time for the visit's day.
_CALLED_IN_SHORT: Final[Mapping[str, str]] = {
    "en": "{{ closure }}. Your visit is off. Please call {{ phone }}.",
    "es": "{{ closure }}. No hay cita. Por favor, llame al {{ phone }}.",
}

_ALL_CLEAR: Final[Mapping[tuple[Channel, str], tuple[str, str]]] = {
    (Channel.SMS, "en"): (
        "",
        "{{ clinic }}: {{ closure }}. To rebook, call {{ phone }}. STOP to end.",
    ),
    (Channel.SMS, "es"): (
        "",
        "{{ clinic }}: {{ closure }}. Para otra cita: {{ phone }}. STOP: baja.",
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


def shorter_notices(
    reason: ClosureReason, kind: NoticeKind, channel: Channel, language: str
) -> list[Text]:
    """Return the words to begin with where `starting_notice` is too long, the longest first."""
    if kind is NoticeKind.ALL_CLEAR or channel is Channel.EMAIL:
        return []
    shorter = [starting_notice(reason, kind, channel, language, says_why=False)]
    return shorter if channel is Channel.SMS else [*shorter, Text(_CALLED_IN_SHORT[language])]


def starting_notice(
    reason: ClosureReason,
    kind: NoticeKind,
    channel: Channel,
    language: str,
    *,
    says_why: bool = True,
) -> Text:
    """Return the words a notice starts with."""
    if kind is NoticeKind.ALL_CLEAR:
        subject, body = _ALL_CLEAR[channel, language]
        return Text(body, subject)
    subject, body = _CLOSING[channel, language]
    whys = _WHY_IN_SHORT if channel is Channel.SMS else _WHY
    return Text(body % (whys[reason, language] if says_why else ""), subject)
