"""Where do an installation's database files live, and as whom does its server run?

Almost always in HANDBELL_HOME/postgres, run by us. Root without user namespaces (some
containers) falls back to the machine's `postgres` or `nobody` user with the data below
/var/lib/handbell, since that user cannot enter root's own folders.
"""

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from handbell.supervisor import account as accounts
from handbell.supervisor import programs as installations
from handbell.supervisor.account import Account
from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.programs import Programs

SPARE_HOME = Path("/var/lib/handbell")
LONGEST_SOCKET_DIRECTORY = 89  # a socket's whole path may have 107 bytes, its name takes 14 of them


@dataclass(frozen=True, slots=True)
class Placement:
    """All that is needed to start one server; `log` is the file it writes to."""

    account: Account
    programs: Programs
    data: Path
    sockets: Path
    log: Path


def of_installation(home: Path, *, chosen_programs: Path | None = None) -> Placement:
    """Return where the database of HANDBELL_HOME lives, making its (empty) folders.

    The socket's folder is noted in `socket_dir.txt`, where config/database.py looks for it.
    Raises StartFlaw if this user cannot run it.
    """
    _make_home(home)
    data = home / "postgres"
    _refuse_strangers_data(data)
    account, programs = _account_for(home, data, chosen_programs)
    if account.identity:
        place = account.give(_spare_place(home))
        data, sockets = place / "postgres", account.give(place / "run")
    else:
        sockets = _socket_directory(home)
    _note(home / "socket_dir.txt", str(sockets))
    logs = home / "log"
    logs.mkdir(mode=0o700, exist_ok=True)
    return Placement(account, programs, data, sockets, logs / "database.log")


def throwaway(*, chosen_programs: Path | None = None) -> tuple[Placement, Path]:
    """Return a placement in a new temporary folder, and that folder (the caller removes it)."""
    top = Path(tempfile.mkdtemp(prefix="handbell-", dir=_short_temporary_directory()))
    account, programs = _account_for(top, top / "postgres", chosen_programs)
    if account.identity:
        top.rmdir()
        SPARE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        top = Path(tempfile.mkdtemp(prefix="throwaway-", dir=SPARE_HOME))
    account.give(top)
    sockets = account.give(top / "run")
    return Placement(account, programs, top / "postgres", sockets, top / "database.log"), top


def _account_for(home: Path, data: Path, chosen: Path | None) -> tuple[Account, Programs]:
    """Return who runs the server with which programs, so that both can be reached."""
    root = os.geteuid() == 0
    accounts.require_tools(root=root)
    if not root:
        return accounts.ours(), installations.find(chosen=chosen, major=_major(data))
    inside = accounts.in_namespace()
    programs = installations.find(chosen=chosen, major=_major(data))
    if inside.may("test", "-w", home) and inside.may(programs.postgres, "--version"):
        return inside, programs
    if data.exists():
        raise StartFlaw(
            f"the database in {data} was made in a user namespace, which this machine now "
            "refuses to root: allow them, or run Handbell as an ordinary user"
        )
    return _spare_account(home, chosen)


def _spare_account(home: Path, chosen: Path | None) -> tuple[Account, Programs]:
    user = next((one for one in pwd.getpwall() if one.pw_name == "postgres"), None)
    user = user or pwd.getpwnam("nobody")
    account = accounts.other(uid=user.pw_uid, gid=user.pw_gid)
    major = _major(_spare_place(home) / "postgres")
    programs = installations.find(chosen=chosen, major=major)
    if not account.may(programs.postgres, "--version"):
        programs = _copied_for_others(programs)
    if not account.may(programs.postgres, "--version"):
        raise StartFlaw(
            f"PostgreSQL does not run as root, and cannot be run as {user.pw_name} here: run "
            "Handbell as an ordinary user, or set DATABASE_URL to a server of your own"
        )
    return account, programs


def _copied_for_others(programs: Programs) -> Programs:
    """Copy an installation to where every user can reach it; return the copy.

    The wheel's libraries lie beside its package, at the place its programs' rpath names.
    """
    package = programs.directory.parent.parent
    target = SPARE_HOME / f"programs-{programs.version}"
    if not target.exists():
        SPARE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=SPARE_HOME))
        fresh.chmod(0o755)
        parts = (programs.directory.parent, package.with_name(f"{package.name}.libs"))
        for part in filter(Path.exists, parts):
            shutil.copytree(part, fresh / part.relative_to(package.parent))
        fresh.rename(target)
    inside = programs.directory.relative_to(package.parent)
    return Programs(target / inside, programs.version)


def _spare_place(home: Path) -> Path:
    """Return the folder below /var/lib/handbell that belongs to `home`."""
    SPARE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    return SPARE_HOME / hashlib.sha256(os.fsencode(home)).hexdigest()[:12]


def _make_home(home: Path) -> None:
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StartFlaw(f"HANDBELL_HOME, {home}, cannot be made: {error.strerror}") from error
    if not os.access(home, os.W_OK | os.X_OK):
        raise StartFlaw(
            f"{home} belongs to another user: run Handbell as that user, or set HANDBELL_HOME"
        )


def _refuse_strangers_data(data: Path) -> None:
    if data.exists() and data.stat().st_uid != os.geteuid():
        owner = data.stat().st_uid
        names = [one.pw_name for one in pwd.getpwall() if one.pw_uid == owner]
        name = names[0] if names else f"number {owner}"
        raise StartFlaw(f"this installation belongs to the user {name}: run Handbell as {name}")


def _major(data: Path) -> int | None:
    """Return the major version that made a data directory, None if there is none yet."""
    version = data / "PG_VERSION"
    return int(version.read_text().split(".")[0]) if version.exists() else None


def _socket_directory(home: Path) -> Path:
    """Return HANDBELL_HOME/run, or a short private folder if a socket there has too long a path."""
    own = home / "run"
    if len(os.fsencode(own)) <= LONGEST_SOCKET_DIRECTORY:
        return accounts.ours().give(own)
    note = home / "socket_dir.txt"
    noted = Path(note.read_text().strip()) if note.exists() else None
    if noted is not None and is_private(noted):
        return noted
    return Path(tempfile.mkdtemp(prefix="handbell-", dir=_short_temporary_directory()))


def is_private(directory: Path) -> bool:
    """Return whether this is a real folder, ours, and closed to everybody else."""
    try:
        found = directory.lstat()
    except OSError:
        return False
    private = stat.S_ISDIR(found.st_mode) and stat.S_IMODE(found.st_mode) == 0o700
    return private and found.st_uid == os.geteuid()


def _short_temporary_directory() -> str:
    """Return the temporary folder, unless its path is too long for a socket below it."""
    usual = tempfile.gettempdir()
    return usual if len(os.fsencode(usual)) <= LONGEST_SOCKET_DIRECTORY - 24 else "/tmp"  # noqa: S108 (private folders are made in it)


def _note(path: Path, text: str) -> None:
    """Write a small file at once or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(text + "\n")
    fresh.replace(path)
