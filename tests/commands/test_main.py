"""The command line: help that is instant, and errors that are one clear line."""

import subprocess
import sys
from pathlib import Path

import click
import django.db
import psycopg
import pytest
from click.testing import CliRunner

from config.environment import SettingFlaw
from handbell.commands.main import COMMANDS, CannotRun, Fault, cli, plainly
from handbell.supervisor.flaws import StartFlaw

CHECKOUT = Path(__file__).parent.parent.parent


def test_help_names_every_command_and_loads_none_of_them() -> None:
    program = (
        "import sys\n"
        "from handbell.commands.main import cli\n"
        "try: cli(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'django', 'psycopg', 'structlog', 'granian', 'aiohttp'} & set(sys.modules)\n"
        "sys.exit(f'loaded: {heavy}' if heavy else 0)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert not [name for name in COMMANDS if f"  {name} " not in done.stdout]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str) -> None:
    told = CliRunner().invoke(cli, [name, "--help"])

    assert told.exit_code == 0, told.output
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert command.help, f"`handbell {name} --help` says nothing"
    unexplained = [
        parameter.name
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    assert not unexplained


def test_an_unknown_command_is_named() -> None:
    told = CliRunner().invoke(cli, ["ring"])

    assert told.exit_code == 2
    assert "No such command 'ring'" in told.output


def test_a_wrong_setting_is_one_line_and_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANDBELL_WEB_PORT", "http")

    told = CliRunner().invoke(cli, ["web"])

    assert told.exit_code == 2
    assert told.output.strip() == (
        "Error: HANDBELL_WEB_PORT must be a port number between 1 and 65535, not 'http'"
    )


def test_a_database_that_does_not_answer_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handbell.commands.main", "migrate"],
        cwd=CHECKOUT,
        env={"DATABASE_URL": "postgresql://handbell@127.0.0.1:1/handbell", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("Error: the database cannot be reached: start it with")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (SettingFlaw("set it"), CannotRun),
        (StartFlaw("start it"), CannotRun),
        (psycopg.OperationalError("secret"), CannotRun),
        (django.db.OperationalError("secret"), CannotRun),
        (FileNotFoundError(2, "No such file or directory", "there.csv"), CannotRun),
        (KeyError("Quillfeather"), Fault),
    ],
)
def test_errors_are_told_without_what_they_quote(error: Exception, kind: type[Exception]) -> None:
    told = plainly(error)

    assert isinstance(told, kind)
    assert "Quillfeather" not in told.message
    assert "secret" not in told.message
    assert "\n" not in told.message
