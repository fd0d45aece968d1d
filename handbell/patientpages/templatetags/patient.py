"""How is a number written for somebody who will dial it?"""

from django import template

from handbell.dispatch.compose import national

register = template.Library()


@register.filter
def dialled(phone: str) -> str:
    """Write a telephone number as people in its country do."""
    return national(phone)
