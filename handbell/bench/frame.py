"""What a figure is, and how its rounds become a result.

A machine is fast or slow, alone or shared; what stays is the ratio of two things measured in
turn in one run. So every figure measures ours and its peer (or names a fixed limit), round after
round, and its result is the median of the rounds' ratios, with the least and the greatest.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Rounds:
    """What was measured: ours and the peer's, round by round, in the figure's unit."""

    ours: Sequence[float]
    peer: Sequence[float]
    note: str = ""

    @property
    def ratios(self) -> list[float]:
        return [own / other for own, other in zip(self.ours, self.peer, strict=True)]


class Skipped(Exception):
    """The figure cannot be measured here; the message says why."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much to measure: `of(small, full)` chooses."""

    quick: bool

    def of(self, small: int, full: int) -> int:
        return small if self.quick else full


@dataclass(frozen=True, slots=True)
class Figure:
    """One question with a goal. `at_least` says on which side of the goal the ratio must be."""

    name: str
    question: str
    goal: float
    at_least: bool
    unit: str
    measure: Callable[[Size], Rounds] = field(repr=False)

    def is_met(self, ratio: float) -> bool:
        return ratio >= self.goal if self.at_least else ratio <= self.goal


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one figure; `rounds` None where it was skipped."""

    figure: Figure
    rounds: Rounds | None
    note: str
    seconds: float

    @property
    def ratio(self) -> float | None:
        return statistics.median(self.rounds.ratios) if self.rounds else None

    def as_json(self) -> dict[str, Any]:
        """Return it as a program reads it."""
        ratio, rounds = self.ratio, self.rounds
        return {
            "name": self.figure.name,
            "ratio": _short(ratio),
            "goal": self.figure.goal,
            "met": None if ratio is None else self.figure.is_met(ratio),
            "median": _short(statistics.median(rounds.ours)) if rounds else None,
            "spread": [_short(min(rounds.ratios)), _short(max(rounds.ratios))] if rounds else None,
            "unit": self.figure.unit,
            "note": self.note,
            "question": self.figure.question,
            "at_least": self.figure.at_least,
            "rounds": len(rounds.ours) if rounds else 0,
        }


def run(figure: Figure, size: Size) -> Result:
    """Measure one figure. What goes wrong with it costs this figure, not those before it."""
    began = time.perf_counter()
    try:
        rounds = figure.measure(size)
    except Skipped as why:
        return Result(figure, None, f"skipped: {why}", time.perf_counter() - began)
    except (AssertionError, TimeoutError) as fault:
        why_not = f"not measured: {type(fault).__name__} {fault}".rstrip()
        return Result(figure, None, why_not, time.perf_counter() - began)
    return Result(figure, rounds, rounds.note, time.perf_counter() - began)


def seconds_of(work: Callable[[], object]) -> float:
    """Return how long `work` takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def machine() -> dict[str, Any]:
    """Return what this machine is, and how busy it was when we began."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())


def _short(value: float | None) -> float | None:
    """Return four significant digits; more would say more than was measured."""
    return None if value is None else float(f"{value:.4g}")
