"""The `handbell` command: which subcommands there are, and how an error is told.

A subcommand is one line in COMMANDS and one module, which is imported only when it is used, so
that `handbell --help` is instant. Exit codes: 0 done, 1 done and something is wrong (doctor found
a problem, an import had flaws under --strict), 2 it could not run, 3 a fault in Handbell itself.
"""

import importlib
import keyword
import os
import signal
import sys
import threading
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from config.environment import SettingFlaw
from handbell.commands.whereabouts import place_of
from handbell.supervisor.flaws import StartFlaw

if TYPE_CHECKING:
    from handbell.commands import logs


# One line per subcommand: `name` is the function `name` of the module of that name beside this one
# (a Python keyword has an underscore behind it in both places).
COMMANDS = {
    "run": "Start everything on this machine and show where it is.",
    "web": "Serve the staff pages, the patients' pages and the webhooks.",
    "worker": "Plan, hand over and settle messages; start as many as you like.",
    "carrier": "Run the rehearsal carrier: phones and mailboxes that only exist here.",
    "import": "Bring in patients, visits, balances and consents from the clinic's own system.",
    "review": "Say of texts, one a line, whether the guard allows, holds or refuses them.",
    "bounce": "Take a mail that came back, as a mail server pipes it in.",
    "rehearse": "Play your own data with a simulated clock and see what would have gone out.",
    "report": "Answer a question about everybody, as a table or as files for a marketing tool.",
    "staff": "Make a login for somebody who works at a practice.",
    "senders": "List the numbers and from-addresses; pause one, or release one that pauses.",
    "emergency": "Close facilities and tell whoever is booked, when the web cannot.",
    "audit": "Verify that nobody changed the audit trail.",
    "migrate": "Bring the database's tables up to this version.",
    "bench": "Measure how fast Handbell is here, against what this machine can do.",
    "ordeal": "Kill everything at random and see whether the promise holds.",
    "doctor": "Check this installation and say, in plain words, what to repair.",
}


class CannotRun(click.ClickException):
    """It could not run for a reason its user can change; the message says which."""

    exit_code = 2


class Fault(click.ClickException):
    """A fault in Handbell itself. Where it came up is told; its text may hold patient data."""

    exit_code = 3


class Cli(click.Group):
    """A group whose subcommands are imported on use, and whose errors are one line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command = getattr(importlib.import_module(f"handbell.commands.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (click's own signature)
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGTERM, _end)
        return super().main(*args, **kwargs)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            if os.environ.get("HANDBELL_DEBUG") == "1":
                raise
            raise plainly(error) from error


@click.command(cls=Cli, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--log",
    "log_form",
    type=click.Choice(["auto", "plain", "json"]),
    default="auto",
    help="Form of log lines. auto: plain on a terminal, JSON otherwise.",
)
@click.version_option(package_name="handbell", message="Handbell %(version)s")
@click.pass_context
def cli(context: click.Context, log_form: "logs.Form") -> None:
    """Handbell sends the messages a particular patient needs, and nothing else.

    Start with `handbell run`; it needs no configuration and sends nothing outside this machine.
    Settings come from the environment (docs/settings.md). Exit codes: 0 done, 1 something is
    wrong, 2 it could not run, 3 a fault in Handbell.
    """
    from handbell.commands import logs  # half a second that --help can do without

    context.obj = log_form
    logs.configure(form=log_form)


def _end(number: int, _: FrameType | None) -> None:
    """Let SIGTERM undo what was begun, as an error would: a server started, a folder made."""
    sys.exit(128 + number)


def plainly(error: Exception) -> click.ClickException:
    """Return an error as one line for the person who typed the command."""
    if isinstance(error, (SettingFlaw, StartFlaw)):
        return CannotRun(str(error))
    if _is_from(error, "psycopg", "OperationalError") or _is_from(
        error, "django.db.utils", "OperationalError"
    ):
        return CannotRun(
            "the database cannot be reached: start it with `handbell run`, or see whether "
            "DATABASE_URL is right and its server is up (`handbell doctor` says more)"
        )
    if _is_from(error, "django.db.utils", "ProgrammingError") and "does not exist" in str(error):
        return CannotRun("the database's tables are not of this version: run `handbell migrate`")
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename else ""
        return CannotRun(f"{named}{error.strerror}")
    return Fault(
        f"{type(error).__name__} at {place_of(error.__traceback__)}: a fault in Handbell; "
        "nothing more is shown, because it may hold patient data (HANDBELL_DEBUG=1 shows all)"
    )


def _is_from(error: Exception, module: str, name: str) -> bool:
    """Return whether an error is of a class, without importing the library it comes from."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(error, kind)


if __name__ == "__main__":
    cli(prog_name="handbell")
