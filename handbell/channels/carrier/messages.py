"""The life of a text: taken, sent, shown on the phone, reported; and texts back from people."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handbell.channels.carrier.behaviour import Aspect, Behaviour, Does, Kind
from handbell.channels.carrier.callbacks import CallbackReply, Params
from handbell.channels.carrier.filtering import SpamFilter
from handbell.channels.carrier.keywords import Keyword, answer_to, is_toll_free, keyword_in
from handbell.channels.carrier.records import (
    MESSAGE_FINAL,
    Contract,
    Fate,
    Origin,
    Report,
    Reporting,
    Text,
)
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio import told as twilio
from handbell.channels.carrier.twiml import TwimlFlaw, read_messages
from handbell.channels.carrier.vonage import told as vonage

OPTED_OUT = 21610
_EXPIRED = 30036  # validity period over before it could be delivered
_ANY_PACE = 1_000_000  # texts a minute: our own pacing is not what this filter looks at
_BLOCKED = 30004  # also how a toll-free number's STOP shows

_NAMED = {Contract.TWILIO: "SM", Contract.VONAGE: "0A"}

# A person does not answer what answers them: no reply so soon after their own text.
_ANSWERED_WITHIN = timedelta(seconds=60)

Change = Callable[[Switchboard, str, datetime], None]

_REPORTING = {
    Does.RECEIPTS_LATE: Reporting.LATE,
    Does.RECEIPTS_TWICE: Reporting.TWICE,
    Does.RECEIPTS_OUT_OF_ORDER: Reporting.OUT_OF_ORDER,
    Does.RECEIPTS_NEVER: Reporting.NEVER,
}


@dataclass(frozen=True, slots=True)
class Taken:
    """A text the sender handed us."""

    sender: str
    number: str = field(repr=False)
    body: str = field(repr=False)
    status_callback: str = ""
    validity_seconds: int = 36_000
    origin: Origin = Origin.API
    contract: Contract = Contract.TWILIO


def take(board: Switchboard, taken: Taken, *, now: datetime, acknowledged: bool = True) -> Text:
    """Take a text and plan its life; never idempotent, exactly like the real one."""
    text = Text(
        sid=board.new_sid(_NAMED[taken.contract]),
        origin=taken.origin,
        sender=taken.sender,
        number=taken.number,
        body=taken.body,
        created_at=now,
        updated_at=now,
        status_callback=taken.status_callback,
        acknowledged=acknowledged,
        contract=taken.contract,
    )
    text = _filtered(board, _with_fate(board, text, taken.validity_seconds), now)
    text = _with_reporting(board, text)
    board.truth.put(text)
    plan(board, text, now=now)
    return text


def plan(board: Switchboard, text: Text, *, now: datetime) -> None:
    """Put what is still to happen to a text on the agenda (also after a restart)."""
    timing = board.timing
    late, slow_report = text.delay_seconds, text.report_delay_seconds
    if text.status == "queued":
        _later(board, text.sid, now, timing.sends, _leave)
    if text.arrived_at is None and text.fate is not Fate.UNDELIVERED:
        _later(board, text.sid, now, timing.arrives + late, _arrive)
    if text.status not in MESSAGE_FINAL and text.fate is not Fate.UNCONFIRMED:
        _later(board, text.sid, now, timing.confirms + late + slow_report, _settle)


async def text_from(
    board: Switchboard, *, number: str, sender: str, body: str, at: datetime
) -> Text:
    """A person texts one of the senders: STOP list, the carrier's answer, the sender's webhook.

    What the sender answers in TwiML becomes texts on the person's phone.
    """
    contract = board.truth.contract_of(sender)
    text = Text(
        sid=board.new_sid(_NAMED[contract]),
        origin=Origin.PERSON,
        sender=sender,
        number=number,
        body=body,
        created_at=at,
        updated_at=at,
        sent_at=at,
        status="received",
        contract=contract,
    )
    board.truth.put(text)
    # Vonage keeps no STOP list; the network keeps one of toll-free numbers, whoever's they are.
    if board.honours_stop and (contract is Contract.TWILIO or is_toll_free(sender)):
        _mind_keyword(board, text, at)
    url = board.inbound_url_of(sender, contract)
    if url:
        await _pass_on(board, text, url, at)
    return board.truth.texts[text.sid]


# -- what happens on the way --------------------------------------------------------------


def _leave(board: Switchboard, sid: str, at: datetime) -> None:
    board.truth.set_status(sid, "sent", at)
    text = board.truth.texts[sid]
    if text.reporting is not Reporting.OUT_OF_ORDER:
        _tell(board, text, "sent", at)


def _arrive(board: Switchboard, sid: str, at: datetime) -> None:
    board.truth.arrive(sid, at)
    text = board.truth.texts[sid]
    if not _just_wrote(board, text, at):
        answer = board.behaviours.take(
            Aspect.REPLY, number=text.number, sender=text.sender, kind=Kind.TEXT
        )
        if answer is not None:
            _reply_later(board, text, answer, at)


def _just_wrote(board: Switchboard, text: Text, at: datetime) -> bool:
    wrote_at = board.truth.wrote_at(text.number, text.sender)
    return wrote_at is not None and at - wrote_at <= _ANSWERED_WITHIN


def _settle(board: Switchboard, sid: str, at: datetime) -> None:
    text = board.truth.texts[sid]
    status = "undelivered" if text.fate is Fate.UNDELIVERED else "delivered"
    board.truth.set_status(sid, status, at, code=text.fate_code)
    text = board.truth.texts[sid]
    _tell(board, text, status, at)
    if text.reporting is Reporting.OUT_OF_ORDER:
        _tell(board, text, "sent", at + board.timing.span(2))


def _reply_later(board: Switchboard, text: Text, answer: Behaviour, at: datetime) -> None:
    async def reply(when: datetime) -> None:
        await text_from(board, number=text.number, sender=text.sender, body=answer.text, at=when)

    when = at + board.timing.span(answer.seconds)
    board.agenda.begin(when, reply, lane=f"person {text.number}")


def _later(board: Switchboard, sid: str, now: datetime, seconds: float, change: Change) -> None:
    when = now + board.timing.span(seconds)
    board.agenda.at(when, lambda at: change(board, sid, at))


def _with_fate(board: Switchboard, text: Text, validity_seconds: int) -> Text:
    if is_toll_free(text.sender) and board.truth.is_stopped(text.sender, text.number):
        return replace(text, fate=Fate.UNDELIVERED, fate_code=_BLOCKED)
    wish = board.behaviours.take(
        Aspect.HANDSET, number=text.number, sender=text.sender, kind=Kind.TEXT
    )
    if wish is None:
        return text
    if wish.does is Does.UNCONFIRMED:
        return replace(text, fate=Fate.UNCONFIRMED)
    if wish.does is not Does.ARRIVES_LATE:
        return replace(text, fate=Fate.UNDELIVERED, fate_code=int(wish.code))
    if wish.seconds > validity_seconds:
        return replace(
            text, fate=Fate.UNDELIVERED, fate_code=_EXPIRED, delay_seconds=validity_seconds
        )
    return replace(text, delay_seconds=wish.seconds)


def _filtered(board: Switchboard, text: Text, now: datetime) -> Text:
    """Ask the carrier's filter, if it was switched on: no dice, what is likelier happens."""
    wish = board.behaviours.take(
        Aspect.FILTER, number=text.number, sender=text.sender, kind=Kind.TEXT
    )
    if wish is None or text.fate is Fate.UNDELIVERED:
        return text
    filter_ = board.filters.setdefault(wish.id, SpamFilter(_ANY_PACE))
    if wish.text and not filter_.knows_any:
        filter_.know(wish.text, now)
    chance = filter_.passes(text.sender, text.body, now)
    if not filter_.knows_any:
        filter_.know(text.body, now)
    if chance > 0.5:
        return text
    filter_.hear(text.sender, "filtered", now)
    return replace(text, fate=Fate.UNDELIVERED, fate_code=int(wish.code))


