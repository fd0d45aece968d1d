"""`handbell ordeal`: kill everything at random, and let the carrier say what became of it."""

import asyncio
import json
import secrets
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
    from handbell.ordeal.ground import ground

    with (
        Cluster() as cluster,
        tempfile.TemporaryDirectory(prefix="handbell-ordeal-") as home,
        ground(cluster.url, home) as names,
    ):
        from handbell.ordeal.ordeal import endure  # needs the models
        from handbell.ordeal.trial import Wish

        port = int(names["HANDBELL_WEB_PORT"])
        wish = Wish(kills=kills, seed=seed, workers=workers, web_port=port)
        return asyncio.run(endure(wish, cluster, Path(home), names, _say))


def _say(line: str) -> None:
    click.echo(line, err=True)
