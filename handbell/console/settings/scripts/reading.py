"""What does the guard say of a text, and how will it arrive? One reading, for screen and speech."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings as django_settings
from django.utils.translation import gettext

from handbell.access.practice_settings import PracticeSettings
from handbell.console.preview import DraftPreview, preview_draft
from handbell.console.saying import say_finding
from handbell.console.settings.scripts.example import example_letter
from handbell.console.settings.scripts.marks import TONES, Piece, marked
from handbell.console.settings.scripts.words import (
    KINDS,
    VARIABLES,
    guidance_for,
    say_verdict,
    say_why,
)
from handbell.dispatch.compose import compose_draft, draft_values
from handbell.policy.content import Draft, Finding, FindingKind, Part, Verdict, review
from handbell.policy.content.shape import variables_for
from handbell.scripts.queries import clinic_for
from handbell.scripts.starting_texts import Key, Text
from handbell.vocabulary.words import Channel


@dataclass(frozen=True, slots=True)
class Told:
    """A finding as staff read it; its number stands beside the words it means."""

    number: int
    kind: str
    icon: str
    tone: str
    words: str
    why: str
    instead: str
    source: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the guard and the patient read it."""

    verdict: Verdict
    said: str
    tone: str
    told: Sequence[Told]
    subject: Sequence[Piece]
    body: Sequence[Piece]
    preview: DraftPreview | None = field(repr=False)
    promotes: bool
    waits: bool  # it can be saved, and is not used until a second person approves

    @property
    def marks(self) -> bool:
        return any(piece.tone for piece in (*self.subject, *self.body))


@dataclass(frozen=True, slots=True)
class Variable:
    """A blank a script of this kind may have, what it means, and what would stand there."""

    name: str
    means: str
    example: str

    @property
    def typed(self) -> str:
        return f"{{{{ {self.name} }}}}"


def read_text(settings: PracticeSettings, key: Key, text: Text, *, now: datetime) -> Reading:
    """Return the guard's review of a text and its preview for somebody invented."""
    purpose, channel, language = key
    reviewed = review(Draft(purpose, channel, text.body, text.subject), clinic_for(settings))
    ordered = sorted(reviewed.findings, key=lambda one: (one.part is Part.TEXT, one.start))
    numbered = list(enumerate(ordered, start=1))
    letter = example_letter(settings, key, public_url=_public_url(), now=now)
    composed = compose_draft(text, language, letter, settings=settings, now=now)
    return Reading(
        verdict=reviewed.verdict,
        said=say_verdict(reviewed.findings, reviewed.verdict),
        tone=_tone(reviewed.findings),
        told=[_told(number, one, text) for number, one in numbered],
        subject=marked(text.subject, [(n, one) for n, one in numbered if one.part is Part.SUBJECT]),
        body=marked(text.body, [(n, one) for n, one in numbered if one.part is Part.TEXT]),
        preview=preview_draft(composed) if composed else None,
        promotes=any(one.rule.startswith("promotion.") for one in reviewed.findings),
        waits=reviewed.verdict is Verdict.HOLD and not reviewed.of(FindingKind.FIX),
    )


def _tone(findings: Sequence[Finding]) -> str:
    kinds = {one.kind for one in findings}
    if FindingKind.REFUSE in kinds:
        return "bad"
    return "wait" if kinds else "good"


def _told(number: int, one: Finding, text: Text) -> Told:
    kind, icon = KINDS[one.kind]
    whole = text.subject if one.part is Part.SUBJECT else text.body
    words = whole[one.start : one.end].strip()
    spoken = say_finding(one)
    return Told(
        number=number,
        kind=gettext(kind),
        icon=icon,
        tone=TONES[one.kind],
        words="" if words == whole.strip() or len(words) > 120 else words,
        why=say_why(spoken.why),
        instead=spoken.instead,
        source=spoken.source,
        anchor=guidance_for(one.rule),
    )


def variables_of(settings: PracticeSettings, key: Key, *, now: datetime) -> list[Variable]:
    """Return the variables this kind of script may have, in the order people think of them."""
    purpose, channel, language = key
    spoken = channel is Channel.VOICE  # nobody follows a link by ear
    letter = example_letter(settings, key, public_url=_public_url(), now=now)
    values = draft_values(letter, language, settings=settings)
    known = variables_for(purpose, channel, amounts=settings.options.balance_says_amount)
    return [
        Variable(name, gettext(means), values.get(name, ""))
        for name, means in VARIABLES.items()
        if name in known and not (spoken and name.endswith("_link"))
    ]


def _public_url() -> str:
    return str(django_settings.ENVIRONMENT.public_url)
