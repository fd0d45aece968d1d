"""`handbell import`: files from the clinic's own system, in; what could not be used, out."""

import contextlib
import csv
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from handbell.commands import ready
from handbell.importers.template import AlreadyThere, write_templates

if TYPE_CHECKING:
    from handbell.access.models import Practice
    from handbell.importers.facts import Flaw, Kind
    from handbell.importers.report import Count, Found, ImportReport
    from handbell.importers.source import Source
    from handbell.importers.staging import Progress as Step

STDIN = Path("-")
PLACES_SHOWN = 5
MOST_FILES_SHOWN = 12


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    type=click.Path(exists=True, allow_dash=True, path_type=Path),
)
@click.option("--practice", "slug", metavar="SLUG", help="Whose files these are.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--dry-run", is_flag=True, help="Do everything, show the report, keep nothing.")
@click.option(
    "--flaws",
    "flaws_file",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Write every single flaw to this CSV file.",
)
@click.option(
    "--template",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write empty files to fill in, with one example row each, and stop.",
)
@click.pass_context
def import_(
    context: click.Context,
    *,
    paths: tuple[Path, ...],
    slug: str | None,
    as_json: bool,
    dry_run: bool,
    flaws_file: Path | None,
    template: Path | None,
) -> None:
    """Bring in patients, appointments, balances and consents.

    PATHS are files, folders, or - for standard input: CSV (ours, or another system's export), FHIR
    R4 (JSON, NDJSON), HL7 v2, practice.toml. The format is found from the content, the order does
    not matter, and importing the same again changes nothing. A row that cannot be used is listed
    with its place and what to do; the rest goes in. Each file is stored as a whole or not at all,
    and so are all HL7 files of a folder.

    Whose files they are says the practice.toml beside them, or --practice, or there is only one.

    Exit codes: 0 all that Handbell keeps went in, 1 it went in but for the flaws listed, 2 nothing
    could be done.
    """
    if template is not None:
        _write_templates(template)
        return
    if not paths:
        raise click.UsageError("name files or folders to import, or - for standard input")
    with ready.database(command="handbell import"):
        report = _run(paths, slug, flaws_file, dry_run=dry_run, quiet=as_json)
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(report)
    context.exit(report.exit_code)


def _write_templates(folder: Path) -> None:
    try:
        written = write_templates(folder)
    except AlreadyThere as error:
        raise click.UsageError(str(error)) from error
    for path in written:
        click.echo(path)


def _run(
    paths: tuple[Path, ...],
    slug: str | None,
    flaws_file: Path | None,
    *,
    dry_run: bool,
    quiet: bool,
) -> "ImportReport":
    from handbell.importers.feed import PracticeNeeded, import_paths

    with contextlib.ExitStack() as open_things:
        sources = [open_things.enter_context(_source(path)) for path in paths]
        sink = open_things.enter_context(_flaw_writer(flaws_file)) if flaws_file else None
        watch = open_things.enter_context(_progress(quiet=quiet))
        try:
            return import_paths(
                sources,
                practice=_practice(slug) if slug else None,
                now=datetime.now(UTC),
                progress=watch,
                on_flaw=sink,
                dry_run=dry_run,
            )
        except PracticeNeeded as error:
            raise click.UsageError(str(error)) from error


def _practice(slug: str) -> "Practice":
    from handbell.access.models import Practice

    found = Practice.objects.filter(slug=slug).first()
    if found is None:
        slugs = ", ".join(Practice.objects.order_by("slug").values_list("slug", flat=True)[:100])
        raise click.UsageError(f"there is no practice {slug!r}; there are: {slugs or 'none yet'}")
    return found


@contextlib.contextmanager
def _source(path: Path) -> "Iterator[Path | Source]":
    """Yield what to import; standard input is kept in a file for as long as that takes."""
    from handbell.importers.source import Source

    if path != STDIN:
        yield path
        return
    with tempfile.NamedTemporaryFile(prefix="handbell-import-") as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
        file.flush()
        yield Source(name="standard input", path=Path(file.name))


@contextlib.contextmanager
def _flaw_writer(path: Path) -> "Iterator[Callable[[Flaw], None]]":
    """Yield what writes each flaw as a row of a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["file", "place", "kind", "severity", "field", "value_kind", "reason", "what_to_do"]
        )
        yield lambda flaw: rows.writerow(
            [
                flaw.file,
                flaw.place,
                flaw.kind,
                flaw.severity,
                flaw.field,
                flaw.value_kind,
                flaw.reason,
                flaw.cure,
            ]
        )


@contextlib.contextmanager
def _progress(*, quiet: bool) -> "Iterator[Callable[[Step], None]]":
    """Yield what draws a bar on standard error, if that is a terminal."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as bars:
        task = bars.add_task("importing", total=None)

        def show(step: "Step") -> None:
            bars.update(
                task,
                description=f"{step.phase} {step.file}",
                completed=step.done,
                total=step.total or None,
            )

        yield show


def _show(report: "ImportReport") -> None:
    """Print the sums, what could not be used and what to do."""
    if report.dry_run:
        click.echo("A dry run: nothing was kept.\n")
    _show_counts(report)
    for file in report.files:
        for note in file.notes:
            click.echo(f"  {file.name}: {note}")
    total = report.total
    click.echo(
        f"\n{total.rows:,} rows in = {total.stored:,} stored ({total.new:,} new, "
        f"{total.updated:,} updated) + {total.unchanged:,} unchanged + {total.flaws:,} flaws"
    )
    if total.not_used:
        click.echo(f"  {total.not_used:,} of the flaws are rows Handbell has no use for:")
        for found in _by_count(report.not_used):
            click.echo(f"    {found.count:,} x {found.what.file}: {found.what.reason}")
    if total.value_flaws:
        click.echo(f"  {total.value_flaws:,} values were left out of rows that went in")
    if report.flaws:
        click.echo("\nWhat should be mended, the most frequent first:")
    for found in _by_count(report.flaws):
        _show_flaw(found)


def _show_counts(report: "ImportReport") -> None:
    """Print what became of the rows, by file and kind; of many files by kind alone."""
    click.echo(_line("", "rows in", "new", "updated", "unchanged", "flaws"))
    if len(report.files) > MOST_FILES_SHOWN:
        click.echo(f"{len(report.files)} files")
        _show_kinds(list(report.totals().items()))
        return
    for file in report.files:
        click.echo(f"{file.name} ({file.format})")
        _show_kinds(file.by_kind())


def _show_kinds(counts: "list[tuple[Kind, Count]]") -> None:
    for kind, count in counts:
        numbers = (count.rows, count.new, count.updated, count.unchanged, count.flaws)
        click.echo(_line(f"  {kind.value}", *(f"{number:,}" for number in numbers)))


def _line(first: str, *others: str) -> str:
    return f"{first:24}" + "".join(f"{other:>12}" for other in others)


def _by_count(found: "list[Found]") -> "list[Found]":
    return sorted(found, key=lambda one: -one.count)


def _show_flaw(found: "Found") -> None:
    what = found.what
    where = f"{what.file}, {what.field}" if what.field else what.file
    more = f" and {found.count - PLACES_SHOWN:,} more" if found.count > PLACES_SHOWN else ""
    click.echo(f"  {found.count:,} x {where}: {what.value_kind}: {what.reason}")
    click.echo(f"      {', '.join(found.places[:PLACES_SHOWN])}{more}")
    click.echo(f"      what to do: {what.cure}")
