"""How do templates say things? Times, numbers to call, and states, each in one way."""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import phonenumbers
from babel.numbers import format_currency, format_decimal
from django import template
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from handbell.access.permissions import may
from handbell.console import saying, words
from handbell.console.clock import say_date, say_moment
from handbell.console.language import locale
from handbell.console.rail import IN_THE_BAR, rail_for
from handbell.facts.models import Patient
from handbell.outbox.models import Message
from handbell.reputation.words import pause_said
from handbell.scripts.models import Script
from handbell.vocabulary.words import Channel, PermissionLevel, Purpose

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context: dict[str, Any], at: datetime) -> str:
    """Say a time on the page's clock: its `zone`, as seen from its `now`."""
    zone: ZoneInfo = context["zone"]
    return say_moment(at, zone=zone, now=context["now"])


@register.simple_tag(takes_context=True)
def hour(context: dict[str, Any], at: datetime) -> str:
    """Say a time of day on the page's clock, where the day is said elsewhere."""
    zone: ZoneInfo = context["zone"]
    return f"{at.astimezone(zone):%H:%M}"


@register.inclusion_tag("console/rail.html", takes_context=True)
def rail(context: dict[str, Any]) -> dict[str, Any]:
    """Show the pages this staff member may open; `page` names the one that is open."""
    staff = context["request"].user
    return {
        "rail": rail_for(lambda action: may(staff, action)),
        "in_the_bar": IN_THE_BAR,
        "page": context.get("page", ""),
    }


@register.filter
def national(address: str) -> str:
    """Write a telephone number as people in its country do; anything else stays as it is."""
    if not address.startswith("+"):
        return address
    try:
        number = phonenumbers.parse(address)
    except phonenumbers.NumberParseException:
        return address
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)


@register.filter
def breakable(address: str) -> SafeString:
    """Let an address that is too long for its line go on after its @, a name after its _."""
    return mark_safe(re.sub("([@_])", r"\1<wbr>", escape(address)))  # noqa: S308  (escaped)


@register.filter
def full_name(patient: Patient) -> str:
    """Say who a patient is, the name they go by in brackets."""
    name = f"{patient.first_name} {patient.last_name}"
    return f"{name} ({patient.preferred_name})" if patient.preferred_name else name


@register.simple_tag
def state_chip(message: Message) -> str:
    """Show a message's state as a word with an icon."""
    return _drawn(words.chip(message.state, message.objection))


@register.simple_tag
def drawn(chip: words.Chip) -> str:
    """Show any state as a word with an icon."""
    return _drawn(chip)


@lru_cache(maxsize=512)
def _drawn(chip: words.Chip) -> str:
    """Return a chip's HTML: there are few, and a page of a list shows a hundred."""
    return render_to_string("console/chip.html", {"chip": chip})


@register.filter
def reason(message: Message) -> str:
    """Say in short why a message was not sent."""
    return words.reason_in_short(message.objection)


@register.filter
def purpose_word(purpose: str) -> str:
    """Say what a message is for."""
    return words.PURPOSES[Purpose(purpose)]


@register.filter
def purpose_words(purpose: str) -> str:
    """Say what messages are for, where there are many."""
    return words.PURPOSES_MANY[Purpose(purpose)]


@register.filter
def kind(message: Message | Script) -> str:
    """Say what a message or a text is and how it goes: reminder by text."""
    return words.say_kind(Purpose(message.purpose), Channel(message.channel))


@register.filter
def who_word(who: str) -> str:
    """Say who did something: a person by name, a part of Handbell in words."""
    return saying.said(who)


@register.filter
def said(reason: str) -> str:
    """Say why a sender pauses."""
    return pause_said(reason)


@register.filter
def birth_day(day: date) -> str:
    """Write a date of birth: 5 Nov 1980."""
    return say_date(day)


@register.filter
def language_word(language: str) -> str:
    """Say a language messages are written in."""
    return words.LANGUAGES.get(language[:2], language)


@register.filter
def channel_word(channel: str) -> str:
    """Say how a message goes: text, call or e-mail."""
    return words.CHANNELS[Channel(channel)]


@register.filter
def channel_icon(channel: str) -> str:
    """Name the icon of a channel."""
    return words.CHANNEL_ICONS[Channel(channel)]


@register.filter
def provider_word(provider: str) -> str:
    """Say who carries a sender's messages."""
    return words.PROVIDERS.get(provider, provider)


@register.filter
def level_word(level: str) -> str:
    """Say a permission level."""
    return words.LEVELS[PermissionLevel(level)]


@register.filter
def money(amount: Decimal) -> str:
    """Write an amount in dollars: $1,234.50."""
    return format_currency(amount, "USD", locale=locale()).replace("-", "−")


@register.filter
def thousands(number: int) -> str:
    """Write a number so that it can be read at a glance: 12,345."""
    return format_decimal(number, locale=locale())
