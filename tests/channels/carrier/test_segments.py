"""Parts of a text, as carriers count them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.segments import is_gsm, segments


@pytest.mark.parametrize(
    ("body", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ñ" * 160, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("✓" * 134, 2),
        ("✓" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("", 1),
    ],
)
def test_boundaries(body: str, parts: int) -> None:
    assert segments(body) == parts


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(max_size=5))
def test_more_text_is_never_fewer_parts(body: str, more: str) -> None:
    more = more.encode("utf-8", "ignore").decode()
    assert segments(body + more) >= segments(body) or is_gsm(body) != is_gsm(body + more)
