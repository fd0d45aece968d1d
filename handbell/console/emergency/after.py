"""After a closing: whom to telephone, and the record of the whole event as a page and a PDF."""

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages as notices
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import practice_settings
from handbell.closures.calls import ToCall, call_lines, call_list
from handbell.closures.going import Progress
from handbell.closures.record import Record, record_of
from handbell.console.chart import Series, stacked_bars
from handbell.console.clock import say_moment
from handbell.console.emergency.pdf import Page, make_pdf
from handbell.console.emergency.sheet import read_live
from handbell.console.emergency.views import closure_or_404, said_of
from handbell.console.emergency.words import RESULTS, say_act
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.console.words import CHANNELS, chip, reason_in_short
from handbell.facts.closing import ClosureFlaw, note_call
from handbell.facts.models import Closure
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
    return render(request, "console/emergency/record.html", _record(request, closure_id))


@require_GET
@staff_page(Action.SEE_CLOSURES)
def record_pdf(request: StaffRequest, closure_id: int) -> HttpResponse:
    """The same, to keep or to hand to somebody."""
    context = _record(request, closure_id)
    page = Page(
        title=gettext("Record of a closure"),
        subtitle=f"{request.user.practice.name}: {context['places']}",
        facts=[(str(name), str(value)) for name, value in context["facts"]],
        heads=context["heads"],
        numbers=[
            [line["title"], *(str(count) for _, count in line["numbers"])]
            for line in context["lines"]
        ],
        acts_head=gettext("Who did what"),
        acts=context["acts"],
        bars_head=gettext("Handed over"),
        bars=[
            (label, bar.count)
            for label, bar in zip(context["labels"], context["bars"], strict=True)
        ],
        foot=gettext("Printed %(at)s by %(who)s. No patient is named here.")
        % {"at": context["printed"], "who": request.user.name},
    )
    response = HttpResponse(make_pdf(page), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="closure-{closure_id}.pdf"'
    return response


def _record(request: StaffRequest, closure_id: int) -> dict[str, Any]:
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    told = record_of(found, settings, now=now)
    spoken = said_of(found, settings, now)
    live = read_live(found, told.sendings, settings, now=now)
    labels = [f"{bar.at.astimezone(settings.zone):%d %H:%M}" for bar in told.bars]
    heads = [
        gettext("Sending"),
        gettext("People"),
        gettext("Delivered"),
        gettext("Handed over"),
        gettext("Failed"),
        gettext("In doubt"),
        gettext("With another"),
        gettext("Not sent"),
    ]
    return {
        "page": "emergency",
        "closure": found,
        **spoken,
        "facts": _facts(found, told, spoken, now),
        "heads": heads,
        "lines": [
            {
                "title": line.title,
                "numbers": list(zip(heads[1:], _numbers(line.progress), strict=True)),
            }
            for line in live.lines
        ],
        "acts": [
            (say_moment(one.at, zone=settings.zone, now=now), one.who, say_act(one))
            for one in told.acts
            if one.act is not AuditAct.PATIENT_SEEN
        ],
        "bars": told.bars,
        "labels": labels,
        "chart": stacked_bars(
            key="closure",
            title=gettext("Notices handed over"),
            description=gettext("How many notices were handed over, over time."),
            labels=[label if n % 6 == 0 else "" for n, label in enumerate(labels)],
            series=[Series(gettext("Handed over"), [bar.count for bar in told.bars])],
        )
        if told.bars
        else "",
        "table": list(zip(labels, [bar.count for bar in told.bars], strict=True)),
        "printed": say_moment(now, zone=settings.zone, now=now),
    }


def _numbers(progress: Progress) -> list[int]:
    """Return what became of a sending's people, in the order of the table's heads."""
    return [
        progress.sending.counted,
        progress.delivered,
        progress.handed_over,
        progress.failed,
        progress.in_doubt,
        progress.with_another,
        progress.not_sent,
    ]


def _facts(
    closure: Closure, told: Record, spoken: dict[str, str], now: datetime
) -> list[tuple[str, str]]:
    ended = gettext("by itself")
    if closure.ended_by is not None:
        ended = closure.ended_by.name
    calls = ", ".join(f"{RESULTS[one]} {count}" for one, count in told.calls.items())
    return [
        (gettext("Reason"), spoken["reason"]),
        (gettext("Facilities"), spoken["places"]),
        (gettext("Closed"), spoken["days"]),
        (gettext("Begun by"), closure.begun_by.name),
        (
            gettext("Ends") if closure.is_on(now) else gettext("Ended"),
            f"{spoken['over_at']}, {ended}",
        ),
        (gettext("Telephoned"), calls or gettext("nobody")),
    ]
