"""How is one mail given to a mail server, over a few connections that stay open?

What is certain, and why: a server has taken a mail when it has answered the dot that ends the
content (RFC 5321, 4.2.5). Any failure before the content is written is certain. Once it is
written the answer alone decides, so a connection lost while waiting for it is InDoubt.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import aiosmtplib
from aiosmtplib import errors

from handbell.channels.email.smtp import reply
from handbell.channels.email.smtp.reply import Stage, outcome_of
from handbell.channels.email.smtp.request import AddressFlaw, HeaderFlaw, Mail, build
from handbell.channels.gateway import (
    Answer,
    Busy,
    HandOver,
    InDoubt,
    LookUp,
    NotReady,
    Outcome,
    Readiness,
    Ready,
    Rejected,
    Unanswered,
)

IMPLICIT_TLS_PORT: Final = 465  # TLS from the first byte (RFC 8314)
CONNECTIONS: Final = 4  # of one gateway at once
# Servers close what is idle and count what came by one connection; we are quicker than they are.
MOST_IDLE_SECONDS: Final = 30.0
MOST_PER_CONNECTION: Final = 100
# Scanning takes servers longer than any other reply; RFC 5321 would allow them ten minutes.
LAST_REPLY_SECONDS: Final = 60.0
_GONE = (errors.SMTPServerDisconnected, errors.SMTPTimeoutError, OSError)


class SmtpAccount(Protocol):
    """Where and as whom we give mail. `starttls` False only for a server on this machine."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def username(self) -> str: ...
    @property
    def password(self) -> str: ...
    @property
    def starttls(self) -> bool: ...


@dataclass(slots=True)
class _Line:
    """A connection, when it was last used (loop time) and for how many mails."""

    client: aiosmtplib.SMTP
    used_at: float
    mails: int = 0


