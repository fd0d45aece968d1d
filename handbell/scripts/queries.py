"""Which text is in use, which were, and how often was one refused?"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from handbell.access.models import AuditEvent
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.access.round_trip import Answer, Row, Trip, round_trip
from handbell.policy.content import Clinic, Draft, Review, Verdict, review
from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Approval, AuditAct, Channel, Purpose

_NEWEST = """
SELECT DISTINCT ON (purpose, channel, language) purpose, channel, language, subject, body
FROM scripts_script WHERE practice_id = %s AND approval IN ('not_needed', 'approved')
ORDER BY purpose, channel, language, version DESC
"""

_PAUSED = """
SELECT purpose, channel FROM scripts_scriptpause WHERE practice_id = %s AND lifted_at IS NULL
"""


def texts_of(practice_id: int) -> Mapping[Key, Text]:
    """Return every text in use in a practice: its newest versions over the starting texts.

    A version that awaits approval, or was declined, is not in use.
    """
    with round_trip() as trip:
        texts = ask_texts(trip, practice_id)
    return texts()


def ask_texts(trip: Trip, practice_id: int) -> Answer[Mapping[Key, Text]]:
    """Ask for the texts in use."""
    return trip.ask(_NEWEST, [practice_id], _texts)


def _texts(rows: Sequence[Row]) -> Mapping[Key, Text]:
    own = {
        (Purpose(purpose), Channel(channel), language): Text(body, subject)
        for purpose, channel, language, subject, body in rows
    }
    return {**STARTING_TEXTS, **own}


def versions_of(practice_id: int, key: Key) -> QuerySet[Script]:
    """Return the practice's own versions of one script, the newest first."""
    purpose, channel, language = key
    own = Script.objects.filter(practice_id=practice_id, purpose=purpose, channel=channel)
    return own.filter(language=language).order_by("-version")


def scripts_in_use(practice_id: int) -> Mapping[Key, Script]:
    """Return the practice's own version in use of each script that has one."""
    own = Script.objects.filter(
        practice_id=practice_id, approval__in=[Approval.NOT_NEEDED, Approval.APPROVED]
    )
    order = ("purpose", "channel", "language")
    newest = own.order_by(*order, "-version").distinct(*order)
    return {(Purpose(one.purpose), Channel(one.channel), one.language): one for one in newest}


def awaiting_scripts(practice_id: int) -> list[Script]:
    """Return the versions that wait for a second person, the newest of each script only."""
    newest: dict[tuple[str, str, str], Script] = {}
    for script in Script.objects.filter(practice_id=practice_id).order_by("version"):
        newest[script.purpose, script.channel, script.language] = script
    return [one for one in newest.values() if one.approval == Approval.AWAITING]


def clinic_of(practice_id: int) -> Clinic:
    """Return the practice as the guard knows it: its names and its own domains."""
    return clinic_for(practice_settings(practice_id))


def clinic_for(settings: PracticeSettings, *public_addresses: str) -> Clinic:
    """Return the practice as the guard knows it; `public_addresses` are ours it is reached at."""
    places = sorted({place.name for place in settings.places.values()})
    links = (settings.payment_url, *public_addresses)
    return Clinic(
        names=(settings.name, *places),
        domains=(*settings.domains, *(link for link in links if link)),
        amounts=settings.options.balance_says_amount,
    )


def is_fit_name(name: str, *, practice_id: int, address: str = "") -> bool:
    """Return whether messages that say this name, and this address, pass the guard.

    A name stands in every message: one that sells would hold all of them back.
    """
    clinic = clinic_of(practice_id)
    clinic = Clinic(names=(*clinic.names, name), domains=clinic.domains)
    body = f"{name}: your visit is on {{{{ date }}}} at {{{{ time }}}}. Call {{{{ phone }}}}."
    draft = Draft(
        Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, f"{body}\n\n{name}\n{address}", "Your visit"
    )
    return review(draft, clinic).verdict is not Verdict.REFUSE


def review_script(
    *, practice_id: int, purpose: Purpose, channel: Channel, subject: str, body: str
) -> Review:
    """Return the guard's review of a script as it is typed, with places in subject and body."""
    return review(Draft(purpose, channel, body, subject), clinic_of(practice_id))


def text_for(
    texts: Mapping[Key, Text], *, purpose: Purpose, channel: Channel, languages: tuple[str, ...]
) -> tuple[Text, str] | None:
    """Return the text in the first of the languages that has one, and that language."""
    for language in (*languages, "en"):
        if found := texts.get((purpose, channel, language)):
            return found, language
    return None


def pause_of(practice_id: int, key: Key) -> ScriptPause | None:
    """Return why nothing of a script's purpose leaves by its channel, None if it does."""
    purpose, channel, _ = key
    pauses = ScriptPause.objects.filter(practice_id=practice_id, lifted_at=None)
    return pauses.filter(purpose=purpose, channel=channel).first()


def paused_scripts(practice_id: int) -> frozenset[tuple[Purpose, Channel]]:
    """Return the purposes and channels whose texts must not leave until a person looks."""
    with round_trip() as trip:
        paused = ask_paused(trip, practice_id)
    return paused()


def ask_paused(trip: Trip, practice_id: int) -> Answer[frozenset[tuple[Purpose, Channel]]]:
    """Ask whose texts must not leave."""
    return trip.ask(
        _PAUSED,
        [practice_id],
        lambda rows: frozenset((Purpose(purpose), Channel(channel)) for purpose, channel in rows),
    )


def refused_count(practice_id: int, *, begins: datetime, ends: datetime) -> int:
    """Return how many tries to save a text the guard refused."""
    return AuditEvent.objects.filter(
        practice_id=practice_id, act=AuditAct.SCRIPT_REFUSED, at__gte=begins, at__lt=ends
    ).count()


_REFUSED_RULES = """
SELECT rule, count(*)
FROM access_auditevent, jsonb_array_elements_text(detail -> 'rules') AS rule
WHERE practice_id = %s AND act = %s AND at >= %s AND at < %s
GROUP BY rule ORDER BY count(*) DESC, rule
"""


def refused_rules(practice_id: int, *, begins: datetime, ends: datetime) -> Mapping[str, int]:
    """Return how many of those tries broke each rule, the most first."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED_RULES, [practice_id, AuditAct.SCRIPT_REFUSED, begins, ends])
        return dict(cursor.fetchall())
