"""`handbell ordeal`: kill everything at random, and let the carrier say what became of it."""

import asyncio
import json
import os
import secrets
import socket
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handbell.ordeal.cluster import Cluster

if TYPE_CHECKING:
    from handbell.ordeal.report import Found


@click.command()
@click.option("--kills", default=40, show_default=True, help="How often something is killed.")
@click.option("--seed", type=int, help="Repeat the troubles of an ordeal. Default: a new one.")
@click.option(
    "--workers", type=click.IntRange(2, 8), default=3, show_default=True, help="Worker hosts."
)
@click.option("--json", "as_json", is_flag=True, help="Print the counts as JSON.")
def ordeal(*, kills: int, seed: int | None, workers: int, as_json: bool) -> None:
    """Put the promise to the test: nothing lost, nothing twice, nothing after STOP.

    Starts an installation of its own (database, pages, workers, each with a clock of its own) and
    kills its processes at random, while the rehearsal carrier misbehaves, clocks jump, and visits
    are moved, cancelled and stopped. Then what the carrier saw is compared with the database.
    Nothing of yours is touched, and nothing is left. Exit codes: 0 the promise held, 1 it did not.
    """
    found = _endured(secrets.randbelow(1_000_000) if seed is None else seed, kills, workers)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=1))
    else:
        found.tell(click.echo)
    if not found.is_clean:
        if as_json:
            found.tell(lambda line: click.echo(line, err=True))
        sys.exit(1)


def _endured(seed: int, kills: int, workers: int) -> "Found":
    with Cluster() as cluster, tempfile.TemporaryDirectory(prefix="handbell-ordeal-") as home:
        port = _free_port()
        names = {
            "DATABASE_URL": cluster.url,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "HANDBELL_WEB_PORT": str(port),
            "HANDBELL_SECRET_KEY": secrets.token_urlsafe(32),
            "HANDBELL_CARRIER_TOKEN": secrets.token_hex(16),
        }
        for name in [name for name in os.environ if name.startswith(("HANDBELL_", "PG"))]:
            if name != "HANDBELL_DEBUG":
                del os.environ[name]
        os.environ |= {**names, "HANDBELL_HOME": home}
        import django
        from django.core.management import call_command
        from django.db import connections

        django.setup()
        call_command("migrate", verbosity=0)
        from handbell.ordeal.ordeal import endure  # needs the models
        from handbell.ordeal.trial import Wish

        try:
            wish = Wish(kills=kills, seed=seed, workers=workers, web_port=port)
            return asyncio.run(endure(wish, cluster, Path(home), names, _say))
        finally:
            connections.close_all()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(line: str) -> None:
    click.echo(line, err=True)
