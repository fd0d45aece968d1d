"""Counting what a text costs, and writing it so that it costs little."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.vocabulary.segments import (
    GSM_BASIC,
    GSM_EXTENSION,
    Encoding,
    Segments,
    normalise,
    segments,
)

gsm_texts = st.text(st.sampled_from(sorted(GSM_BASIC | GSM_EXTENSION)), max_size=500)
texts = st.text(max_size=300)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(Encoding.GSM_7, 0, 0)),
        ("a", Segments(Encoding.GSM_7, 1, 1)),
        ("a" * 160, Segments(Encoding.GSM_7, 160, 1)),
        ("a" * 161, Segments(Encoding.GSM_7, 161, 2)),
        ("a" * 306, Segments(Encoding.GSM_7, 306, 2)),
        ("a" * 307, Segments(Encoding.GSM_7, 307, 3)),
        ("€" * 80, Segments(Encoding.GSM_7, 160, 1)),
        ("€" * 81, Segments(Encoding.GSM_7, 162, 2)),
        # 153 is odd: an escape does not end a segment, so each holds 76 pairs.
        ("€" * 153, Segments(Encoding.GSM_7, 306, 3)),
        ("a" * 152 + "€" + "a" * 153, Segments(Encoding.GSM_7, 307, 3)),
        ("é" * 160, Segments(Encoding.GSM_7, 160, 1)),
        ("á", Segments(Encoding.UCS_2, 1, 1)),
        ("a" * 69 + "á", Segments(Encoding.UCS_2, 70, 1)),
        ("a" * 70 + "á", Segments(Encoding.UCS_2, 71, 2)),
        ("á" * 134, Segments(Encoding.UCS_2, 134, 2)),
        ("á" * 135, Segments(Encoding.UCS_2, 135, 3)),
        ("👍", Segments(Encoding.UCS_2, 2, 1)),
        ("👍" * 35, Segments(Encoding.UCS_2, 70, 1)),
        ("👍" * 67, Segments(Encoding.UCS_2, 134, 3)),
    ],
)
def test_the_table(text: str, expected: Segments) -> None:
    assert segments(text) == expected


def test_the_alphabet_is_gsm_03_38() -> None:
    assert len(GSM_BASIC) == 127  # 128 places, one of them the escape
    assert len(GSM_EXTENSION) == 10
    assert not GSM_BASIC & GSM_EXTENSION


@given(gsm_texts)
def test_gsm_texts_cost_their_characters_and_extensions_twice(text: str) -> None:
    found = segments(text)
    assert found.encoding is Encoding.GSM_7
    assert found.characters == len(text) + sum(text.count(mark) for mark in GSM_EXTENSION)


@given(texts)
def test_ucs_2_counts_what_is_sent(text: str) -> None:
    found = segments(text + "á")
    assert found.encoding is Encoding.UCS_2
    assert found.characters == len((text + "á").encode("utf-16-be")) // 2


@given(texts)
def test_the_count_holds_the_characters_with_at_most_one_place_lost_in_each(text: str) -> None:
    found = segments(text)
    single, part = {Encoding.GSM_7: (160, 153), Encoding.UCS_2: (70, 67)}[found.encoding]
    if found.characters <= single:
        assert found.count == (1 if text else 0)
    else:
        assert (found.count - 1) * (part - 1) < found.characters <= found.count * part


@given(texts, texts)
def test_more_text_never_costs_less(first: str, second: str) -> None:
    assert segments(first + second).count >= segments(first).count


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("“Riverside” – we’ll see you…", '"Riverside" - we\'ll see you...'),
        ("2:30\u202fPM\u00a0today", "2:30 PM today"),
        ("Riv\u200bers\u00adide\ufeff", "Riverside"),
        ("a\u200db", "ab"),
        ("Jose\u0301", "José"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("José Müller Łukasz", "José Müller Łukasz"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d⚕", "👩\u200d⚕"),
    ],
)
def test_normalising(text: str, plain: str) -> None:
    assert normalise(text) == plain


@given(texts)
def test_normalising_twice_is_normalising_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(gsm_texts)
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert normalise(text) == text.replace("\r", "\n")


typographic = st.text(
    st.sampled_from("“”‘’–—…\u00a0\u202f\u200b\u00ad")
    | st.characters(max_codepoint=0x7E, min_codepoint=0x20)
)


@given(typographic)
def test_typography_alone_never_makes_a_text_ucs_2(text: str) -> None:
    assert segments(normalise(text)).encoding is Encoding.GSM_7


@given(texts)
def test_normalising_changes_no_letter(text: str) -> None:
    def letters(value: str) -> list[str]:
        return [c for c in unicodedata.normalize("NFD", value) if c.isalnum()]

    assert letters(normalise(text)) == letters(text)
