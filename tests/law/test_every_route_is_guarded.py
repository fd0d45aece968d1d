"""Every address of the project is public by this list or closed to somebody not signed in."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

#: Open to everybody, and why. A new address is closed until it stands here.
PUBLIC = {
    "login": "the door",
    "language": "in which language the door is read",
    "welcome/": "whoever was given a link to choose a password: the token is the key",
    "v/": "patients' pages: the code in the address is the key",
    "hooks/": "providers: each request carries a signature",
    "healthz": "whatever restarts processes: whether it is well, and nothing else",
    "metrics": "Prometheus: a token is the key",
}

#: Something of the right shape for each kind of blank in an address.
SAMPLES = {"int": "1", "slug": "nobody-has-this", "str": "x", "path": "x", "uuid": "0" * 32}


def addresses(
    patterns: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, str]]:
    """Yield every route as it is written, and filled with samples."""
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield route, filled(route)


def filled(route: str) -> str:
    parts = route.split("<")
    filled = parts[0]
    for part in parts[1:]:
        blank, _, rest = part.partition(">")
        filled += SAMPLES[blank.partition(":")[0] if ":" in blank else "str"] + rest
    return f"/{filled}"


ROUTES = dict(addresses(get_resolver().url_patterns))
CLOSED = {
    route: address
    for route, address in ROUTES.items()
    if not any(route == public or route.startswith(public) for public in PUBLIC)
}


def test_the_routes_are_found() -> None:
    assert {"", "messages", "login", "v/<slug:code>"} <= set(ROUTES)


def test_the_list_names_nothing_that_is_gone() -> None:
    for public in PUBLIC:
        assert any(route.startswith(public) for route in ROUTES), public


@pytest.mark.django_db
@pytest.mark.parametrize("route", CLOSED)
@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "head", "options"])
def test_somebody_not_signed_in_is_sent_to_the_login_or_refused(route: str, method: str) -> None:
    answer = getattr(Client(), method)(CLOSED[route])
    if answer.status_code == 302:
        assert answer.headers["Location"].startswith("/login")
    else:
        # OPTIONS may say which methods there are, and nothing more.
        assert answer.status_code in {403, 405} or (method == "options" and not answer.content)


@pytest.mark.django_db
@pytest.mark.parametrize("route", CLOSED)
def test_a_form_without_its_token_is_refused(route: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(CLOSED[route])
    assert answer.status_code in {403, 405}
