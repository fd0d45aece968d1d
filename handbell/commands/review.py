"""`handbell review`: what would the guard say to these texts? Needs no database and no settings."""

import json
import math
import sys
from collections.abc import Iterable, Mapping
from typing import IO, Any

import click

from handbell.policy.content import Clinic, Draft, Part, Review, Verdict
from handbell.policy.content import review as review_draft
from handbell.vocabulary.words import Channel, Purpose


class _BadLine(ValueError):
    """A line that cannot be reviewed; its text says why and quotes nothing of the message."""


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
def review(*, file: IO[bytes]) -> None:
    """Review texts, one JSON object a line, and print a verdict a line.

    In: {"id", "purpose", "channel", "subject", "text"} and, if the clinic's name and domains are to
    count as its own, "practice": {"name", "domains"}; other keys are left alone. Out: {"id",
    "verdict", "findings"}; a finding has its "rule", "kind" (refuse, hold or fix), "part" (subject
    or text), "start", "end", "why", "instead" and "source". FILE is a path, or - for standard
    input. What is refused as promotion belongs into a marketing tool: `handbell report
    patient-email` makes the files it imports.

    Exit codes: 0 all allowed, 1 something refused or held, 2 a line could not be read (the others
    are reviewed all the same).
    """
    sys.exit(_review_lines(file))


def _review_lines(lines: Iterable[bytes]) -> int:
    refused = unread = False
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            known, draft, clinic = _read(line)
        except _BadLine as bad:
            click.echo(f"line {number}: {bad}", err=True)
            unread = True
            continue
        found = review_draft(draft, clinic)
        refused = refused or found.verdict is not Verdict.ALLOW
        click.echo(json.dumps(_as_json(known, found), ensure_ascii=False))
    return 2 if unread else int(refused)


def _read(line: bytes) -> tuple[object, Draft, Clinic | None]:
    try:
        given = json.loads(line.decode("utf-8-sig"), parse_constant=_number, parse_float=_number)
    except UnicodeDecodeError as error:
        raise _BadLine("this is not UTF-8: save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _BadLine("this is not JSON: write one object a line") from error
    if not isinstance(given, dict):
        raise _BadLine("this is no JSON object: write {...}")
    draft = Draft(
        purpose=Purpose(_choice(given, "purpose", [word.value for word in Purpose])),
        channel=Channel(_choice(given, "channel", [word.value for word in Channel])),
        text=_text(given, "text", needed=True),
        subject=_text(given, "subject"),
    )
    return given.get("id"), draft, _clinic(given.get("practice"))


def _number(written: str) -> float:
    """Return a number that JSON has. Raises ValueError for NaN and what is past all bounds."""
    number = float(written)
    if not math.isfinite(number):
        raise ValueError("no number of JSON")
    return number


def _choice(given: Mapping[str, Any], key: str, known: list[str]) -> str:
    if given.get(key) not in known:
        raise _BadLine(f'"{key}" must be one of {", ".join(known)}')
    return str(given[key])


def _text(given: Mapping[str, Any], key: str, *, needed: bool = False) -> str:
    value = given.get(key)
    if value is None and not needed:
        return ""
    if not isinstance(value, str):
        raise _BadLine(f'"{key}" must be a text in quotes')
    return value


def _clinic(given: object) -> Clinic | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        raise _BadLine('"practice" must be {"name": ..., "domains": [...]}')
    domains = given.get("domains") or []
    if not isinstance(domains, list) or not all(isinstance(one, str) for one in domains):
        raise _BadLine('"practice" needs "domains" as a list of names, such as ["clinic.example"]')
    name = given.get("name") or ""
    if not isinstance(name, str):
        raise _BadLine('"practice" needs its "name" as a text in quotes')
    return Clinic((name,) if name else (), tuple(domains))


def _as_json(known: object, found: Review) -> dict[str, object]:
    return {
        "id": known,
        "verdict": found.verdict.value,
        "findings": [
            {
                "rule": one.rule,
                "kind": one.kind.value,
                "part": Part(one.part).value,
                "start": one.start,
                "end": one.end,
                "why": one.why,
                "instead": one.instead,
                "source": one.source,
            }
            for one in found.findings
        ],
    }
