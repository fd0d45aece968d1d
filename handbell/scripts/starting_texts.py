"""The texts a practice starts with, in English and Spanish. Spanish is written, not translated.

Spanish texts (SMS) keep to the letters of GSM-7: one accented a, i, o or u would halve the room.
Each fits one segment with names of ordinary length, names the clinic first and says how to
stop (rules.md 15 and 29). `SEVERAL` is used when one message speaks of more than one visit; it
names nobody, because a shared telephone is read by the whole household.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.vocabulary.words import Channel, Purpose


@dataclass(frozen=True, slots=True)
class Text:
    """A script's words; `subject` is for e-mail."""

    body: str
    subject: str = ""


Key = tuple[Purpose, Channel, str]

STARTING_TEXTS: Final[Mapping[Key, Text]] = {
    (Purpose.APPOINTMENT_REMINDER, Channel.SMS, "en"): Text(
        "{{ clinic }}: {{ first_name }}, your appointment is {{ date }} at {{ time }}. "
        "Reply C to confirm or call {{ phone }}. STOP to opt out."
    ),
    (Purpose.APPOINTMENT_REMINDER, Channel.SMS, "es"): Text(
        "{{ clinic }}: {{ first_name }}, su cita es el {{ date }} a las {{ time }}. "
        "Responda C para confirmar o llame al {{ phone }}. STOP: no recibir."
    ),
    (Purpose.APPOINTMENT_REMINDER, Channel.VOICE, "en"): Text(
        "This is a reminder for {{ first_name }}: your appointment is on {{ date }} "
        "at {{ time }}. If you need to change it, please call {{ phone }}."
    ),
    (Purpose.APPOINTMENT_REMINDER, Channel.VOICE, "es"): Text(
        "Este es un recordatorio para {{ first_name }}: su cita es el {{ date }} "
        "a las {{ time }}. Si necesita cambiarla, llame al {{ phone }}."
    ),
    (Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, "en"): Text(
        "Hello {{ first_name }},\n\n"
        "Your appointment at {{ clinic }} is on {{ date }} at {{ time }}, {{ facility }}.\n\n"
        "Please confirm: {{ confirm_link }}\n\n"
        "If you need to change it, call {{ phone }}.",
        subject="Your appointment at {{ clinic }} on {{ date }}",
    ),
    (Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, "es"): Text(
        "Hola, {{ first_name }}:\n\n"
        "Su cita en {{ clinic }} es el {{ date }} a las {{ time }}, {{ facility }}.\n\n"
        "Por favor, confirme: {{ confirm_link }}\n\n"
        "Si necesita cambiarla, llame al {{ phone }}.",
        subject="Su cita en {{ clinic }} el {{ date }}",
    ),
    (Purpose.BALANCE_ALERT, Channel.SMS, "en"): Text(
        "{{ clinic }}: {{ first_name }}, there is an open balance on your account. "
        "{{ how_to_settle }} Reply STOP to opt out."
    ),
    (Purpose.BALANCE_ALERT, Channel.SMS, "es"): Text(
        "{{ clinic }}: {{ first_name }}, su cuenta tiene un saldo pendiente. "
        "{{ how_to_settle }} Responda STOP para no recibir."
    ),
    (Purpose.BALANCE_ALERT, Channel.VOICE, "en"): Text(
        "This is a message for {{ first_name }} about your account. Please call {{ phone }}."
    ),
    (Purpose.BALANCE_ALERT, Channel.VOICE, "es"): Text(
        "Este es un mensaje para {{ first_name }} sobre su cuenta. Por favor, llame al {{ phone }}."
    ),
    (Purpose.BALANCE_ALERT, Channel.EMAIL, "en"): Text(
        "Hello {{ first_name }},\n\n"
        "There is an open balance on your account at {{ clinic }}. {{ how_to_settle }}\n\n"
        "Questions? Call {{ phone }}.",
        subject="Your account at {{ clinic }}",
    ),
    (Purpose.BALANCE_ALERT, Channel.EMAIL, "es"): Text(
        "Hola, {{ first_name }}:\n\n"
        "Su cuenta en {{ clinic }} tiene un saldo pendiente. {{ how_to_settle }}\n\n"
        "Si tiene preguntas, llame al {{ phone }}.",
        subject="Su cuenta en {{ clinic }}",
    ),
}

