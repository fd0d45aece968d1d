"""A whole rehearsal, from a folder of files to the list of what would have happened."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from config.environment import SettingFlaw
from handbell.access.models import Practice
from handbell.access.queries import practice_zone
from handbell.importers.feed import import_paths
from handbell.rehearsal.events import Event, read_events
from handbell.rehearsal.player import flaws_of, play, use_stand_ins
from handbell.rehearsal.report import Rehearsed, collect


@dataclass(frozen=True, slots=True)
class Wish:
    """What to rehearse, as it was asked for on the command line."""

    data: Path
    begins: str
    ends: str
    events: Path | None


def rehearse_folder(wish: Wish, *, progress: Callable[[float], None]) -> Rehearsed:
    """Import the folder into this (empty) database, play it, and return what happened.

    `progress` is told the share of the time that was played, 0 to 1. Raises SettingFlaw for
    times that cannot be read or data without a practice.
    """
    # Facts that say nothing of when they came are known from the start, whatever the zone.
    early = _moment(wish.begins, ZoneInfo("UTC")) - timedelta(days=1)
    report = import_paths(_files(wish), practice=None, now=early)
    practice = Practice.objects.first()
    if practice is None:
        raise SettingFlaw(f"{wish.data} names no practice: add a practice.toml with its name")
    zone = practice_zone(practice)
    begins = _moment(wish.begins, zone)
    ends = _moment(wish.ends, zone, end_of_day=True)
    if ends <= begins:
        raise SettingFlaw("--to must be later than --from")
    events, flaws = _events(wish.events, zone, practice.region)
    flaws = flaws_of(report) + flaws
    flaws += asyncio.run(
        play(
            practice,
            begins=begins,
            ends=ends,
            events=events,
            senders=use_stand_ins(practice),
            progress=lambda now: progress((now - begins) / (ends - begins)),
        )
    )
    return collect(practice.pk, begins=begins, ends=ends, zone=zone, flaws=flaws)


def _files(wish: Wish) -> list[Path]:
    """Return the files of the practice: not the events, nor the folders that arrive with them."""
    events = wish.events.resolve() if wish.events else None
    inside = sorted(path for path in wish.data.iterdir() if path.is_file())
    own = [path for path in inside if path.resolve() != events and not _is_left_out(path)]
    return own or [wish.data]


def _is_left_out(path: Path) -> bool:
    return path.name.startswith(".") or path.stem.casefold() == "readme"


def _events(
    path: Path | None, zone: ZoneInfo, region: str
) -> tuple[list[Event], list[dict[str, Any]]]:
    if path is None:
        return [], []
    events, flaws = read_events(path, zone=zone, region=region)
    return events, [{"file": path.name, "line": f.line, "reason": f.reason} for f in flaws]


def _moment(text: str, zone: ZoneInfo, *, end_of_day: bool = False) -> datetime:
    """Return the moment written; a bare date is its beginning, or its end if asked for."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingFlaw(
            f"{text!r} is not a time: write 2026-11-02 or 2026-11-02T08:00"
        ) from error
    if end_of_day and len(text) <= len("2026-11-02"):
        moment += timedelta(days=1)
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
