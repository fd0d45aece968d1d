"""The catalogue of the staff pages: found in the code, written for people, compiled for Python.

    make messages

finds every sentence the pages say and writes them to the Spanish `django.po`: what is new with an
empty translation, what is gone is left out, what is translated stays. Then it compiles. It needs
no gettext on the machine. tests/law/test_translations.py asks the same functions whether all is
there.
"""

import io
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from tests.console import imported

CHECKOUT: Final = Path(__file__).parent.parent.parent
ROOM: Final = CHECKOUT / "handbell" / "console"
#: What this room says goes by e-mail too, so it has its words itself.
REPUTATION: Final = CHECKOUT / "handbell" / "reputation"
SPANISH: Final = ROOM / "locale" / "es" / "LC_MESSAGES" / "django.po"

HEADER: Final = """\
# The staff pages in Spanish, written for clinics in the United States.
# docs/spanish.md says which word stands for which. After a change: make messages."""

#: Which arguments of which functions are sentences; `(1, "c")` is a context.
_KEYWORDS: Final[dict[str, Any]] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}

#: What needs no Spanish: the numbers of laws.
_SAME: Final = re.compile(r"\d+ C[FM]R [\w.()]+|CTIA Messaging Principles [\d.]+|GSM [\d.]+")

Sentence = tuple[str | None, str, str | None]  # context, singular, plural


def found() -> dict[Sentence, set[str]]:
    """Return every sentence the pages may say, with the files that say it."""
    sentences: dict[Sentence, set[str]] = {}
    for path in sorted(ROOM.rglob("*.html")):
        source = templatize(path.read_text(encoding="utf-8"), origin=path.name)
        for sentence in _in_python(source.encode()):
            sentences.setdefault(sentence, set()).add(_name(path))
    for path in sorted([*ROOM.rglob("*.py"), *REPUTATION.rglob("*.py")]):
        for sentence in _in_python(path.read_bytes()):
            sentences.setdefault(sentence, set()).add(_name(path))
    for where, text in borrowed():
        if text and not _SAME.fullmatch(text):
            sentences.setdefault((None, text, None), set()).add(where)
    return sentences


def _in_python(source: bytes) -> Iterator[Sentence]:
    for _, function, message, _ in extract_python(io.BytesIO(source), _KEYWORDS, [], {}):
        said: Any = message  # one sentence, or all a function was given
        parts = [said] if isinstance(said, str) else [part for part in said or () if part]
        context = parts.pop(0) if "pgettext" in str(function) else None
        if parts and parts[0]:
            plural = parts[1] if re.match("np?gettext", str(function)) else None
            yield context, parts[0], plural


def _checked() -> Iterator[tuple[str, str]]:
    """Yield what the checks of a sender say."""
    from handbell.channels.email.domain import SAID as DOMAIN
    from handbell.dispatch.proof import SAID as PROOF
    from handbell.policy.registration import SAID as REGISTRATION

    for place, said in (
        ("channels/email/domain", DOMAIN),
        ("policy/registration", REGISTRATION),
        ("dispatch/proof", PROOF),
    ):
        for _, sentence, cure in said.values():
            yield f"handbell/{place}.py", sentence
            yield f"handbell/{place}.py", cure


def borrowed() -> Iterator[tuple[str, str]]:
    """Yield the sentences of rooms that know no other language, with the room's file."""
    from handbell.channels import codes
    from handbell.channels.email.ses import codes as ses
    from handbell.channels.email.smtp import codes as smtp
    from handbell.channels.sms.twilio import codes as sms
    from handbell.channels.sms.vonage import codes as vonage
    from handbell.channels.voice.twilio import codes as voice
    from handbell.dispatch.accounts import NO_ACCOUNT
    from handbell.policy.content.rules import RULES, WEIGHED
    from handbell.policy.content.shape import SAYS, SOURCES
    from handbell.policy.explain import explain
    from handbell.policy.quiet_hours import LIMIT_SOURCE
    from handbell.vocabulary.words import Objection

    yield from _of_reports()
    for text in imported.sentences():
        yield "handbell/importers", text
    for objection in Objection:
        told = explain(objection)
        for text in (told.sentence, told.cure, *told.source.split("; ")):
            yield "handbell/policy/explain.py", text
    for rule in RULES.values():
        for text in (rule.why, rule.instead, *rule.source.split("; ")):
            yield "handbell/policy/content/rules.py", text
    yield "handbell/policy/content/rules.py", WEIGHED
    for text in (*SAYS.values(), *(part for one in SOURCES.values() for part in one.split("; "))):
        yield "handbell/policy/content/shape.py", text
    for text in LIMIT_SOURCE.split("; "):
        yield "handbell/policy/quiet_hours.py", text
    yield "handbell/dispatch/accounts.py", NO_ACCOUNT
    yield from _checked()
    yield "handbell/channels/codes.py", codes.unknown_code("").meaning
    tables = (
        ("email/smtp", smtp),
        ("email/ses", ses),
        ("sms/twilio", sms),
        ("sms/vonage", vonage),
        ("voice/twilio", voice),
    )
    for room, table in tables:
        rules = {id(row): row for row in table.CODES.values()}.values()
        more = [table.rule_for(code, sender="+18005550100") for code in _FAMILIES]
        for rule in (*rules, *more):
            yield f"handbell/channels/{room}/codes.py", rule.meaning


