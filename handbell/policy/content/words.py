"""The guard's words, read from the text files beside this one: words/*.txt.

They are text so that a person can read and mend them: `[name]` begins a section, `//` a remark.
"""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).with_name("words")


@lru_cache
def sections(name: str) -> Mapping[str, str]:
    """Return the sections of a file of words, by their names."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("[") and line.endswith("]"):
            lines = found.setdefault(line[1:-1], [])
        elif line and not line.startswith("//"):
            lines.append(line)
    return {section: "\n".join(lines) for section, lines in found.items()}


def words(name: str, section: str) -> frozenset[str]:
    """Return the words of one section."""
    return frozenset(sections(name)[section].split())


def weights(name: str = "weights") -> Mapping[str, float]:
    """Return the weights of leaning.py, or the "decision" of deciding.py: one a line, it first."""
    lines = (_FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" ", 1) for line in lines if line and not line.startswith("//"))
    return {feature: float(weight) for weight, feature in pairs}


ACT: Final = words("acts", "act")
PLAIN: Final = words("acts", "plain")