SEVERAL: Final[Mapping[tuple[Channel, str], Text]] = {
    (Channel.SMS, "en"): Text(
        "{{ clinic }}: you have {{ count }} appointments on {{ date }}, the first at {{ time }}. "
        "Reply C to confirm all or call {{ phone }}. STOP to opt out."
    ),
    (Channel.SMS, "es"): Text(
        "{{ clinic }}: tiene {{ count }} citas el {{ date }}, la primera a las {{ time }}. "
        "Responda C para confirmar o llame al {{ phone }}. STOP: no recibir."
    ),
    (Channel.VOICE, "en"): Text(
        "This is a reminder: you have {{ count }} appointments on {{ date }}, the first "
        "at {{ time }}. If you need to change one, please call {{ phone }}."
    ),
    (Channel.VOICE, "es"): Text(
        "Este es un recordatorio: tiene {{ count }} citas el {{ date }}, la primera "
        "a las {{ time }}. Si necesita cambiar alguna, llame al {{ phone }}."
    ),
    (Channel.EMAIL, "en"): Text(
        "Hello,\n\n"
        "You have {{ count }} appointments at {{ clinic }} on {{ date }}:\n\n{{ visits }}\n\n"
        "Please confirm: {{ confirm_link }}\n\n"
        "If you need to change one, call {{ phone }}.",
        subject="Your {{ count }} appointments at {{ clinic }} on {{ date }}",
    ),
    (Channel.EMAIL, "es"): Text(
        "Hola:\n\n"
        "Tiene {{ count }} citas en {{ clinic }} el {{ date }}:\n\n{{ visits }}\n\n"
        "Por favor, confirme: {{ confirm_link }}\n\n"
        "Si necesita cambiar alguna, llame al {{ phone }}.",
        subject="Sus {{ count }} citas en {{ clinic }} el {{ date }}",
    ),
}