def _of_reports() -> Iterator[tuple[str, str]]:
    from handbell.reports.asked import BACKWARDS, NO_DAY
    from handbell.reports.catalog import REPORTS

    for text in (BACKWARDS, NO_DAY):
        yield "handbell/reports/asked.py", text
    for report in REPORTS.values():
        for text in (report.title, report.question, *report.notes, *report.words.values()):
            yield "handbell/reports/catalog.py", text
        for one in (*report.columns, *report.filters):
            words = getattr(one, "options", {}).values()
            labels = (getattr(one, "word", ""), getattr(one, "label", ""), getattr(one, "help", ""))
            for text in (*labels, *words):
                yield "handbell/reports/catalog.py", text


#: A code of each family, and of each rule that stands beside a table.
_FAMILIES: Final = (
    "30004",
    "http-400",
    "http-500",
    "4.3.9",
    "RP-001",
    "SC-001",
    "sip-503",
    "?",
    "5.7.99",
    "5.9.9",
)


def read_catalog() -> Catalog:
    """Return the Spanish sentences as they are written."""
    if not SPANISH.exists():
        return Catalog(locale="es")
    with SPANISH.open("rb") as file:
        return read_po(file, locale="es")


def written(catalog: Catalog, sentences: dict[Sentence, set[str]]) -> Catalog:
    """Return the catalogue of these sentences, with the translations that are there."""
    new = Catalog(locale="es", project="Handbell", header_comment=HEADER, fuzzy=False)
    new.creation_date = new.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    places = {one: min(files) for one, files in sentences.items()}
    for sentence in sorted(sentences, key=lambda one: (places[one], str(one))):
        context, singular, plural = sentence
        old = catalog.get(singular, context)
        said: Any = old.string if old else ""
        if plural is not None and not isinstance(said, (tuple, list)):
            said = (said, said)
        if plural is None and isinstance(said, (tuple, list)):
            said = said[0]
        new.add(
            (singular, plural) if plural is not None else singular,
            said,
            locations=[(name, 0) for name in sorted(sentences[sentence])],
            context=context,
        )
    return new


def as_file(catalog: Catalog) -> bytes:
    """Return a catalogue as the file people read."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False)
    return out.getvalue()


def compiled(catalog: Catalog) -> bytes:
    """Return the form Python reads at run time."""
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def untranslated(catalog: Catalog, sentences: dict[Sentence, set[str]]) -> list[str]:
    """Return the sentences without Spanish, each with the files that say it."""
    missing = []
    for (context, singular, _), files in sorted(sentences.items(), key=str):
        entry = catalog.get(singular, context)
        said = entry.string if entry else ""
        if not said or not all(said if isinstance(said, (tuple, list)) else [said]):
            missing.append(f"{singular!r}  ({', '.join(sorted(files))})")
    return missing


def _name(path: Path) -> str:
    return str(path.relative_to(CHECKOUT))


def main() -> int:
    """Write both files; say what has no Spanish yet."""
    sentences = found()
    catalog = written(read_catalog(), sentences)
    SPANISH.parent.mkdir(parents=True, exist_ok=True)
    SPANISH.write_bytes(as_file(catalog))
    SPANISH.with_suffix(".mo").write_bytes(compiled(read_catalog()))
    missing = untranslated(read_catalog(), sentences)
    print(f"{len(sentences)} sentences, {len(missing)} without Spanish")
    for line in missing:
        print(f"  {line}")
    return 0


if __name__ == "__main__":
    import os

    import django

    # The settings of the whole product: what reports say is declared beside models.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    sys.exit(main())
