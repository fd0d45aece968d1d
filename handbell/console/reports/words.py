"""What are the forms, states and reasons of reports called on screen? Pure."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from handbell.console.words import Chip, Words
from handbell.vocabulary.words import ReportReason, ReportState

FORMS: Final[Mapping[str, str]] = Words(
    {
        "csv": _("Table (CSV)"),
        "csv_bom": _("Table (CSV) for Excel"),
        "xlsx": _("Excel workbook (XLSX)"),
        "json": _("JSON, for programs"),
    }
)

REASONS: Final[Mapping[ReportReason, str]] = Words(
    {
        ReportReason.MARKETING_TOOL: _("For a marketing tool outside Handbell"),
        ReportReason.OTHER_SYSTEM: _("For another system of the clinic"),
        ReportReason.LETTERS_OR_CALLS: _("To write letters or to call people"),
        ReportReason.CHECKING_RECORDS: _("To check what is on file"),
        ReportReason.LAW_OR_AUDIT: _("For an audit, or because the law asks for it"),
        ReportReason.ANOTHER: _("Another reason"),
    }
)

_CHIPS: Final[Mapping[ReportState, tuple[Any, str, str]]] = {
    ReportState.ASKED: (_("Being made"), "clock", "wait"),
    ReportState.READY: (_("Ready"), "check-circle", "good"),
    ReportState.FAILED: (_("Could not be made"), "exclamation-triangle", "bad"),
    ReportState.REMOVED: (_("Removed"), "minus-circle", "soft"),
}


def chip_of(state: str) -> Chip:
    """Return how a report's state is shown."""
    word, icon, tone = _CHIPS[ReportState(state)]
    return Chip(str(word), icon, tone)
