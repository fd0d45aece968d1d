"""Which text is in use?"""

from collections.abc import Mapping

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Channel, Purpose


def texts_of(practice_id: int) -> Mapping[Key, Text]:
    """Return every text in use in a practice: its newest versions over the starting texts."""
    newest = Script.objects.filter(practice_id=practice_id).annotate(
        rank=Window(
            RowNumber(),
            partition_by=["purpose", "channel", "language"],
            order_by=F("version").desc(),
        )
    )
    own = {
        (Purpose(row.purpose), Channel(row.channel), row.language): Text(row.body, row.subject)
        for row in newest
        if row.rank == 1
    }
    return {**STARTING_TEXTS, **own}


def text_for(
    texts: Mapping[Key, Text], *, purpose: Purpose, channel: Channel, languages: tuple[str, ...]
) -> tuple[Text, str] | None:
    """Return the text in the first of the languages that has one, and that language."""
    for language in (*languages, "en"):
        if found := texts.get((purpose, channel, language)):
            return found, language
    return None


def paused_scripts(practice_id: int) -> frozenset[tuple[Purpose, Channel]]:
    """Return the purposes and channels whose texts must not leave until a person looks."""
    rows = ScriptPause.objects.filter(practice_id=practice_id, lifted_at=None)
    return frozenset(
        (Purpose(purpose), Channel(channel))
        for purpose, channel in rows.values_list("purpose", "channel")
    )
