"""`handbell rehearse`: what would have gone out, to whom, when, and what was held back and why."""

import gc
import json
import os
import sys
import tempfile
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from config.environment import read
from handbell.supervisor.throwaway import throwaway_with_tables

if TYPE_CHECKING:
    from handbell.rehearsal.report import Rehearsed


@click.command()
@click.option(
    "--data",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with practice.toml, patients.csv, ... (see handbell import --template).",
)
@click.option(
    "--from", "begins", required=True, help="First moment: 2026-11-02 or 2026-11-02T08:00."
)
@click.option("--to", "ends", required=True, help="Last day (whole) or moment.")
@click.option(
    "--events",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV at,kind,from,text: texts, key presses, imports, a bad carrier while the clock runs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.option("--strict", is_flag=True, help="Exit with 1 if the data has flaws.")
def rehearse(
    *, data: Path, begins: str, ends: str, events: Path | None, as_json: bool, strict: bool
) -> None:
    """Play your own data with a simulated clock; nothing leaves this machine.

    Uses a database of its own that is gone afterwards, and the rehearsal carrier. Times without
    an offset are the practice's. Exit codes: 0 played, 1 flaws under --strict, 2 not playable.
    """
    quiet = as_json or not sys.stderr.isatty()
    with (
        tempfile.TemporaryDirectory() as home,
        throwaway_with_tables(read().home, make_tables=partial(_make_tables, home)) as url,
    ):
        _turn_to(url, home)
        found = _played(data, begins, ends, events, quiet=quiet)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(found)
    if strict and found.summary["flaws"]:
        sys.exit(1)


def _turn_to(url: str, home: str) -> None:
    """Set Django up on the throwaway database, away from the installation."""
    os.environ |= {
        "DATABASE_URL": url,
        "HANDBELL_HOME": home,
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    import django

    django.setup()


def _make_tables(home: str, url: str) -> None:
    _turn_to(url, home)
    from django.core.management import call_command
    from django.db import connections

    call_command("migrate", verbosity=0)
    connections.close_all()


def _played(data: Path, begins: str, ends: str, events: Path | None, *, quiet: bool) -> "Rehearsed":
    from django.db import connections

    # Millions of rows come and go: looking for cycles less often is a twentieth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)
    from handbell.rehearsal.rehearse import Wish, rehearse_folder

    try:
        with Progress(console=Console(stderr=True), disable=quiet, transient=True) as bar:
            task = bar.add_task("rehearsing", total=1.0)
            return rehearse_folder(
                Wish(data, begins, ends, events),
                progress=lambda share: bar.update(task, completed=share),
            )
    finally:
        connections.close_all()


def _show(found: "Rehearsed") -> None:
    """Print a rehearsal for a person: counts, then what was held back and why."""
    console = Console()
    summary = found.summary
    console.print(f"Rehearsed {summary['from']} to {summary['to']}: {summary['messages']} touches.")
    for title, counts in (
        ("By purpose", summary["by_purpose"]),
        ("By channel", summary["by_channel"]),
        ("By state", summary["by_state"]),
    ):
        shown = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        console.print(f"{title}: {shown or 'none'}")
    whys = Counter((entry.reason, entry.why) for entry in found.messages if entry.reason)
    if whys:
        console.print("\nHeld back, and why:")
    for (reason, why), count in whys.most_common():
        console.print(f"  {count:>6}  {reason}: {why}", soft_wrap=True)
    if summary["protection"]:
        console.print("\nSlowed down, paused or let go on, so that the senders keep their names:")
    for each in summary["protection"]:
        console.print(f"  {each['at'][:16]}  {each['what']}. {each['why']}", soft_wrap=True)
    if summary["flaws"]:
        console.print(f"\n{len(summary['flaws'])} flaws in the data; the rest was played:")
        for flaw in summary["flaws"][:20]:
            where = f"{flaw.get('file', '')} {flaw.get('line', '')}".strip()
            console.print(f"  {where}: {flaw.get('reason', '')}", soft_wrap=True)
        if len(summary["flaws"]) > 20:
            console.print("  ... (--json lists them all)")
    console.print("\n--json prints every message with its text, its time and its reason.")
