"""A row that stands where headings should is known for one."""

import pytest

from handbell.importers.csv.headings import is_like_a_row, is_like_a_value
from handbell.importers.csv.mappings import MAPPINGS
from handbell.importers.csv.table import Table, recognise


@pytest.mark.parametrize(
    "value",
    [
        "77",
        "MRN0077",
        "P-00123",
        "202-555-0141",
        "(202) 555-0141 x5",
        "+12025550141",
        "1980-02-03",
        "2/3/1980",
        "3 Mar 1980",
        "Tue, Mar 3rd 2026",
        "2026-11-10T09:00:00Z",
        "9:30 AM",
        "$40.00",
        "ada@quill.example",
    ],
)
def test_values_are_no_headings(value: str) -> None:
    assert is_like_a_value(value)


@pytest.mark.parametrize(
    "heading", ["", "Phone 1", "2nd phone", "Address2", "Date", "May", "ICD10", "Chart #", "a/p"]
)
def test_headings_are_headings(heading: str) -> None:
    assert not is_like_a_value(heading)


def test_no_known_export_is_taken_for_a_row() -> None:
    for export in MAPPINGS:
        assert not is_like_a_row(export.known_by), export.name


def test_a_column_that_is_not_used_is_told_without_what_may_be_a_value() -> None:
    table = recognise(["patient id", "first name", "last name", "202-555-0141", "Room"])
    assert isinstance(table, Table)
    assert table.unused == ("column 4", "Room")
