"""`python -m handbell.bench.sinks`: a provider and a mail server that take everything at once.

In a process of their own, so that what is measured is the sender. They say on their first line
which ports they listen on, and end with whoever started them. What they do is the least that
both sides of a figure need: read a request, answer it.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from handbell.supervisor.lifeline import die_with_parent

_sids = count(1)


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where the two listen."""

    http_port: int
    smtp_port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"


@contextlib.contextmanager
def sinks() -> Iterator[Sinks]:
    """Run both for the length of a block."""
    command = [sys.executable, "-m", "handbell.bench.sinks", str(os.getpid())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        http_port, smtp_port = process.stdout.readline().split()
        try:
            yield Sinks(int(http_port), int(smtp_port))
        finally:
            process.kill()


class _Provider(asyncio.Protocol):
    """Answers every POST as Twilio answers a text it has taken."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._got = b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            whole = end + 4 + _length(self._got[:end])
            if len(self._got) < whole:
                return
            self._got = self._got[whole:]
            body = b'{"sid": "SM%032x", "status": "queued"}' % next(_sids)
            self._transport.write(
                b"HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def _take_mail(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak just enough SMTP."""
    writer.write(b"220 sink\r\n")
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while line := await reader.readline():
            match line[:4].upper():
                case b"EHLO":
                    writer.write(b"250-sink\r\n250-SIZE 10000000\r\n250 8BITMIME\r\n")
                case b"DATA":
                    writer.write(b"354 go on\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                    writer.write(b"250 taken\r\n")
                case b"QUIT":
                    break
                case _:
                    writer.write(b"250 ok\r\n")
    writer.close()


async def _serve() -> None:
    loop = asyncio.get_running_loop()
    provider = await loop.create_server(_Provider, "127.0.0.1", 0, backlog=1024)
    mail = await asyncio.start_server(_take_mail, "127.0.0.1", 0, limit=1 << 22)
    ports = [server.sockets[0].getsockname()[1] for server in (provider, mail)]
    sys.stdout.write(f"{ports[0]} {ports[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    die_with_parent(signal.SIGKILL, parent=int(sys.argv[1]))
    asyncio.run(_serve())
