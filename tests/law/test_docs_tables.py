"""Do the pages list what the code has? Words, settings, reasons, codes, columns, rooms, clocks."""

import ast
import importlib
import inspect
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from enum import StrEnum
from typing import Any

import pytest
from django.apps import apps

from config import environment
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.channels.email.ses.codes import CODES as SES_CODES
from handbell.channels.email.smtp.codes import CODES as SMTP_CODES
from handbell.channels.sms.twilio.codes import CODES as SMS_CODES
from handbell.channels.sms.vonage.codes import CODES as VONAGE_CODES
from handbell.channels.voice.twilio.codes import CODES as CALL_CODES
from handbell.importers import practice
from handbell.importers.csv.columns import COLUMNS, COSTLY, EITHER_NAME, Column
from handbell.importers.csv.mappings import MAPPINGS
from handbell.importers.facts import Kind, Severity
from handbell.importers.fhir.parse import READERS
from handbell.importers.hl7v2.parse import PATIENT_EVENTS
from handbell.importers.hl7v2.visits import EVENTS
from handbell.rehearsal import events
from handbell.rehearsal.report import Entry
from handbell.vocabulary import words
from handbell.vocabulary.words import MessageState, Objection
from tests.law.pages import CHECKOUT, ROOMS, bare, rows_of, section_of, text_of
from tests.law.tables import code_rows, reason_cells

# The glossary


def _closed_lists() -> dict[str, type[StrEnum]]:
    found = inspect.getmembers(words, inspect.isclass)
    own = [kind for _, kind in found if kind.__module__ == words.__name__]
    return {kind.__name__: kind for kind in own if issubclass(kind, StrEnum)}


def test_the_glossary_has_every_closed_list_and_no_other() -> None:
    text = section_of(text_of("docs/glossary.md"), "## The closed lists")

    assert set(re.findall(r"^### (\w+)$", text, re.MULTILINE)) == set(_closed_lists())


@pytest.mark.parametrize("name", sorted(_closed_lists()))
def test_the_glossary_tells_every_value_of_a_closed_list(name: str) -> None:
    rows = rows_of(section_of(text_of("docs/glossary.md"), f"### {name}"))

    assert [bare(row[0]) for row in rows] == [word.value for word in _closed_lists()[name]]
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
            yield f"HANDBELL_{ast.literal_eval(node.args[1])}".upper()


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
    return {bare(row[0]): row[1:] for row in rows_of(text_of("docs/settings.md"))}


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
        ("HANDBELL_VONAGE_BASE_URL", "vonage.base_url"),
        ("HANDBELL_SMTP_PORT", "smtp.port"),
    ],
)
def test_documented_defaults_are_the_defaults(name: str, attribute: str) -> None:
    given = {
        "HANDBELL_TWILIO_ACCOUNT_SID": "AC1",
        "HANDBELL_TWILIO_AUTH_TOKEN": "t",
        "HANDBELL_VONAGE_API_KEY": "abcd1234",
        "HANDBELL_VONAGE_API_SECRET": "abcdef0123456789",
        "HANDBELL_VONAGE_SIGNATURE_SECRET": "s",
        "HANDBELL_SMTP_HOST": "mail.example",
    }
    value: Any = environment.read(given)
    for part in attribute.split("."):
        value = getattr(value, part)

    assert bare(_documented_settings()[name][0]) == str(value)


# Reasons


def test_every_reason_is_told_as_the_code_tells_it() -> None:
    rows = rows_of(text_of("docs/reasons.md"))
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
        ("docs/providers/ses.md", "## When something is refused", SES_CODES),
        ("docs/providers/vonage.md", "## When something is refused", VONAGE_CODES),
    ],
)
def test_every_code_of_a_provider_is_told_as_the_code_acts(
    page: str, section: str, codes: Any
) -> None:
    told = section_of(text_of(page), section).splitlines()

    assert [line for line in told if line.startswith("| `")] == code_rows(codes)


