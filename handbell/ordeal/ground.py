"""Where an ordeal takes place: its own names of everything, and Django with tables of its own."""

import contextlib
import os
import secrets
import socket
from collections.abc import Iterator

import django
from django.core.management import call_command
from django.db import connections


@contextlib.contextmanager
def ground(url: str, home: str) -> Iterator[dict[str, str]]:
    """Turn this process to the database at `url`; yield the names its processes are to know."""
    names = {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "HANDBELL_WEB_PORT": str(_free_port()),
        "HANDBELL_SECRET_KEY": secrets.token_urlsafe(32),
        "HANDBELL_CARRIER_TOKEN": secrets.token_hex(16),
    }
    for name in [name for name in os.environ if name.startswith(("HANDBELL_", "PG"))]:
        if name != "HANDBELL_DEBUG":
            del os.environ[name]
    os.environ |= {**names, "HANDBELL_HOME": home}
    django.setup()
    call_command("migrate", verbosity=0)
    try:
        yield names
    finally:
        connections.close_all()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
