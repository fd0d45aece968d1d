"""What does a report's page show? Its rows, or that a worker is at them. Reads only."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from handbell.access.models import StaffMember
from handbell.reports.declared import Asked, Report, Rows
from handbell.reports.models import Run
from handbell.reports.operations import KEPT, PAGE
from handbell.reports.statements.spans import fetch
from handbell.reports.writing import as_json
from handbell.vocabulary.words import ReportState

#: Rows of a long report on each of its pages, and how many pages there are; a file has all.
A_PAGE: Final = 50
MOST_PAGES: Final = 100
MOST_RUNS: Final = 20


def rows_of_page(report: Report, asked: Asked, number: int) -> tuple[list[list[Any]], bool]:
    """Return the rows on a page of a long report (the first is 1), and whether there are more."""
    assert isinstance(report.source, Rows)
    found = fetch(report.source.some(asked, A_PAGE + 1, (number - 1) * A_PAGE))
    return as_kept(found[:A_PAGE], asked), len(found) > A_PAGE


def as_kept(rows: Sequence[Sequence[Any]], asked: Asked) -> list[list[Any]]:
    """Return rows as a page keeps them."""
    return [[as_json(value, asked.zone) for value in row] for row in rows]


def page_run(report: Report, asked: Asked) -> Run | None:
    """Return the newest count of a table for a page that was asked for just so, if it is kept."""
    return (
        Run.objects.filter(
            practice_id=asked.practice_id,
            report=report.name,
            form=PAGE,
            filters=asked.told,
            asked_at__gt=asked.now - KEPT,
        )
        .exclude(state=ReportState.REMOVED)
        .order_by("-id")
        .first()
    )


def runs_of(staff: StaffMember, *, now: datetime) -> list[Run]:
    """Return the files somebody asked for in the last day, the newest first."""
    found = Run.objects.filter(
        practice_id=staff.practice_id, staff=staff, asked_at__gt=now - 2 * KEPT
    ).exclude(form=PAGE)
    return list(found.exclude(state=ReportState.REMOVED).order_by("-id")[:MOST_RUNS])


def run_of(staff: StaffMember, run_id: int) -> Run | None:
    """Return a report somebody asked for; nobody else's exists."""
    found = Run.objects.filter(practice_id=staff.practice_id, staff=staff, pk=run_id)
    return found.select_related("practice", "staff").first()
