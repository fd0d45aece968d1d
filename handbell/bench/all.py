"""All figures there are, in the order they are measured."""

from collections.abc import Mapping
from typing import Final

from handbell.bench.figures import (
    emergency,
    guard,
    hand_over,
    history,
    imports,
    mail_peer,
    pages,
    planning,
    receipts,
    report,
    workers,
)
from handbell.bench.frame import Figure

_MODULES = (
    hand_over,
    mail_peer,
    planning,
    imports,
    receipts,
    emergency,
    history,
    workers,
    report,
    pages,
    guard,
)

FIGURES: Final[Mapping[str, Figure]] = {
    figure.name: figure for module in _MODULES for figure in module.FIGURES
}

#: What says at a small size nothing that another figure does not say: left out of `--quick`.
NOT_QUICK: Final = frozenset({"history-10m", "planning-100k", "planning-1m", "import-twin"})
