"""As whom do PostgreSQL's programs run, and how do they end when we end?

PostgreSQL refuses to run as root. As root we therefore start it in a user namespace, where it
sees an ordinary user while its files stay root's: nobody is added, nothing is chowned, and it
works below a home only root may enter. Every program gets a parent-death signal from the kernel,
so that even `kill -9` of Handbell leaves nothing running.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handbell.supervisor.flaws import StartFlaw

NOBODY = 65534  # the number PostgreSQL sees as its own inside the user namespace


@dataclass(frozen=True, slots=True)
class Account:
    """A user to run as: the words before a command, and who owns the files it makes."""

    uid: int
    gid: int
    enter: tuple[str, ...] = ()
    identity: tuple[str, ...] = ()

    def command(self, *program: str | Path, death_signal: str) -> list[str]:
        """Return `program` as run by this account; it gets `death_signal` when we die.

        The signal belongs to the thread that starts the program: start it from one that stays.
        """
        words = ["setpriv", *self.identity, "--pdeathsig", death_signal, *map(str, program)]
        return [*self.enter, *words]

    def may(self, *test: str | Path) -> bool:
        """Return whether `test`, a command, runs and succeeds as this account."""
        command = self.command(*test, death_signal="KILL")
        try:
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        except OSError:
            return False

    def give(self, directory: Path) -> Path:
        """Make `directory` this account's own, for it alone (0700), and return it."""
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if directory.stat().st_uid != self.uid:
            os.chown(directory, self.uid, self.gid)
        directory.chmod(0o700)
        return directory


def ours() -> Account:
    """Return the account that runs us, for one who is not root."""
    return Account(uid=os.geteuid(), gid=os.getegid())


def in_namespace() -> Account:
    """Return root's account seen as an ordinary user from inside a user namespace."""
    words = ("unshare", "-U", f"--map-user={NOBODY}", f"--map-group={NOBODY}")
    return Account(uid=os.geteuid(), gid=os.getegid(), enter=words)


def other(*, uid: int, gid: int) -> Account:
    """Return the account of another user; only root may run as it."""
    words = (f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    return Account(uid=uid, gid=gid, identity=words)


def require_tools(*, root: bool) -> None:
    """Raise StartFlaw unless util-linux is here, which these commands are made of."""
    for tool in ("setpriv", "unshare") if root else ("setpriv",):
        if shutil.which(tool) is None:
            raise StartFlaw(
                f"the program {tool} is missing: install util-linux (Linux only), or set "
                "DATABASE_URL to a PostgreSQL server of your own"
            )


def clean_environment(names: Sequence[tuple[str, str]] | None = None) -> dict[str, str]:
    """Return our environment for PostgreSQL: without PG* names, which would change its port
    or its directory, and in the C locale, so that it behaves the same on every machine."""
    given = list(os.environ.items()) if names is None else names
    kept = {name: value for name, value in given if not name.startswith(("PG", "LC_", "LANG"))}
    return {**kept, "LC_ALL": "C"}
