"""How does a patient's page say a day, an hour, a language? As people write them. Pure."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_month_names

#: The languages there are pages in, and how each is written in the United States.
LOCALES: Final = {"en": "en_US", "es": "es_US"}

#: What each language calls itself.
NAMES: Final = {"en": "English", "es": "Español"}


def page_language(*wanted: str) -> str:
    """Return the first wanted language (BCP 47) that there are pages in, else English."""
    for tag in wanted:
        base = tag.split("-")[0].lower()
        if base in LOCALES:
            return base
    return "en"


def say_date(moment: datetime, *, zone: ZoneInfo, language: str) -> str:
    """Return "Thursday, November 5", "Jueves, 5 de noviembre"."""
    patterns = {"en": "EEEE, MMMM d", "es": "EEEE, d 'de' MMMM"}
    day = moment.astimezone(zone).date()
    said = format_date(day, patterns[language], locale=LOCALES[language])
    return said[:1].upper() + said[1:]


def say_time(moment: datetime, *, zone: ZoneInfo, language: str) -> str:
    """Return "10:00 AM", "10:00 a. m."."""
    clock = moment.astimezone(zone).time()
    return format_time(clock, "short", locale=LOCALES[language])


def month_names(language: str) -> list[tuple[str, str]]:
    """Return the months as a list to choose from: ("1", "January") ..."""
    names = get_month_names("wide", locale=LOCALES[language])
    return [(str(number), names[number].capitalize()) for number in range(1, 13)]


def masked(address: str) -> str:
    """Return an address as only who has it recognises it: "(•••) •••-0123", "f•••@mail.example"."""
    if "@" in address:
        name, _, domain = address.partition("@")
        return f"{name[:1]}•••@{domain}"
    north_american = address.startswith("+1") and len(address) == 12
    return f"(•••) •••-{address[-4:]}" if north_american else f"•••• {address[-4:]}"
