"""How does a patient read or hear a day, a time, an amount, a closure? In their language. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.numbers import format_currency

from handbell.access.practice_settings import PracticeSettings
from handbell.dispatch.letter import Notice
from handbell.policy.timetable import wall_clock
from handbell.vocabulary.words import Channel, NoticeKind

#: GSM-7 has é and ñ but not these; in our own date words the accent is worth less than the room.
ROOMY: Final = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")


@lru_cache(maxsize=4096)
def say_date(moment: datetime, zone: ZoneInfo, language: str, *, spoken: bool = False) -> str:
    """Return the day as a patient reads or hears it: "Thu, Nov 5", "jue 5 nov"."""
    patterns = {
        ("en", False): "EEE, MMM d",
        ("en", True): "EEEE, MMMM d",
        ("es", False): "EEE d MMM",
        ("es", True): "EEEE d 'de' MMMM",
    }
    return format_date(moment.astimezone(zone).date(), patterns[language, spoken], locale=language)


def say_days(first: date, last: date, language: str) -> str:
    """Return days in a row as a text has room for them: "Nov 5-6", "30 nov-1 dic"."""
    month = {one: format_date(one, "MMM", locale=language) for one in (first, last)}
    same = (first.year, first.month) == (last.year, last.month)
    if language == "es":
        return f"{first.day}{'' if same else f' {month[first]}'}-{last.day} {month[last]}"
    return f"{month[first]} {first.day}-{'' if same else f'{month[last]} '}{last.day}"


@lru_cache(maxsize=4096)
def say_time(moment: datetime, zone: ZoneInfo, language: str) -> str:
    """Return the time as a patient reads it: "10:00 AM", "10:00"."""
    pattern = {"en": "h:mm a", "es": "H:mm"}[language]
    return format_time(moment.astimezone(zone).time(), pattern, locale=language)


def say_money(amount: Decimal, *, region: str, language: str) -> str:
    """Return "$45.00" in the practice's own currency."""
    currency = {"CA": "CAD"}.get(region, "USD")
    return format_currency(amount, currency, locale={"en": "en_US", "es": "es_US"}[language])


#: What `{{ closure }}` says: of one facility and of several; closed for a day, until a time, from a
#: time, between two, from a day (and time) to another, the same in a text, and open again.
_CLOSED: Final[Mapping[tuple[str, bool, str], str]] = {
    ("en", False, "day"): "{who} is closed {first}",
    ("en", True, "day"): "{who} are closed {first}",
    ("en", False, "until"): "{who} is closed {first} until {to}",
    ("en", True, "until"): "{who} are closed {first} until {to}",
    ("en", False, "from"): "{who} closes {first} at {since}",
    ("en", True, "from"): "{who} close {first} at {since}",
    ("en", False, "between"): "{who} is closed {first}, {since} to {to}",
    ("en", True, "between"): "{who} are closed {first}, {since} to {to}",
    ("en", False, "days"): "{who} is closed {first} to {last}",
    ("en", True, "days"): "{who} are closed {first} to {last}",
    ("en", False, "open"): "{who} is open again from {last}",
    ("en", True, "open"): "{who} are open again from {last}",
    ("es", False, "day"): "{who} cierra el {first}",
    ("es", True, "day"): "{who} cierran el {first}",
    ("en", False, "in short"): "{who} is closed {short}",
    ("en", True, "in short"): "{who} are closed {short}",
    ("es", False, "in short"): "{who} cierra {short}",
    ("es", True, "in short"): "{who} cierran {short}",
    ("es", False, "until"): "{who} cierra el {first} hasta las {to}",
    ("es", True, "until"): "{who} cierran el {first} hasta las {to}",
    ("es", False, "from"): "{who} cierra el {first} a las {since}",
    ("es", True, "from"): "{who} cierran el {first} a las {since}",
    ("es", False, "between"): "{who} cierra el {first} de {since} a {to}",
    ("es", True, "between"): "{who} cierran el {first} de {since} a {to}",
    ("es", False, "days"): "{who} cierra del {first} al {last}",
    ("es", True, "days"): "{who} cierran del {first} al {last}",
    ("es", False, "open"): "{who} abre de nuevo el {last}",
    ("es", True, "open"): "{who} abren de nuevo el {last}",
}
_NOON: Final = time(12)
_AND: Final = {"en": " and ", "es": " y "}
_AND_IN_SHORT: Final = {"en": " & ", "es": " y "}
_TO: Final = {"en": " to ", "es": " al "}


def notice_values(
    notice: Notice, channel: Channel, settings: PracticeSettings, language: str
) -> dict[str, str]:
    """Return what fills `{{ closure }}` and `{{ date }}` of a notice."""
    zone = settings.zone_of(notice.facility_ids[0])
    spoken = channel is Channel.VOICE

    def day(on: date) -> str:
        noon = wall_clock(on, _NOON, zone)
        return say_date(noon, zone, language, spoken=spoken)

    dates = sorted({at.astimezone(settings.zone_of(f)).date() for at, f in notice.visits_at})
    values = {
        "closure": _closure(notice, settings, language, day, briefly=channel is Channel.SMS),
        "date": _dates([day(on) for on in dates] or [day(notice.span.first_day)], language),
    }
    if channel is Channel.SMS:
        return {name: value.translate(ROOMY) for name, value in values.items()}
    return values


def _dates(days: Sequence[str], language: str) -> str:
    """Return "Thu, Nov 5", "Thu, Nov 5 and Fri, Nov 6", or the first to the last of more."""
    if len(days) > 2:
        return f"{days[0]}{_TO[language]}{days[-1]}"
    return _AND[language].join(days)


def _closure(
    notice: Notice,
    settings: PracticeSettings,
    language: str,
    day: Callable[[date], str],
    *,
    briefly: bool,
) -> str:
    span = notice.span
    zone = settings.zone_of(notice.facility_ids[0])
    names = [place.name for id in notice.facility_ids if (place := settings.place(id))]
    if len(names) > 2:
        names = [settings.name]
    since, to = span.closed_from, span.closed_to
    words = {
        "who": (_AND_IN_SHORT if briefly else _AND)[language].join(names) or settings.name,
        "first": day(span.first_day),
        "last": day(span.last_day),
        "since": say_time(wall_clock(span.first_day, since, zone), zone, language) if since else "",
        "to": say_time(wall_clock(span.last_day, to, zone), zone, language) if to else "",
        "short": say_days(span.first_day, span.last_day, language),
    }
    if notice.kind is NoticeKind.ALL_CLEAR:
        shape = "open"
        words["last"] = day(notice.told_on)
    elif span.first_day != span.last_day and briefly and not since and not to:
        shape = "in short"
    elif span.first_day != span.last_day:
        shape = "days"
        words["first"] += f", {words['since']}" if since else ""
        words["last"] += f", {words['to']}" if to else ""
    else:
        shape = {(0, 0): "day", (0, 1): "until", (1, 0): "from", (1, 1): "between"}[
            int(since is not None), int(to is not None)
        ]
    return _CLOSED[language, len(names) > 1, shape].format(**words)
