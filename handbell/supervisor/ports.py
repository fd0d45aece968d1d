"""Are the ports we want to listen on free, and if not, what should be said about it?"""

import contextlib
import socket
from dataclasses import dataclass

from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.patience import Patience, Say


@dataclass(frozen=True, slots=True)
class Port:
    """A port we are about to listen on, and the setting that names it."""

    host: str
    number: int
    setting: str

    def is_free(self) -> bool:
        """Return whether we could listen here now."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((self.host, self.number))
                probe.listen(1)
            except OSError:
                return False
        return True

    def answers(self) -> bool:
        """Return whether somebody takes connections here."""
        with contextlib.suppress(OSError), socket.create_connection((self.host, self.number), 1):
            return True
        return False


def require_free(ports: list[Port], *, say: Say, grace_seconds: float = 0) -> None:
    """Raise StartFlaw naming the first port that is taken.

    A port may take `grace_seconds` to become free, for what an interrupted run left to end.
    """
    _require_distinct(ports)
    patience = Patience(say=say, seconds=grace_seconds)
    for port in ports:
        while not port.is_free():
            if not patience.wait(f"port {port.number}, which the last run has not let go yet"):
                raise StartFlaw(_taken(port))


def _require_distinct(ports: list[Port]) -> None:
    seen: dict[int, str] = {}
    for port in ports:
        if port.number in seen:
            raise StartFlaw(f"{seen[port.number]} and {port.setting} are both {port.number}")
        seen[port.number] = port.setting


def _taken(port: Port) -> str:
    others = range(port.number + 1, min(port.number + 1000, 65_536))
    free = next((n for n in others if Port(port.host, n, port.setting).is_free()), None)
    cure = f"set {port.setting}={free}" if free else f"set {port.setting} to another"
    try:
        socket.getaddrinfo(port.host, port.number)
    except socket.gaierror:
        return f"the host {port.host} is not known here: set HANDBELL_WEB_HOST to another"
    return f"port {port.number} is taken: stop the other program or {cure}"
