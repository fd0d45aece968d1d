"""One phone: the texts as bubbles, the calls as played, and a way to answer."""

import re
from collections.abc import Iterator
from datetime import date

import phonenumbers

from handbell.channels.carrier.callreports import duration_seconds
from handbell.channels.carrier.pages.icons import Icon
from handbell.channels.carrier.pages.markup import Markup, tag
from handbell.channels.carrier.pages.shell import chip, counted, live, moment, title
from handbell.channels.carrier.records import Call, Fate, Origin, Step, Text
from handbell.channels.carrier.truth import Truth
from handbell.channels.carrier.twilio.resources import message_of

_QUICK_ANSWERS = ("C", "STOP", "HELP", "START")
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)])")
_KEYS = "123456789*0#"
_STEP_WORDS = {
    "say": "spoken",
    "pause": "silence",
    "listen": "waits for a key",
    "press": "they press",
    "press_unheard": "they press",
    "play": "plays",
    "greeting": "greeting",
    "beep": "beep",
    "fault": "went wrong",
    "ignored": "left out",
}
_CALL_STATES = {
    "queued": (Icon.WAITING, "about to ring", "wait"),
    "ringing": (Icon.WAITING, "ringing", "wait"),
    "in-progress": (Icon.LIVE, "on the line", "accent"),
    "completed": (Icon.DONE, "picked up", "good"),
    "busy": (Icon.FAILED, "busy", "bad"),
    "no-answer": (Icon.FAILED, "not answered", "bad"),
    "failed": (Icon.FAILED, "failed", "bad"),
    "canceled": (Icon.FAILED, "cancelled", ""),
}


def phone_page(truth: Truth, number: str) -> Markup:
    """Return the page's content."""
    phone = truth.phone(number)
    texts = sum(isinstance(item, Text) for item in phone.items)
    sentence = f"{counted(texts, 'text')} and {counted(len(phone.items) - texts, 'call')}."
    senders = list(dict.fromkeys(item.sender for item in reversed(phone.items)))
    return tag(
        "div",
        title(national(number), sentence),
        live(
            "stopped", *(_stopped(sender) for sender in senders if truth.is_stopped(sender, number))
        ),
        live("talk", tag("ol", *_talk(phone.items), class_="talk") if phone.items else _silence()),
        _answer_form(number, senders) if senders else None,
        class_="phone",
    )


