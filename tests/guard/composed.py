"""Sentences with choices, from sentences/*.txt: what a sentence says, said in many ways.

`(a|b|c)` is a choice and `<service>` one line of the section [service.en] of lists.txt. `#money`,
`#phone` and `#date` are what they say. They teach the weights what a sentence is about, and what of
it does not matter; nothing is measured on them.
"""

import random
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from handbell.policy.content import Draft, Verdict
from handbell.vocabulary.words import Channel, Purpose
from tests.guard.corpus import FOLDER, Sample

LANGUAGES = ("en", "es", "fr")
LABELS = {"promotion": Verdict.REFUSE, "honest": Verdict.ALLOW}
_CHOICE = re.compile(r"\(([^()]*)\)")


@lru_cache
def sections(name: str) -> Mapping[str, tuple[str, ...]]:
    """Return the lines of each section of the files of sentences whose names begin so."""
    found: dict[str, list[str]] = {}
    section: list[str] = []
    kind, _, language = name.partition(".")
    paths = sorted((FOLDER / "sentences").glob(f"{kind}.*"))
    for path in (one for one in paths if one.stem.endswith(f".{language}" if language else "")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                section = found.setdefault(line.strip("[]"), [])
            elif line and not line.startswith("//"):
                section.append(line)
    return {name: tuple(lines) for name, lines in found.items()}


def composed(each: int) -> Iterator[Sample]:
    """Yield every sentence in `each` ways, or as many as it has."""
    for kind, label in LABELS.items():
        for language in LANGUAGES:
            for category, lines in sections(f"{kind}.{language}").items():
                for place, line in enumerate(lines):
                    chance = random.Random(f"{language}{line}")
                    ways = {filled(line, language, chance) for _ in range(2 * each)}
                    for way, text in enumerate(sorted(ways)[:each]):
                        name = f"{kind}-{language}-{category}-{place}-{way}"
                        draft = Draft(Purpose.APPOINTMENT_REMINDER, Channel.SMS, text)
                        yield Sample(name, label, category, language, draft, None)


def filled(line: str, language: str, chance: random.Random) -> str:
    """Return a sentence with every choice made."""

    def chosen(match: "re.Match[str]") -> str:
        return str(chance.choice(match[1].split("|")))

    def listed(match: "re.Match[str]") -> str:
        word = chance.choice(sections("lists")[f"{match[1].lower()}.{language}"])
        return word[0].upper() + word[1:] if match[1][0].isupper() else word

    while _CHOICE.search(line):
        line = _CHOICE.sub(chosen, line)
    line = re.sub(r"<(\w+)>", listed, line)
    for blank, said in (
        ("#money", ("$40", "$118.00", "$25", "$64.20")),
        ("#phone", ("555-0107", "555-0164", "555-0190")),
        ("#date", ("12/1", "March 3", "Nov 4")),
    ):
        line = line.replace(blank, chance.choice(said))
    line = re.sub(r"\s+", " ", line)
    return re.sub(r"([.!?])\.$", r"\1", re.sub(r" ([.,;!])", r"\1", line)).strip()
