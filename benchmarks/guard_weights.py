"""Make the weights of the guard's leaning anew, from tests/guard/tuning.jsonl and sentences/*.txt.

    python -m benchmarks.guard_weights            how would it do on texts it did not see?
    python -m benchmarks.guard_weights --write    train on all of them, write words/weights.txt

Logistic regression by stochastic gradient descent with Adagrad; of a text that must not leave only
its most leaning sentence counts, since the rest of it may be an honest reminder. The heldout texts
are never read here.
"""

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from handbell.policy.content import leaning
from handbell.policy.content.guard import sentences_of
from tests.guard.composed import composed
from tests.guard.corpus import Sample, answered, samples, score

#: What rules decide and no leaning could.
NOT_LEARNT = {
    *("patient", "collection", "reply", "link", "shouting", "disguise"),
    *("patient_info", "optout_words"),
}
PASSES, RATE, SHRINK, PARTS = 12, 0.15, 2e-3, 5
WAYS = 8  # in which a composed sentence is said
TARGET = Path(leaning.__file__).parent / "words" / "weights.txt"
HEAD = (
    "// What leans a sentence towards promotion (above 0) or away from it. leaning.py says how;\n"
    "// made by benchmarks/guard_weights.py from the texts of tests/guard, not by hand.\n"
)

Features = Mapping[str, float]


def lessons(chosen: Sequence[Sample]) -> list[tuple[bool, list[Features]]]:
    """Return of every text whether it promotes, and the features of its sentences."""
    return [
        (sample.label.value == "refuse", [leaning.features(one) for one in sentences])
        for sample in chosen
        if sample.category not in NOT_LEARNT and sample.label.value != "hold"
        if (sentences := sentences_of(sample.draft, sample.clinic))
    ]


@lru_cache
def alone() -> list[tuple[bool, list[Features]]]:
    """Return the lessons of the sentences that stand alone."""
    return lessons(tuple(composed(WAYS)))


def train(chosen: Sequence[Sample]) -> dict[str, float]:
    """Return the weights, two decimals, the smallest left out."""
    weights: dict[str, float] = defaultdict(float, {"%strange": 0.4, "%warm": 0.6, "%acts": 0.4})
    steps: dict[str, float] = defaultdict(lambda: 1e-6)
    order = lessons(chosen) + alone()
    chance = random.Random(1)
    for _ in range(PASSES):
        chance.shuffle(order)
        for promotes, sentences in order:
            ranked = sorted(sentences, key=lambda one: -total(weights, one))
            for one in ranked[:1] if promotes else ranked[:5]:
                learn(weights, steps, one, promotes=promotes)
    return {
        name: round(weight, 2)
        for name, weight in weights.items()
        if abs(weight) >= 0.04 or name.startswith("%")
    }


def learn(
    weights: dict[str, float], steps: dict[str, float], one: Features, *, promotes: bool
) -> None:
    """Move the weights of one sentence towards its label."""
    bounded = max(-30.0, min(30.0, total(weights, one)))
    miss = 1 / (1 + math.exp(-bounded)) - promotes
    if abs(miss) < 0.02:
        return
    for name, size in one.items():
        slope = miss * size + SHRINK * weights[name]
        steps[name] += slope * slope
        step = 0.02 if name.startswith("%") else RATE / math.sqrt(steps[name])
        weights[name] -= step * slope


def total(weights: Mapping[str, float], one: Features) -> float:
    """Return how far a sentence leans."""
    return sum(weights.get(name, 0.0) * size for name, size in one.items())


def cross_validate(chosen: Sequence[Sample]) -> None:
    """Print how the guard does on each fifth of the texts with weights from the others."""
    shuffled = list(chosen)
    random.Random(5).shuffle(shuffled)
    answers = []
    for part in range(PARTS):
        rest = [one for place, one in enumerate(shuffled) if place % PARTS != part]
        leaning.leaning.__defaults__ = (leaning.Weights(train(rest)),)
        answers += answered(shuffled[part::PARTS])
    for (label, verdict), number in sorted(Counter(answers).items()):
        print(f"{label.value:7} {verdict.value:7} {number}")
    print(score(answers))


def main() -> None:
    """Cross-validate, or write the weights."""
    chosen = samples("tuning")
    if "--write" not in sys.argv:
        cross_validate(chosen)
        return
    weights = sorted(train(chosen).items(), key=lambda pair: (-pair[1], pair[0]))
    lines = "".join(f"{weight:.2f} {name}\n" for name, weight in weights)
    TARGET.write_text(HEAD + lines, encoding="utf-8")
    print(f"{len(weights)} weights in {TARGET}")


if __name__ == "__main__":
    main()
