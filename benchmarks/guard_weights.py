"""Make the weights of the guard anew, from the texts and sentences of tests/guard.

    python -m benchmarks.guard_weights            how would it do on texts by writers it never met?
    python -m benchmarks.guard_weights --write    train on all, write weights.txt, decision.txt

What leans a sentence (weights.txt): logistic regression by stochastic gradient descent with
Adagrad; of a text that must not leave only its most leaning sentence counts, and a little the next,
since the rest of it may be an honest reminder. What follows from it (decision.txt) is learnt
the same way from the texts of others.jsonl, a third of their writers after the other with leanings
taught without them. The heldout texts are never read here.
"""

import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from handbell.policy.content import guard, hearing, leaning
from tests.guard.composed import composed
from tests.guard.corpus import Sample, answered, samples, score

#: What rules decide and no leaning could.
NOT_LEARNT = {
    *("patient", "collection", "reply", "link", "shouting", "disguise"),
    *("patient_info", "optout_words"),
}
PASSES, RATE, SHRINK, NEXT = 12, 0.1, 2e-3, 0.3
SMALLEST = 0.08  # a weight that is kept
WAYS, ALONE = 3, 0.5  # in which a composed sentence is said; how much it counts
PARTS = 3
#: Of the honest texts of writers it never met, so many may be refused, and so many stopped.
HONEST_REFUSED, HONEST_STOPPED = 0.02, 0.13
WORDS = Path(leaning.__file__).parent / "words"
HEADS = {
    "weights": (
        "// What leans a sentence towards promotion (above 0) or away from it. leaning.py says\n"
        "// how; made by benchmarks/guard_weights.py from the texts of tests/guard, not by hand.\n"
    ),
    "decision": (
        "// What a sentence comes to in its text, and from which sum on the text is held or\n"
        "// refused. deciding.py says how; made by benchmarks/guard_weights.py, not by hand.\n"
    ),
}

Features = Mapping[str, float]
Weights = dict[str, float]


class Lesson:
    """A text: whether it promotes, how much it counts, and the features of its sentences."""

    def __init__(self, sample: Sample, sentences: Iterable[Features], counts: float) -> None:
        self.promotes = sample.label.value == "refuse"
        self.sentences = list(sentences)
        self.counts = counts


def learnt(chosen: Iterable[Sample]) -> Iterator[Sample]:
    """Yield the texts whose promotion is to be told by how they lean."""
    for sample in chosen:
        if sample.category not in NOT_LEARNT and sample.label.value != "hold":
            yield sample


@cache
def lesson(sample: Sample, counts: float) -> Lesson:
    """Return what a text teaches of leaning."""
    sentences = guard.sentences_of(sample.draft, sample.clinic)
    return Lesson(sample, [leaning.features(one, place) for one, place in sentences], counts)


def lessons(chosen: Sequence[Sample]) -> list[Lesson]:
    """Return the lessons of texts, those by other hands twice as heavy, and of single sentences."""
    texts = [lesson(one, 2.0 if one.id in others() else 1.0) for one in learnt(chosen)]
    return texts + [lesson(one, ALONE) for one in learnt(singles())]


@cache
def others() -> dict[str, str]:
    """Return the writers of the texts by other hands."""
    return {one.id: one.id.partition("-")[0] for one in samples("others")}


@cache
def singles() -> tuple[Sample, ...]:
    """Return the sentences that stand alone."""
    return tuple(composed(WAYS))


