"""The mailbox bounces go to, read by IMAP (RFC 9051): each mail once, and none is deleted.

What was looked at carries a keyword of ours and is not fetched again. Reports that were kept are
marked as read; a person's mail stays unread for the person who looks into the mailbox.
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
        for uid in _unread(line):
            raw = _fetch(line, uid)
            found = receive_mail(raw, now=now).did if raw else Did.LEFT
            did[found] += 1
            seen = " \\Seen" if found in {Did.KEPT, Did.KNOWN} else ""
            _told(line.uid("STORE", uid, "+FLAGS", f"({LOOKED_AT}{seen})"))
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
