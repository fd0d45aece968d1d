"""Who is to be told, by name; whoever is taken out says why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from handbell.access.audit import record
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures.audience import Member, audience_of
from handbell.closures.mode import leave_out
from handbell.console.clock import say_moment
from handbell.console.emergency.views import closure_or_404, said_of
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.saying import said
from handbell.console.searches import keep_search, search_of
from handbell.console.words import CHANNELS, REASONS
from handbell.facts.closing import ClosureFlaw, include
from handbell.facts.models import Closure, Patient
from handbell.vocabulary.words import AuditAct, Channel, NoticeKind

PAGE_SIZE: Final = 100


@dataclass(frozen=True, slots=True)
class Row:
    """One patient of the audience."""

    patient: Patient
    visit: str
    place: str
    more: int
    reached: Sequence[str]
    not_reached: Sequence[tuple[str, str]]


@require_GET
@staff_page(Action.SEE_PATIENTS)
def people(request: StaffRequest, closure_id: int) -> HttpResponse:
    """The audience by name, a page at a time; looking is recorded."""
    found = closure_or_404(request, closure_id)
    now, settings = datetime.now(UTC), practice_settings(request.user.practice_id)
    audience = audience_of(found, settings, NoticeKind.CLOSING, now=now)
    reach = request.GET.get("reach", "")
    members = audience.out_of_reach if reach == "nobody" else list(audience.members)
    searched = search_of(request.session, request.GET)
    if searched:
        named = _named(found, [one.id for one in members], searched)
        members = [one for one in members if one.id in named]
    begins = _number(request.GET.get("from", ""))
    shown = members[begins : begins + PAGE_SIZE]
    patients = Patient.objects.in_bulk([one.id for one in shown])
    record(
        AuditAct.PATIENT_SEEN,
        practice_id=found.practice_id,
        by=request.user,
        subject=f"closure {found.pk}",
        detail={"list": "audience"},
        now=now,
    )
    context = {
        "page": "emergency",
        "closure": found,
        **said_of(found, settings, now),
        "rows": [_row(one, patients, settings, now) for one in shown],
        "excluded": list(audience.excluded.values()),
        "number": len(members),
        "reach": reach,
        "searched_here": searched,
        "search": request.GET.get("search", "") if searched else "",
        "begins": begins,
        "next": begins + PAGE_SIZE if begins + PAGE_SIZE < len(members) else 0,
        "previous": max(begins - PAGE_SIZE, 0),
        "may_choose": may(request.user, Action.CLOSE_FACILITIES) and found.is_on(now),
        "zone": settings.zone,
        "now": now,
    }
    return render(request, "console/emergency/people.html", context)


@require_POST
@staff_page(Action.SEE_PATIENTS)
def find(request: StaffRequest, closure_id: int) -> HttpResponse:
    """Keep a name in the session: it never stands in an address."""
    found = closure_or_404(request, closure_id)
    typed = request.POST.get("q", "").replace("\0", "").strip()[:100]
    narrowed = {"reach": "nobody"} if request.POST.get("reach") == "nobody" else {}
    if typed:
        narrowed["search"] = keep_search(request.session, typed)
    return redirect(f"{reverse('console:closure_people', args=[found.pk])}?{urlencode(narrowed)}")


@require_POST
@staff_page(Action.CLOSE_FACILITIES)
def choose(request: StaffRequest, closure_id: int, patient_id: int) -> HttpResponse:
    """Take a patient out of the audience, or back in."""
    found, now = closure_or_404(request, closure_id), datetime.now(UTC)
    try:
        if request.POST.get("to") == "in":
            include(found, patient_id, by=request.user, now=now)
            notices.success(request, gettext("They are in the audience again."))
        else:
            leave_out(found, patient_id, request.POST.get("why", ""), by=request.user, now=now)
            notices.success(request, gettext("They are out of the audience."))
    except ClosureFlaw as flaw:
        notices.error(request, said(str(flaw)).capitalize() + ".")
    return redirect("console:closure_people", found.pk)


def _named(closure: Closure, ids: Sequence[int], searched: str) -> set[int]:
    """Return those of the patients whose name or identifier has every word that was typed."""
    wanted = Q()
    for word in searched.split():
        wanted &= (
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(preferred_name__icontains=word)
            | Q(external_id__iexact=word)
        )
    own = Patient.objects.filter(wanted, practice_id=closure.practice_id, pk__in=ids)
    return set(own.values_list("pk", flat=True))


def _row(
    member: Member, patients: Mapping[int, Patient], settings: PracticeSettings, now: datetime
) -> Row:
    visit = member.visits[0]
    place = settings.place(visit.facility_id)
    return Row(
        patient=patients[member.id],
        visit=say_moment(visit.starts_at, zone=settings.zone_of(visit.facility_id), now=now),
        place=place.name if place else "",
        more=len(member.visits) - 1,
        reached=[CHANNELS[channel] for channel in Channel if member.is_reached(channel)],
        not_reached=[
            (CHANNELS[channel], REASONS[why] if (why := member.reaches[channel].objection) else "")
            for channel in Channel
            if not member.is_reached(channel)
        ],
    )


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 8 else 0