class _CannotOpen(Exception):
    """No connection that may be used; `outcome` is what becomes of the mail."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome


class Smtp:
    """A `Gateway` for e-mail, with at most `connections` open.

    `tls_context` is for a server whose certificate no public authority signed; without one,
    certificate and name are verified. `hello_name` is what we call ourselves in EHLO; by default
    an address literal, since a client behind a router has no name of its own. `bounce_address` is
    where mail comes back to; by default the from-address. `digest_key` is the secret that proves a
    report is about a mail of ours (`request.digest_of`).
    """

    def __init__(
        self,
        account: SmtpAccount,
        *,
        digest_key: str,
        connections: int = CONNECTIONS,
        timeout_seconds: float = 20.0,
        last_reply_seconds: float = LAST_REPLY_SECONDS,
        tls_context: ssl.SSLContext | None = None,
        hello_name: str = "[127.0.0.1]",
        bounce_address: str = "",
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._account = account
        self._turns = asyncio.Semaphore(connections)
        self._timeout = timeout_seconds
        self._last_reply = last_reply_seconds
        self._tls = tls_context or ssl.create_default_context()
        self._hello_name = hello_name
        self._digest_key = digest_key
        self._bounce_address = bounce_address
        self._clock = clock
        self._idle: deque[_Line] = deque()

    async def hand_over(self, message: HandOver) -> Outcome:
        try:
            mail = build(
                message,
                now=self._clock(),
                digest_key=self._digest_key,
                bounce_address=self._bounce_address,
            )
        except HeaderFlaw:
            return Rejected("header-unsafe")
        except AddressFlaw:
            return Rejected("address-not-ascii")
        async with self._turns:
            return await self._give(mail)

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        """Return Unanswered: SMTP has no way to ask about a mail."""
        return Unanswered()

    async def look(self) -> Readiness:
        """Connect and log in as for a mail, and go again."""
        try:
            line = await self._new_line()
        except _CannotOpen as no:
            if isinstance(no.outcome, Busy | Rejected):
                return NotReady(no.outcome.code)
            return NotReady(reply.NO_CONNECTION)
        with suppress(errors.SMTPException, OSError):
            await line.client.quit(timeout=2.0)
        line.client.close()
        return Ready()

    async def close(self) -> None:
        while self._idle:
            client = self._idle.pop().client
            with suppress(errors.SMTPException, OSError):
                await client.quit(timeout=2.0)
            client.close()

    async def _give(self, mail: Mail) -> Outcome:
        """Give the mail on an open connection, else on a new one.

        An open one may have been closed by the server meanwhile: it says so at our first
        command, before it has heard of this mail.
        """
        while line := self._open_line():
            outcome = await self._converse(line, mail)
            if outcome is not None:
                return outcome
        try:
            line = await self._new_line()
        except _CannotOpen as no:
            return no.outcome
        return await self._converse(line, mail) or Busy(reply.LOST)

    async def _converse(self, line: _Line, mail: Mail) -> Outcome | None:
        """Return what became of the mail; None if the server had gone before it heard of it."""
        stage = Stage.SENDER
        try:
            await line.client.mail(mail.sender)
            stage = Stage.RECIPIENT
            await line.client.rcpt(mail.recipient)
            stage = Stage.CONTENT
            await self._start_content(line.client, mail)
        except errors.SMTPResponseException as no:
            return await self._refused(line, mail, stage, no)
        except _GONE as gone:
            line.client.close()
            unheard = stage is Stage.SENDER and not isinstance(gone, TimeoutError)
            return None if unheard else Busy(reply.LOST)
        except BaseException:
            line.client.close()
            raise
        return await self._hear_out(line, mail)

    async def _start_content(self, client: aiosmtplib.SMTP, mail: Mail) -> None:
        """Write the content and its final dot, once the server has asked for it."""
        start = await client.execute_command(b"DATA")
        if start.code != 354:
            raise errors.SMTPDataError(start.code, start.message)
        if client.protocol is None:
            raise errors.SMTPServerDisconnected("closed")
        client.protocol.write(_stuffed(mail.content))

    async def _hear_out(self, line: _Line, mail: Mail) -> Outcome:
        """Return what the last reply says. From here on the mail may have been taken."""
        protocol = line.client.protocol
        try:
            if protocol is None:
                return InDoubt("disconnected")
            last = await protocol.read_response(timeout=self._last_reply)
        except errors.SMTPTimeoutError:
            line.client.close()
            return InDoubt("timeout")
        except (errors.SMTPException, OSError):
            line.client.close()
            return InDoubt("disconnected")
        except BaseException:
            line.client.close()
            raise
        self._put_back(line)
        return outcome_of(last.code, last.message, stage=Stage.CONTENT, message_id=mail.message_id)

    async def _refused(
        self, line: _Line, mail: Mail, stage: Stage, no: errors.SMTPResponseException
    ) -> Outcome | None:
        """Return what a refusal before the content means, and make the connection fit for more."""
        if stage is Stage.SENDER and no.code == 421 and line.mails:
            line.client.close()  # "closing, you had your share": true of this connection only
            return None
        with suppress(errors.SMTPException, OSError):
            await line.client.rset()
            self._put_back(line)
        if not 400 <= no.code < 600:
            line.client.close()
            return Busy(reply.NO_CONNECTION)
        return outcome_of(no.code, no.message, stage=stage, message_id=mail.message_id)

    def _open_line(self) -> _Line | None:
        """Return an idle connection fit for one more mail, closing those that are not."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            line = self._idle.pop()
            fresh = now - line.used_at < MOST_IDLE_SECONDS and line.mails < MOST_PER_CONNECTION
            if fresh and line.client.is_connected:
                return line
            line.client.close()
        return None

    def _put_back(self, line: _Line) -> None:
        if line.client.is_connected:
            line.used_at = asyncio.get_running_loop().time()
            line.mails += 1
            self._idle.append(line)

    async def _new_line(self) -> _Line:
        """Return a new connection: encrypted if it must be, and logged in. Raises _CannotOpen."""
        client = aiosmtplib.SMTP(
            hostname=self._account.host,
            port=self._account.port,
            timeout=self._timeout,
            use_tls=self._account.port == IMPLICIT_TLS_PORT,
            start_tls=False,  # done below, where its absence is told from its failure
            tls_context=self._tls,
            local_hostname=self._hello_name,
        )
        try:
            await self._open(client)
        except BaseException as error:
            client.close()
            if (outcome := _why_not_open(error)) is not None:
                raise _CannotOpen(outcome) from None  # the text may name the account
            raise
        return _Line(client, used_at=asyncio.get_running_loop().time())

    async def _open(self, client: aiosmtplib.SMTP) -> None:
        await client.connect()
        await client.ehlo()
        if self._account.starttls and not client.use_tls:
            if not client.supports_extension("starttls"):
                raise _CannotOpen(Busy(reply.TLS_MISSING))
            await client.starttls()
            await client.ehlo()
        if self._account.username:
            await self._log_in(client)

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.login(self._account.username, self._account.password)
        except errors.SMTPResponseException as no:
            permanent = no.code >= 500
            code = reply.AUTH_REFUSED if permanent else reply.code_of(no.code, no.message)
            raise _CannotOpen(Busy(code)) from None
        except _GONE:
            raise
        except errors.SMTPException:  # the server offers no way to log in that we know
            raise _CannotOpen(Busy(reply.AUTH_REFUSED)) from None


def _why_not_open(error: BaseException) -> Outcome | None:
    """Return what a failure to connect means; None if it is not one. All of these are certain."""
    if isinstance(error, _CannotOpen):
        return error.outcome
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return Busy(reply.TLS_FAILED)
    if isinstance(error, errors.SMTPResponseException):
        outcome = outcome_of(error.code, error.message, stage=Stage.HELLO, message_id="")
        # A server that refuses everybody says nothing about this mail: keep it.
        return Busy(outcome.code) if isinstance(outcome, Rejected) else outcome
    return Busy(reply.NO_CONNECTION) if isinstance(error, (errors.SMTPException, OSError)) else None


def _stuffed(content: bytes) -> bytes:
    """Return the content as DATA carries it: lines that begin with a dot get another, then the end.

    `build` writes CRLF throughout, so only those line ends are looked at.
    """
    body = content if content.endswith(b"\r\n") else content + b"\r\n"
    body = body.replace(b"\r\n.", b"\r\n..")
    return (b"." + body if body.startswith(b".") else body) + b".\r\n"
