"""Who may open a console page? Somebody signed in, active, and permitted; else nobody.

Every view of the console wears `staff_page`, which names the action it needs; the guarded view
tells it as `action`. A page keeps the session alive for as long as the practice allows it to
rest; a poll does not, so a screen nobody touches signs itself out however often it refreshes.
While the page is made, PostgreSQL shows its connection one practice only (access/fence.py).
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, Final, ParamSpec, cast

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from django_htmx.middleware import HtmxDetails

from handbell.access.fence import fenced
from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may

P = ParamSpec("P")

#: The kinds of authenticator that make a second factor; recovery codes alone do not.
SECOND_FACTORS: Final = ["totp", "webauthn"]


class StaffRequest(HttpRequest):
    """A request that `staff_page` let through: somebody of a practice is behind it."""

    htmx: HtmxDetails
    user: StaffMember


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_page(
    action: Action, *, poll: bool = False, without_second_factor: bool = False
) -> Callable[[View[P]], Guarded[P]]:
    """Let a view be seen only by staff who may do `action`.

    Somebody not signed in is sent to the login and back; somebody who may not gets 403; somebody
    who owes a second factor is sent to set one up, unless the view is part of that.
    """

    def guard(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, StaffMember):
                return _to_login(request)
            if not may(request.user, action):
                raise PermissionDenied
            if not without_second_factor and _owes_second_factor(request.user):
                return _elsewhere(request, redirect("console:account"))
            if not poll:
                _keep_alive(request, request.user)
            with fenced(request.user.practice_id):
                response = view(cast(StaffRequest, request), *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            if isinstance(response, StreamingHttpResponse):
                _fence_stream(response, request.user.practice_id)
            response.headers["Cache-Control"] = "no-store"
            return response

        guarded.action = action  # type: ignore[attr-defined]
        return guarded

    return guard


def _owes_second_factor(staff: StaffMember) -> bool:
    return staff.practice.second_factor_required and not is_mfa_enabled(staff, SECOND_FACTORS)


def _keep_alive(request: HttpRequest, staff: StaffMember) -> None:
    seconds = staff.practice.idle_minutes * 60
    if request.session.get_expiry_age() != seconds:
        request.session.set_expiry(seconds)
    request.session["last_page_at"] = datetime.now(UTC).isoformat()


def _fence_stream(response: StreamingHttpResponse, practice_id: int) -> None:
    """A stream is read after the view returned: the fence goes up with its first line."""
    lines = cast(Iterator[bytes], response.streaming_content)

    def within() -> Iterator[bytes]:
        with fenced(practice_id):
            yield from lines

    response.streaming_content = within()


def _to_login(request: HttpRequest) -> HttpResponse:
    """A whole page is redirected; a fragment tells htmx to load the login as a page."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = request.headers.get("HX-Current-URL", "")
    return _elsewhere(request, redirect_to_login(_path_of(page) or "/"))


def _elsewhere(request: HttpRequest, there: HttpResponse) -> HttpResponse:
    if request.headers.get("HX-Request") != "true":
        return there
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = there.headers["Location"]
    return response


def _path_of(url: str) -> str:
    """Return the path and query of an address, so that nobody can be sent elsewhere."""
    _, _, rest = url.partition("://")
    _, slash, path = rest.partition("/")
    return slash + path
