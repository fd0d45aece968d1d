"""Where is what somebody typed into the search kept? In the session, under a name of chance.

A patient's name or number must not stand in an address: addresses end in histories and logs.
"""

import secrets
from collections.abc import Mapping
from typing import Final

from django.contrib.sessions.backends.base import SessionBase

_KEY: Final = "searches"

#: Searches kept per session; the oldest goes when a new one comes.
MOST_KEPT: Final = 20


def keep_search(session: SessionBase, typed: str) -> str:
    """Return the name under which `typed` is kept; the same text keeps its name."""
    kept: dict[str, str] = session.get(_KEY, {})
    for token, text in kept.items():
        if text == typed:
            return token
    token = secrets.token_hex(6)
    newest = [*kept.items(), (token, typed)][-MOST_KEPT:]
    session[_KEY] = dict(newest)
    return token


def search_of(session: SessionBase, params: Mapping[str, str]) -> str:
    """Return what was typed for the search the address names, "" if it is not known here."""
    kept: dict[str, str] = session.get(_KEY, {})
    return kept.get(params.get("search", ""), "")
