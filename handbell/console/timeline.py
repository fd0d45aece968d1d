"""How did one message's life go? Its rows told as moments, each on the clocks that matter. Pure.

planned → judged → handed over → accepted → delivered, with every try and every report of the
provider between. A moment is told in the practice's zone, and in the patient's when the two
clocks differ.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from handbell.channels.receipt import ReceiptStatus
from handbell.console.saying import said
from handbell.console.words import reason_sentence
from handbell.dispatch.providers import rule_for
from handbell.outbox.models import Attempt, Message
from handbell.receipts.models import LinkEvent, ProviderEvent, Reply
from handbell.vocabulary.words import Channel, LinkAct, MessageState, Objection

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

S = MessageState


@dataclass(frozen=True, slots=True)
class Moment:
    """One thing that happened, or will."""

    at: datetime
    title: str
    icon: str
    tone: str
    detail: str = ""
    code: str = ""
    ahead: bool = False
    said: str = field(default="", repr=False)


def timeline(
    message: Message,
    *,
    tries: Sequence[Attempt],
    events: Iterable[ProviderEvent],
    replies: Iterable[Reply],
    behind_link: Iterable[LinkEvent],
    say: Callable[[datetime], str],
    now: datetime,
) -> list[Moment]:
    """Return the moments of a message's life, the earliest first, what is ahead last.

    `say` puts a time in words on the practice's clock.
    """
    moments = [
        _planned(message, say),
        *(moment for one in tries for moment in _try(message, one)),
        *_told_once(_reports(message, events)),
        *(_reply(reply) for reply in replies),
        *(_behind_link(event) for event in behind_link),
        *_ending(message),
        *_ahead(message, now),
    ]
    return sorted(moments, key=lambda moment: (moment.ahead, moment.at))


def _planned(message: Message, say: Callable[[datetime], str]) -> Moment:
    usual = say(message.planned_for)
    if message.planned_for < message.created_at:
        detail = _(
            "Its usual moment, %(usual)s, had passed already, so it goes as soon as it may."
        ) % {"usual": usual}
    elif message.due_at > message.planned_for:
        detail = _("Its moment is %(usual)s; it goes %(due)s, as soon as it may.") % {
            "usual": usual,
            "due": say(message.due_at),
        }
    else:
        detail = _("To go %(usual)s.") % {"usual": usual}
    return Moment(message.created_at, _("Planned and judged"), "clock", "wait", detail)


def _try(message: Message, attempt: Attempt) -> Iterator[Moment]:
    title = _("Judged again and handed over")
    if attempt.number > 1:
        title = _("Judged again and handed over, try %(number)s") % {"number": attempt.number}
    yield Moment(
        attempt.claimed_at,
        title,
        "paper-airplane",
        "accent",
        _(
            "Consent, hours, limits and the facts of that second were checked; the text was "
            "written."
        ),
    )
    if attempt.settled_at is not None:
        yield _outcome(message, attempt, attempt.settled_at)


_OUTCOMES: "dict[str, tuple[StrOrPromise, str, str]]" = {
    "accepted": (gettext_lazy("Accepted by the provider"), "check", "accent"),
    "rejected": (gettext_lazy("Refused by the provider"), "x-circle", "bad"),
    "busy": (gettext_lazy("The provider was busy"), "arrow-path", "wait"),
    "in_doubt": (gettext_lazy("In doubt"), "question-mark-circle", "doubt"),
}


def _outcome(message: Message, attempt: Attempt, at: datetime) -> Moment:
    unknown = (_("The provider answered"), "check", "accent")
    title, icon, tone = _OUTCOMES.get(attempt.outcome, unknown)
    detail = ""
    if attempt.outcome == "in_doubt":
        detail = _(
            "No answer came, so it may have left. Handbell asks the provider and does not send it "
            "twice."
        )
    elif attempt.code:
        detail = f"{_capital(code_meaning(message, attempt.code))}."
    return Moment(at, str(title), icon, tone, detail, code=_shown_code(attempt))


def _shown_code(attempt: Attempt) -> str:
    return attempt.code if attempt.outcome != "in_doubt" else ""


def code_meaning(message: Message, code: str) -> str:
    """Return what a provider's code means for this message."""
    sender = message.sender
    rule = rule_for(
        sender.provider if sender else "",
        Channel(message.channel),
        code,
        sender=sender.address if sender else "",
    )
    return said(rule.meaning)


_REPORTS: "dict[ReceiptStatus, tuple[StrOrPromise, str, str]]" = {
    ReceiptStatus.PENDING: (gettext_lazy("The provider has it"), "check", "accent"),
    ReceiptStatus.SENT: (gettext_lazy("On its way"), "signal", "accent"),
    ReceiptStatus.DELIVERED: (gettext_lazy("Delivered"), "check-circle", "good"),
    ReceiptStatus.UNDELIVERED: (gettext_lazy("Not delivered"), "x-circle", "bad"),
    ReceiptStatus.UNKNOWN: (gettext_lazy("The provider reported"), "information-circle", "soft"),
}