def _with_reporting(board: Switchboard, text: Text) -> Text:
    wish = board.behaviours.take(
        Aspect.RECEIPTS, number=text.number, sender=text.sender, kind=Kind.TEXT
    )
    if wish is None:
        return text
    reporting = _REPORTING[wish.does]
    return replace(text, reporting=reporting, report_delay_seconds=wish.seconds)


def _tell(board: Switchboard, text: Text, status: str, at: datetime) -> None:
    if not text.status_callback or text.reporting is Reporting.NEVER:
        return
    params = _status_params(board, text, status, at)
    event_id = board.new_sid("EV")
    times = 2 if text.reporting is Reporting.TWICE else 1
    for nth in range(times):
        board.tell(
            text.sid,
            status=status,
            url=text.status_callback,
            params=params,
            method="POST",
            at=at + board.timing.span(nth),
            event_id=event_id,
            contract=text.contract,
        )


def _status_params(board: Switchboard, text: Text, status: str, at: datetime) -> Params:
    if text.contract is Contract.VONAGE:
        return vonage.status_params(text, status, at)
    return twilio.status_params(text, status, account_sid=board.account_sid)


# -- texts from people --------------------------------------------------------------------


def _mind_keyword(board: Switchboard, text: Text, at: datetime) -> None:
    """Keep the STOP list as Twilio does, and answer in its words before the sender can."""
    keyword = keyword_in(text.body)
    stopped = board.truth.is_stopped(text.sender, text.number)
    match keyword:
        case Keyword.STOP:
            board.truth.stop(text.sender, text.number)
        case Keyword.START if stopped:
            board.truth.allow(text.sender, text.number)
        case Keyword.HELP if not stopped:
            pass
        case _:
            return
    assert keyword is not None
    answer = answer_to(keyword, sender=text.sender)
    _put_on_phone(board, text, answer, at)


