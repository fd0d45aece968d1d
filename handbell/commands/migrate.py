"""`handbell migrate`: bring the database's tables up to this version."""

import json

import click

from handbell.commands import ready, tables


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; exit 1 if steps are pending.")
@click.option("--json", "as_json", is_flag=True, help="Print the steps as JSON.")
def migrate(check: bool, as_json: bool) -> None:
    """Bring the database's tables up to this version.

    Safe to repeat, and safe to start on several hosts at once. `handbell run` does it by itself.
    """
    with ready.server(command="handbell migrate"):
        names = tables.pending() if check else tables.bring_up_to_date()
    if as_json:
        click.echo(json.dumps({"pending" if check else "applied": names}))
    else:
        click.echo(_told(names, check=check))
    if check and names:
        raise click.exceptions.Exit(1)


def _told(names: list[str], *, check: bool) -> str:
    if not names:
        return "The database is up to date."
    listed = "".join(f"\n  {name}" for name in names)
    return f"{len(names)} steps {'are pending' if check else 'applied'}:{listed}"
