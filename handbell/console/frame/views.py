"""The switch of the frame: which facility the pages show."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from handbell.access.permissions import Action
from handbell.console.frame.back import back
from handbell.console.frame.facility import choose_facility
from handbell.console.guard import StaffRequest, staff_page


@require_POST
@staff_page(Action.SEE_TODAY)
def show_facility(request: StaffRequest) -> HttpResponse:
    """Show one facility, or all, from here on in this session; back to the page it was asked on."""
    choose_facility(request, request.POST.get("facility", ""))
    there = back(request, "console:today")
    if not request.htmx:
        return redirect(there)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = there
    return response
