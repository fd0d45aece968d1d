"""What an ordeal found, for a program and for a person."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from handbell.ordeal.witness import Verdict

BROKEN: Final = (
    "lost",
    "twice",
    "after_stop",
    "stale",
    "outside_window",
    "misstated",
    "unfinished",
)
LIVES_SHOWN: Final = 5

Life = list[tuple[datetime, str]]


@dataclass(frozen=True, slots=True)
class Found:
    """The verdict, what led to it, and the lives of the messages that broke the promise."""

    seed: int
    kills: dict[str, int]
    troubles: dict[str, int]
    fell: dict[str, int]  # what ended without being killed
    verdict: Verdict
    lives: dict[int, Life]
    seconds: float

    @property
    def is_clean(self) -> bool:
        return self.verdict.is_clean

    def as_json(self) -> dict[str, Any]:
        """Return the counts, and which messages broke what."""
        verdict = self.verdict
        counts = {name: verdict.count(name) for name in BROKEN}
        counts["lost"] += len(verdict.never_planned)
        settled = {state: n for state, n in sorted(verdict.settled.items()) if state != "in_doubt"}
        return {
            "seed": self.seed,
            "kills": sum(self.kills.values()),
            "touches": verdict.touches,
            "received": verdict.received,
            **counts,
            "in_doubt": verdict.in_doubt,
            "settled": sum(settled.values()),
            "settled_as": settled,
            "ended_as": dict(sorted(verdict.ended.items())),
            "killed": self.kills,
            "troubles": self.troubles,
            "fell": self.fell,
            "seconds": round(self.seconds),
            "broken": {name: sorted(ids) for name, ids in verdict.broken.items() if ids},
            "never_planned": verdict.never_planned,
        }

    def tell(self, say: Callable[[str], None]) -> None:
        """Say it to a person; where the promise was broken, with the whole life of the message."""
        found = self.as_json()
        say(f"seed {self.seed}: {found['kills']} kills in {found['seconds']} s {_list(self.kills)}")
        say(f"  troubles: {_list(self.troubles)}")
        if self.fell:
            say(f"  ended by themselves, and were started again: {_list(self.fell)}")
        say(f"  touches {found['touches']}, received {found['received']}")
        say(f"  ended as: {_list(found['ended_as'])}")
        say(
            f"  in doubt {found['in_doubt']}, of these settled {found['settled']} "
            f"{_list(found['settled_as'])}"
        )
        say("  " + ", ".join(f"{name.replace('_', ' ')} {found[name]}" for name in BROKEN))
        for number, life in self.lives.items():
            whats = [name for name, ids in self.verdict.broken.items() if number in ids]
            say(f"\nmessage {number}: {', '.join(whats)}")
            for at, what in life:
                say(f"  {at:%H:%M:%S.%f}  {what}")
        if not self.is_clean:
            say(f"\nthe promise was broken; `handbell ordeal --seed {self.seed}` tries it again")


def _list(counts: dict[str, int]) -> str:
    return "(" + (", ".join(f"{name} {n}" for name, n in counts.items()) or "none") + ")"
