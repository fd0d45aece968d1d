"""Every page of the console, at every level, with every modifier: open or shut as `may` says.

The routes are found, not listed, so that a new page is tried as soon as it has an address.
"""

from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from django.template.base import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from handbell.access.models import StaffMember
from handbell.access.permissions import LADDER, Action, may
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import signed_in, staff
from tests.law.test_every_route_is_guarded import PUBLIC, filled
from tests.world import Clinic

MODIFIERS = ("", "limit_financial", "limit_messaging", "may_run_reports")

#: Closed to others and open to whoever is signed in, so it names no action.
NEEDS_NOTHING = {"logout"}


def patterns(found: list[Any], before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every closed route as it is written, with its pattern."""
    for pattern in found:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns, route)
        elif not any(route == public or route.startswith(public) for public in PUBLIC):
            yield route, pattern


def action_of(view: Any) -> Action | None:
    """Return the action a guarded view names, behind whatever decorates it."""
    while view is not None:
        if isinstance(found := getattr(view, "action", None), Action):
            return found
        view = getattr(view, "__wrapped__", None)
    return None


ROUTES = {
    route: action_of(pattern.callback) for route, pattern in patterns(get_resolver().url_patterns)
}
GUARDED = {route: action for route, action in ROUTES.items() if action is not None}

#: What an address answered 405 to once, before it looked who asks: it is not asked again.
NOT_TAKEN: set[tuple[str, str]] = set()


def test_every_closed_route_names_the_action_it_needs() -> None:
    assert {route for route, action in ROUTES.items() if action is None} == NEEDS_NOTHING


def test_the_routes_are_found() -> None:
    assert GUARDED[""] is Action.SEE_TODAY
    assert GUARDED["messages/export.csv"] is Action.EXPORT_MESSAGES


@pytest.mark.django_db
@pytest.mark.parametrize("modifier", MODIFIERS, ids=lambda name: name or "none")
@pytest.mark.parametrize("level", LADDER)
def test_a_route_is_open_or_shut_as_the_permission_says(
    clinic: Clinic, level: PermissionLevel, modifier: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Other tests read what pages say; four thousand times over it would be most of the work.
    monkeypatch.setattr(Template, "render", lambda *_: "")
    member = staff(clinic, level)
    # A password nobody knows: who has one can be asked for it before something delicate.
    columns: dict[str, Any] = {"password": "argon2$unknown"} | (
        {modifier: True} if modifier else {}
    )
    StaffMember.objects.filter(pk=member.pk).update(**columns)
    member.refresh_from_db()
    browser = signed_in(member)
    wrong = []
    for (route, action), method in product(GUARDED.items(), ("get", "post")):
        if (method, route) in NOT_TAKEN:
            continue
        answer = ask(browser, method, filled(route))
        if answer.status_code == 405:  # not this method's address, whoever asks
            NOT_TAKEN.add((method, route))
            continue
        if (answer.status_code == 403) is may(member, action):
            wrong.append(f"{method} {route}: {answer.status_code} for {action.value}")
    assert not wrong


def ask(browser: Client, method: str, address: str) -> Any:
    """Ask for a page. What is made of a sample that does not fit is no matter here."""
    answer = getattr(browser, method)(address)
    if getattr(answer, "streaming", False):
        b"".join(answer.streaming_content)
    return answer


@pytest.mark.django_db
@pytest.mark.parametrize("level", LADDER)
def test_somebody_deactivated_opens_nothing(clinic: Clinic, level: PermissionLevel) -> None:
    member = staff(clinic, level)
    browser = signed_in(member)
    StaffMember.objects.filter(pk=member.pk).update(is_active=False)
    for route in GUARDED:
        answer = browser.get(filled(route))
        assert answer.status_code == 405 or answer.headers["Location"].startswith("/login")


@pytest.fixture
def clinic(db: None) -> Clinic:
    from datetime import UTC, datetime

    return Clinic(now=datetime.now(UTC))
