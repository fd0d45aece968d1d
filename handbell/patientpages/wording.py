"""What somebody reads before they switch messages on for themselves. Pure.

The words are kept with the consent as they were read, so they are a text of their own and not
one of the page's sentences. They promise what the staff's words promise
(handbell.console.patients.wording); care and billing are agreed to apart (rules.md 7).
"""

from collections.abc import Mapping
from typing import Final

from handbell.vocabulary.words import Purpose

_WORDINGS: Final[Mapping[tuple[Purpose, str], str]] = {
    (Purpose.APPOINTMENT_REMINDER, "en"): (
        "If you tick a way, you agree that {practice} reminds you of visits in that way. We write "
        "only about visits, with no more than 3 texts or calls a week; your telephone company may "
        "charge for them. You are treated here just the same without it. You can stop it at any "
        "time: here, by answering STOP to a text, or by telling us."
    ),
    (Purpose.APPOINTMENT_REMINDER, "es"): (
        "Si marca un medio, acepta que {practice} le recuerde las citas por ese medio. Solo "
        "escribimos sobre citas, con no más de 3 mensajes o llamadas por semana; su compañía "
        "telefónica puede cobrarlos. Le atendemos igual si no lo acepta. Puede dejarlo cuando "
        "quiera: aquí, respondiendo STOP a un mensaje o diciéndonoslo."
    ),
    (Purpose.BALANCE_ALERT, "en"): (
        "If you tick a way, you agree that {practice} tells you in that way when an amount is open "
        "on the account. We write no more than once a week and never name a treatment; your "
        "telephone company may charge for texts. You are treated here just the same without it. "
        "You can stop it at any time: here, by answering STOP to a text, or by telling us."
    ),
    (Purpose.BALANCE_ALERT, "es"): (
        "Si marca un medio, acepta que {practice} le avise por ese medio cuando haya un saldo "
        "pendiente en la cuenta. Escribimos no más de una vez por semana y nunca nombramos un "
        "tratamiento; su compañía telefónica puede cobrar los mensajes. Le atendemos igual si no "
        "lo acepta. Puede dejarlo cuando quiera: aquí, respondiendo STOP a un mensaje o "
        "diciéndonoslo."
    ),
}


def wording(purpose: Purpose, language: str, *, practice: str) -> str:
    """Return what stands on the page above the ways of a purpose."""
    return _WORDINGS[purpose, language].format(practice=practice)