#: What is said of a visit that moved or is off after it was told of, and of a week's visits in one
#: message; the names are those of planner/change_notices.py. Not a practice's to change: they are
#: sent at moments nobody looks at.
CHANGE_TEXTS: Final[Mapping[tuple[str, Channel, str], Text]] = {
    ("change", Channel.SMS, "en"): Text(
        "{{ clinic }}: {{ first_name }}, your visit is now {{ date }} at {{ time }}, "
        "{{ facility }}. Reply C to confirm or call {{ phone }}. STOP to opt out."
    ),
    ("change", Channel.SMS, "es"): Text(
        "{{ clinic }}: {{ first_name }}, su cita ahora es el {{ date }} a las {{ time }}, "
        "{{ facility }}. Responda C o llame al {{ phone }}. STOP: no recibir."
    ),
    ("change", Channel.VOICE, "en"): Text(
        "This is a message for {{ first_name }}: your appointment has changed. It is now on "
        "{{ date }} at {{ time }}, {{ facility }}. "
        "If you need to change it, please call {{ phone }}."
    ),
    ("change", Channel.VOICE, "es"): Text(
        "Este es un mensaje para {{ first_name }}: su cita se ha cambiado. Ahora es el {{ date }} "
        "a las {{ time }}, {{ facility }}. Si necesita cambiarla, llame al {{ phone }}."
    ),
    ("change", Channel.EMAIL, "en"): Text(
        "Hello {{ first_name }},\n\n"
        "Your appointment at {{ clinic }} has changed. It is now on {{ date }} at {{ time }}, "
        "{{ facility }}.\n\n"
        "Please confirm: {{ confirm_link }}\n\n"
        "If you need to change it, call {{ phone }}.",
        subject="Your appointment at {{ clinic }} is now on {{ date }}",
    ),
    ("change", Channel.EMAIL, "es"): Text(
        "Hola, {{ first_name }}:\n\n"
        "Su cita en {{ clinic }} se ha cambiado. Ahora es el {{ date }} a las {{ time }}, "
        "{{ facility }}.\n\n"
        "Por favor, confirme: {{ confirm_link }}\n\n"
        "Si necesita cambiarla, llame al {{ phone }}.",
        subject="Su cita en {{ clinic }} ahora es el {{ date }}",
    ),
    ("cancelled", Channel.SMS, "en"): Text(
        "{{ clinic }}: {{ first_name }}, your appointment on {{ date }} at {{ time }} is "
        "cancelled. If you have questions, call {{ phone }}. STOP to opt out."
    ),
    ("cancelled", Channel.SMS, "es"): Text(
        "{{ clinic }}: {{ first_name }}, su cita del {{ date }} a las {{ time }} se ha "
        "cancelado. Si tiene preguntas, llame al {{ phone }}. STOP: no recibir."
    ),
    ("cancelled", Channel.VOICE, "en"): Text(
        "This is a message for {{ first_name }}: your appointment on {{ date }} at {{ time }} is "
        "cancelled. If you have questions, please call {{ phone }}."
    ),
    ("cancelled", Channel.VOICE, "es"): Text(
        "Este es un mensaje para {{ first_name }}: su cita del {{ date }} a las {{ time }} se ha "
        "cancelado. Si tiene preguntas, llame al {{ phone }}."
    ),
    ("cancelled", Channel.EMAIL, "en"): Text(
        "Hello {{ first_name }},\n\n"
        "Your appointment at {{ clinic }} on {{ date }} at {{ time }} is cancelled.\n\n"
        "If you have questions, call {{ phone }}.",
        subject="Your appointment at {{ clinic }} on {{ date }} is cancelled",
    ),
    ("cancelled", Channel.EMAIL, "es"): Text(
        "Hola, {{ first_name }}:\n\n"
        "Su cita en {{ clinic }} del {{ date }} a las {{ time }} se ha cancelado.\n\n"
        "Si tiene preguntas, llame al {{ phone }}.",
        subject="Su cita en {{ clinic }} del {{ date }} se ha cancelado",
    ),
    ("week", Channel.SMS, "en"): Text(
        "{{ clinic }}: your {{ count }} appointments: {{ visits }}. "
        "Reply C to confirm all or call {{ phone }}. STOP to opt out."
    ),
    ("week", Channel.SMS, "es"): Text(
        "{{ clinic }}: sus {{ count }} citas: {{ visits }}. "
        "Responda C para confirmar o llame al {{ phone }}. STOP: no recibir."
    ),
    ("week", Channel.EMAIL, "en"): Text(
        "Hello,\n\n"
        "Your {{ count }} appointments at {{ clinic }} in the week of {{ date }}:\n\n"
        "{{ visits }}\n\n"
        "Please confirm: {{ confirm_link }}\n\n"
        "If you need to change one, call {{ phone }}.",
        subject="Your {{ count }} appointments at {{ clinic }} from {{ date }}",
    ),
    ("week", Channel.EMAIL, "es"): Text(
        "Hola:\n\n"
        "Sus {{ count }} citas en {{ clinic }} de la semana del {{ date }}:\n\n{{ visits }}\n\n"
        "Por favor, confirme: {{ confirm_link }}\n\n"
        "Si necesita cambiar alguna, llame al {{ phone }}.",
        subject="Sus {{ count }} citas en {{ clinic }} desde el {{ date }}",
    ),
}


@dataclass(frozen=True, slots=True)
class CallFrame:
    """What every call says around its script (47 CFR 64.1200(b); rules.md 4 and 24)."""

    opening: str
    stop_offer: str
    confirm_offer: str
    goodbye: str
    voicemail: Mapping[Purpose, str]


CALL_FRAMES: Final[Mapping[str, CallFrame]] = {
    "en": CallFrame(
        opening="This is an automated call from {{ clinic }}, {{ phone }}.",
        stop_offer="Press 9 to stop these calls.",
        confirm_offer="Press 1 to confirm, or 2 if you would like us to call you.",
        goodbye="Goodbye.",
        voicemail={
            Purpose.APPOINTMENT_REMINDER: (
                "This is {{ clinic }}, {{ phone }}, calling about an appointment on {{ date }} "
                "at {{ time }}. Please call us. To stop these calls, call {{ phone }}."
            ),
            Purpose.BALANCE_ALERT: (
                "This is {{ clinic }}, {{ phone }}. Please call us. "
                "To stop these calls, call {{ phone }}."
            ),
        },
    ),
    "es": CallFrame(
        opening="Esta es una llamada automática de {{ clinic }}, {{ phone }}.",
        stop_offer="Marque 9 para no recibir estas llamadas.",
        confirm_offer="Marque 1 para confirmar, o 2 si desea que le llamemos.",
        goodbye="Adiós.",
        voicemail={
            Purpose.APPOINTMENT_REMINDER: (
                "Le llama {{ clinic }}, {{ phone }}, por una cita el {{ date }} "
                "a las {{ time }}. Por favor, llámenos. Para no recibir estas llamadas, "
                "llame al {{ phone }}."
            ),
            Purpose.BALANCE_ALERT: (
                "Le llama {{ clinic }}, {{ phone }}. Por favor, llámenos. "
                "Para no recibir estas llamadas, llame al {{ phone }}."
            ),
        },
    ),
}

