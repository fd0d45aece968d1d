"""Where does a button of the frame lead? Back to the page it stands on."""

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme

#: What an address says of a list that a button of the frame turns into another list.
_OF_ONE_LIST: Final = frozenset({"facility", "after", "before"})


def address_of_this(request: HttpRequest) -> str:
    """Return the address of the page that is shown, as a button may lead back to it.

    A page that answers a form has none: its address may not be opened.
    """
    if request.method != "GET":
        return ""
    kept = [
        (name, value)
        for name, value in parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
        if name not in _OF_ONE_LIST
    ]
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def back(request: HttpRequest, otherwise: str) -> str:
    """Return where the button's form says it stood, if that is a page of ours."""
    named = request.POST.get("back", "")
    ours = named.startswith("/") and url_has_allowed_host_and_scheme(named, allowed_hosts=None)
    if ours and not urlsplit(named).netloc:
        return named
    return resolve_url(otherwise)
