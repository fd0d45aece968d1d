"""What does a request ask for? Reading and refusing forms as Twilio's API does."""

from urllib.parse import urlsplit

from handbell.channels.carrier.callreports import EVENTS
from handbell.channels.carrier.keywords import is_toll_free
from handbell.channels.carrier.messages import OPTED_OUT, Taken
from handbell.channels.carrier.records import CallRequest
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio.faults import Fault
from handbell.vocabulary.contact import ContactFlaw, PhoneNumber

Form = dict[str, list[str]]

_LONGEST_BODY = 1600


def read_text(board: Switchboard, form: Form) -> Taken:
    """Return the text asked for. Raises Fault, in the order Twilio checks."""
    number = _number(_one(form, "To"), missing=21604, invalid=21211)
    sender = _text_sender(board, form)
    body = _one(form, "Body")
    if not body.strip():
        raise Fault(21602)
    if len(body) > _LONGEST_BODY:
        raise Fault(21617)
    if number == sender:
        raise Fault(21266, number)
    if board.truth.is_stopped(sender, number) and not is_toll_free(sender):
        raise Fault(OPTED_OUT)
    return Taken(
        sender=sender,
        number=number,
        body=body,
        status_callback=_callback(form, "StatusCallback"),
        validity_seconds=_whole(form, "ValidityPeriod", 36_000),
    )


def read_call(board: Switchboard, form: Form) -> tuple[str, str, CallRequest]:
    """Return sender, number and how to call. Raises Fault."""
    number = _number(_one(form, "To"), missing=21201, invalid=21211)
    sender = _number(_one(form, "From"), missing=21213, invalid=21212)
    if not _is_ours(board, sender):
        raise Fault(21212, sender)
    if number == sender:
        raise Fault(21266, number)
    url, twiml = _one(form, "Url"), _one(form, "Twiml")
    if not twiml and not _is_web_address(url):
        raise Fault(21205)
    return sender, number, _call_request(form, url, twiml)


def is_events_flaw(form: Form) -> bool:
    """Whether StatusCallbackEvent is unusable: Twilio takes the call and reports nothing.

    One space-separated value instead of one value per event is the classic mistake (21626).
    """
    return any(event not in EVENTS for event in form.get("StatusCallbackEvent", []))


def _call_request(form: Form, url: str, twiml: str) -> CallRequest:
    events = tuple(form.get("StatusCallbackEvent", ["completed"]))
    return CallRequest(
        url=url,
        method=_method(form, "Method"),
        twiml=twiml,
        status_callback="" if is_events_flaw(form) else _callback(form, "StatusCallback"),
        status_callback_method=_method(form, "StatusCallbackMethod"),
        events=events,
        detection=_one(form, "MachineDetection"),
        detection_seconds=_whole(form, "MachineDetectionTimeout", 30),
        detection_async=_one(form, "AsyncAmd").lower() == "true",
        detection_callback=_callback(form, "AsyncAmdStatusCallback"),
        ring_seconds=_whole(form, "Timeout", 60),
        limit_seconds=_whole(form, "TimeLimit", 14_400),
    )


def _text_sender(board: Switchboard, form: Form) -> str:
    service = _one(form, "MessagingServiceSid")
    if service:
        raise Fault(21701, service)  # this carrier has no messaging services
    sender = _number(_one(form, "From"), missing=21603, invalid=21212)
    if not _is_ours(board, sender):
        raise Fault(21606, sender)
    return sender


def _is_ours(board: Switchboard, sender: str) -> bool:
    return board.senders is None or sender in board.senders


def _number(text: str, *, missing: int, invalid: int) -> str:
    if not text.strip():
        raise Fault(missing)
    try:
        return PhoneNumber.parse(text).value
    except ContactFlaw as flaw:
        raise Fault(invalid, text) from flaw


def _callback(form: Form, name: str) -> str:
    url = _one(form, name)
    if url and not _is_web_address(url):
        raise Fault(21609, url)
    return url


def _is_web_address(url: str) -> bool:
    parts = urlsplit(url)
    return url.isascii() and parts.scheme in ("http", "https") and bool(parts.hostname)


def _method(form: Form, name: str) -> str:
    return "GET" if _one(form, name).upper() == "GET" else "POST"


def _whole(form: Form, name: str, default: int) -> int:
    text = _one(form, name)
    return int(text) if text.isdecimal() else default


def _one(form: Form, name: str) -> str:
    return form.get(name, [""])[-1]
