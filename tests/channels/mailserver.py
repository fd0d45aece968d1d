"""Mail servers on this machine: a real one that keeps what it gets, and one with a script."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Where to give mail, with invented credentials."""

    host: str
    port: int
    username: str = ""
    password: str = "not-a-real-password"
    starttls: bool = True


@dataclass(slots=True)
class Post:
    """What a real server (aiosmtpd) got, and the replies it was told to give instead of 250.

    `replies` is by stage: "MAIL", "RCPT" or "DATA"; a "DATA" reply of "drop" cuts the connection
    once the whole mail has arrived.
    """

    received: list[Envelope] = field(default_factory=list)
    replies: dict[str, list[str]] = field(default_factory=dict)
    encrypted: list[bool] = field(default_factory=list)
    logged_in: list[str] = field(default_factory=list)
    connections: int = 0
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _servers: list[SMTP] = field(default_factory=list)

    def make(self, **options: Any) -> Callable[[], SMTP]:
        def factory() -> SMTP:
            self.connections += 1
            server = SMTP(self, hostname="mail.example", **options)
            self._servers.append(server)
            return server

        return factory

    async def hang_up(self) -> None:
        """Close every connection, as a server does with one that was idle for too long."""
        for server in self._servers:
            if server.transport is not None:
                server.transport.close()
        await asyncio.sleep(0.05)

    def _reply(self, stage: str) -> str | None:
        waiting = self.replies.get(stage)
        return waiting.pop(0) if waiting else None

    async def handle_MAIL(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := self._reply("MAIL")) is not None:
            return reply
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if (reply := self._reply("RCPT")) is not None:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        reply = self._reply("DATA")
        if reply is None or reply in {"drop", "silence"}:
            self.received.append(envelope)
            self.arrived.set()
            self.encrypted.append(session.ssl is not None)
        if reply == "drop" and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        if reply == "silence":
            await asyncio.sleep(60)
        return reply or f"250 2.0.0 Ok: queued as Q{len(self.received)}"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        good = isinstance(data, LoginPassword) and data.password == b"not-a-real-password"
        if good:
            self.logged_in.append(data.login.decode())
        return AuthResult(success=good, handled=False)


@asynccontextmanager
async def serving(factory: Callable[[], asyncio.Protocol], **options: Any) -> AsyncIterator[int]:
    """Listen on a port the system picks."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, **options)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def trusting(certificate: Path) -> ssl.SSLContext:
    """Return a client's context that knows this one self-signed certificate."""
    return ssl.create_default_context(cafile=str(certificate))


Line = str | Callable[[asyncio.StreamWriter], None]


@asynccontextmanager
async def scripted(*sessions: list[Line]) -> AsyncIterator[tuple[int, list[str]]]:
    """Serve each connection the lines of its session: one reply for each line the client says.

    The first line is the greeting. A function is called instead of replying. Yields the port and
    what the clients said.
    """
    waiting, heard = list(sessions), list[str]()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        lines = waiting.pop(0)
        in_content = False
        _say(writer, lines[0])
        for line in lines[1:]:
            said = await _hear(reader, in_content=in_content)
            if said is None:
                break
            heard.append(said)
            in_content = line == "354 go on"
            _say(writer, line)
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heard
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def cut(writer: asyncio.StreamWriter) -> None:
    """Cut the connection."""
    writer.transport.abort()


def be_silent(writer: asyncio.StreamWriter) -> None:
    """Say nothing."""


async def _hear(reader: asyncio.StreamReader, *, in_content: bool) -> str | None:
    end = b"\r\n.\r\n" if in_content else b"\r\n"
    try:
        return (await reader.readuntil(end)).decode().rstrip("\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return None


def _say(writer: asyncio.StreamWriter, line: Line) -> None:
    if callable(line):
        line(writer)
    else:
        writer.write(line.encode() + b"\r\n")
