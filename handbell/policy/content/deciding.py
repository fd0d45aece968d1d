"""Is a text refused, shown to a person or allowed? Its worst sentence decides, weighed in its text.

What speaks for promotion in a sentence are a few facts: how it leans, whether it holds a promoting
phrase, whether its kind is known, and what stands around it. words/decision.txt has one weight for
each, and the sums from which on a text is held and refused; `benchmarks/guard_weights.py` makes it,
with leanings taught without the writers it is measured on.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.policy.content.words import weights
from handbell.vocabulary.words import Purpose

Facts = Mapping[str, float]

WEIGHTS: Final = weights("decision")
REFUSED_FROM: Final = WEIGHTS["refused from"]
HELD_FROM: Final = WEIGHTS["held from"]


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence tells by itself; `share` of its words is strange."""

    leans: float
    length: int
    share: float
    is_recognised: bool
    is_of_its_purpose: bool
    is_subject: bool
    promotes: bool

    @property
    def facts(self) -> Facts:
        """Return it as the weights name it."""
        return {
            "always": 1.0,
            "leaning": max(-8.0, min(8.0, self.leans)),
            "length": min(self.length, 30) / 10,
            "strange": self.share,
            "unrecognised": float(not self.is_recognised),
            "of its purpose": float(self.is_of_its_purpose),
            "subject": float(self.is_subject),
            "phrase": float(self.promotes),
        }


def around(sentences: int, purpose: Purpose, *, astray: bool) -> Facts:
    """Return what stands around each sentence of a text; `astray`: none speaks of its purpose."""
    visit = purpose is Purpose.APPOINTMENT_REMINDER
    return {
        "sentences": math.log(max(1, sentences)),
        "astray reminder": float(astray and visit),
        "astray": float(astray and not visit),
    }


def weight(facts: Facts, weights: Facts = WEIGHTS) -> float:
    """Return what facts come to."""
    return sum([weights[name] * size for name, size in facts.items()])
