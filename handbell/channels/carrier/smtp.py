"""A mail server that keeps everything: the SMTP sink, on the carrier's own event loop."""

import asyncio
import hmac
import logging
import re
import ssl
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from handbell.channels.carrier.behaviour import Aspect, Behaviour, Does, Kind
from handbell.channels.carrier.door import reset
from handbell.channels.carrier.mail import message_id_in
from handbell.channels.carrier.records import Mail, Refusal
from handbell.channels.carrier.switchboard import Switchboard

_HOSTNAME = "rehearsal.example"
_LARGEST = 25 * 1024 * 1024
_BUSY = "421 4.7.28 Too many messages from you, come back later"
_BROKEN = "451 4.3.0 Something broke, come back later"
#: An address as nearly all are, with what follows it. Others are read as RFC 5322 has them.
_PLAIN_PATH = re.compile(r"\s*<([\w.+=-]{1,64}@[A-Za-z0-9.-]+)>\s*(.*)", re.ASCII)
_MAILBOX_WORDS = {
    Does.MAILBOX_BOUNCES: "No such mailbox",
    Does.MAILBOX_FULL: "The mailbox is full",
    Does.GREYLISTS: "Greylisted, come back later",
}


@dataclass(frozen=True, slots=True)
class Login:
    """What a client must say with AUTH."""

    username: str
    password: str = field(repr=False)


class MailSink:
    """The SMTP service: one protocol instance per connection, no threads."""

    def __init__(
        self,
        board: Switchboard,
        *,
        tls: ssl.SSLContext | None = None,
        tls_required: bool = False,
        login: Login | None = None,
    ) -> None:
        self._board = board
        self._tls = tls
        self._tls_required = tls_required
        self._login = login
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Transport] = set()
        self._greylisted: set[tuple[str, str]] = set()
        # aiosmtpd logs every address it meets; patients' addresses stay out of logs.
        logging.getLogger("mail.log").setLevel(logging.ERROR)

    async def listen(self, host: str, port: int) -> int:
        """Start to listen and return the port (chosen by the system for 0)."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._protocol, host, port)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and drop every connection."""
        if self._server is None:
            return
        self._server.close()
        for transport in tuple(self._connections):
            transport.abort()
        await self._server.wait_closed()

    def _protocol(self) -> SMTP:
        wanted = self._login
        with warnings.catch_warnings():
            # aiosmtpd warns of a login without TLS; this server is for one machine's loopback.
            warnings.simplefilter("ignore", UserWarning)
            return _Connection(
                _Handler(self._board, self._greylisted),
                self._connections,
                hostname=_HOSTNAME,
                ident="Rehearsal carrier",
                data_size_limit=_LARGEST,
                enable_SMTPUTF8=True,
                tls_context=self._tls,
                require_starttls=self._tls_required,
                auth_required=wanted is not None,
                auth_require_tls=self._tls is not None,
                authenticator=_authenticator(wanted) if wanted is not None else None,
                loop=asyncio.get_running_loop(),
            )


class _Connection(SMTP):
    """One client. It is in `connections` as long as it lasts, so that closing can end it."""

    def __init__(
        self,
        handler: "_Handler",
        connections: set[asyncio.Transport],
        **settings: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(handler, **settings)
        self._all = connections
        self._own: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        self._all.discard(self._own or transport)  # after STARTTLS it is another one
        self._own = transport
        self._all.add(transport)

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        plain = _PLAIN_PATH.fullmatch(arg)
        return (plain[1], plain[2]) if plain else super()._getaddr(arg)

    def connection_lost(self, error: Exception | None) -> None:
        if self._own is not None:
            self._all.discard(self._own)
        super().connection_lost(error)


class _Handler:
    """What each SMTP command does. Names are aiosmtpd's."""

    def __init__(self, board: Switchboard, greylisted: set[tuple[str, str]]) -> None:
        self._board = board
        self._greylisted = greylisted
        self._wishes: dict[str, Behaviour] = {}

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        sender, mailbox = envelope.mail_from or "", address.lower()
        refusal = self._refused_by_mailbox(sender, mailbox) or self._refused(sender, mailbox)
        if refusal is not None:
            self._note(sender, mailbox, refusal)
            if refusal is _BUSY and server.transport is not None:
                asyncio.get_running_loop().call_later(0.05, server.transport.close)
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        sender = envelope.mail_from or ""
        wishes = [self._wishes.pop(rcpt.lower(), None) for rcpt in envelope.rcpt_tos]
        wish = next((wish for wish in wishes if wish is not None), None)
        slow = self._take(Aspect.PACE, sender, envelope.rcpt_tos[0].lower())
        if slow is not None:
            await asyncio.sleep(slow.seconds)
        does = wish.does if wish is not None else None
        if does not in (Does.TIMEOUT_BEFORE_ACCEPTING, Does.RESET_BEFORE_ACCEPTING):
            self._store(session, envelope, acknowledged=does is None)
        if does in (Does.RESET_BEFORE_ACCEPTING, Does.RESET_AFTER_ACCEPTING):
            reset(server.transport)
        elif does is not None:
            await asyncio.Event().wait()  # aiosmtpd cancels this when the client has gone
        return "250 2.0.0 OK: kept"

    def _store(self, session: Session, envelope: Envelope, *, acknowledged: bool) -> None:
        raw = envelope.original_content or b""
        for address in dict.fromkeys(rcpt.lower() for rcpt in envelope.rcpt_tos):
            mail = Mail(
                sid=self._board.new_sid("EM"),
                sender=envelope.mail_from or "",
                mailbox=address,
                raw=raw,
                created_at=self._board.clock(),
                arrival=self._board.truth.next_arrival(),
                acknowledged=acknowledged,
                encrypted=session.ssl is not None,
                message_id=message_id_in(raw),
            )
            self._board.truth.put(mail)

    def _refused_by_mailbox(self, sender: str, mailbox: str) -> str | None:
        wish = self._take(Aspect.MAILBOX, sender, mailbox)
        if wish is None:
            return None
        if wish.does is Does.GREYLISTS:
            if (sender, mailbox) in self._greylisted:
                return None
            self._greylisted.add((sender, mailbox))
        return f"{wish.code} {_MAILBOX_WORDS[wish.does]}"

    def _refused(self, sender: str, mailbox: str) -> str | None:
        """Refuse now, or keep the wish for the end of the message."""
        wish = self._take(Aspect.REQUEST, sender, mailbox)
        match wish.does if wish is not None else None:
            case Does.HTTP_429:
                return _BUSY
            case Does.HTTP_500:
                return _BROKEN
            case Does.REJECTS if wish is not None:
                return f"{wish.code} Refused"
        self._wishes.pop(mailbox, None)
        if wish is not None:
            self._wishes[mailbox] = wish
        return None

    def _take(self, aspect: Aspect, sender: str, mailbox: str) -> Behaviour | None:
        return self._board.behaviours.take(aspect, number=mailbox, sender=sender, kind=Kind.MAIL)

    def _note(self, sender: str, mailbox: str, refusal: str) -> None:
        code, _, why = refusal.partition(" ")
        self._board.truth.refuse(
            Refusal(self._board.clock(), Kind.MAIL, sender, mailbox, code, why)
        )


def _authenticator(wanted: Login) -> Callable[..., AuthResult]:
    def authenticate(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
    ) -> AuthResult:
        knows = (
            isinstance(given, LoginPassword)
            and hmac.compare_digest(given.login, wanted.username.encode())
            and hmac.compare_digest(given.password, wanted.password.encode())
        )
        return AuthResult(success=knows, handled=False)

    return authenticate
