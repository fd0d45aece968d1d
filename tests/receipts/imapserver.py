"""A mailbox on this machine that speaks as much IMAP as our reader asks for."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from config.environment import BounceMailbox

PASSWORD = "not-a-real-password"


@dataclass
class Mailbox:
    """Mails and the flags each has; numbers begin with 1. Not every server keeps keywords."""

    mails: list[bytes] = field(default_factory=list)
    flags: dict[int, set[str]] = field(default_factory=dict)
    keywords: bool = True
    validity: int = 7


class _Session(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        mailbox: Mailbox = self.server.mailbox  # type: ignore[attr-defined]
        self._say("* OK ready")
        while line := self.rfile.readline().decode().strip():
            tag, _, rest = line.partition(" ")
            if not self._answer(mailbox, tag, rest):
                return

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())

    def _answer(self, mailbox: Mailbox, tag: str, rest: str) -> bool:
        word = rest.partition(" ")[0].upper()
        if word == "LOGIN" and PASSWORD not in rest:
            self._say(f"{tag} NO wrong")
            return True
        if word == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1")
        elif word == "SELECT":
            self._say(f"* {len(mailbox.mails)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {mailbox.validity}] numbered")
            keywords = " \\*" if mailbox.keywords else ""
            self._say(f"* OK [PERMANENTFLAGS (\\Seen \\Deleted{keywords})] kept")
        elif search := re.match(r"UID SEARCH UNKEYWORD (\S+)", rest):
            fresh = [n for n in range(1, len(mailbox.mails) + 1)
                     if search[1] not in mailbox.flags.get(n, set())]  # fmt: skip
            self._say("* SEARCH " + " ".join(map(str, fresh)))
        elif search := re.match(r"UID SEARCH UID (\d+):\*", rest):
            last = len(mailbox.mails)
            first = min(int(search[1]), last)  # as RFC 9051 has it: the last one in any case
            self._say("* SEARCH " + " ".join(map(str, range(first, last + 1))))
        elif fetch := re.match(r"UID FETCH (\d+)", rest):
            raw = mailbox.mails[int(fetch[1]) - 1]
            head = f"* {fetch[1]} FETCH (UID {fetch[1]} BODY[]<0> {{{len(raw)}}}\r\n"
            self.wfile.write(head.encode() + raw + b")\r\n")
        elif store := re.match(r"UID STORE (\d+) \+FLAGS \((.*)\)", rest):
            kept = [flag for flag in store[2].split() if mailbox.keywords or flag[0] == "\\"]
            mailbox.flags.setdefault(int(store[1]), set()).update(kept)
        self._say(f"{tag} OK done")
        return word != "LOGOUT"


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[BounceMailbox]:
    """Yield the account of a mailbox that is served until the block ends."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Session) as server:
        server.daemon_threads = True
        server.mailbox = mailbox  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        port = server.server_address[1]
        yield BounceMailbox("127.0.0.1", port, "bounces", PASSWORD, tls=False)
        server.shutdown()
        thread.join()
