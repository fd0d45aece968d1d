"""`handbell report`: the reports of the console, with the same permissions and the same record."""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console

from config.environment import SettingFlaw
from handbell.commands import ready

if TYPE_CHECKING:
    from handbell.access.models import StaffMember
    from handbell.reports.declared import Asked, Report
    from handbell.reports.models import Run

STDOUT = "-"
FORMATS = ("csv", "csv-bom", "xlsx", "json")
REASONS = (
    *("marketing_tool", "other_system", "letters_or_calls", "checking_records", "law_or_audit"),
    *("another", "not_said"),
)


@click.command()
@click.argument("name", required=False)
@click.option("--practice", "slug", help="The practice's slug.")
@click.option("--as", "email", metavar="EMAIL", help="The login you act as.")
@click.option("--profile", help="Files for a marketing tool: mailchimp or constant_contact.")
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="csv",
    show_default=True,
    help="csv-bom begins with a byte order mark, which Excel wants. To look at it take xlsx: "
    "a spreadsheet takes a CSV's telephone numbers for figures and drops their +.",
)
@click.option(
    "--filter", "filters", multiple=True, metavar="K=V", help="Narrow the report (repeatable)."
)
@click.option(
    "--reason",
    type=click.Choice(REASONS),
    help="What patients' contact data are taken out for. Asked for at a terminal.",
)
@click.option(
    "-o", "--output", metavar="FILE", default=STDOUT, help="Where to; - is standard output."
)
@click.option("--json", "as_json", is_flag=True, help="Say what was written as JSON.")
def report(
    *,
    name: str | None,
    slug: str | None,
    email: str | None,
    profile: str | None,
    form: str,
    filters: tuple[str, ...],
    reason: str | None,
    output: str,
    as_json: bool,
) -> None:
    """Run the report NAME; without a name, list which there are with their filters.

    Whoever it runs as needs the permission to run reports. Every run is in the audit trail: who,
    what, with which filters, how many rows, and for what. A marketing tool's files (--profile) hold
    who gave marketing permission; --filter permission= takes those never asked as well.

    Exit codes: 0 written, 2 not: the message says why.
    """
    if not name:
        with ready.database(command="handbell report"):
            _list(as_json=as_json)
        return
    if not slug or not email:
        raise click.UsageError("say of which practice (--practice) and as whom (--as)")
    if profile and form != "csv":
        raise click.UsageError("a marketing tool imports CSV files only: leave --format out")
    if output == STDOUT and (profile or form == "xlsx") and sys.stdout.isatty():
        raise click.UsageError("this is a file for programs: say where to write it with -o FILE")
    with ready.database(command="handbell report"):
        made = _run(name, slug, email, profile or "", _form(form, profile), filters, reason)
        _give(made, output)
    told = {"report": made.report, "rows": made.rows, "bytes": made.bytes}
    if as_json:
        click.echo(json.dumps(told), err=output == STDOUT)
    elif output != STDOUT:
        click.echo(f"{output}: {made.rows or 0:,} rows")


def _form(form: str, profile: str | None) -> str:
    return "zip" if profile else form.replace("-", "_")


def _list(*, as_json: bool) -> None:
    from handbell.reports.catalog import REPORTS

    if as_json:
        found = [
            {
                "name": one.name,
                "title": one.title,
                "question": one.question,
                "columns": [column.name for column in one.columns],
                "filters": {each.name: sorted(each.options) for each in one.filters},
                "profiles": [each.name for each in one.profiles],
            }
            for one in REPORTS.values()
        ]
        click.echo(json.dumps(found, indent=1, ensure_ascii=False))
        return
    for one in REPORTS.values():
        click.echo(f"{one.name}: {one.title}. {one.question}")
        for each in one.filters:
            takes = "|".join(each.options) or ("YYYY-MM-DD" if each.kind == "day" else "ID")
            click.echo(f"    --filter {each.name}={takes}")
        for tool in one.profiles:
            click.echo(f"    --profile {tool.name}")
    click.echo("\nRun one: handbell report NAME --practice SLUG --as EMAIL")


def _run(
    name: str,
    slug: str,
    email: str,
    profile: str,
    form: str,
    filters: tuple[str, ...],
    reason: str | None,
) -> "Run":
    from handbell.reports.catalog import REPORTS
    from handbell.reports.operations import ask_for, build, may_run
    from handbell.vocabulary.words import ReportReason

    found = REPORTS.get(name)
    if found is None:
        raise SettingFlaw(f"there is no report {name!r}; there are: {', '.join(REPORTS)}")
    staff = _member(slug, email)
    if not may_run(staff, found):
        raise SettingFlaw(
            f"{email} may not run {name}: it needs the permission to run reports"
            f"{' and to see balances' if found.needs else ''} (Settings > Staff)"
        )
    now = datetime.now(UTC)
    asked = _asked(found, filters, profile, staff, now)
    why = ReportReason(reason or _reason()) if found.has_contacts else None
    run = ask_for(found, asked, form=form, by=staff, why=why, now=now)
    with Console(stderr=True).status(f"{found.title} ...", spinner="dots"):
        build(run, clock=lambda: datetime.now(UTC))
    return run


def _member(slug: str, email: str) -> "StaffMember":
    from handbell.access.models import Practice, StaffMember

    if not Practice.objects.filter(slug=slug).exists():
        known = ", ".join(Practice.objects.order_by("slug").values_list("slug", flat=True)[:100])
        raise SettingFlaw(f"there is no practice {slug!r}; there are: {known or 'none yet'}")
    found = (
        StaffMember.objects.select_related("practice")
        .filter(practice__slug=slug, email=email.lower(), is_active=True)
        .first()
    )
    if found is None:
        raise SettingFlaw(f"nobody with the login {email} works at {slug}")
    return found


def _asked(
    found: "Report", filters: tuple[str, ...], profile: str, staff: "StaffMember", now: datetime
) -> "Asked":
    from handbell.reports.asked import FilterFlaw, ask

    if profile and found.profile(profile) is None:
        known = ", ".join(one.name for one in found.profiles) or "none"
        raise SettingFlaw(f"{found.name} has no profile {profile!r}; it has: {known}")
    given = {}
    for one in filters:
        key, equals, value = one.partition("=")
        if not equals:
            raise SettingFlaw(f"--filter takes a name, = and a value, not {one!r}")
        given[key.strip()] = value
    try:
        return ask(found, given, staff=staff, profile=profile, strict=True, now=now)
    except FilterFlaw as flaw:
        raise SettingFlaw(f"--filter: {flaw}") from flaw


def _reason() -> str:
    """Ask a person what the data are for; a program that says nothing is noted so."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return "not_said"
    return str(
        click.prompt(
            "What are patients' contact data taken out for",
            type=click.Choice(REASONS[:-1]),
            err=True,
        )
    )


def _give(run: "Run", output: str) -> None:
    """Copy the file where it is wanted, for its owner only, and keep nothing."""
    from handbell.reports.files import path_of
    from handbell.reports.operations import record_download, throw_away

    try:
        with path_of(run.file).open("rb") as file:
            if output == STDOUT:
                shutil.copyfileobj(file, sys.stdout.buffer)
            else:
                with _opened(Path(output)) as copy:
                    shutil.copyfileobj(file, copy)
        record_download(run, by=run.staff, now=datetime.now(UTC))
    finally:
        throw_away(run)


def _opened(place: Path) -> IO[bytes]:
    """Open where the file goes: a new one for its owner only, or a pipe or device as it is."""
    from handbell.reports.writing import private

    is_special = place.exists() and not place.is_file()
    return place.open("wb") if is_special else private(place)
