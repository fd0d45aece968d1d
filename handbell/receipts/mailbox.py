"""The mailbox bounces go to, read by IMAP (RFC 9051): each mail once, and none is deleted.

What was looked at carries a keyword of ours and is not fetched again; where the server keeps no
keywords, we keep how far we came. Reports that were kept are marked as read; a person's mail stays
unread for the person who looks into the mailbox.
"""

import imaplib
import ssl
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import structlog

from config.environment import BounceMailbox
from handbell.channels.email.returned.read import MOST_BYTES
from handbell.receipts.models import MailboxPlace
from handbell.receipts.returned import Did, receive_mail

log = structlog.get_logger()

LOOKED_AT: Final = "$HandbellRead"
MOST_AT_ONCE: Final = 200
SECONDS: Final = 30.0

Open = Callable[[BounceMailbox], imaplib.IMAP4]


class MailboxFlaw(RuntimeError):
    """The mailbox cannot be read; the text is for the operator and holds nothing of a mail."""


def open_mailbox(account: BounceMailbox) -> imaplib.IMAP4:
    """Return a connection that is logged in. Raises MailboxFlaw."""
    try:
        if account.tls:
            context = ssl.create_default_context()
            line: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                account.host, account.port, ssl_context=context, timeout=SECONDS
            )
        else:
            line = imaplib.IMAP4(account.host, account.port, timeout=SECONDS)
        line.login(account.username, account.password)
    except ssl.SSLError as error:
        raise MailboxFlaw("the server's certificate or TLS cannot be trusted") from error
    except OSError as error:
        raise MailboxFlaw("the server does not answer") from error
    except imaplib.IMAP4.error as error:
        raise MailboxFlaw("the server refuses the user name or password") from error
    return line


def read_mailbox(
    account: BounceMailbox, *, now: datetime, opened: Open = open_mailbox
) -> Counter[Did]:
    """Read what came since, up to MOST_AT_ONCE mails; return what became of them.

    Call it outside of any transaction. Raises MailboxFlaw.
    """
    line = opened(account)
    did: Counter[Did] = Counter()
    try:
        _told(line.select(account.folder))
        place = None if _keeps_keywords(line) else _place_in(account, line)
        for uid in _unread(line) if place is None else _after(line, place.last_uid):
            raw = _fetch(line, uid)
            found = receive_mail(raw, now=now).did if raw else Did.LEFT
            did[found] += 1
            flags = [] if place is not None else [LOOKED_AT]
            flags += ["\\Seen"] if found in {Did.KEPT, Did.KNOWN} else []
            if flags:
                _told(line.uid("STORE", uid, "+FLAGS", f"({' '.join(flags)})"))
            if place is not None:
                place.last_uid = int(uid)
                place.save(update_fields=["last_uid"])
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxFlaw("the mailbox could not be read to its end") from error
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            line.logout()
    if did:
        log.info("mailbox.read", **{found.value: count for found, count in did.items()})
    return did


def _told(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data


def _keeps_keywords(line: imaplib.IMAP4) -> bool:
    """Whether the server keeps a keyword of ours; one that says nothing keeps every flag."""
    _, (said, *_) = line.response("PERMANENTFLAGS")
    if not isinstance(said, bytes):
        return True
    flags = said.decode("ascii", "replace").strip("()").split()
    return "\\*" in flags or LOOKED_AT in flags


def _place_in(account: BounceMailbox, line: imaplib.IMAP4) -> MailboxPlace:
    """Return how far we came; at the beginning if the server has numbered its mails anew."""
    _, (said, *_) = line.response("UIDVALIDITY")
    validity = int(said) if isinstance(said, bytes) and said.isdigit() else 0
    place, _ = MailboxPlace.objects.get_or_create(
        mailbox=f"{account.username}@{account.host}/{account.folder}"[:700],
        defaults={"uid_validity": validity, "last_uid": 0},
    )
    if place.uid_validity != validity:
        place.uid_validity, place.last_uid = validity, 0
        place.save(update_fields=["uid_validity", "last_uid"])
    return place


def _after(line: imaplib.IMAP4, last: int) -> list[str]:
    """Return the mails after a number, oldest first. `n:*` names the last one whatever n is."""
    (listed,) = _told(line.uid("SEARCH", f"UID {last + 1}:*", "UNDELETED")) or [b""]
    numbers = sorted(int(name) for name in listed.split()) if isinstance(listed, bytes) else []
    return [str(number) for number in numbers if number > last][:MOST_AT_ONCE]


def _unread(line: imaplib.IMAP4) -> list[str]:
    """Return the mails nobody of us looked at, oldest first."""
    (listed,) = _told(line.uid("SEARCH", "UNKEYWORD", LOOKED_AT, "UNDELETED")) or [b""]
    names = listed.split() if isinstance(listed, bytes) else []
    return [name.decode("ascii") for name in names[:MOST_AT_ONCE]]


def _fetch(line: imaplib.IMAP4, uid: str) -> bytes:
    """Return a mail, or the first part of one that is larger than any report needs to be."""
    for part in _told(line.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")):
        if isinstance(part, tuple) and len(part) == 2 and isinstance(part[1], bytes):
            return part[1]
    return b""
