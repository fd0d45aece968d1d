"""What a check found: green, amber or red, and what to do. For `handbell doctor` and the pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Light(StrEnum):
    """How well it is."""

    GREEN = "green"
    AMBER = "amber"  # it works, and something should be done
    RED = "red"  # it does not, or will soon not


#: A sentence and what to do about it, with blanks like %(domain)s.
Said = tuple[Light, str, str]


@dataclass(frozen=True, slots=True)
class Check:
    """One line. `pattern` and `cure_pattern` are sentences whose blanks `values` fill."""

    name: str
    light: Light
    pattern: str
    cure_pattern: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return self.pattern % self.values

    @property
    def cure(self) -> str:
        return self.cure_pattern % self.values


def check(name: str, said: Said, /, **values: str) -> Check:
    """Return the check of that name with the blanks of what is said filled."""
    light, pattern, cure = said
    return Check(name, light, pattern, cure, values)
