"""Who may open a console page? Somebody signed in, active, and permitted; else nobody.

Every view of the console wears `staff_page`, which names the action it needs. A page keeps the
session alive for another quarter of an hour; a poll does not, so a screen nobody touches signs
itself out however often it refreshes.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that `staff_page` let through: somebody of a practice is behind it."""

    htmx: HtmxDetails
    user: StaffMember


View = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def staff_page(action: Action, *, poll: bool = False) -> Callable[[View[P]], Guarded[P]]:
    """Let a view be seen only by staff who may do `action`.

    Somebody not signed in is sent to the login and back; somebody who may not gets 403.
    """

    def guard(view: View[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, StaffMember):
                return _to_login(request)
            if not may(request.user, action):
                raise PermissionDenied
            if not poll:
                request.session["last_page_at"] = datetime.now(UTC).isoformat()
            response = view(cast(StaffRequest, request), *args, **kwargs)
            response.headers["Cache-Control"] = "no-store"
            return response

        return guarded

    return guard


def _to_login(request: HttpRequest) -> HttpResponse:
    """A whole page is redirected; a fragment tells htmx to load the login as a page."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = request.headers.get("HX-Current-URL", "")
    back = redirect_to_login(_path_of(page) or "/")
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = back.url
    return response


def _path_of(url: str) -> str:
    """Return the path and query of an address, so that nobody can be sent elsewhere."""
    _, _, rest = url.partition("://")
    _, slash, path = rest.partition("/")
    return slash + path
