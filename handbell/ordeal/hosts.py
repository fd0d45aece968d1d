"""The processes under trial: each with a name, a folder and a clock of its own, as on its own host.

They share nothing but the database and the secrets. Whoever ends, killed or by itself, is
started again.
"""

import asyncio
import os
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from handbell.ordeal.clocks import Clock

AGAIN_SECONDS = 0.3  # before somebody who ended is started again
END_SECONDS = 60  # for what is asked to end; a worker may have to wait for a provider


@dataclass
class Host:
    """One machine of the installation, running one command."""

    name: str
    command: str
    home: Path
    clock: Clock
    process: asyncio.subprocess.Process | None = None
    killed: bool = False

    @property
    def is_up(self) -> bool:
        return self.process is not None and self.process.returncode is None

    def kill(self) -> None:
        """SIGKILL: no chance to say or write anything."""
        if self.process is not None and self.is_up:
            self.killed = True
            self.process.kill()


@dataclass
class Hosts:
    """All of them, kept up until `stop`. `endings` counts what ended without being killed."""

    top: Path
    names: Mapping[str, str]
    hosts: list[Host] = field(default_factory=list)
    endings: Counter[str] = field(default_factory=Counter)
    _keepers: list["asyncio.Task[None]"] = field(default_factory=list)

    def add(self, command: str, name: str) -> Host:
        """Start one host and keep it up."""
        home = self.top / name
        home.mkdir(mode=0o700)
        host = Host(name, command, home, Clock(home / "clock"))
        self.hosts.append(host)
        self._keepers.append(asyncio.create_task(self._keep_up(host)))
        return host

    def of(self, command: str) -> Sequence[Host]:
        return [host for host in self.hosts if host.command == command]

    async def stop(self) -> None:
        """Ask everybody to end as an operator would; kill who does not."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        up = [host.process for host in self.hosts if host.process is not None and host.is_up]
        for process in up:
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(END_SECONDS):
                await asyncio.gather(*(process.wait() for process in up))
        except TimeoutError:
            for process in up:
                if process.returncode is None:
                    process.kill()
            await asyncio.gather(*(process.wait() for process in up))

    async def _keep_up(self, host: Host) -> None:
        while True:
            host.killed = False
            host.process = await self._start(host)
            code = await host.process.wait()
            if not host.killed:
                self.endings[f"{host.command} exit {code}"] += 1
            await asyncio.sleep(AGAIN_SECONDS)

    async def _start(self, host: Host) -> asyncio.subprocess.Process:
        names = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("HANDBELL_", "PG"))},
            **self.names,
            "HANDBELL_HOME": str(host.home),
            "PGAPPNAME": host.name,
        }
        program = (
            ("handbell.ordeal.clocks", str(host.home / "clock"))
            if host.command == "worker"  # the pages' server starts processes of its own
            else ("handbell.commands.main",)
        )
        with (host.home / "log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                *_mortal(),
                sys.executable,
                "-m",
                *program,
                "--log",
                "json",
                host.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=names,
                start_new_session=True,
            )


def _mortal() -> tuple[str, ...]:
    """Return the words before a command that end it with us; none where there is no such tool."""
    return ("setpriv", "--pdeathsig", "KILL") if shutil.which("setpriv") else ()
