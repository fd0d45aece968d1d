"""`handbell review`: a verdict a line, whatever the lines are."""

import json
import subprocess
import sys
from typing import Any

from click.testing import CliRunner, Result

from handbell.commands.main import cli

GOOD = {
    "id": "a",
    "purpose": "appointment_reminder",
    "channel": "sms",
    "text": "Harbor PT: your appointment is Tue, Nov 3 at 9:00 AM.",
}
OFFER = GOOD | {"id": 7, "text": "Harbor PT: 20% off your next massage."}


def run(*lines: object) -> tuple[Result, list[dict[str, Any]]]:
    given = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    result = CliRunner().invoke(cli, ["review", "-"], input=given)
    return result, [json.loads(line) for line in result.stdout.splitlines()]


def test_all_allowed_is_exit_0() -> None:
    result, answers = run(GOOD, b"", GOOD | {"subject": None, "label": "allow"})
    assert result.exit_code == 0
    assert answers == [{"id": "a", "verdict": "allow", "findings": []}] * 2


def test_a_refusal_says_which_words_why_and_whose_rule() -> None:
    result, answers = run(GOOD, OFFER)
    assert result.exit_code == 1
    assert [one["verdict"] for one in answers] == ["allow", "refuse"]
    found = answers[1]["findings"][0]
    assert set(found) == {"rule", "kind", "part", "start", "end", "why", "instead", "source"}
    assert (found["rule"], found["kind"], found["part"]) == ("promotion.offer", "refuse", "text")
    assert str(OFFER["text"])[found["start"] : found["end"]].startswith("20% off")
    assert answers[1]["id"] == 7


def test_a_practice_has_its_own_name_and_domains() -> None:
    text = "Free Deals Clinic: confirm your appointment Tue, Nov 3 at 9 AM: https://fd.example/c"
    mine = {"name": "Free Deals Clinic", "domains": ["fd.example"]}
    assert run(GOOD | {"text": text, "practice": mine})[0].exit_code == 0
    assert run(GOOD | {"text": text})[1][0]["findings"][0]["rule"] == "link.foreign"


def test_a_line_that_cannot_be_read_is_named_and_the_others_are_reviewed() -> None:
    bad: list[object] = [
        b"nope",
        b"[1]",
        b"\xff\xfe",
        GOOD | {"purpose": "newsletter"},
        GOOD | {"channel": None},
        b'{"id": NaN, "purpose": "appointment_reminder", "channel": "sms", "text": "x"}',
        b'{"id": 1e400, "purpose": "appointment_reminder", "channel": "sms", "text": "x"}',
        GOOD | {"text": 5},
        GOOD | {"practice": "Harbor"},
        GOOD | {"practice": {"name": "x", "domains": "x.example"}},
        b"[" * 100_000,
    ]
    result, answers = run(*bad, OFFER)
    assert result.exit_code == 2
    assert [one["id"] for one in answers] == [7]
    said = result.stderr.splitlines()
    assert [line.split(":")[0] for line in said] == [f"line {n}" for n in range(1, len(bad) + 1)]
    assert "20%" not in result.stderr


def test_it_needs_neither_django_nor_a_database() -> None:
    program = (
        "import sys, handbell.commands.review, handbell.policy.content\n"
        "sys.exit(any(name in sys.modules for name in ('django', 'psycopg')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