def _put_on_phone(board: Switchboard, text: Text, body: str, at: datetime) -> None:
    """The carrier's own words: no provider, no STOP list and no misbehaviour in between."""
    own = Text(
        sid=board.new_sid("SM"),
        origin=Origin.CARRIER,
        sender=text.sender,
        number=text.number,
        body=body,
        created_at=at,
        updated_at=at,
        sent_at=at,
        arrived_at=at,
        arrival=board.truth.next_arrival(),
        status="delivered",
    )
    board.truth.put(own)


async def _pass_on(board: Switchboard, text: Text, url: str, at: datetime) -> None:
    reply = await board.ask(
        url=url,
        params=_inbound_params(board, text),
        method="POST",
        at=at,
        event_id=text.sid,
        contract=text.contract,
    )
    answers, failure = _answers_in(reply, text.contract)
    board.truth.report(text.sid, Report("received", url, at, reply.told, failure))
    for body in answers:
        _answer(board, text, body, at)


def _answers_in(reply: CallbackReply, contract: Contract) -> tuple[tuple[str, ...], str]:
    """Return the texts an answer asks for; Vonage reads nothing but its status."""
    if not reply.told or contract is Contract.VONAGE:
        return (), reply.failure
    try:
        return read_messages(reply.body), ""
    except TwimlFlaw as flaw:
        return (), f"unusable TwiML: {flaw}"


def _answer(board: Switchboard, text: Text, body: str, at: datetime) -> None:
    answer = Taken(sender=text.sender, number=text.number, body=body, origin=Origin.REPLY)
    if board.truth.is_stopped(text.sender, text.number):
        _drop(board, answer, at)
    else:
        take(board, answer, now=at)


def _drop(board: Switchboard, answer: Taken, at: datetime) -> None:
    """An answer to somebody who has just said STOP: made, failed with 21610, never sent."""
    board.truth.put(
        Text(
            sid=board.new_sid("SM"),
            origin=Origin.REPLY,
            sender=answer.sender,
            number=answer.number,
            body=answer.body,
            created_at=at,
            updated_at=at,
            status="failed",
            code=OPTED_OUT,
            fate=Fate.UNDELIVERED,
            fate_code=OPTED_OUT,
        )
    )


def _inbound_params(board: Switchboard, text: Text) -> Params:
    if text.contract is Contract.VONAGE:
        return vonage.inbound_params(text)
    return twilio.inbound_params(text, account_sid=board.account_sid)
