"""What is reviewed, and what a review says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handbell.vocabulary.words import Channel, Purpose


class Verdict(StrEnum):
    """What may become of a text, the mildest first."""

    ALLOW = "allow"
    HOLD = "hold"  # a second person decides
    REFUSE = "refuse"


class FindingKind(StrEnum):
    """What a finding asks for. `fix` stops a script from being saved and changes no verdict."""

    REFUSE = "refuse"
    HOLD = "hold"
    FIX = "fix"


class Part(StrEnum):
    """Where in a draft a finding is."""

    SUBJECT = "subject"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Draft:
    """Words somebody wants to send: a script with its blanks, or a finished text."""

    purpose: Purpose
    channel: Channel
    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Clinic:
    """Whose words they are. `names`: of the practice and its facilities; `domains`: its own.

    `amounts`: the practice chose that balance texts and e-mails may say what is owed.
    """

    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    amounts: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with blanks, `%(name)s`, and what fills them: another language has its own."""

    pattern: str
    values: tuple[tuple[str, str], ...] = ()

    def filled(self, pattern: str = "") -> str:
        """Return the sentence, or another language's `pattern` of it, with its blanks filled."""
        said = pattern or self.pattern
        return said % dict(self.values) if self.values else said


@dataclass(frozen=True, slots=True)
class Finding:
    """Some words, what is wrong with them, what to do instead, and whose rule it is.

    `phrases` are the sentences of `why`.
    """

    rule: str
    kind: FindingKind
    start: int
    end: int
    why: str
    source: str
    instead: str = ""
    part: Part = Part.TEXT
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """Everything found in a draft, in the order of its words."""

    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.findings)

    def of(self, kind: FindingKind) -> tuple[Finding, ...]:
        """Return the findings of one kind."""
        return tuple(finding for finding in self.findings if finding.kind is kind)


def verdict_of(findings: Sequence[Finding]) -> Verdict:
    """Return the gravest answer any finding asks for."""
    kinds = {finding.kind for finding in findings}
    if FindingKind.REFUSE in kinds:
        return Verdict.REFUSE
    return Verdict.HOLD if FindingKind.HOLD in kinds else Verdict.ALLOW