def _reports(message: Message, events: Iterable[ProviderEvent]) -> Iterator[Moment]:
    """Yield what the provider reported; a key that was pressed is told as a reply."""
    told = set()
    for event in events:
        status = ReceiptStatus(event.payload.get("status", ReceiptStatus.UNKNOWN))
        # "Pending" says again what was said at the hand-over.
        if event.kind != "receipt" or status is ReceiptStatus.PENDING:
            continue
        told.add(status)
        yield _report(message, event, status)
    last = {S.DELIVERED: ReceiptStatus.DELIVERED, S.UNDELIVERED: ReceiptStatus.UNDELIVERED}
    status_now = last.get(S(message.state))
    if status_now and status_now not in told:
        title, icon, tone = _REPORTS[status_now]
        detail = _("The provider said so when Handbell asked.")
        yield Moment(message.changed_at, str(title), icon, tone, detail, code=message.detail)


def _told_once(moments: Iterable[Moment]) -> list[Moment]:
    """Leave out what a provider says twice running; the later time of saying knows more."""
    told: list[Moment] = []
    for moment in moments:
        if told and told[-1].title == moment.title:
            told.pop()
        told.append(moment)
    return told


def _report(message: Message, event: ProviderEvent, status: ReceiptStatus) -> Moment:
    title, icon, tone = _REPORTS[status]
    if status is ReceiptStatus.SENT and message.channel == Channel.VOICE:
        title, icon = _RINGING if event.payload.get("word") == "ringing" else _ANSWERING
    word, code = event.payload.get("word", ""), event.payload.get("code", "")
    parts = [_("The provider says “%(word)s”.") % {"word": word}] if word else []
    if answered := event.payload.get("answered_by"):
        parts.append(str(_ANSWERED.get(answered, _("A machine answered."))))
    if code:
        parts.append(f"{_capital(code_meaning(message, code))}.")
    return Moment(event.received_at, str(title), icon, tone, " ".join(parts), code=code)


_RINGING = (gettext_lazy("Ringing"), "phone-arrow-up-right")
_ANSWERING = (gettext_lazy("Answered"), "phone")
_ANSWERED: "dict[str, StrOrPromise]" = {
    "human": gettext_lazy("A person answered."),
    "fax": gettext_lazy("A fax machine answered."),
    "unknown": gettext_lazy("Nobody knows who answered."),
}


def _reply(reply: Reply) -> Moment:
    pressed = reply.channel == Channel.VOICE
    return Moment(
        reply.received_at,
        _("The patient pressed a key") if pressed else _("The patient replied"),
        "chat-bubble-left-right",
        "accent",
        _("Handbell answered: %(answer)s") % {"answer": reply.answer} if reply.answer else "",
        said=reply.text,
    )


_BEHIND_LINK: "dict[LinkAct, tuple[StrOrPromise, str, str, StrOrPromise]]" = {
    LinkAct.CONFIRMED: (gettext_lazy("Confirmed by the link"), "check-circle", "good", ""),
    LinkAct.STOPPED: (
        gettext_lazy("Stopped by the link"),
        "hand-raised",
        "stop",
        gettext_lazy("The address gets nothing more; only a new consent changes that."),
    ),
    LinkAct.CHOSE: (
        gettext_lazy("Chose by the link what to get"),
        "adjustments-horizontal",
        "accent",
        gettext_lazy("The patient’s page shows the switches as they are now."),
    ),
    LinkAct.LANGUAGE_CHOSEN: (
        gettext_lazy("Chose another language by the link"),
        "language",
        "accent",
        "",
    ),
    LinkAct.BALANCE_SHOWN: (
        gettext_lazy("Saw the balance"),
        "eye",
        "accent",
        gettext_lazy("The date of birth was right."),
    ),
    LinkAct.BALANCE_LOCKED: (
        gettext_lazy("The balance was not shown"),
        "lock-closed",
        "bad",
        gettext_lazy("Five wrong dates of birth were tried. The page asks again in a day."),
    ),
}


def _behind_link(event: LinkEvent) -> Moment:
    title, icon, tone, detail = _BEHIND_LINK[LinkAct(event.act)]
    return Moment(event.at, str(title), icon, tone, str(detail))


_ENDINGS: "dict[MessageState, tuple[StrOrPromise, str, str]]" = {
    S.WITHHELD: (gettext_lazy("Held back"), "pause-circle", "soft"),
    S.CANCELLED: (pgettext_lazy("message", "Cancelled"), "minus-circle", "soft"),
    S.EXPIRED: (gettext_lazy("Too late"), "pause-circle", "soft"),
    S.FAILED: (gettext_lazy("Failed"), "exclamation-triangle", "bad"),
}


def _ending(message: Message) -> Iterator[Moment]:
    """Yield the end of a message no receipt speaks of."""
    state = S(message.state)
    if state not in _ENDINGS:
        return
    title, icon, tone = _ENDINGS[state]
    if message.objection == Objection.OPTED_OUT:
        title, icon, tone = _("Stopped by the patient"), "hand-raised", "stop"
    if message.objection == Objection.MERGED:
        title, icon = _("Went out in another message"), "link"
    yield Moment(message.changed_at, str(title), icon, tone, reason_sentence(message.objection))


def _ahead(message: Message, now: datetime) -> Iterator[Moment]:
    """Yield what a message that waits is waiting for."""
    if message.state != S.QUEUED:
        return
    at = max(message.due_at, now)
    if message.objection:
        reason = reason_sentence(message.objection)
        yield Moment(
            at,
            _("Will be held back"),
            "pause-circle",
            "soft",
            _("As things stand: %(reason)s") % {"reason": reason},
            ahead=True,
        )
    else:
        yield Moment(
            at,
            _("Goes out, if nothing changes"),
            "paper-airplane",
            "wait",
            _("It is judged once more at that second."),
            ahead=True,
        )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
