"""`handbell audit verify`: says that the chain holds, or where it breaks, and exits accordingly."""

import json
from pathlib import Path

import psycopg
import pytest

from tests.commands.test_doctor import handbell

pytestmark = pytest.mark.slow


def verify(database: str, home: Path, *more: str) -> tuple[int, str]:
    done = handbell("audit", "verify", *more, home=home, DATABASE_URL=database)
    return done.returncode, done.stdout


def test_a_chain_holds_until_somebody_changes_a_row(fresh_database: str, tmp_path: Path) -> None:
    home = tmp_path / "var"
    assert verify(fresh_database, home)[1].startswith("There is no practice yet")
    (tmp_path / "practice.toml").write_text('name = "Harbor PT"\n')
    file = str(tmp_path / "practice.toml")
    assert handbell("import", file, home=home, DATABASE_URL=fresh_database).returncode == 0
    code, said = verify(fresh_database, home, "--json")
    (chain,) = json.loads(said)
    assert (code, chain["practice"], chain["broken_at"]) == (0, "harbor-pt", None)
    with psycopg.connect(fresh_database) as connection:
        connection.execute(
            "INSERT INTO access_auditevent (practice_id, number, at, who, act, subject, detail, "
            "hash) SELECT id, 1, now(), 'nobody', 'exported', '', '{}', repeat('0', 64) "
            "FROM access_practice"
        )
    code, said = verify(fresh_database, home)
    assert code == 1
    assert "BROKEN at event 1" in said
