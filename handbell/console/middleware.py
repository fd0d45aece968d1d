"""What every answer has: its language, what a page of ours may load, and a page where Django
answers nothing.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final, cast

from django.core.files.uploadhandler import FileUploadHandler, SkipFile
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

from handbell.access.models import StaffMember
from handbell.access.permissions import may
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


class NoFiles(FileUploadHandler):
    """Lets a form through and drops the files that came with it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


class FilesOnlyWhereTheyBelong:
    """Files are kept only for a view that takes them, from somebody who may do what it does.

    Django reads a form, and with it every file, to find its token, before any view is asked. A
    view that takes files has `files`: what receives them, which says whether they were `kept`.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for handler in request.upload_handlers:
            if hasattr(handler, "forget_unless_kept"):
                handler.forget_unless_kept()
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., Any],
        args: Any,  # noqa: ANN401
        kwargs: Any,  # noqa: ANN401
    ) -> None:
        receives: Any = getattr(view, "files", NoFiles)
        person = getattr(request, "user", None)
        welcome = (
            receives is not NoFiles and isinstance(person, StaffMember) and may(person, view.action)  # type: ignore[attr-defined]
        )
        request.upload_handlers = [receives(request) if welcome else NoFiles(request)]
