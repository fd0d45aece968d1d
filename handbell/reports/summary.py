"""What does the weekly summary say? The report of the week as an e-mail, in two languages. Pure.

Numbers only: it goes to a mailbox, so nobody's name is in it.
"""

import html
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from babel.dates import format_date
from babel.numbers import format_decimal

from handbell.channels.gateway import EmailContent
from handbell.reports.statements.week import MEASURES

_SPANISH: Final[Mapping[str, str]] = {
    "texts": "Mensajes de texto enviados al proveedor",
    "calls": "Llamadas enviadas al proveedor",
    "emails": "Correos electrónicos enviados al proveedor",
    "delivered": "Se sabe que llegaron",
    "not_delivered": "Fallidos o no entregados",
    "in_doubt": "En duda",
    "held_back": "Retenidos, con un motivo",
    "stopped": "Números y correos que se dieron de baja",
    "visits": "Citas que se realizaron",
    "no_shows": "Citas a las que nadie vino",
    "no_shows_reminded": "de ellas, con recordatorio",
    "cancelled": "Citas canceladas",
    "alerts": "Avisos de saldo enviados al proveedor",
    "payments": "Pagos registrados",
}
_WORDS: Final[Mapping[str, Mapping[str, str]]] = {"en": MEASURES, "es": _SPANISH}
_TEXTS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "subject": "{practice}: week of {monday}",
        "opening": "{practice}, {monday} to {sunday}. In brackets the week before.",
        "more": "The days behind these numbers: {address}",
        "why": "You get this every Monday because you are a business owner in Handbell.",
    },
    "es": {
        "subject": "{practice}: semana del {monday}",
        "opening": "{practice}, del {monday} al {sunday}. Entre paréntesis, la semana anterior.",
        "more": "Los días detrás de estas cifras: {address}",
        "why": "Recibe este correo cada lunes porque es titular de la clínica en Handbell.",
    },
}


def summary(
    rows: Sequence[Sequence[Any]],
    *,
    practice: str,
    language: str,
    week: tuple[date, date],
    address: str,
) -> EmailContent:
    """Return the e-mail of one week."""
    language = language if language in _TEXTS else "en"
    texts = _TEXTS[language]
    days = {
        "practice": practice,
        "monday": format_date(week[0], "d MMM", locale=_locale(language)),
        "sunday": format_date(week[1], "d MMM", locale=_locale(language)),
    }
    told = [(_WORDS[language][name], _said(now, before, language)) for name, now, before in rows]
    opening = texts["opening"].format(**days)
    more, why = texts["more"].format(address=address), texts["why"]
    lines = [opening, "", *(f"{word}: {said}" for word, said in told), "", more, "", why, ""]
    return EmailContent(
        subject=texts["subject"].format(**days),
        text="\n".join(lines),
        html=_html(opening, told, more, address, why, language),
        from_name=practice,
    )


def _said(now: int, before: int, language: str) -> str:
    return f"{_number(now, language)} ({_number(before, language)})"


def _number(number: int, language: str) -> str:
    return format_decimal(number, locale=_locale(language))


def _locale(language: str) -> str:
    return {"es": "es_US"}.get(language, "en_US")


def _html(
    opening: str,
    told: Sequence[tuple[str, str]],
    more: str,
    address: str,
    why: str,
    language: str,
) -> str:
    cell = '<td style="padding:4px 16px 4px 0;border-bottom:1px solid #ddd'
    rows = "".join(
        f'<tr>{cell}">{html.escape(word)}</td>{cell};text-align:right">{html.escape(said)}</td></tr>'
        for word, said in told
    )
    link = f'<a href="{html.escape(address)}">{html.escape(address)}</a>'
    return (
        f'<!doctype html><html lang="{language}"><body style="font-family:sans-serif;'
        f'font-size:16px;line-height:1.5;color:#1a1a1a"><p>{html.escape(opening)}</p>'
        f'<table style="border-collapse:collapse">{rows}</table>'
        f"<p>{html.escape(more).replace(html.escape(address), link)}</p>"
        f'<p style="color:#555;font-size:13px">{html.escape(why)}</p></body></html>'
    )