def national(number: str) -> str:
    """Return the number as people write it at home, or as it is if it is none."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def text_state(text: Text) -> Markup:
    """Return what became of a text, in a word."""
    if not text.outbound:
        failed = next((report for report in text.reports if not report.told), None)
        if failed is None:
            return chip(Icon.DONE, "passed on", "good")
        reason = f"Handbell could not be told: {failed.why}"
        return chip(Icon.FAILED, "not passed on", "bad", why=reason)
    if text.status in ("undelivered", "failed") or text.fate is Fate.UNDELIVERED:
        why = None if text.fate_code is None else f"{text.fate_code}: {message_of(text.fate_code)}"
        return chip(Icon.FAILED, "never arrived", "bad", why=why)
    if text.arrived_at is None:
        return chip(Icon.WAITING, "on its way", "wait")
    if text.status != "delivered":
        return chip(
            Icon.UNSURE, "not confirmed", "wait", why="It arrived, and no receipt has said so."
        )
    return chip(Icon.DONE, "delivered", "good")


def call_state(call: Call) -> Markup:
    """Return what became of a call, in a word."""
    if call.status == "completed" and call.picked_up_by == "machine":
        return chip(Icon.DONE, "a machine answered", "wait")
    return chip(*_CALL_STATES[call.status])


def with_links(body: str) -> tuple[Markup | str, ...]:
    """Return the text with its web addresses to tap on, as a phone shows them."""
    pieces = _LINK.split(body)
    return tuple(
        tag("a", piece, href=piece, target="_blank", rel="noreferrer") if number % 2 else piece
        for number, piece in enumerate(pieces)
    )


# -- the conversation ---------------------------------------------------------------------


def _talk(items: tuple[Text | Call, ...]) -> Iterator[Markup]:
    day: date | None = None
    for item in items:
        if item.created_at.date() != day:
            day = item.created_at.date()
            yield tag("li", moment(item.created_at, show="day"), class_="day")
        yield _bubble(item) if isinstance(item, Text) else _call(item)


def _bubble(text: Text) -> Markup:
    lost = text.fate is Fate.UNDELIVERED
    kind = "said" + ("" if text.outbound else " own") + (" lost" if lost else "")
    why = f"{text.fate_code}: {message_of(text.fate_code)}" if text.fate_code else None
    meta = tag(
        "div",
        moment(text.arrived_at or text.created_at, show="hour"),
        tag("span", _from(text)),
        text_state(text),
        tag("span", why) if why else None,
        _callbacks(text),
        class_="meta",
    )
    return tag("li", tag("div", with_links(text.body), class_="bubble"), meta, class_=kind)


def _from(text: Text) -> str:
    match text.origin:
        case Origin.PERSON:
            return f"to {national(text.sender)}"
        case Origin.CARRIER:
            return "from the carrier itself"
    return f"from {national(text.sender)}"


def _callbacks(record: Text | Call) -> Markup | None:
    failed = [report for report in record.reports if not report.told]
    if not failed or (isinstance(record, Text) and not record.outbound):
        return None
    why = "; ".join(f"{report.status}: {report.why}" for report in failed)
    return chip(Icon.WARNING, counted(len(failed), "callback") + " failed", "bad", why=why)


def _call(call: Call) -> Markup:
    seconds = duration_seconds(call)
    length = f"{seconds} s" if call.answered_at and seconds is not None else None
    meta = tag(
        "div",
        moment(call.created_at, show="hour"),
        tag("span", f"Call from {national(call.sender)}"),
        call_state(call),
        tag("span", length) if length else None,
        _callbacks(call),
        class_="meta",
    )
    started = call.answered_at
    steps = (
        tag(
            "ol",
            *(_step(step, (step.at - started).total_seconds()) for step in call.steps),
            class_="steps",
        )
        if started
        else None
    )
    live_class = "call live" if call.in_progress else "call"
    return tag("li", meta, steps, _voicemail(call), _keypad(call), class_=live_class)


def _step(step: Step, offset: float) -> Markup:
    minutes, seconds = divmod(round(offset), 60)
    return tag(
        "li",
        tag("span", f"{minutes}:{seconds:02d}", class_="when"),
        tag("span", _STEP_WORDS[step.kind], class_="kind"),
        _step_text(step),
    )


def _step_text(step: Step) -> Markup:
    match step.kind:
        case "press":
            return tag("span", step.text, class_="key")
        case "press_unheard":
            return tag("span", f"{step.text} (nobody was listening)")
        case "pause" | "listen":
            return tag("span", f"{step.seconds:g} s")
    return tag("span", step.text)


def _voicemail(call: Call) -> Markup | None:
    if call.beep_at is None:
        return None
    left = " ".join(call.voicemail) or "nothing was said after the beep"
    return tag("p", tag("strong", "On the machine: "), left)


def _keypad(call: Call) -> Markup | None:
    if not call.in_progress:
        return None
    keys = (tag("button", key, name="digits", value=key) for key in _KEYS)
    return tag(
        "form",
        tag("div", *keys, class_="keys", role="group", aria_label="Keys"),
        tag("button", "Hang up", name="hang_up", value="1", class_="stop"),
        class_="keypad",
        method="post",
        action=f"/calls/{call.sid}",
    )


def _silence() -> Markup:
    return tag("p", "This phone has received nothing.")


def _stopped(sender: str) -> Markup:
    words = f"This person stopped {national(sender)}"
    rest = "The carrier refuses its texts (21610) until they text START."
    return tag("p", chip(Icon.STOPPED, words, "bad"), " ", rest, class_="banner")


# -- the answer ---------------------------------------------------------------------------


def _answer_form(number: str, senders: list[str]) -> Markup:
    options = (tag("option", national(sender), value=sender) for sender in senders)
    quick = (tag("button", answer, type="button", data_text=answer) for answer in _QUICK_ANSWERS)
    body = tag("input", name="body", id="body", required=True, autocomplete="off", maxlength=1600)
    return tag(
        "form",
        tag(
            "div", tag("label", "Text back as this person", for_="body"), body, class_="field wide"
        ),
        tag(
            "div",
            tag("label", "To", for_="to"),
            tag("select", *options, name="to", id="to"),
            class_="field",
        ),
        tag("button", "Send text", class_="main"),
        tag("div", *quick, class_="buttons", role="group", aria_label="Quick answers"),
        class_="line",
        method="post",
        action=f"/phones/{number}",
    )
