"""`handbell doctor`: check this installation and say, in plain words, what to repair."""

import dataclasses
import json

import click

from handbell.commands.checks import Finding, findings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check this installation and say, in plain words, what to repair.

    Repairs nothing itself. Exits 1 if anything is wrong. An embedded database that is not
    running is started for the check and stopped again.
    """
    found = []
    for finding in findings():
        found.append(finding)
        if not as_json:
            _tell(finding)
    wrong = [finding for finding in found if not finding.ok]
    if as_json:
        listed = [dataclasses.asdict(finding) for finding in found]
        click.echo(json.dumps({"ok": not wrong, "findings": listed}, indent=2))
    else:
        click.echo(f"\n{len(wrong)} to repair." if wrong else "\nAll is well.")
    if wrong:
        raise click.exceptions.Exit(1)


def _tell(finding: Finding) -> None:
    click.echo(f"{'ok    ' if finding.ok else 'REPAIR'}  {finding.check}: {finding.text}")
    if not finding.ok:
        click.echo(f"        -> {finding.cure}")
