"""Which text is in use?"""

from collections.abc import Mapping

from django.db import connection

from handbell.scripts.models import ScriptPause
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Channel, Purpose

_NEWEST = """
SELECT DISTINCT ON (purpose, channel, language) purpose, channel, language, subject, body
FROM scripts_script WHERE practice_id = %s
ORDER BY purpose, channel, language, version DESC
"""


def texts_of(practice_id: int) -> Mapping[Key, Text]:
    """Return every text in use in a practice: its newest versions over the starting texts."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [practice_id])
        rows = cursor.fetchall()
    own = {
        (Purpose(purpose), Channel(channel), language): Text(body, subject)
        for purpose, channel, language, subject, body in rows
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
