"""In which language is a page said? The person's own choice, else what their browser asks for."""

from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_from_request

from handbell.access.models import StaffMember

#: The languages there are pages in: how each is written in the United States.
_LOCALES: Final = {"en": "en_US", "es": "es_US"}


def language_of(request: HttpRequest) -> str:
    """Return the language of the page a request asks for.

    Before somebody is signed in, a cookie of the login page goes before the browser's wish.
    """
    if isinstance(request.user, StaffMember) and request.user.language:
        return request.user.language
    return get_language_from_request(request)


def own_names() -> list[tuple[str, str]]:
    """Return the languages there are pages in, each called what it calls itself."""
    return list(settings.LANGUAGES)


def page_language() -> str:
    """Return the language of the page that is being made: "en", "es"."""
    language = (get_language() or "en")[:2]
    return language if language in _LOCALES else "en"


def locale() -> str:
    """Return how days and numbers are written in the language of the page, for Babel."""
    return _LOCALES[page_language()]
