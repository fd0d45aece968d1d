"""Do the pages say what the code does? Every list, name, link and command in them is compared."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any

import click
import pytest
from django.apps import apps

from config import environment
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.channels.email.smtp.codes import CODES as SMTP_CODES
from handbell.channels.sms.twilio.codes import CODES as SMS_CODES
from handbell.channels.voice.twilio.codes import CODES as CALL_CODES
from handbell.commands.main import COMMANDS, cli
from handbell.importers import practice
from handbell.importers.csv.columns import COLUMNS, COSTLY, EITHER_NAME, Column
from handbell.importers.csv.mappings import MAPPINGS
from handbell.importers.facts import Kind, Severity
from handbell.importers.fhir.parse import READERS
from handbell.importers.hl7v2.parse import PATIENT_EVENTS
from handbell.importers.hl7v2.visits import EVENTS
from handbell.vocabulary import words
from handbell.vocabulary.words import MessageState, Objection
from tests.law.tables import code_rows, reason_cells

CHECKOUT = Path(__file__).parent.parent.parent
DOCS = CHECKOUT / "docs"
PAGES = sorted([*CHECKOUT.glob("*.md"), *DOCS.rglob("*.md")])
ROOMS = {path.name for path in (CHECKOUT / "handbell").iterdir() if path.is_dir()} - {"__pycache__"}


def _text(name: str) -> str:
    return (CHECKOUT / name).read_text()


def _rows(text: str) -> list[list[str]]:
    """Return the cells of every table row, heads and rules left out."""
    lines = [line.strip() for line in text.splitlines()]
    tables = [line for line in lines if line.startswith("|") and line.endswith("|")]
    rules = {number + 1 for number, line in enumerate(tables) if set(line) <= set("|-: ")}
    heads = {number - 1 for number in rules}
    return [
        [cell.strip() for cell in line[1:-1].split("|")]
        for number, line in enumerate(tables, start=1)
        if number not in rules | heads
    ]


def _bare(cell: str) -> str:
    return cell.strip("`")


def _section(text: str, title: str) -> str:
    """Return what stands below a heading, up to the next of the same level or above."""
    level = title.split(" ", 1)[0]
    _, found, rest = f"\n{text}".partition(f"\n{title}\n")
    assert found, f"there is no section {title!r}"
    return re.split(rf"\n#{{1,{len(level)}}} ", rest)[0]


# The glossary


def _closed_lists() -> dict[str, type[StrEnum]]:
    found = inspect.getmembers(words, inspect.isclass)
    return {name: kind for name, kind in found if kind.__module__ == words.__name__}


def test_the_glossary_has_every_closed_list_and_no_other() -> None:
    text = _section(_text("docs/glossary.md"), "## The closed lists")

    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == set(_closed_lists())


@pytest.mark.parametrize("name", sorted(_closed_lists()))
def test_the_glossary_tells_every_value_of_a_closed_list(name: str) -> None:
    rows = _rows(_section(_text("docs/glossary.md"), f"### {name}"))

    assert [_bare(row[0]) for row in rows] == [word.value for word in _closed_lists()[name]]
    assert all(row[1] for row in rows)


# Settings


def _strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _secrets(tree: ast.AST) -> Iterator[str]:
    """Yield the settings that `environment.secret(..., "name")` reads."""
    for node in ast.walk(tree):
        called = getattr(node, "func", None)
        name = getattr(called, "attr", None) or getattr(called, "id", None)
        if isinstance(node, ast.Call) and name == "secret" and len(node.args) == 2:
            assert isinstance(node.args[1], ast.Constant)
            yield f"HANDBELL_{node.args[1].value}".upper()


def _settings_in_code() -> set[str]:
    found = set()
    for room in ("handbell", "config"):
        for path in (CHECKOUT / room).rglob("*.py"):
            tree = ast.parse(path.read_text())
            for text in _strings(tree):
                found |= set(re.findall(r"\b(?:HANDBELL_[A-Z_]*[A-Z]|DATABASE_URL)\b", text))
            found |= set(_secrets(tree))
    return found


def _documented_settings() -> dict[str, list[str]]:
    return {_bare(row[0]): row[1:] for row in _rows(_text("docs/settings.md"))}


def test_every_setting_the_code_reads_is_documented_and_no_other() -> None:
    assert set(_documented_settings()) == _settings_in_code()


def test_every_setting_has_a_default_a_meaning_and_an_example() -> None:
    assert all(len(cells) == 3 and all(cells) for cells in _documented_settings().values())


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("HANDBELL_WEB_HOST", "web_host"),
        ("HANDBELL_WEB_PORT", "web_port"),
        ("HANDBELL_CARRIER_PORT", "carrier_port"),
        ("HANDBELL_CARRIER_SMTP_PORT", "carrier_smtp_port"),
        ("HANDBELL_TWILIO_BASE_URL", "twilio.base_url"),
        ("HANDBELL_SMTP_PORT", "smtp.port"),
    ],
)
def test_documented_defaults_are_the_defaults(name: str, attribute: str) -> None:
    given = {
        "HANDBELL_TWILIO_ACCOUNT_SID": "AC1",
        "HANDBELL_TWILIO_AUTH_TOKEN": "t",
        "HANDBELL_SMTP_HOST": "mail.example",
    }
    value: Any = environment.read(given)
    for part in attribute.split("."):
        value = getattr(value, part)

    assert _bare(_documented_settings()[name][0]) == str(value)


# Reasons


def test_every_reason_is_told_as_the_code_tells_it() -> None:
    rows = _rows(_text("docs/reasons.md"))
    states = {f"`{state.value}`" for state in MessageState} | {"none"}

    assert [[row[0], *row[2:]] for row in rows] == [reason_cells(reason) for reason in Objection]
    assert {row[1] for row in rows} <= states


# Providers


@pytest.mark.parametrize(
    ("page", "section", "codes"),
    [
        ("docs/providers/twilio.md", "### Texts", SMS_CODES),
        ("docs/providers/twilio.md", "### Calls", CALL_CODES),
        ("docs/providers/smtp.md", "## When something is refused", SMTP_CODES),
    ],
)
def test_every_code_of_a_provider_is_told_as_the_code_acts(
    page: str, section: str, codes: Any
) -> None:
    told = _section(_text(page), section).splitlines()

    assert [line for line in told if line.startswith("| `")] == code_rows(codes)


def test_every_number_that_misbehaves_by_itself_is_told() -> None:
    rows = _rows(_section(_text("docs/providers/rehearsal.md"), "## Make it misbehave"))

    assert [_bare(row[0]) for row in rows] == [each.number for each in CONVENTIONS]


# Importing


def _import_page(section: str) -> str:
    return _section(_text("docs/import.md"), section)


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_columns_of_our_own_files_are_told(kind: Kind) -> None:
    rows = _rows(_import_page(f"### {kind.value}.csv"))

    told = [(_bare(row[0]), row[3]) for row in rows]
    assert told == [(_our_name(column), _cost(column)) for column in COLUMNS[kind]]
    must = {column.name for column in COLUMNS[kind] if column.required} - EITHER_NAME
    assert {row[0] for row in rows if row[1] == "yes"} == {
        f"`{_our_name(column)}`" for column in COLUMNS[kind] if column.name in must
    }


def _our_name(column: Column) -> str:
    return column.name.replace(" ", "_")


def _cost(column: Column) -> str:
    return "row" if column.instead is COSTLY else "value"


def test_every_severity_of_a_flaw_is_told() -> None:
    rows = _rows(_import_page("## What becomes of every row"))

    assert [_bare(row[0]) for row in rows][: len(Severity)] == [one.value for one in Severity]


def test_every_export_that_maps_by_itself_is_told() -> None:
    listed = _import_page("### Exports of other systems")

    assert re.findall(r"^\* (.+)$", listed, re.MULTILINE) == [one.name for one in MAPPINGS]


def test_every_resource_that_is_read_is_told() -> None:
    rows = _rows(_import_page("## FHIR R4"))

    assert [_bare(row[0]) for row in rows] == list(READERS)


def test_every_message_that_is_read_is_told() -> None:
    rows = _rows(_import_page("## HL7 v2"))
    told = {(row[0][1:4], event) for row in rows for event in re.findall(r"[SAP]\d\d", row[0])}

    assert told == {
        *(("SIU", event) for event in EVENTS),
        *(("ADT", event) for event in PATIENT_EVENTS),
        ("DFT", "P03"),
    }


def _example_practice() -> bytes:
    found = re.search(r"```toml\n(.*?)```", _text("docs/import.md"), re.DOTALL)
    assert found
    return found[1].encode()


def test_the_example_of_a_practice_has_no_flaw_and_every_section() -> None:
    setting, findings = practice.parse_practice(_example_practice(), file="practice.toml")

    assert not findings.items
    assert setting is not None
    assert setting.steps
    assert setting.senders
    assert setting.scripts


def test_every_key_of_practice_toml_is_told() -> None:
    rows = _rows(_import_page("## practice.toml"))
    sections = {"reminders.steps", "windows", "senders", "scripts"}
    keys = {"name", "slug", *practice._TOP, *sections}
    keys |= {f"reminders.{key}" for key in practice._REMINDERS}
    keys |= {f"balance.{key}" for key in practice._BALANCE}

    assert {_bare(row[0]) for row in rows} == keys


# The map


def test_the_map_has_every_room_and_no_other() -> None:
    rows = _rows(_section(_text("docs/map.md"), "## The rooms"))

    assert {_bare(row[0]) for row in rows} == ROOMS


def test_the_map_has_every_table_and_no_other() -> None:
    rows = _rows(_section(_text("docs/map.md"), "## The tables"))
    tables = {
        (model._meta.app_label, model._meta.db_table)
        for model in apps.get_models()
        if model.__module__.startswith("handbell.")
    }

    assert {(row[0], _bare(row[1])) for row in rows} == tables


def test_the_map_has_every_clock_and_no_other() -> None:
    from django.conf import settings
    from procrastinate.contrib.django import app

    for name in settings.PROCRASTINATE_IMPORT_PATHS:
        importlib.import_module(name)
    rows = _rows(_section(_text("docs/map.md"), "## The clocks"))
    clocks = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}

    assert {_bare(row[0]): _bare(row[1]) for row in rows} == clocks


def _names_in_code(text: str) -> set[str]:
    """Return the dotted names of ours in backticks, such as `policy.judge.judge`."""
    dotted = re.findall(r"`(\w+(?:\.\w+)+)`", text)
    files = {"py", "md", "toml", "csv", "txt", "json", "jsonl", "png", "log", "sql", "ics"}
    return {
        name
        for name in dotted
        if name.partition(".")[0] in ROOMS and name.rpartition(".")[2] not in files
    }


def _resolve(name: str) -> object:
    """Return what `room.module.thing` names. Raises if there is no such thing."""
    parts = name.split(".")
    for cut in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(["handbell", *parts[:cut]]))
        except ModuleNotFoundError as error:
            if not str(error.name).startswith("handbell"):
                raise
            continue
        for part in parts[cut:]:
            found = getattr(found, part)
        return found
    raise ModuleNotFoundError(name)


def test_every_name_in_the_pages_is_there() -> None:
    missing = []
    for page in PAGES:
        for name in sorted(_names_in_code(page.read_text())):
            try:
                _resolve(name)
            except (ModuleNotFoundError, AttributeError):
                missing.append(f"{page.relative_to(CHECKOUT)}: {name}")

    assert not missing


def test_every_file_in_the_pages_is_there() -> None:
    paths = re.compile(r"`((?:handbell|config|tests|docs|requirements)/[\w./-]+\w/?)`")
    missing = [
        f"{page.relative_to(CHECKOUT)}: {name}"
        for page in PAGES
        for name in paths.findall(page.read_text())
        if not (CHECKOUT / name).exists()
    ]

    assert not missing


# Links


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title).lower().replace(" ", "-") for title in titles}


def test_every_link_between_pages_leads_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            found = page.parent / path if path else page
            if not found.exists() or (anchor and anchor not in _anchors(found)):
                broken.append(f"{page.relative_to(CHECKOUT)}: {target}")

    assert not broken


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached, todo = set(), [CHECKOUT / "README.md"]
    while todo:
        page = todo.pop().resolve()
        if page in reached:
            continue
        reached.add(page)
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text()):
            found = page.parent / target
            todo += sorted(found.glob("*.md")) if found.is_dir() else []
            todo += [found] if found.suffix == ".md" else []

    assert not [page for page in PAGES if page.resolve() not in reached]


# Commands


def _code_of(page: Path) -> str:
    """Return what stands in indented blocks, fences and backticks of a page."""
    text = page.read_text()
    fenced = re.findall(r"```.*?\n(.*?)```", text, re.DOTALL)
    indented = re.findall(r"^ {4,}(.+)$", text, re.MULTILINE)
    return "\n".join([*fenced, *indented, *re.findall(r"`([^`\n]+)`", text)])


def _targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", _text("Makefile"), re.MULTILINE))


def test_every_make_target_in_the_pages_is_in_the_makefile() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z]+)", _code_of(page))}

    assert {"run", "test"} <= named
    assert named <= _targets()


def _options(command: click.Command) -> set[str]:
    given = {option for parameter in command.params for option in parameter.opts}
    return given | {option for parameter in command.params for option in parameter.secondary_opts}


def test_every_command_in_the_pages_is_there_with_its_options() -> None:
    context = click.Context(cli)
    wrong, named = [], set()
    for page in PAGES:
        lines = re.findall(r"(?:^|bin/|\s)handbell ([a-z][^\n|>#;)]*)", _code_of(page))
        for line in lines:
            name, *arguments = line.split()
            named.add(name)
            command = cli.get_command(context, name)  # type: ignore[attr-defined]
            known = {"--help", "-h"} | (_options(command) if command else set())
            used = {word.partition("=")[0] for word in arguments if word.startswith("--")}
            if command is None or not used <= known:
                wrong.append(f"{page.relative_to(CHECKOUT)}: handbell {line.strip()}")

    assert not wrong
    assert named >= set(COMMANDS)


# The pages themselves


@pytest.mark.parametrize("page", sorted((DOCS / "adr").glob("*.md")), ids=lambda page: page.stem)
def test_every_decision_has_its_four_parts_and_stands_in_the_map(page: Path) -> None:
    text = page.read_text()
    number = int(page.name[:4])

    assert text.startswith(f"# {number}. ")
    assert re.search(r"^Status: (accepted|superseded by \d+)$", text, re.MULTILINE)
    for part in ("## Context", "## Decision", "## Consequences"):
        assert _section(text, part).strip()
    assert f"](adr/{page.name})" in _text("docs/map.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_pages_are_written_in_house_style(page: Path) -> None:
    text = page.read_text()

    assert text.startswith("# ")
    assert "\N{EM DASH}" not in text
    assert not re.search(r"\b(TODO|FIXME|TBD|lorem)\b", text)
    if page.name != "CHANGELOG.md":
        assert not re.search(r"\b(coming soon|will be added|in a future version)\b", text, re.I)
