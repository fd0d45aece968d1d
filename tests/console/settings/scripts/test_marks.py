"""Words are marked where a finding means them, and texts are compared word by word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.console.settings.scripts.difference import Kind, difference
from handbell.console.settings.scripts.marks import marked
from handbell.policy.content import Finding, FindingKind


def finding(start: int, end: int, kind: FindingKind = FindingKind.REFUSE) -> Finding:
    return Finding("promotion.offer", kind, start, end, "why", "source")


def test_overlapping_findings_share_their_words_and_keep_their_numbers() -> None:
    pieces = marked("one two three", [(1, finding(0, 7)), (2, finding(4, 13, FindingKind.HOLD))])
    assert [(p.text, p.tone, p.ends) for p in pieces] == [
        ("one ", "bad", ()),
        ("two", "bad", (1,)),
        (" three", "wait", (2,)),
    ]


def test_what_is_missing_marks_nothing() -> None:
    text = "one two"
    for one in (finding(0, 7, FindingKind.FIX), finding(0, 0, FindingKind.FIX)):
        assert [(p.text, p.tone) for p in marked(text, [(1, one)])] == [(text, "")]


@given(
    st.text(max_size=30),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), max_size=5),
)
def test_the_pieces_are_the_text(text: str, places: list[tuple[int, int]]) -> None:
    found = list(enumerate((finding(a, b) for a, b in places), start=1))
    assert "".join(piece.text for piece in marked(text, found)) == text


def said(before: str, after: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.text) for one in difference(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("same", "same", [("same", "same")]),
        ("", "new", [("added", "new")]),
        ("old", "", [("removed", "old")]),
        (
            "on {{ date }} at noon",
            "on {{ day }} at noon",
            [
                ("same", "on "),
                ("removed", "{{ date }}"),
                ("added", "{{ day }}"),
                ("same", " at noon"),
            ],
        ),
        (
            "come to door A today then",
            "come by gate A later then",
            [
                ("same", "come "),
                ("removed", "to door A today"),
                ("added", "by gate A later"),
                ("same", " then"),
            ],
        ),
    ],
)
def test_a_difference_reads_as_words(
    before: str, after: str, expected: list[tuple[str, str]]
) -> None:
    assert said(before, after) == expected


@given(st.text("ab {}\n.", max_size=40), st.text("ab {}\n.", max_size=40))
def test_both_texts_can_be_read_from_it(before: str, after: str) -> None:
    found = difference(before, after)
    assert "".join(one.text for one in found if one.kind is not Kind.ADDED) == before
    assert "".join(one.text for one in found if one.kind is not Kind.REMOVED) == after
