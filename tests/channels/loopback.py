"""A provider on this machine that answers as a test asks it to: by HTTP, or by breaking."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.channels.samples import Account

Reaction = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came over the wire."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "")

    @property
    def authorization(self) -> str:
        return self.headers.get("authorization", "")


@dataclass(slots=True)
class Loopback:
    """A raw HTTP server. What it does with each request is queued with `then`."""

    account: Account
    requests: list[Seen] = field(default_factory=list)
    connections: int = 0
    _reactions: deque[Reaction] = field(default_factory=deque)

    def then(self, *reactions: Reaction) -> None:
        self._reactions.extend(reactions)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while seen := await _read(reader):
                self.requests.append(seen)
                await self._reactions.popleft()(writer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def loopback_server() -> AsyncIterator[Loopback]:
    """Run one on a port the system picks."""
    found = Loopback(Account())
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            tasks.add(task)
        await found.serve(reader, writer)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    found.account = Account(base_url=f"http://127.0.0.1:{port}")
    try:
        yield found
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def answering(
    status: int, body: object = None, *, headers: dict[str, str] | None = None
) -> Reaction:
    """Answer with JSON, or with `body` as it is when it is a string."""
    text = body if isinstance(body, str) else json.dumps(body)
    return _write(_response(status, text.encode(), headers or {}))


def answering_in_part(status: int, body: str) -> Reaction:
    """Promise more than is sent, then close."""

    async def react(writer: asyncio.StreamWriter) -> None:
        whole = _response(status, body.encode() + b" " * 100, {})
        writer.write(whole[:-100])
        await writer.drain()
        writer.close()

    return react


def raw(data: bytes) -> Reaction:
    """Answer with something that is not HTTP."""

    async def react(writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
        writer.close()

    return react


async def reset(writer: asyncio.StreamWriter) -> None:
    """Cut the connection without a word."""
    writer.transport.abort()


async def close(writer: asyncio.StreamWriter) -> None:
    """Close the connection without a word."""
    writer.close()


async def silence(writer: asyncio.StreamWriter) -> None:
    """Take the request and never answer."""
    await asyncio.Event().wait()


def _write(data: bytes) -> Reaction:
    async def react(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return react


def _response(status: int, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [
        f"HTTP/1.1 {status} Whatever",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _read(reader: asyncio.StreamReader) -> Seen | None:
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.rstrip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    found = urlsplit(target)
    return Seen(method, found.path, found.query, headers, body.decode())
