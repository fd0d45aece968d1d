"""`handbell web`: serve the staff pages, the patients' pages and the providers' webhooks."""

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import click
import psycopg
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from config.database import embedded_url
from config.environment import read
from handbell.commands import logs
from handbell.supervisor.lifeline import die_with_parent
from handbell.supervisor.ports import Port, require_free

THREADS = 8  # each holds one database connection; measured 1x8 best for pages and receipts
END_SECONDS = 10  # for the requests under way when we are asked to stop


@click.command()
@click.pass_obj
def web(form: logs.Form) -> None:
    """Serve the staff pages, the patients' pages and the providers' webhooks.

    Listens on HANDBELL_WEB_HOST and HANDBELL_WEB_PORT (127.0.0.1:8000). Needs the database of
    DATABASE_URL or of `handbell run`. For production put a proxy with TLS in front.
    """
    environment = read()
    port = Port(environment.web_host, environment.web_port, "HANDBELL_WEB_PORT")
    require_free([port], say=lambda line: click.echo(line, err=True))
    psycopg.connect(environment.database_url or embedded_url(environment)).close()
    Granian(
        "config.wsgi:application",
        address=port.host,
        port=port.number,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        workers_kill_timeout=END_SECONDS,
        log_level=LogLevels.error,
    ).serve(target_loader=partial(load, parent=os.getpid(), form=form), wrap_loader=False)


def load(*, parent: int, form: logs.Form) -> Callable[..., Any]:
    """Return the application, inside Granian's worker process, which ends with its parent.

    SIGKILL, because nobody is left to wait for a graceful end; the database undoes half requests.
    """
    die_with_parent(signal.SIGKILL, parent=parent)
    logs.configure(form=form)
    from config.wsgi import application

    return application
