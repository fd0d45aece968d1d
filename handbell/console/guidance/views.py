"""The page Guidance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handbell.access.permissions import Action
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.guidance.page import read_guidance
from handbell.console.language import page_language


@require_GET
@staff_page(Action.SEE_GUIDANCE)
def guidance(request: StaffRequest) -> HttpResponse:
    """What these tools are for, and what to do instead of marketing."""
    context = {"guidance": read_guidance(page_language()), "page": "guidance"}
    return render(request, "console/guidance/guidance.html", context)
