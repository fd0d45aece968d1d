"""Which scripts are there, and which wait? What the list of Settings > Scripts shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from handbell.access.models import StaffMember
from handbell.access.permissions import Action
from handbell.console.saying import say_finding
from handbell.console.settings.scripts.keys import may_change, may_see
from handbell.console.settings.scripts.words import say_why
from handbell.console.words import LANGUAGES
from handbell.policy.content import Clinic, Draft, Finding, review
from handbell.scripts.models import Script
from handbell.scripts.operations import is_author
from handbell.scripts.queries import awaiting_scripts, clinic_of, paused_scripts, scripts_in_use
from handbell.scripts.starting_texts import STARTING_TEXTS, Text
from handbell.vocabulary.words import Channel, Purpose


@dataclass(frozen=True, slots=True)
class InUse:
    """A text as it is used now; `script` is None for the one Handbell starts with."""

    purpose: Purpose
    channel: Channel
    language: str
    language_word: str
    text: Text
    script: Script | None
    waits: bool
    is_paused: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The texts of one purpose."""

    purpose: Purpose
    may_change: bool
    texts: Sequence[InUse]


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A version that waits, and what the guard says of it."""

    script: Script
    language: str
    findings: Sequence[tuple[str, Finding]]
    may_decide: bool
    is_own: bool  # written by who looks at it


def read_groups(staff: StaffMember) -> list[Group]:
    """Return the texts in use that this staff member may read, by purpose."""
    own = scripts_in_use(staff.practice_id)
    paused = paused_scripts(staff.practice_id)
    waiting = {
        (one.purpose, one.channel, one.language) for one in awaiting_scripts(staff.practice_id)
    }
    texts: dict[Purpose, list[InUse]] = {}
    for key, start in STARTING_TEXTS.items():
        purpose, channel, language = key
        script = own.get(key)
        text = Text(script.body, script.subject) if script else start
        found = InUse(
            purpose=purpose,
            channel=channel,
            language=language,
            language_word=LANGUAGES[language],
            text=text,
            script=script,
            waits=key in waiting,
            is_paused=(purpose, channel) in paused,
        )
        texts.setdefault(purpose, []).append(found)
    return [
        Group(purpose, may_change(staff, purpose), found)
        for purpose, found in texts.items()
        if may_see(staff, purpose)
    ]


def read_awaiting(staff: StaffMember) -> list[Awaiting]:
    """Return the versions that wait for a second person and that this staff member may read."""
    clinic = clinic_of(staff.practice_id)
    return [
        Awaiting(
            script=script,
            language=LANGUAGES.get(script.language, script.language),
            findings=[(say_why(said.why), said) for said in _found_in(script, clinic)],
            may_decide=may_change(staff, script.purpose, Action.APPROVE_SCRIPTS),
            is_own=is_author(staff, of=script),
        )
        for script in awaiting_scripts(staff.practice_id)
        if may_see(staff, script.purpose)
    ]


def _found_in(script: Script, clinic: Clinic) -> list[Finding]:
    """Return what the guard says of a version, in the language of the page."""
    purpose, channel = Purpose(script.purpose), Channel(script.channel)
    found = review(Draft(purpose, channel, script.body, script.subject), clinic).findings
    return [say_finding(one) for one in found]
