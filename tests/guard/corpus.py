"""The guard's own texts: read them, review them, count what came out.

tuning.jsonl is what the guard was made with, in batches written one after the other. Each was new
when it was written; docs/guard.md tells how the guard did on it. "wa" and "wb" are by other hands.
others.jsonl is by nine other writers, 600 texts each, "p1" to "p9"; a line is a list of a text's
id, purpose, channel, language, subject, text, practice, its domains, label and category.
heldout.jsonl was written last and nothing was tuned on it: keep it so, and add what the guard gets
wrong to tuning.jsonl.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from handbell.policy.content import Clinic, Draft, Review, Verdict, review
from handbell.vocabulary.words import Channel, Purpose

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Sample:
    """One labelled text."""

    id: str
    label: Verdict
    category: str
    language: str
    draft: Draft
    clinic: Clinic | None

    @property
    def review(self) -> Review:
        return review(self.draft, self.clinic)


@lru_cache
def samples(name: str) -> tuple[Sample, ...]:
    """Return the texts of "tuning", "others" or "heldout"."""
    lines = (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    rows = [json.loads(line) for line in lines if line]
    return tuple(map(_sample if isinstance(rows[0], dict) else _listed, rows))


def _listed(row: Sequence[str]) -> Sample:
    name, purpose, channel, language, subject, text, practice, domains, label, category = row
    draft = Draft(Purpose(purpose), Channel(channel), text, subject)
    clinic = Clinic((practice,), tuple(domains))
    return Sample(name, Verdict(label), category, language, draft, clinic)


def _sample(row: dict[str, object]) -> Sample:
    practice = row.get("practice")
    clinic = None
    if isinstance(practice, dict):
        clinic = Clinic((practice["name"],), tuple(practice["domains"]))
    draft = Draft(
        Purpose(str(row["purpose"])),
        Channel(str(row["channel"])),
        str(row["text"]),
        str(row.get("subject", "")),
    )
    return Sample(
        str(row["id"]),
        Verdict(str(row["label"])),
        str(row["category"]),
        str(row["language"]),
        draft,
        clinic,
    )


@dataclass(frozen=True)
class Score:
    """How often texts that must not leave were caught, and honest ones stopped; shares of 1."""

    refused: float
    caught: float
    honest_refused: float
    honest_held: float


def score(answers: Iterable[tuple[Verdict, Verdict]]) -> Score:
    """Return the score of (label, verdict) pairs."""
    count = Counter(answers)
    bad = sum(number for (label, _), number in count.items() if label is Verdict.REFUSE)
    good = sum(number for (label, _), number in count.items() if label is Verdict.ALLOW)
    refused = count[Verdict.REFUSE, Verdict.REFUSE]
    return Score(
        refused / bad,
        (refused + count[Verdict.REFUSE, Verdict.HOLD]) / bad,
        count[Verdict.ALLOW, Verdict.REFUSE] / good,
        count[Verdict.ALLOW, Verdict.HOLD] / good,
    )


def answered(chosen: Sequence[Sample]) -> list[tuple[Verdict, Verdict]]:
    """Return label and verdict of every text."""
    return [(sample.label, sample.review.verdict) for sample in chosen]
