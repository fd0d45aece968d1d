"""A connection is asked whether it still answers, but not before every statement."""

import asyncio
import contextlib

import pytest

from handbell.dispatch import worker
from handbell.dispatch.worker import DatabaseThread


class Broken(Exception):
    """What a statement on a broken connection raises."""


def breaks() -> None:
    raise Broken


def checks(monkeypatch: pytest.MonkeyPatch, *, fresh_seconds: float) -> list[int]:
    """Return how often it had been asked after each of two calls, a failure and another call."""
    asked: list[int] = []
    monkeypatch.setattr(worker, "close_old_connections", lambda: asked.append(1))
    monkeypatch.setattr(worker, "FRESH_SECONDS", fresh_seconds)

    async def play() -> list[int]:
        database, counts = DatabaseThread(), []
        for act in (int, int, breaks, int):
            with contextlib.suppress(Broken):
                await database.run(act)
            counts.append(len(asked))
        await database.close()
        return counts

    return asyncio.run(play())


def test_one_that_answered_just_now_is_trusted_until_something_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert checks(monkeypatch, fresh_seconds=60) == [1, 1, 1, 2]


def test_one_that_lay_idle_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks(monkeypatch, fresh_seconds=0) == [1, 2, 3, 4]
