"""After a closing: whom to telephone, and the record of the whole event as a page and a PDF."""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import practice_settings
from handbell.closures.calls import ToCall, call_lines, call_list
from handbell.console.clock import say_moment
from handbell.console.emergency.pdf import make_pdf
from handbell.console.emergency.recorded import page_of, read_record
from handbell.console.emergency.views import closure_or_404, said_of
from handbell.console.emergency.words import RESULTS
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.console.words import CHANNELS, chip, reason_in_short
from handbell.facts.closing import ClosureFlaw, note_call
from handbell.vocabulary.words import AuditAct, CallResult


@require_GET
@staff_page(Action.SEE_PATIENTS)
def calls(request: StaffRequest, closure_id: int) -> HttpResponse:
    """Whoever nobody told: their number, their visit, what was tried."""
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    rows = call_list(found, now=now)
    shown = [
        {
            "row": one,
            "tried": _tried(one),
            "visit": say_moment(
                one.visit.starts_at, zone=settings.zone_of(one.visit.facility_id), now=now
            )
            if one.visit
            else "",
            "result": RESULTS[CallResult(one.call.result)] if one.call else "",
            "called": say_moment(one.call.at, zone=settings.zone, now=now) if one.call else "",
        }
        for one in rows
    ]
    record(
        AuditAct.PATIENT_SEEN,
        practice_id=found.practice_id,
        by=request.user,
        subject=f"closure {found.pk}",
        detail={"list": "calls"},
        now=now,
    )
    context = {
        "page": "emergency",
        "closure": found,
        **said_of(found, settings, now),
        "rows": shown,
        "left": sum(one.call is None for one in rows),
        "results": [(one.value, RESULTS[one]) for one in CallResult],
        "may_settle": may(request.user, Action.SETTLE_CALLS),
    }
    return render(request, "console/emergency/calls.html", context)


def _tried(one: ToCall) -> str:
    """Return what became of each channel: "Text: Failed; E-mail: No number ..."."""
    return "; ".join(
        f"{CHANNELS[told.channel]}: "
        + (reason_in_short(told.objection) or chip(told.state, told.objection).word)
        for told in one.tried
    )


@require_POST
@staff_page(Action.SETTLE_CALLS)
def call(request: StaffRequest, closure_id: int, patient_id: int) -> HttpResponse:
    """Tick somebody off the call list."""
    found = closure_or_404(request, closure_id)
    result = request.POST.get("result", "")
    if result not in set(CallResult):
        raise Http404
    try:
        note_call(found, patient_id, CallResult(result), by=request.user, now=datetime.now(UTC))
    except ClosureFlaw as flaw:
        notices.error(request, said(str(flaw)).capitalize() + ".")
    return redirect("console:closure_calls", found.pk)


@require_GET
@staff_page(Action.SETTLE_CALLS)
def calls_csv(request: StaffRequest, closure_id: int) -> HttpResponseBase:
    """The call list as a file."""
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    rows = call_list(found, now=now)
    record(
        AuditAct.EXPORTED,
        practice_id=found.practice_id,
        by=request.user,
        subject=f"closure {found.pk}",
        detail={"list": "calls", "rows": len(rows)},
        now=now,
    )
    tried = {one.patient.pk: _tried(one) for one in rows}
    response = StreamingHttpResponse(call_lines(rows, settings, tried), content_type="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="calls-{found.pk}.csv"'
    return response


@require_GET
@staff_page(Action.SEE_CLOSURES)
def record_page(request: StaffRequest, closure_id: int) -> HttpResponse:
    """The record of the whole event."""
    found = closure_or_404(request, closure_id)
    told = read_record(found, practice_settings(request.user.practice_id), now=datetime.now(UTC))
    return render(request, "console/emergency/record.html", told)


@require_GET
@staff_page(Action.SEE_CLOSURES)
def record_pdf(request: StaffRequest, closure_id: int) -> HttpResponse:
    """The same, to keep or to hand to somebody."""
    found = closure_or_404(request, closure_id)
    settings = practice_settings(request.user.practice_id)
    page = page_of(found, settings, request.user, now=datetime.now(UTC))
    response = HttpResponse(make_pdf(page), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="closure-{closure_id}.pdf"'
    return response
