"""Do the pages hold together? Every name, file, link and command in them is there."""

import importlib
import re
from pathlib import Path

import click
import pytest

from handbell.commands.main import COMMANDS, cli
from tests.law.pages import CHECKOUT, DOCS, PAGES, ROOMS, section_of, text_of

# Names and files


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
    return set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))


def test_every_make_target_in_the_pages_is_in_the_makefile() -> None:
    named = {name for page in PAGES for name in re.findall(r"\bmake ([a-z-]+)", _code_of(page))}

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
            command = cli.get_command(context, name)
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
        assert section_of(text, part).strip()
    assert f"](adr/{page.name})" in text_of("docs/map.md")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(CHECKOUT)))
def test_pages_are_written_in_house_style(page: Path) -> None:
    text = page.read_text()

    assert text.startswith("# ")
    assert "\N{EM DASH}" not in text
    assert not re.search(r"\b(TODO|FIXME|TBD|lorem)\b", text)
    if page.name != "CHANGELOG.md":
        assert not re.search(r"\b(coming soon|will be added|in a future version)\b", text, re.I)
