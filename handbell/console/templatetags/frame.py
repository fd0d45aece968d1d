"""What stands around every page: the switch of facilities, and what is off."""

from datetime import UTC, datetime
from typing import Any

from django import template

from handbell.console.frame.back import address_of_this
from handbell.console.frame.banner import read_banner, read_closed
from handbell.console.frame.facility import chosen_facility, open_facilities

register = template.Library()


@register.inclusion_tag("console/frame/switch.html", takes_context=True)
def facility_switch(context: dict[str, Any]) -> dict[str, Any]:
    """Show which facility the pages show, where there are several; `facility_id` is the page's."""
    request = context["request"]
    chosen = chosen_facility(request)
    return {
        "facilities": open_facilities(request),
        "chosen": context.get("facility_id") or (chosen.pk if chosen else None),
        "back": address_of_this(request),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("console/frame/banner.html", takes_context=True)
def mode_banner(context: dict[str, Any]) -> dict[str, Any]:
    """Say what is off, if anything is, with the button that ends it for who may."""
    request = context["request"]
    return {
        "banner": read_banner(request.user, now=datetime.now(UTC)),
        "closed": read_closed(request.user, now=datetime.now(UTC)),
        "back": address_of_this(request),
        "csrf_token": context.get("csrf_token"),
    }
