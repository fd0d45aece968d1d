"""`handbell doctor`: check this installation and say, in plain words, what to repair."""

import dataclasses
import json
from typing import Final

import click

from handbell.commands.checks import Finding, findings
from handbell.vocabulary.checks import Light


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check this installation and say, in plain words, what to repair.

    Each line is ok, SOON (it works, and something should be done) or REPAIR. Repairs nothing
    itself. Exits 1 if anything is to repair. An embedded database that is not running is started
    for the check and stopped again.
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


#: A word beside the colour: neither a log nor everybody's eyes show it.
_WORDS: Final = {
    Light.GREEN: ("ok    ", "green"),
    Light.AMBER: ("SOON  ", "yellow"),
    Light.RED: ("REPAIR", "red"),
}


def _tell(finding: Finding) -> None:
    word, colour = _WORDS[finding.light]
    click.echo(f"{click.style(word, fg=colour)}  {finding.check}: {finding.text}")
    if finding.cure:
        click.echo(f"        -> {finding.cure}")