def train(chosen: Sequence[Sample]) -> Weights:
    """Return the weights of leaning, two decimals, the smallest left out."""
    weights: Weights = defaultdict(float, {"%strange": 0.4, "%warm": 0.6, "%acts": 0.4})
    steps: Weights = defaultdict(lambda: 1e-6)
    order = lessons(chosen)
    chance = random.Random(1)
    sums: Weights = defaultdict(float)
    for turn in range(PASSES):
        chance.shuffle(order)
        for one in order:
            teach(weights, steps, one)
        if turn >= PASSES // 2:  # the later turns' mean: one turn leans where its last texts did
            for name, weight in weights.items():
                sums[name] += weight
    means = {name: total / (PASSES - PASSES // 2) for name, total in sums.items()}
    return {
        name: round(weight, 2)
        for name, weight in means.items()
        if abs(weight) >= SMALLEST or name.startswith("%")
    }


def teach(weights: Weights, steps: Weights, text: Lesson) -> None:
    """Move the weights of a text's sentences towards its label."""
    if not text.promotes:
        for one in text.sentences:
            learn(weights, steps, one, promotes=False, counts=text.counts)
        return
    ranked = sorted(text.sentences, key=lambda one: -total(weights, one))[:2]
    for one, counts in zip(ranked, (1.0, NEXT), strict=False):
        if one is ranked[0] or total(weights, one) > 0.5:
            learn(weights, steps, one, promotes=True, counts=counts * text.counts)


def learn(
    weights: Weights, steps: Weights, one: Features, *, promotes: bool, counts: float
) -> None:
    """Move the weights of one sentence towards its label."""
    bounded = max(-30.0, min(30.0, total(weights, one)))
    miss = 1 / (1 + math.exp(-bounded)) - promotes
    if abs(miss) < 0.02:
        return
    for name, size in one.items():
        slope = counts * miss * size + SHRINK * weights[name]
        steps[name] += slope * slope
        step = 0.02 if name.startswith("%") else RATE / math.sqrt(steps[name])
        weights[name] -= step * slope


def total(weights: Features, one: Features) -> float:
    """Return how far a sentence leans, or what its facts come to."""
    return sum([weights.get(name, 0.0) * size for name, size in one.items()])


def lean_by(weights: Features) -> None:
    """Let the guard lean by other weights."""
    leaning.leaning.__defaults__ = ("", leaning.Weights(weights))
    hearing.hear.cache_clear()


def decision(told: Sequence[Lesson]) -> Weights:
    """Return what each fact weighs, learnt from the worst sentence of every text, and the sums."""
    weights: Weights = defaultdict(float, {"leaning": 1.0})
    steps: Weights = defaultdict(lambda: 1.0)
    order, chance = list(told), random.Random(2)
    for _ in range(60):
        chance.shuffle(order)
        for one in order:
            worst = max(one.sentences, key=lambda facts: total(weights, facts))
            learn(weights, steps, worst, promotes=one.promotes, counts=1.0)
    weights = {name: round(weight, 2) for name, weight in weights.items()}
    sums = [
        max(total(weights, facts) for facts in one.sentences) for one in told if not one.promotes
    ]
    sums.sort(reverse=True)
    for share in (0.005, 0.01, 0.02, 0.05, 0.1, 0.15):
        stopped = [
            max(total(weights, facts) for facts in one.sentences) for one in told if one.promotes
        ]
        line = sums[int(share * len(sums))]
        caught = sum(one > line for one in stopped) / len(stopped)
        print(f"{share:.1%} of the honest and {caught:.1%} of the others come to {line:.2f}")
    stops = {"refused from": HONEST_REFUSED, "held from": HONEST_STOPPED}
    return weights | {name: round(sums[int(share * len(sums))], 2) for name, share in stops.items()}


def told(chosen: Sequence[Sample]) -> list[Lesson]:
    """Return the facts the guard weighs in texts, with the leanings it has at the moment."""
    return [
        Lesson(one, facts, 1.0)
        for one in learnt(chosen)
        if (facts := guard.told_by(one.draft, one.clinic))
    ]


def rounds() -> Iterator[list[Sample]]:
    """Yield the texts of each third of the writers, the guard leaning by all others meanwhile."""
    everything = [*samples("tuning"), *samples("others")]
    writers = sorted(set(others().values()))
    for part in range(PARTS):
        away = set(writers[part::PARTS])
        rest = [one for one in everything if others().get(one.id) not in away]
        lean_by(train(rest))
        yield [one for one in samples("others") if others()[one.id] in away]


def cross_validate() -> None:
    """Print how the guard does on each writer with leanings from the others."""
    for chosen in rounds():
        for writer in sorted({others()[one.id] for one in chosen}):
            answers = answered([one for one in chosen if others()[one.id] == writer])
            for (label, verdict), number in sorted(Counter(answers).items()):
                print(f"{writer} {label.value:7} {verdict.value:7} {number}")
            print(writer, score(answers), flush=True)


def write(name: str, weights: Features) -> None:
    """Write weights into a file of words, the heaviest first."""
    ordered = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    lines = "".join(f"{weight:.2f} {name}\n" for name, weight in ordered)
    (WORDS / f"{name}.txt").write_text(HEADS[name] + lines, encoding="utf-8")
    print(f"{len(weights)} {name}", flush=True)


def main() -> None:
    """Cross-validate, or write the weights."""
    if "--write" not in sys.argv:
        cross_validate()
        return
    found: list[Lesson] = []
    for chosen in rounds():
        found += told(chosen)
    write("decision", decision(found))
    write("weights", train([*samples("tuning"), *samples("others")]))


if __name__ == "__main__":
    main()
