"""Bounces in prose: what servers wrote before, or without, RFC 3464. Pure; raises nothing.

flufl.bounce, the detectors Mailman grew over twenty years, names the address where it knows the
wording; else the address stands in a header made for it, or beside the refusal. A mail is only read
so when its envelope or its author says that a mail server wrote it.
"""

import re
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from handbell.channels.email.returned.dsn import MOST_RECIPIENTS
from handbell.channels.email.returned.found import Kind, Reported
from handbell.channels.email.returned.parts import (
    MAILBOX,
    beside,
    header,
    is_endless,
    mailboxes,
    original,
    tidy,
)
from handbell.channels.email.returned.reason import code_behind

_DAEMON: Final = re.compile(
    r"mailer[-_. ]?daemon|post[ _]?master|mail delivery|mail(er)? system|mail administrator|mdaemon"
    r"|mmsc|delivery (sub)?system|double-bounce|mail-daemon|autoresponder@|mail ?master|mailadmin",
    re.IGNORECASE,
)
_NOBODYS: Final = re.compile(r"mailer[-_. ]?daemon", re.IGNORECASE)
_SUBJECT: Final = re.compile(
    r"undeliver|returned mail|return(ed)? to sender|failure (notice|notif|delivery)"
    r"|delivery (status|"
    r"fail|problem|report|notif|delay|error|has)|non.?deliver|not (be )?deliver"
    r"|mail (delivery|could|"
    r"error|fail|system error)|message (delivery|not|you sent|could|undeliv|status|bounced)"
    r"|could not (be )?deliver|warning: |permanent|unable to deliver|bounce|nondeliver|dsn"
    r"|failed mail"
    r"|problems? (with|delivering)|rejected",
    re.IGNORECASE,
)
_DELAY: Final = re.compile(
    r"(this is (a )?warning|warning (message|only))|(will|going to) (be re-?tried"
    r"|keep trying|continue"
    r"|retry|try)|delivery (has been |is |was )?delayed|delayed (mail|\d+ hours)|still (be )?try"
    r"|not yet been delivered|you do(n't| not) need to (resend|re-send|do anything)"
    r"|temporary (failure|"
    r"problem|error)|will retry|retry(ing)? for|transient",
    re.IGNORECASE,
)
_GOES_ON: Final = re.compile(r"attempts will (continue|be made)|will (continue|keep) trying", re.I)
_GIVEN_UP: Final = re.compile(
    r"permanent(ly)? |fatal|not going to try again|giv(en|ing) up|gave up"
    r"|could not be delivered|retry timeout exceeded"
    r"|retry time not reached|retry limit|failed permanently|undeliverable",
    re.IGNORECASE,
)
# Headers some servers name the recipient in.
_FAILED_IN: Final = ("X-Failed-Recipients", "X-Failed-To", "Failed-Recipient", "X-MIRC-RCPT")
_TO: Final = re.compile(
    r"^[ \t]*(?:x-original-to|delivered-to|envelope-to|rcpt to|to)[ \t]*:[ \t]*(.+)$", re.I | re.M
)


def is_from_a_server(mail: Message) -> bool:
    """Whether a mail server wrote this: the null envelope sender, or its author and subject."""
    if any(mail.get(name) for name in _FAILED_IN):
        return True
    author = _DAEMON.search(header(mail, "From")) is not None
    empty = re.fullmatch(
        r"<? *(mailer-daemon)?(@\S*)? *>?", str(mail.get("Return-Path", "x")), re.I
    )
    subject = _SUBJECT.search(header(mail, "Subject")) is not None
    return author or (empty is not None and subject)


def is_nobody(mail: Message) -> bool:
    """Whether it comes from a mailer-daemon: no person and no vacation notice writes from there."""
    return _NOBODYS.search(header(mail, "From")) is not None


def read_known(mail: Message, said: str) -> tuple[Reported, ...]:
    """Return what a bounce says whose wording flufl.bounce knows; nothing if it does not."""
    if is_endless(mail):
        return ()  # flufl's patterns are not made for them
    soft, hard = all_failures(mail)
    late = {_text(address) for address in soft}
    named = sorted({*late, *map(_text, hard)})[:MOST_RECIPIENTS]
    return tuple(
        _reported(mail, said, address, late=address in late) for address in named if tidy(address)
    )


def read_prose(mail: Message, said: str) -> tuple[Reported, ...]:
    """Return what a bounce in other words says; nothing if nobody is named."""
    named = dict.fromkeys(filter(None, map(tidy, _named(mail, said)[:MOST_RECIPIENTS])))
    return tuple(_reported(mail, said, address, late=False) for address in named)


def _reported(mail: Message, said: str, address: str, *, late: bool) -> Reported:
    given_up = _GIVEN_UP.search(said) is not None
    waits = _DELAY.search(f"{header(mail, 'Subject')} {said}") is not None
    is_late = _GOES_ON.search(said) is not None or ((late or waits) and not given_up)
    code = code_behind("", beside(tidy(address), said), failed=not is_late)
    return Reported(tidy(address), Kind.DELAYED if is_late else Kind.FAILED, code)


def _text(address: object) -> str:
    """Return an address of flufl's, which are bytes."""
    return address.decode("ascii", "replace") if isinstance(address, bytes) else str(address)


def _named(mail: Message, said: str) -> list[str]:
    """Return whom the server names: in a header of its own, beside the refusal, or by quoting."""
    for name in _FAILED_IN:
        if found := mailboxes(header(mail, name)):
            return found
    quoted = original(mail)
    wrote_to = [a for value in _TO.findall(quoted) for a in mailboxes(value)]
    beside = [a for a in MAILBOX.findall(said) if _could_be_the_recipient(a, mail)]
    both = [a for a in beside if a.lower() in {to.lower() for to in wrote_to}]
    return both[:1] or beside[:1] or wrote_to[:1]


def _could_be_the_recipient(address: str, mail: Message) -> bool:
    """Whether an address in the explanation is neither the server's nor the reader's own."""
    ours = {
        a.lower() for name in ("To", "Delivered-To", "From") for a in mailboxes(header(mail, name))
    }
    return address.lower() not in ours and _DAEMON.search(address) is None
