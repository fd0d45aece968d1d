"""Channel health: every sender's rates and state, and the patients behind each number."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.contrib import messages as notices
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import practice_zone
from handbell.console.clock import say_zone
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.health.page import DELIVERED, SENT, Block, block_of
from handbell.console.saying import said
from handbell.console.templatetags.console import national
from handbell.console.words import CHANNELS, PURPOSES_MANY
from handbell.dispatch.providers import rule_for
from handbell.outbox.models import Breaker, Message, Sender
from handbell.outbox.sender_queries import planned_by, senders_of
from handbell.reputation.operations import let_emergencies_pass, try_a_trickle
from handbell.reputation.queries import DAYS_SHOWN, codes_of, health_of, messages_behind
from handbell.reputation.words import SIGNALS, pause_said
from handbell.vocabulary.words import BreakerState, Channel, MessageState, Purpose, Signal

#: A list is for looking who it is; a longer one is a report's.
MOST_LISTED: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One sender with what it was used for."""

    sender: Sender
    channel: str
    is_paused: bool
    why: str
    waiting: int
    blocks: list[Block]


@require_GET
@staff_page(Action.SEE_MESSAGES)
def health(request: StaffRequest) -> HttpResponse:
    """Every sender that is in use or was, the ones with trouble first."""
    now, zone = datetime.now(UTC), practice_zone(request.user.practice)
    senders = [one for one in senders_of(request.user.practice_id) if not one.retired]
    found = health_of(senders, zone=zone, now=now, purposes=_purposes(request.user))
    waiting = planned_by(request.user.practice_id)
    shown = [
        Shown(
            sender=one,
            channel=CHANNELS[Channel(one.channel)],
            is_paused=one.is_paused(now),
            why=pause_said(one.paused_reason),
            waiting=waiting.get(one.pk, 0),
            blocks=[
                block_of(each, zone=zone, now=now) for each in found if each.sender.pk == one.pk
            ],
        )
        for one in senders
    ]
    context = _context(request, now, shown=sorted(shown, key=_trouble))
    return render(request, "console/health/health.html", context)


def _trouble(one: Shown) -> tuple[bool, bool]:
    states = {block.breaker.state for block in one.blocks if block.breaker}
    return not (one.is_paused or states - {BreakerState.CLOSED}), not one.blocks


@require_GET
@staff_page(Action.SEE_MESSAGES)
def behind(request: StaffRequest, sender_id: int, purpose: str, what: str) -> HttpResponse:
    """The patients behind one number."""
    now = datetime.now(UTC)
    sender, kind = _sender(request, sender_id), _purpose(request, purpose)
    if what not in {SENT, DELIVERED, *Signal}:
        raise Http404
    since = now - timedelta(days=DAYS_SHOWN)
    signal = None if what in {SENT, DELIVERED} else Signal(what)
    found = _messages(sender, kind, signal, since)
    if what == DELIVERED:
        found = found.filter(state=MessageState.DELIVERED)
    messages = list(found[: MOST_LISTED + 1])
    word = str(SIGNALS[signal]) if signal else (_("Sent") if what == SENT else _("Delivered"))
    context = _context(
        request,
        now,
        sender=sender,
        word=word,
        kind=PURPOSES_MANY[kind],
        channel=CHANNELS[Channel(sender.channel)],
        rows=[(message, _say_code(sender, message.detail)) for message in messages[:MOST_LISTED]],
        is_cut=len(messages) > MOST_LISTED,
        most=MOST_LISTED,
    )
    return render(request, "console/health/behind.html", context)


def _messages(
    sender: Sender, purpose: Purpose, signal: Signal | None, since: datetime
) -> QuerySet[Message]:
    found = messages_behind(sender, purpose, signal, since=since)
    if signal in (Signal.HARD_BOUNCE, Signal.FILTERED, Signal.ERROR):
        return found.filter(detail__in=codes_of(sender, purpose, signal, since=since))
    return found


def _say_code(sender: Sender, code: str) -> str:
    if not code:
        return ""
    rule = rule_for(sender.provider, Channel(sender.channel), code, sender=sender.address)
    return f"{said(rule.meaning)} ({code})"


@require_POST
@staff_page(Action.CHANGE_SENDERS)
def try_now(request: StaffRequest, breaker_id: int) -> HttpResponse:
    """Let a few leave on trial before the pause is over."""
    try:
        tried = try_a_trickle(breaker_id, by=request.user, now=datetime.now(UTC))
    except Breaker.DoesNotExist:
        raise Http404 from None
    if tried:
        notices.success(request, _("Ten an hour leave on trial now. The rest follows by itself."))
    else:
        notices.info(request, _("It is not paused any more, so nothing changed."))
    return redirect("console:health")


@require_POST
@staff_page(Action.CHANGE_SENDERS)
def emergencies(request: StaffRequest, sender_id: int) -> HttpResponse:
    """Let emergency notices leave by a paused sender, or no more."""
    sender, passes = _sender(request, sender_id), request.POST.get("pass") == "yes"
    let_emergencies_pass(sender, passes=passes, by=request.user, now=datetime.now(UTC))
    address = {"address": national(sender.address)}
    if passes:
        notices.success(
            request, _("Emergency notices leave by %(address)s although it is paused.") % address
        )
    else:
        notices.success(
            request, _("Nothing leaves by %(address)s, emergency notices neither.") % address
        )
    return redirect("console:health")


def _purposes(staff: StaffMember) -> list[Purpose]:
    hidden = set() if may(staff, Action.SEE_BALANCE_ALERTS) else {Purpose.BALANCE_ALERT}
    return [purpose for purpose in Purpose if purpose not in hidden]


def _purpose(request: StaffRequest, named: str) -> Purpose:
    if named not in _purposes(request.user):
        raise Http404
    return Purpose(named)


def _sender(request: StaffRequest, sender_id: int) -> Sender:
    found = Sender.objects.filter(pk=sender_id, practice_id=request.user.practice_id).first()
    if found is None:
        raise Http404
    return found


def _context(request: StaffRequest, now: datetime, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    zone = practice_zone(request.user.practice)
    return {
        "page": "health",
        "zone": zone,
        "zone_said": say_zone(zone, at=now),
        "now": now,
        "may_change": may(request.user, Action.CHANGE_SENDERS),
        **more,
    }
