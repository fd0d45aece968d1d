"""How does the record of a closure become a PDF? One page or more, numbers first."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # reading it takes a second, which every start of the pages would wait for
    from fpdf import FPDF

#: The built-in typefaces know western European letters; others are written without their marks.
_ENCODING: Final = "cp1252"
_WIDTH: Final = 179.0


@dataclass(frozen=True, slots=True)
class Page:
    """What the record says, in the language of whoever asked for it."""

    title: str
    subtitle: str
    facts: Sequence[tuple[str, str]]
    heads: Sequence[str]
    numbers: Sequence[Sequence[str]]
    acts_head: str
    acts: Sequence[tuple[str, str, str]]
    bars_head: str
    bars: Sequence[tuple[str, int]]
    foot: str


def make_pdf(page: Page) -> bytes:
    """Return the PDF."""
    from fpdf import FPDF

    pdf = FPDF(format="letter")
    pdf.set_margins(18, 18)
    pdf.set_auto_page_break(auto=True, margin=18)
    pdf.set_title(_plain(page.title))
    pdf.add_page()
    _line(pdf, page.title, size=18, bold=True)
    _line(pdf, page.subtitle, size=12)
    pdf.ln(4)
    for name, value in page.facts:
        pdf.set_font("Helvetica", size=10)
        pdf.cell(38, 6, _plain(name))
        pdf.multi_cell(_WIDTH - 38, 6, _plain(value), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)
    if page.numbers:
        _table(pdf, page.heads, page.numbers, widths=(43, *([17] * 8)))
    if page.bars:
        pdf.ln(4)
        _line(pdf, page.bars_head, size=12, bold=True)
        _bars(pdf, page.bars)
    pdf.ln(4)
    _line(pdf, page.acts_head, size=12, bold=True)
    _table(pdf, (), page.acts, widths=(38, 40, 102))
    pdf.ln(4)
    _line(pdf, page.foot, size=8)
    return bytes(pdf.output())


def _line(pdf: "FPDF", text: str, *, size: int, bold: bool = False) -> None:
    pdf.set_font("Helvetica", style="B" if bold else "", size=size)
    pdf.multi_cell(_WIDTH, size * 0.55, _plain(text), new_x="LMARGIN", new_y="NEXT", align="L")


def _table(
    pdf: "FPDF", heads: Sequence[str], rows: Sequence[Sequence[str]], *, widths: Sequence[int]
) -> None:
    from fpdf.fonts import FontFace

    pdf.set_font("Helvetica", size=9)
    with pdf.table(
        col_widths=tuple(widths),
        width=_WIDTH,
        align="LEFT",
        text_align="LEFT",
        first_row_as_headings=bool(heads),
        headings_style=FontFace(emphasis="BOLD"),
        borders_layout="HORIZONTAL_LINES",
    ) as table:
        for row in [heads, *rows] if heads else rows:
            line = table.row()
            for cell in row:
                line.cell(_plain(cell))


def _bars(pdf: "FPDF", bars: Sequence[tuple[str, int]]) -> None:
    """Draw the hand-overs over time, the tallest bar 24 mm high, the first and last time below."""
    height, most = 24.0, max(count for _, count in bars) or 1
    top, left = pdf.get_y(), pdf.l_margin
    step = _WIDTH / max(len(bars), 12)
    pdf.set_fill_color(15, 98, 102)
    for number, (_, count) in enumerate(bars):
        tall = height * count / most
        pdf.rect(left + number * step, top + height - tall, step * 0.8, tall, style="F")
    pdf.set_y(top + height + 1)
    pdf.set_font("Helvetica", size=8)
    first, last = bars[0], bars[-1]
    said = f"{first[0]} - {last[0]} (max {most})" if len(bars) > 1 else f"{first[0]} ({most})"
    pdf.cell(_WIDTH, 4, _plain(said), new_x="LMARGIN", new_y="NEXT")


def _plain(text: str) -> str:
    """Return the text in letters the typeface has."""
    try:
        text.encode(_ENCODING)
    except UnicodeEncodeError:
        bare = unicodedata.normalize("NFKD", text)
        letters = "".join(one for one in bare if not unicodedata.combining(one))
        return letters.encode(_ENCODING, "replace").decode(_ENCODING)
    return text