def test_every_number_that_misbehaves_by_itself_is_told() -> None:
    rows = rows_of(section_of(text_of("docs/providers/rehearsal.md"), "## Make it misbehave"))

    assert [bare(row[0]) for row in rows] == [each.number for each in CONVENTIONS]


# Importing


def _import_page(section: str) -> str:
    return section_of(text_of("docs/import.md"), section)


@pytest.mark.parametrize("kind", COLUMNS)
def test_the_columns_of_our_own_files_are_told(kind: Kind) -> None:
    rows = rows_of(_import_page(f"### {kind.value}.csv"))

    told = [(bare(row[0]), row[3]) for row in rows]
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
    rows = rows_of(_import_page("## What becomes of every row"))

    assert [bare(row[0]) for row in rows][: len(Severity)] == [one.value for one in Severity]


def test_every_export_that_maps_by_itself_is_told() -> None:
    listed = _import_page("### Exports of other systems")

    assert re.findall(r"^\* (.+)$", listed, re.MULTILINE) == [one.name for one in MAPPINGS]


def test_every_resource_that_is_read_is_told() -> None:
    rows = rows_of(_import_page("## FHIR R4"))

    assert [bare(row[0]) for row in rows] == list(READERS)


def test_every_message_that_is_read_is_told() -> None:
    rows = rows_of(_import_page("## HL7 v2"))
    told = {(row[0][1:4], event) for row in rows for event in re.findall(r"[SAP]\d\d", row[0])}

    assert told == {
        *(("SIU", event) for event in EVENTS),
        *(("ADT", event) for event in PATIENT_EVENTS),
        ("DFT", "P03"),
    }


def _example_practice() -> bytes:
    found = re.search(r"```toml\n(.*?)```", text_of("docs/import.md"), re.DOTALL)
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
    rows = rows_of(_import_page("## practice.toml"))
    sections = {"reminders.steps", "windows", "senders", "scripts"}
    keys = {"name", "slug", *practice._TOP, *sections}
    keys |= {f"reminders.{key}" for key in practice._REMINDERS}
    keys |= {f"balance.{key}" for key in practice._BALANCE}

    assert {bare(row[0]) for row in rows} == keys


# Rehearsing


def test_every_key_of_a_rehearsal_is_told_and_in_the_examples() -> None:
    page = text_of("docs/rehearse.md")
    keys = [one.name for one in fields(Entry)]
    examples = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]
    told = rows_of(page[page.index("| key | holds |") : page.index("One that was held back")])

    assert [bare(row[0]) for row in told] == keys
    assert len(examples) == 3
    assert all(list(example) == keys for example in examples)


def test_every_kind_of_event_is_told() -> None:
    rows = rows_of(section_of(text_of("docs/rehearse.md"), "## Events"))

    assert [bare(row[0]) for row in rows] == [kind.value for kind in events.Kind]


# The map


def test_the_map_has_every_room_and_no_other() -> None:
    rows = rows_of(section_of(text_of("docs/map.md"), "## The rooms"))

    assert {bare(row[0]) for row in rows} == ROOMS


def test_the_map_has_every_table_and_no_other() -> None:
    rows = rows_of(section_of(text_of("docs/map.md"), "## The tables"))
    tables = {
        (model._meta.app_label, model._meta.db_table)
        for model in apps.get_models()
        if model.__module__.startswith("handbell.")
    }

    assert {(row[0], bare(row[1])) for row in rows} == tables


def test_the_map_has_every_clock_and_no_other() -> None:
    from django.conf import settings
    from procrastinate.contrib.django import app

    for name in settings.PROCRASTINATE_IMPORT_PATHS:
        importlib.import_module(name)
    rows = rows_of(section_of(text_of("docs/map.md"), "## The clocks"))
    clocks = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}

    assert {bare(row[0]): bare(row[1]) for row in rows} == clocks
