"""Writes django.mo from django.po without gettext on the machine: run it after a change.

The tests in test_spanish.py use the same functions to see that the two agree and that every
sentence of the pages has its Spanish.
"""

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOM = Path(__file__).parent.parent.parent / "handbell" / "patientpages"
SPANISH = ROOM / "locale" / "es" / "LC_MESSAGES" / "django.po"
KEYWORDS = {"gettext": None, "gettext_lazy": None, "ngettext": (1, 2), "_": None}


def read_catalog() -> Catalog:
    """Return the Spanish sentences as they are written."""
    with SPANISH.open("rb") as file:
        catalog = read_po(file, locale="es")
    # Without a date the file would change every time it is written.
    catalog.creation_date = catalog.revision_date = datetime(2026, 1, 1, tzinfo=UTC)
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """Return the form Python reads at run time."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def sentences_of_pages() -> set[str]:
    """Return every sentence (the singular where there are two) that templates and code mark."""
    templates = [
        templatize(path.read_text(), origin=path.name)
        for path in sorted(ROOM.glob("templates/**/*.html"))
    ]
    found: set[str] = set()
    for source in [*templates, *(path.read_text() for path in sorted(ROOM.glob("**/*.py")))]:
        lines = io.BytesIO(source.encode())
        for _, _, text, _ in extract_python(lines, KEYWORDS, [], {}):
            said: object = text  # one sentence, or singular and plural
            found.add(said if isinstance(said, str) else text[0])
    return found


if __name__ == "__main__":
    SPANISH.with_suffix(".mo").write_bytes(compiled(read_catalog()))