#: What a machine hears of a notice: all of it, `{{ message }}`, because nobody calls back in time.
NOTICE_VOICEMAIL: Final[Mapping[str, str]] = {
    "en": "This is {{ clinic }}, {{ phone }}. {{ message }} To stop these calls, call {{ phone }}.",
    "es": "Le llama {{ clinic }}, {{ phone }}. {{ message }} "
    "Para no recibir estas llamadas, llame al {{ phone }}.",
}

#: The same where the message itself names the number: ten digits take four seconds to say.
NOTICE_VOICEMAIL_IN_SHORT: Final[Mapping[str, str]] = {
    "en": "This is {{ clinic }}. {{ message }} To stop these calls, call the same number.",
    "es": "Le llama {{ clinic }}. {{ message }} "
    "Para no recibir estas llamadas, llame al mismo número.",
}

#: What the balance texts say where `{{ how_to_settle }}` stands: a patient whose birth date is
#: known sees the amount on our page, and pays from there; else the practice's payment page is
#: named, if it has one, else its telephone.
HOW_TO_SETTLE: Final[Mapping[tuple[str, str], str]] = {
    ("en", "page"): "See it at {{ account_link }} or call {{ phone }}.",
    ("en", "payment"): "You can settle it at {{ payment_link }} or call {{ phone }}.",
    ("en", "phone"): "Please call {{ phone }}.",
    ("es", "page"): "Véalo en {{ account_link }} o llame al {{ phone }}.",
    ("es", "payment"): "Puede pagarlo en {{ payment_link }} o llamar al {{ phone }}.",
    ("es", "phone"): "Por favor, llame al {{ phone }}.",
}

#: What every e-mail ends with, before the address of the page (rules.md 20).
CHOOSE: Final[Mapping[str, str]] = {
    "en": "Choose what you get from us, or stop it:",
    "es": "Elija qué recibe de nosotros, o deje de recibirlo:",
}

#: Answers to what patients text us (rules.md 6 and 16): sent at once, never in bulk.
ANSWERS: Final[Mapping[tuple[str, str], str]] = {
    ("stop", "en"): "{{ clinic }}: you are unsubscribed from our texts and calls. "
    "Reply START to get them again, or call {{ phone }}.",
    ("stop", "es"): "{{ clinic }}: ya no le enviaremos mensajes ni llamadas. "
    "Responda START para recibirlos, o llame al {{ phone }}.",
    ("help", "en"): "{{ clinic }}: we text about your appointments and account. "
    "Call {{ phone }}. Reply STOP to opt out.",
    ("help", "es"): "{{ clinic }}: le escribimos sobre sus citas y su cuenta. "
    "Llame al {{ phone }}. STOP: no recibir.",
    ("start", "en"): "{{ clinic }}: you will get our texts again. "
    "Call {{ phone }} with questions. Reply STOP to opt out.",
    ("start", "es"): "{{ clinic }}: desde hoy le enviamos mensajes de nuevo. "
    "Dudas: {{ phone }}. STOP: no recibir.",
    ("confirm", "en"): "{{ clinic }}: thank you, your appointment is confirmed.",
    ("confirm", "es"): "{{ clinic }}: gracias, su cita queda confirmada.",
    ("call_back", "en"): "{{ clinic }}: please call {{ phone }} to change your appointment.",
    ("call_back", "es"): "{{ clinic }}: llame al {{ phone }} para cambiar su cita.",
    ("unclear", "en"): "{{ clinic }}: nobody reads replies to this number at once. "
    "Please call {{ phone }}. Reply STOP to opt out.",
    ("unclear", "es"): "{{ clinic }}: nadie lee al momento las respuestas. "
    "Llame al {{ phone }}. STOP: no recibir.",
}


def language_of(*wanted: str) -> str:
    """Return the first wanted language (BCP 47) that there are texts for, else English."""
    for tag in wanted:
        base = tag.split("-")[0].lower()
        if base in CALL_FRAMES:
            return base
    return "en"
