"""Where the database is: DATABASE_URL in production, else the embedded server's socket."""

from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from config.environment import Environment, SettingFlaw


def parse_database_url(environment: Environment) -> dict[str, Any]:
    """Return Django's DATABASES entry. Raises SettingFlaw unless it is a postgres address."""
    url = environment.database_url or embedded_url(environment)
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise SettingFlaw("DATABASE_URL must begin with postgresql://")
    options = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "config.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "handbell",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def embedded_url(environment: Environment) -> str:
    """Return the address of the server that `handbell run` keeps under HANDBELL_HOME.

    The socket lives where the supervisor says (unix socket paths end at 107 bytes), noted in
    `socket_dir.txt` beside the data; before its first start that is the run directory. The port
    names the socket file, and is said so that a PGPORT in the shell cannot change it.
    """
    note = environment.home / "socket_dir.txt"
    directory = note.read_text().strip() if note.exists() else str(environment.home / "run")
    return f"postgresql://handbell@/handbell?host={quote(directory)}&port=5432"
