"""`handbell staff` and `handbell senders`: what an installation needs beside its files."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.commands.test_doctor import handbell

pytestmark = pytest.mark.slow

PRACTICE = """
name = "Harbor PT"
[[senders]]
channel = "sms"
address = "+12025550199"
provider = "rehearsal"
"""


@pytest.fixture
def practice(fresh_database: str, tmp_path: Path) -> str:
    """Return the address of a database that holds one practice with one sender."""
    (tmp_path / "practice.toml").write_text(PRACTICE)
    done = handbell(
        "import",
        str(tmp_path / "practice.toml"),
        home=tmp_path / "var",
        DATABASE_URL=fresh_database,
    )
    assert done.returncode == 0, done.stderr
    return fresh_database


def make_staff(practice: str, home: Path, *more: str) -> tuple[int, str]:
    words = ["--practice", "harbor-pt", "--email", "dana@harborpt.example", "--name", "Dana Quill"]
    words += ["--level", "front_desk", "--password", "a long enough one", *more]
    done = handbell("staff", *words, home=home, DATABASE_URL=practice)
    return done.returncode, done.stdout + done.stderr


def test_a_login_is_made_once(practice: str, tmp_path: Path) -> None:
    assert make_staff(practice, tmp_path / "var")[0] == 0
    again, said = make_staff(practice, tmp_path / "var")
    assert again == 2
    assert "has a login already" in said
    with psycopg.connect(practice) as asking:
        rows = asking.execute("SELECT email, level, password FROM access_staffmember").fetchall()
    ((email, level, password),) = rows
    assert (email, level) == ("dana@harborpt.example", "front_desk")
    assert password.startswith("argon2")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--password", "short"], "too short"),
        (["--practice", "nobody"], "harbor-pt"),
        (["--email", "dana"], "not an e-mail address"),
    ],
)
def test_what_cannot_be_is_said(practice: str, tmp_path: Path, more: list[str], words: str) -> None:
    code, said = make_staff(practice, tmp_path / "var", *more)
    assert code == 2
    assert words in said
    assert "Traceback" not in said


def test_a_sender_is_paused_and_released(practice: str, tmp_path: Path) -> None:
    def standing(*words: str) -> str:
        done = handbell("senders", "--json", *words, home=tmp_path / "var", DATABASE_URL=practice)
        assert done.returncode == 0, done.stderr
        return str(json.loads(done.stdout)[0]["standing"])

    assert standing() == "in use"
    assert standing("--pause", "+12025550199") == "paused: paused by hand"
    assert standing("--release", "+12025550199") == "in use"
    with psycopg.connect(practice) as asking:
        told = asking.execute(
            "SELECT who, subject, detail FROM access_auditevent"
            " WHERE act = 'sender_changed' ORDER BY number"
        ).fetchall()
    assert [(who, detail) for who, _, detail in told] == [
        ("handbell", {"paused": True}),
        ("handbell", {"paused": False}),
    ]


def test_a_number_the_file_no_longer_names_is_retired(practice: str, tmp_path: Path) -> None:
    new = PRACTICE.replace("0199", "0198")
    (tmp_path / "practice.toml").write_text(new)
    file = str(tmp_path / "practice.toml")
    handbell("import", file, home=tmp_path / "var", DATABASE_URL=practice)
    done = handbell("senders", "--json", home=tmp_path / "var", DATABASE_URL=practice)
    found = {row["address"]: row["standing"] for row in json.loads(done.stdout)}
    assert found == {"+12025550199": "retired", "+12025550198": "in use"}
