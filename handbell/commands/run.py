"""`handbell run`: everything on this machine, from the database to the pages, as one program."""

import contextlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from django.db import connections

from config.environment import Environment, read
from handbell.commands import logs, ready, tables, workers
from handbell.commands.answers import answers_http
from handbell.supervisor import instance, placement
from handbell.supervisor.ports import Port, require_free
from handbell.supervisor.postgres import Postgres, serving
from handbell.supervisor.processes import Child, Household
from handbell.supervisor.signals import Signals, StopRequested

if TYPE_CHECKING:
    from handbell.commands.demo import DemoLogin

CHILDREN = {
    "carrier": "the rehearsal carrier",
    "web": "the pages and webhooks",
    "worker": "the worker",
}
START_ORDER = (("carrier",), ("web", "worker"))  # whom the worker hands to before the worker
STOP_ORDER = ("web", "worker", "carrier")  # no new work, then no work, then nobody to talk to
GRACE_SECONDS = 30  # for what a killed run left to let go of its ports


@click.command()
@click.option(
    "--demo/--no-demo",
    default=None,
    help="Make a demo practice if there is no practice yet. Default: unless DATABASE_URL or a "
    "real provider is configured.",
)
@click.pass_obj
def run(form: logs.Form, demo: bool | None) -> None:
    """Start everything on this machine and show where it is.

    The embedded database (unless DATABASE_URL is set), its tables, the staff pages, the worker
    and the rehearsal carrier. Ctrl-C stops all of it; starting again keeps the data. Nothing
    leaves this machine until a real provider is configured.
    """
    environment = read()
    with Signals() as signals:
        try:
            with contextlib.ExitStack() as undo:
                _run(environment, signals, undo, form=form, demo=demo)
        except StopRequested:
            tell("stopped before everything was up")
        else:
            tell("stopped; the data are kept")


def tell(line: str, *, name: str = "handbell") -> None:
    """Print one line, marked with who says it. A reader that has gone away is no error."""
    try:
        click.echo(f"{name:<8} | {line}")
    except BrokenPipeError:
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 (for the rest of our life)


def _run(
    environment: Environment,
    signals: Signals,
    undo: contextlib.ExitStack,
    *,
    form: logs.Form,
    demo: bool | None,
) -> None:
    interrupted = undo.enter_context(
        instance.only_one(environment.home, command=ready.RUN, address=environment.public_url)
    )
    tell("checking that the ports are free")
    require_free(_ports(environment), say=tell, grace_seconds=GRACE_SECONDS if interrupted else 0)
    server = _start_database(environment, undo)
    logins = _prepare(environment, demo=demo)
    household = Household(signals=signals, say=tell, show=_show, names=_names(environment))
    undo.callback(_stop, household)
    for together in _children(environment, form):
        with step("starting " + ", ".join(CHILDREN[child.name] for child in together)):
            household.start(*together)
    connections.close_all()
    signals.interrupting = False  # everything is up; who read the next lines may stop it at once
    click.echo(_welcome(environment, logins))
    household.watch(lambda: _keep_up(server, signals))


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Say what takes a while, and afterwards how long it took."""
    began = time.monotonic()
    tell(f"{what} ...")
    yield
    tell(f"{what}: done in {time.monotonic() - began:.1f} s")


def _ports(environment: Environment) -> list[Port]:
    return [
        Port(environment.web_host, environment.web_port, "HANDBELL_WEB_PORT"),
        Port("127.0.0.1", environment.carrier_port, "HANDBELL_CARRIER_PORT"),
        Port("127.0.0.1", environment.carrier_smtp_port, "HANDBELL_CARRIER_SMTP_PORT"),
    ]


def _start_database(environment: Environment, undo: contextlib.ExitStack) -> Postgres | None:
    if environment.database_url:
        tell("using the database of DATABASE_URL")
        return None
    place = placement.of_installation(environment.home, chosen_programs=environment.pg_bin)
    first = not (place.data / "PG_VERSION").exists()
    with step("making the database (first start)" if first else "starting the database"):
        server = undo.enter_context(serving(place, say=tell))
    undo.callback(tell, "stopping the database")
    if not place.data.is_relative_to(environment.home):
        tell(f"root may not use user namespaces here: the data are in {place.data}")
    return server


def _prepare(environment: Environment, *, demo: bool | None) -> "list[DemoLogin]":
    """Bring the tables up to date; return the demo practice's logins, if it belongs here."""
    ready.set_up_django()
    with step("bringing the tables up to date"):
        tables.bring_up_to_date()
    real = environment.database_url or environment.twilio or environment.smtp
    logins: list[DemoLogin] = []
    if demo or (demo is None and not real):
        from handbell.commands.demo import LOGINS_FILE, ensure_demo_practice  # need the models

        first = not (environment.home / LOGINS_FILE).exists()
        with step("making the demo practice") if first else contextlib.nullcontext():
            logins = ensure_demo_practice(now=datetime.now(UTC))
    return logins


def _children(environment: Environment, form: logs.Form) -> list[list[Child]]:
    """Return our processes, those that start beside each other in a list of their own."""
    shown = ("plain" if sys.stdout.isatty() else "json") if form == "auto" else form
    words = [sys.executable, "-m", "handbell.commands.main", "--log", shown]
    web, api, mail = _ports(environment)
    before = workers.newest()
    is_up: dict[str, Callable[[], bool]] = {
        "web": lambda: answers_http(web),
        "carrier": lambda: api.answers() and mail.answers(),
        "worker": lambda: workers.newest() > before,
    }
    # If we are killed, the embedded database goes at that moment too: a worker that took its time
    # could settle nothing any more.
    death = {"worker": "TERM" if environment.database_url else "KILL"}
    return [
        [
            Child(
                name,
                [*words, name],
                ready=is_up[name],
                death_signal=death.get(name, "TERM"),
            )
            for name in together
        ]
        for together in START_ORDER
    ]


def _names(environment: Environment) -> dict[str, str]:
    """Return the children's environment: ours, and the home we read, whatever their folder."""
    return {**os.environ, "HANDBELL_HOME": str(environment.home), "PYTHONUNBUFFERED": "1"}


def _show(name: str, line: str) -> None:
    tell(line, name=name)


def _stop(household: Household) -> None:
    tell("stopping")
    household.stop(STOP_ORDER)


def _keep_up(server: Postgres | None, signals: Signals) -> None:
    """Start the database again if it is gone. Raises StartFlaw if it will not come up."""
    if server is None or server.is_running():
        return
    tell("the database ended unexpectedly; it is started again")
    with signals.interruptible(), step("starting the database"):
        server.stop()
        server.start()


def _welcome(environment: Environment, logins: "Sequence[DemoLogin]") -> str:
    lines = [
        "",
        f"  Handbell is running:   {environment.public_url}",
        f"  Phones and mailboxes:  {environment.carrier_url} (the rehearsal carrier)",
    ]
    if logins:
        widest = max(len(login.email) for login in logins)
        lines += ["", "  Demo logins:"]
        lines += [
            f"    {login.level.replace('_', ' '):<22}  {login.email:<{widest}}  {login.password}"
            for login in logins
        ]
    lines += ["", f"  {_where_messages_go(environment)}", "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def _where_messages_go(environment: Environment) -> str:
    real = [
        name
        for name, account in (("Twilio", environment.twilio), ("SMTP", environment.smtp))
        if account
    ]
    if not real:
        return "Nothing leaves this machine: no real provider is configured."
    return f"Real messages may leave through {' and '.join(real)}."
