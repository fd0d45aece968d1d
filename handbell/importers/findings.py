"""What did one resource or message yield? Facts and flaws, gathered while it is read."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from handbell.importers.bad_value import BadValue
from handbell.importers.facts import Fact, Flaw, Item, Kind, Severity

T = TypeVar("T")


@dataclass(slots=True)
class Findings:
    """The facts and flaws of one place in a file."""

    file: str
    unit: str
    line: int
    items: list[Item] = field(default_factory=list)

    def add(self, fact: Fact) -> None:
        self.items.append(fact)

    def flaw(self, kind: Kind, name: str, bad: BadValue, severity: Severity = Severity.ROW) -> None:
        self.items.append(
            Flaw(
                file=self.file,
                line=self.line,
                unit=self.unit,
                kind=kind,
                field=bad.field or name,
                value_kind=bad.value_kind,
                reason=bad.reason,
                cure=bad.cure,
                severity=severity,
            )
        )

    def not_used(self, kind: Kind, name: str, reason: str, cure: str = "nothing") -> None:
        """Say that the row is sound and Handbell keeps nothing of its sort."""
        self.flaw(kind, name, BadValue("row", reason, cure), Severity.NOT_USED)

    def leniently(
        self, kind: Kind, name: str, instead: T, parse: Callable[..., T], *given: object
    ) -> T:
        """Return what `parse` makes of a value; a bad one is listed and replaced by `instead`."""
        try:
            return parse(*given)
        except BadValue as bad:
            self.flaw(kind, name, bad, Severity.VALUE)
            return instead
