"""A rehearsal's server begins with the tables an earlier one made, and with nothing else of it."""

from pathlib import Path

import pytest

from handbell.supervisor import throwaway
from handbell.supervisor.throwaway import SHELF, throwaway_with_tables
from tests.supervisor.conftest import read, write


def refuse(url: str) -> None:
    raise AssertionError(f"the tables are made again at {url}")


@pytest.mark.slow
def test_tables_are_made_once_and_rows_are_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with throwaway_with_tables(tmp_path, make_tables=lambda url: write(url, "first")) as url:
        write(url, "of this rehearsal")

    with throwaway_with_tables(tmp_path, make_tables=refuse) as url:
        assert read(url) == ["first"]

    monkeypatch.setattr(throwaway, "_edition", lambda _programs: "another")
    with throwaway_with_tables(tmp_path, make_tables=lambda url: write(url, "updated")) as url:
        assert read(url) == ["updated"]
    assert [one.name for one in (tmp_path / SHELF).iterdir()] == ["another"]
