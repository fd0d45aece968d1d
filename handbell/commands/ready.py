"""What does a command need before it can work: Django, and a database that answers?

The database is the one DATABASE_URL names, or the one `handbell run` keeps, or, if nothing runs
here, the embedded one, started for as long as the command takes.
"""

import contextlib
import os
from collections.abc import Iterator

import click
import django
from django.db import connection

from config.environment import Environment, read
from handbell.commands import tables
from handbell.supervisor import instance, placement
from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.patience import Patience
from handbell.supervisor.postgres import serving

RUN = "handbell run"  # what the lock of HANDBELL_HOME is held as by the one that serves others


def say(line: str) -> None:
    """Tell the person at the terminal what is going on; standard output is for results."""
    click.echo(line, err=True)


def set_up_django() -> None:
    """Load the settings and the models. An embedded server must have been placed before."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()


@contextlib.contextmanager
def database(*, command: str) -> Iterator[Environment]:
    """Yield the settings; within the block Django is set up and the tables are of this version.

    For every command that works on the facts. `command` is what another command is told that has
    to wait for this one, such as "handbell import". Raises StartFlaw if tables are out of date:
    only an embedded database, which nobody else can be using, is migrated without being asked.
    """
    with server(command=command) as ours:
        if ours:
            tables.bring_up_to_date()
        elif tables.pending():
            raise StartFlaw("the database's tables are not of this version: run `handbell migrate`")
        yield read()


@contextlib.contextmanager
def server(*, command: str) -> Iterator[bool]:
    """Set Django up with a database server that answers; yield whether we had to start it."""
    environment = read()
    with contextlib.ExitStack() as keeping:
        ours = not environment.database_url and _keep(environment, command, keeping)
        set_up_django()
        keeping.callback(connection.close)
        yield ours


def _keep(environment: Environment, command: str, keeping: contextlib.ExitStack) -> bool:
    """Start the embedded server unless `handbell run` keeps it. Return whether we did."""
    patience = Patience(say=say, seconds=None)
    while True:
        try:
            keeping.enter_context(instance.only_one(environment.home, command=command))
            break
        except instance.AlreadyRunning as other:
            if other.holder.command == RUN:
                return False
            patience.wait(f"`{other.holder.command}` (process {other.holder.pid}) to end")
    say(f"the database is not running: it is started for `{command}`")
    place = placement.of_installation(environment.home, chosen_programs=environment.pg_bin)
    keeping.enter_context(serving(place, say=say))
    return True
