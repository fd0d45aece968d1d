"""Everything the staff pages say is said in Spanish too, and nothing on them is out of reach of it.

`make messages` writes what is new into the catalogue; these tests list what is to be translated.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from handbell.console.guidance.page import read_guidance
from handbell.console.settings.imports.saying import PATTERNS
from tests.console import imported
from tests.console.translations import (
    CHECKOUT,
    ROOM,
    SPANISH,
    as_file,
    compiled,
    found,
    read_catalog,
    untranslated,
    written,
)

TEMPLATES = sorted(ROOM.rglob("*.html"))
MODULES = sorted(path for path in ROOM.rglob("*.py") if "formats" not in path.parts)

#: What is the same in every language.
NAMES = {"Handbell", "STOP", "START", "CSV", "Twilio", "SHA", "Unicode"}


def test_every_sentence_has_its_spanish() -> None:
    missing = untranslated(read_catalog(), found())
    assert not missing, "run `make messages`, then translate:\n" + "\n".join(missing)


def test_what_an_import_says_with_a_value_in_it_has_its_pattern() -> None:
    assert {imported.with_blanks(pattern) for pattern in PATTERNS} == imported.with_a_value()


def test_the_catalogue_is_as_make_messages_writes_it() -> None:
    assert SPANISH.read_bytes() == as_file(written(read_catalog(), found()))


def test_no_translation_is_a_guess() -> None:
    assert not [entry.id for entry in read_catalog() if entry.id and entry.fuzzy]


def test_the_compiled_file_is_the_written_one() -> None:
    assert SPANISH.with_suffix(".mo").read_bytes() == compiled(read_catalog())


def blanks(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)s|</?[a-z][^>]*>|\{\{.*?\}\}", text))


def test_both_languages_fill_the_same_blanks() -> None:
    wrong = []
    for entry in read_catalog():
        if not entry.id:
            continue
        english = entry.id if isinstance(entry.id, str) else entry.id[-1]
        said = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        if blanks(said[-1]) != blanks(english) or any(blanks(s) - blanks(english) for s in said):
            wrong.append(f"{english!r}: {said}")
        if any(english[:1].isspace() != one[:1].isspace() for one in said):
            wrong.append(f"{english!r} begins with a space in one language only")
    assert not wrong, "\n".join(wrong)


def test_what_patients_pages_say_too_is_said_in_the_same_words() -> None:
    """Django reads all catalogues as one: the same sentence cannot have two translations."""
    theirs = CHECKOUT / "handbell/patientpages/locale/es/LC_MESSAGES/django.po"
    ours = read_catalog()
    with theirs.open("rb") as file:
        differing = [
            f"{entry.id!r}: {entry.string!r}, here {same.string!r}"
            for entry in read_po(file, locale="es")
            if entry.id and (same := ours.get(entry.id, entry.context)) is not None
            if same.string != entry.string
        ]
    assert not differing, "give one of them a context:\n" + "\n".join(differing)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOM)))
def test_a_template_says_nothing_that_cannot_be_translated(path: Path) -> None:
    plain = sorted(set(literals_of(path.read_text(encoding="utf-8"))))
    assert not plain, "wrap in {% translate %}: " + "; ".join(plain)


def literals_of(template: str) -> Iterator[str]:
    """Yield the words of a template that are in one language only."""
    text = re.sub(
        r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|<!--.*?-->", "", template, flags=re.S
    )
    text = re.sub(r"\{% block(trans|translate)\b.*?\{% endblock\1 %\}", "", text, flags=re.S)
    for tag in re.findall(r"\{[%{].*?[%}]\}", text, flags=re.S):
        if re.match(r"\{%\s*(translate|trans|load|extends|url|static|if|elif|ifchanged)\b", tag):
            continue
        spoken = re.findall(r"(?<![_=]\()(?:default|pluralize|yesno|join):\"([^\"]*)\"", tag)
        spoken += re.findall(r"\b(?:label|title|text|help|word|legend)=\"([^\"]*)\"", tag)
        yield from (one for one in spoken if is_spoken(one))
    text = re.sub(r"\{[%{].*?[%}]\}", "\n", text, flags=re.S)
    text = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.S)
    for attribute in re.findall(r"\b(?:aria-label|title|placeholder|alt)=\"([^\"]*)\"", text):
        if is_spoken(attribute):
            yield attribute
    for node in re.sub(r"<[^>]*>", "\n", text).splitlines():
        if is_spoken(node):
            yield node.strip()


def is_spoken(text: str) -> bool:
    words = re.findall(r"[^\W\d_]{2,}", text)
    return bool(words) and not set(words) <= NAMES


#: Where a sentence of a page stands in Python: the place of the argument, or its name.
SPEAKERS = {"success": 1, "error": 1, "info": 1, "warning": 1, "add_error": 1, "ValidationError": 0}
SPOKEN_KEYWORDS = {"label", "help_text", "error_messages", "empty_label"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_python_says_nothing_that_cannot_be_translated(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    plain = [f"line {node.lineno}: {ast.unparse(node)}" for node in spoken_in(tree)]
    assert not plain, "wrap in gettext or gettext_lazy:\n" + "\n".join(plain)


def spoken_in(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        place = SPEAKERS.get(name)
        if place is not None and len(node.args) > place:
            yield from plain_in(node.args[place])
        for keyword in node.keywords:
            if keyword.arg in SPOKEN_KEYWORDS:
                yield from plain_in(keyword.value)


def plain_in(node: ast.expr) -> Iterator[ast.expr]:
    """Yield the sentences written out in an expression, and not given to a translator."""
    if isinstance(node, ast.Dict):
        for value in node.values:
            yield from plain_in(value)
    elif isinstance(node, ast.IfExp):
        yield from plain_in(node.body)
        yield from plain_in(node.orelse)
    elif isinstance(node, ast.Constant):
        if isinstance(node.value, str) and is_spoken(node.value):
            yield node
    elif isinstance(node, ast.JoinedStr):
        said = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        if is_spoken(said):
            yield node


def test_guidance_has_the_same_sections_in_both_languages() -> None:
    english, spanish = read_guidance("en"), read_guidance("es")
    assert [(one.anchor, one.level) for one in spanish.sections] == [
        (one.anchor, one.level) for one in english.sections
    ]


@pytest.mark.parametrize(
    ("template", "plain"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ("<p>{% translate 'Hello there' %} <b>Handbell</b> 12</p>", []),
        ('<a aria-label="More">{{ x }}</a>', ["More"]),
        ('{{ x|default:"nothing" }}', ["nothing"]),
        ('{{ x|default:_("nothing") }}', []),
        ("{% blocktranslate %}Hello {{ x }}{% endblocktranslate %} and more", ["and more"]),
        ('{% include "a.html" with label="Code" %}', ["Code"]),
    ],
)
def test_what_is_plain_is_found(template: str, plain: list[str]) -> None:
    assert list(literals_of(template)) == plain
