"""What every answer has: its language, what a page of ours may load, and a page where Django
answers nothing.
"""

from collections.abc import Callable, Iterator
from typing import Final, cast

from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotAllowed,
    StreamingHttpResponse,
)
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.cache import patch_vary_headers

from handbell.console.language import language_of

#: Addresses that are nobody's page here: patients' pages choose their own language.
NOT_STAFF: Final = ("/v/", "/hooks/")

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)


class StaffLanguage:
    """Says a page in the language of whoever asked for it, and leaves the thread without one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(NOT_STAFF):
            return self.get_response(request)
        language = language_of(request)
        with translation.override(language):
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse):
            _say_stream(response, language)
        response.headers["Content-Language"] = language
        patch_vary_headers(response, ("Accept-Language",))
        return response


def _say_stream(response: StreamingHttpResponse, language: str) -> None:
    """A stream is read after the view returned: it speaks while it is read."""
    lines = cast(Iterator[bytes], response.streaming_content)

    def within() -> Iterator[bytes]:
        with translation.override(language):
            yield from lines

    response.streaming_content = within()


class ContentSecurityPolicy:
    """Adds the policy to every answer. A view that needs another sets its own header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        return response


class NotAllowedPage:
    """Gives somebody who opened the address of a button a page that says what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_ours = not request.path.startswith("/hooks/")
        if isinstance(response, HttpResponseNotAllowed) and request.method == "GET" and is_ours:
            response.content = render_to_string("405.html").encode()
            response.headers["Content-Type"] = "text/html; charset=utf-8"
        return response
