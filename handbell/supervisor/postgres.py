"""How does Handbell start, watch and stop its own PostgreSQL server?

`start` returns when the server takes connections, however long its crash recovery takes, and
says what it waits for. The server is our child and gets SIGINT ("fast" shutdown: it ends its
clients, writes a checkpoint and goes) from the kernel if we die. A server that is already up on
these data, an orphan of an earlier run, is adopted, and stopped like our own.
"""

import contextlib
import os
import select
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict
from urllib.parse import quote

import psycopg
from psycopg import sql

from handbell.supervisor import account as accounts
from handbell.supervisor import leftovers
from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.patience import Patience, Say
from handbell.supervisor.placement import Placement

SUPERUSER = "handbell"
LINGER_SECONDS = 60  # how long what works in a dead server's folder may take to go away
ADOPTION_SECONDS = 1  # an orphan must stay ready so long: its SIGINT may not have arrived yet
STOP_SECONDS = 120  # for the last checkpoint on a slow disk; then the next start will recover
QUIT_SECONDS = 5  # for an immediate shutdown, which writes nothing
LARGEST_LOG = 5_000_000  # bytes, before the log is turned over at a start

# Patient data must not reach the server's log: statements, the values of violated constraints and
# the lines of a COPY are kept out, and so are clients' errors, whose text may quote a value.
QUIET_LOG = {
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_timezone": "UTC",
}
# For databases that nobody will miss after a power cut.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def url(sockets: Path, database: str = "handbell") -> str:
    """Return the address of a database of the server whose socket lies in `sockets`."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(sockets))}"


class Postgres:
    """One server. Use from the thread that lives longest: its end is the server's end."""

    def __init__(self, placement: Placement, *, say: Say, durable: bool = True) -> None:
        self.placement = placement
        self.say = say
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        self.adopted: int | None = None  # a pidfd: it cannot come to mean another process

    def start(self) -> None:
        """Return when the server takes connections and has a `handbell` database.

        Raises StartFlaw with the end of the server's log if it does not come up.
        """
        if not (self.placement.data / "PG_VERSION").exists():
            self._make_cluster()
        self._clear_the_way()
        if self.adopted is None:
            self._spawn()
            self._await_ready()
        self.create("handbell")

    def is_running(self) -> bool:
        """Return whether the server we started or adopted is still up."""
        if self.adopted is not None:
            return not select.select([self.adopted], [], [], 0)[0]
        return self.process is not None and self.process.poll() is None

    def stop(self) -> None:
        """Shut the server down with its last checkpoint written; idempotent."""
        if self.is_running():
            self._signal(signal.SIGINT)
            if not self._ended_within(STOP_SECONDS, "the database to write its last checkpoint"):
                self._signal(signal.SIGQUIT)
                self._ended_within(QUIT_SECONDS, "the database to give up")
        if self.adopted is not None:
            os.close(self.adopted)
            self.adopted = None
        if self.process is not None:
            self.process.wait()
            self.process = None

    def create(self, database: str) -> None:
        """Make an empty database unless there is one of that name."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            asked = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(asked, [database]).fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))

    def url(self, database: str = "handbell") -> str:
        """Return the address of one of this server's databases."""
        return url(self.placement.sockets, database)

    def _make_cluster(self) -> None:
        """Run initdb beside the data's place and move the result in: never a half-made one."""
        data = self.placement.data
        fresh = data.with_name(f"{data.name}.new")
        if fresh.exists():
            shutil.rmtree(fresh)
        programs = self.placement.programs
        locale = (
            ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
            if programs.major >= 17
            else ("--locale=C.UTF-8",)  # builtin came with 17; this one sorts in the same order
        )
        sync = () if self.durable else ("--no-sync",)
        words = ("-E", "UTF8", *locale, *sync, "--auth-local=trust", "--auth-host=reject")
        command = self.placement.account.command(
            programs.initdb, "-D", fresh, "-U", SUPERUSER, *words, death_signal="KILL"
        )
        made = subprocess.run(
            command, capture_output=True, text=True, check=False, **_surroundings()
        )
        if made.returncode != 0:
            raise StartFlaw(f"the database could not be made: {_last_lines(made.stderr)}")
        fresh.rename(data)

    def _clear_the_way(self) -> None:
        """Return when no server is up on these data, or one that is up has been adopted."""
        patience = Patience(say=self.say, seconds=LINGER_SECONDS)
        while True:
            found = leftovers.look(data=self.placement.data, sockets=self.placement.sockets)
            if isinstance(found, leftovers.Free):
                if found.cleared is not None:
                    self.say(
                        f"a lock file named process {found.cleared}, which is not the database: "
                        "the file is removed, the process is left alone"
                    )
                return
            if isinstance(found, leftovers.Running):
                if found.status == "ready" and self._adopt(found.pid):
                    return
                what = f"the database of an earlier run (process {found.pid}, {found.status})"
            else:
                what = f"process {found.pid} ({found.what}), which works in the database's folder"
            if not patience.wait(what):
                raise StartFlaw(f"still there: {what}; end it and start again")

    def _adopt(self, pid: int) -> bool:
        """Take over a running server. Return False if it is on its way out."""
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return False
        gone = select.select([handle], [], [], ADOPTION_SECONDS)[0]
        found = leftovers.look(data=self.placement.data, sockets=self.placement.sockets)
        if gone or found != leftovers.Running(pid, "ready"):
            os.close(handle)
            return False
        self.say(f"the database of an earlier run is still up (process {pid}): it is used")
        self.adopted = handle
        return True

    def _spawn(self) -> None:
        place = self.placement
        settings = {**QUIET_LOG, "unix_socket_permissions": "0700", "timezone": "UTC"}
        settings |= {} if self.durable else CARELESS
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command = place.account.command(
            *(place.programs.postgres, "-D", place.data, "-h", "", "-k", place.sockets),
            *words,
            death_signal="INT",
        )
        if place.log.exists() and place.log.stat().st_size > LARGEST_LOG:
            place.log.replace(place.log.with_suffix(".log.1"))
        with place.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_surroundings()
            )

    def _await_ready(self) -> None:
        """Return when the server says "ready" in its lock file; wait as long as it lives."""
        assert self.process is not None
        patience = Patience(say=self.say, seconds=None)
        while leftovers.status_of(self.placement.data, pid=self.process.pid) != "ready":
            if self.process.poll() is not None:
                self.process = None
                end = _last_lines(self.placement.log.read_text(errors="replace"))
                raise StartFlaw(f"the database did not start: {end} (see {self.placement.log})")
            patience.wait("the database to replay what it had written before a crash")

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.adopted is not None:
                signal.pidfd_send_signal(self.adopted, number)
            elif self.process is not None:
                self.process.send_signal(number)

    def _ended_within(self, seconds: float, what: str) -> bool:
        patience = Patience(say=self.say, seconds=seconds)
        while self.is_running():
            if not patience.wait(what):
                return False
        return True


@contextlib.contextmanager
def serving(placement: Placement, *, say: Say, durable: bool = True) -> Iterator[Postgres]:
    """Run a server for the length of a `with` block."""
    server = Postgres(placement, say=say, durable=durable)
    try:
        server.start()
        yield server
    finally:
        server.stop()


class _Surroundings(TypedDict):
    start_new_session: bool
    cwd: str
    env: dict[str, str]


def _surroundings() -> _Surroundings:
    """Return how its programs are started: away from Ctrl-C, which is for us to pass on, and
    from our folder, which another user may not be able to enter."""
    return {"start_new_session": True, "cwd": "/", "env": accounts.clean_environment()}


def _last_lines(text: str) -> str:
    return " / ".join(line.strip() for line in text.strip().splitlines()[-3:])
