"""`handbell audit`: was the audit trail changed?"""

import json
import sys

import click

from handbell.commands import ready


@click.group()
def audit() -> None:
    """Look after the audit trail: who did what, in a chain nobody can change unseen."""


@audit.command()
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def verify(*, as_json: bool) -> None:
    """Check every practice's chain; name the first row that was changed, removed or slipped in.

    Rows cut off the end leave a chain that fits: note the number and the last hash this prints
    outside the database, and compare. Exit codes: 0 every chain holds, 1 one is broken.
    """
    with ready.database(command="handbell audit verify"):
        from handbell.access.audit import verify as verify_chain
        from handbell.access.models import AuditEvent, Practice

        found = []
        for practice in Practice.objects.order_by("slug"):
            count, broken = verify_chain(practice.pk)
            last = AuditEvent.objects.filter(practice=practice).order_by("-number").first()
            found.append(
                {
                    "practice": practice.slug,
                    "events": count,
                    "last_hash": last.hash if last else None,
                    "broken_at": broken.number if broken else None,
                    "why": broken.why if broken else None,
                }
            )
    if as_json:
        click.echo(json.dumps(found))
    else:
        for chain in found:
            click.echo(_said(chain))
        if not found:
            click.echo("There is no practice yet, so there is nothing to verify.")
    if any(chain["broken_at"] for chain in found):
        sys.exit(1)


def _said(chain: dict[str, object]) -> str:
    if chain["broken_at"]:
        return (
            f"{chain['practice']}: BROKEN at event {chain['broken_at']}: {chain['why']}. "
            "Restore the database from a backup beside this one and compare."
        )
    last = f", last hash {chain['last_hash']}" if chain["last_hash"] else ""
    return f"{chain['practice']}: {chain['events']} events, the chain holds{last}"
