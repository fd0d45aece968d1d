"""What is answered to a request that cannot be read: a page that says what to do."""

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import bad_request

#: More at once than is read of anybody (Django's limits, config/settings.py).
_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that it is too much where it is, else that it could not be read."""
    if isinstance(exception, _TOO_MUCH):
        return HttpResponse(render_to_string("413.html"), status=413)
    return bad_request(request, exception)
