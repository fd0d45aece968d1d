"""The guidance, from its Markdown file to a page with an anchor for every section.

One file for each language of the pages, with the same anchors.
"""

import re
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

SOURCE: Final = Path(__file__).parent.parent / "guidance.md"
SOURCES: Final = {"en": SOURCE, "es": SOURCE.with_name("guidance.es.md")}

#: How a heading names its anchor: `## Consent {#consent}`.
_NAMED = re.compile(r"^(?P<title>.+?)\s*\{#(?P<anchor>[a-z-]+)\}$")


@dataclass(frozen=True, slots=True)
class Section:
    """One heading that other pages may lead to, as `/guidance#anchor`."""

    anchor: str
    title: str
    level: int


@dataclass(frozen=True, slots=True)
class Guidance:
    """The text as HTML, and its sections in order."""

    html: SafeString
    sections: list[Section]

    @property
    def contents(self) -> list[Section]:
        return [section for section in self.sections if section.level == 2]


@cache
def read_guidance(language: str = "en") -> Guidance:
    """Return the guidance that is shipped, in a language of the pages."""
    return render(SOURCES[language].read_text(encoding="utf-8"))


def render(text: str) -> Guidance:
    """Return Markdown as HTML; HTML within it is shown as it is written, never obeyed."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(text)
    sections: list[Section] = []
    for heading, inline in pairwise(tokens):
        if heading.type != "heading_open" or not (named := _NAMED.match(inline.content)):
            continue
        title, anchor = named["title"], named["anchor"]
        heading.attrSet("id", anchor)
        inline.content = title
        inline.children = markdown.parseInline(title)[0].children
        sections.append(Section(anchor, title, int(heading.tag[1:])))
    html = markdown.renderer.render(tokens, markdown.options, {})
    return Guidance(mark_safe(html), sections)  # noqa: S308 (raw HTML is off, links are checked)
