"""How is a number written for somebody who will dial it, or who should only recognise it?"""

from typing import Final

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from handbell.dispatch.compose import national
from handbell.vocabulary.words import Channel

register = template.Library()

_WAYS: Final[dict[Channel, str | Promise]] = {
    Channel.SMS: gettext_lazy("Text"),
    Channel.VOICE: gettext_lazy("Call"),
    Channel.EMAIL: gettext_lazy("E-mail"),
}


@register.filter
def dialled(phone: str) -> str:
    """Write a telephone number as people in its country do."""
    return national(phone)


@register.filter
def way_word(channel: str) -> str:
    """Return what a way is called in the reader's language."""
    return str(_WAYS[Channel(channel)])


@register.filter
def shown_masked(address: str) -> SafeString:
    """Show a masked address; who listens to the page hears its end only."""
    if "@" in address:
        return format_html('<span class="masked">{}</span>', address)
    return format_html(
        '<span class="masked" aria-hidden="true">{}</span><span class="visually-hidden">{}</span>',
        address,
        gettext("number that ends in %(digits)s") % {"digits": " ".join(address[-4:])},
    )
