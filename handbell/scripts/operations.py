"""How does a text change? Every version passes the guard; one it holds awaits a second person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from handbell.access.models import Practice
from handbell.policy.content import Draft, Finding, FindingKind, Verdict, review
from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.queries import clinic_of
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Approval, Channel, Purpose


class ScriptFlaw(ValueError):
    """The text cannot be saved as it is; `findings` say what to mend, `places` where."""

    def __init__(self, places: Sequence[Finding]) -> None:
        self.places = tuple(places)
        self.findings = list(dict.fromkeys(one.why for one in places))
        super().__init__("; ".join(self.findings))


class NotYoursToDecide(ValueError):
    """The version does not await a decision, or awaits one from somebody else than its author."""


@transaction.atomic
def save_script(
    *,
    practice_id: int,
    purpose: Purpose,
    channel: Channel,
    language: str,
    text: Text,
    written_by: str,
) -> Script | None:
    """Save a new version of a script; return None if it says what the newest one says.

    A version the guard holds is saved with `approval` AWAITING and is not in use until
    `approve_script`. One that is in use lifts a pause of its purpose and channel.

    Raises ScriptFlaw if the guard refuses the text or something is to be mended in it. Old
    versions stay for ever: an attempt keeps its own rendered text besides.
    """
    draft = Draft(purpose, channel, text.body, text.subject)
    reviewed = review(draft, clinic_of(practice_id))
    flaws = [one for one in reviewed.findings if one.kind is not FindingKind.HOLD]
    if flaws:
        raise ScriptFlaw(flaws)
    held = reviewed.verdict is Verdict.HOLD
    Practice.objects.select_for_update().get(pk=practice_id)  # versions are numbered in turn
    own = Script.objects.filter(
        practice_id=practice_id, purpose=purpose, channel=channel, language=language
    )
    newest = own.order_by("-version").first()
    if newest is not None and (newest.body, newest.subject) == (text.body, text.subject):
        return None
    if not held:
        _lift_pause(practice_id, purpose, channel)
    highest = own.aggregate(Max("version"))["version__max"] or 0
    return Script.objects.create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        language=language,
        version=highest + 1,
        subject=text.subject,
        body=text.body,
        written_by=written_by,
        approval=Approval.AWAITING if held else Approval.NOT_NEEDED,
    )


@transaction.atomic
def approve_script(script_id: int, *, practice_id: int, by: str, now: datetime) -> Script:
    """Let a held version be used. Raises NotYoursToDecide for its author."""
    script = _decide(script_id, practice_id, by, Approval.APPROVED, now)
    _lift_pause(practice_id, Purpose(script.purpose), Channel(script.channel))
    return script


@transaction.atomic
def decline_script(script_id: int, *, practice_id: int, by: str, now: datetime) -> Script:
    """Let a held version never be used. Its author may take it back so, too."""
    return _decide(script_id, practice_id, by, Approval.DECLINED, now)


def _decide(script_id: int, practice_id: int, by: str, decision: Approval, now: datetime) -> Script:
    script = Script.objects.select_for_update().get(pk=script_id, practice_id=practice_id)
    if script.approval != Approval.AWAITING:
        raise NotYoursToDecide("this version does not await a decision")
    if not by.strip():
        raise NotYoursToDecide("a decision needs the name of the person who made it")
    if decision is Approval.APPROVED and _same(by, script.written_by):
        raise NotYoursToDecide("somebody other than its author must approve it")
    script.approval, script.decided_by, script.decided_at = decision, by, now
    script.save(update_fields=["approval", "decided_by", "decided_at"])
    return script


def _same(one: str, other: str) -> bool:
    return one.strip().casefold() == other.strip().casefold()


def _lift_pause(practice_id: int, purpose: Purpose, channel: Channel) -> None:
    ScriptPause.objects.filter(
        practice_id=practice_id, purpose=purpose, channel=channel, lifted_at=None
    ).update(lifted_at=timezone.now())


def pause_scripts(
    *, practice_id: int, purpose: Purpose, channel: Channel, reason: str, now: datetime
) -> None:
    """Let nothing of this purpose leave by this channel until a person looks. Idempotent."""
    ScriptPause.objects.get_or_create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        lifted_at=None,
        defaults={"reason": reason[:120], "paused_at": now},
    )
