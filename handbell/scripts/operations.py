"""How does a text change? Every version passes the guard; one it holds awaits a second person."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from handbell.access.audit import BY_HANDBELL, record
from handbell.access.models import Practice, StaffMember
from handbell.policy.content import Draft, Finding, FindingKind, Verdict, review
from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.queries import clinic_of, versions_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Key, Text
from handbell.vocabulary.words import Approval, AuditAct, Channel, Purpose


class ScriptFlaw(ValueError):
    """The text cannot be saved as it is; `findings` say what to mend, `places` where."""

    def __init__(self, places: Sequence[Finding]) -> None:
        self.places = tuple(places)
        self.findings = list(dict.fromkeys(one.why for one in places))
        super().__init__("; ".join(self.findings))


class SavedMeanwhile(ValueError):
    """Somebody saved `newest` while this text was being written over an older version."""

    def __init__(self, newest: Script) -> None:
        self.newest = newest
        super().__init__(f"version {newest.version} was saved meanwhile")


class NotYoursToDecide(ValueError):
    """The version awaits no decision, or one of somebody else than its author, or is not newest."""


def save_script(
    *,
    practice_id: int,
    purpose: Purpose,
    channel: Channel,
    language: str,
    text: Text,
    written_by: StaffMember | str,
    based_on: int | None = None,
    now: datetime | None = None,
) -> Script | None:
    """Save a new version of a script; return None if it says what the newest one says.

    A version the guard holds is saved with `approval` AWAITING and is not in use until
    `approve_script`. One that is in use lifts a pause of its purpose and channel. `based_on` is
    the version the author had before them, 0 for the starting text.

    Raises ScriptFlaw if the guard refuses the text or something is to be mended in it, and
    SavedMeanwhile if `based_on` is not the newest version any more. What is saved is recorded in
    its transaction, what is refused in one of its own: a caller lets ScriptFlaw undo nothing.
    Old versions stay for ever: an attempt keeps its own rendered text besides.
    """
    key, now = (purpose, channel, language), now or timezone.now()
    reviewed = review(Draft(purpose, channel, text.body, text.subject), clinic_of(practice_id))
    flaws = [one for one in reviewed.findings if one.kind is not FindingKind.HOLD]
    if reviewed.verdict is Verdict.REFUSE:
        _record(AuditAct.SCRIPT_REFUSED, practice_id, key, by=written_by, flaws=flaws, now=now)
    if flaws:
        raise ScriptFlaw(flaws)
    held = reviewed.verdict is Verdict.HOLD
    return _add_version(
        practice_id, key, text, by=written_by, held=held, based_on=based_on, now=now
    )


@transaction.atomic
def _add_version(
    practice_id: int,
    key: Key,
    text: Text,
    *,
    by: StaffMember | str,
    held: bool,
    based_on: int | None,
    now: datetime,
) -> Script | None:
    purpose, channel, language = key
    Practice.objects.select_for_update().get(pk=practice_id)  # versions are numbered in turn
    newest = versions_of(practice_id, key).first()
    if newest is not None and based_on is not None and newest.version != based_on:
        raise SavedMeanwhile(newest)
    said = Text(newest.body, newest.subject) if newest else STARTING_TEXTS.get(key)
    if said == text:
        return None
    if not held:
        lift_pause(practice_id, purpose, channel)
    script = Script.objects.create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        language=language,
        version=newest.version + 1 if newest else 1,
        subject=text.subject,
        body=text.body,
        written_by=_name(by),
        author=_login(by),
        approval=Approval.AWAITING if held else Approval.NOT_NEEDED,
    )
    _record(AuditAct.SCRIPT_SAVED, practice_id, key, by=by, script=script, now=now)
    return script


def _record(
    act: AuditAct,
    practice_id: int,
    key: Key,
    *,
    by: StaffMember | str,
    flaws: Sequence[Finding] = (),
    script: Script | None = None,
    now: datetime,
) -> None:
    """Write the act into the audit trail: what was done to which text, never its words."""
    purpose, channel, language = key
    detail: dict[str, object] = {
        "purpose": purpose.value,
        "channel": channel.value,
        "language": language,
    }
    if script is not None:
        detail |= {"version": script.version, "approval": str(script.approval)}
    else:
        rules = {one.rule for one in flaws if one.kind is FindingKind.REFUSE}
        detail["rules"] = sorted(rules)
    subject = f"script {script.pk}" if script is not None else ""
    record(act, practice_id=practice_id, by=by, subject=subject, detail=detail, now=now)


@transaction.atomic
def approve_script(
    script_id: int, *, practice_id: int, by: StaffMember | str, now: datetime
) -> Script:
    """Let a held version be used. Raises NotYoursToDecide for its author or an outdated one."""
    script = _decide(script_id, practice_id, by, Approval.APPROVED, now)
    lift_pause(practice_id, Purpose(script.purpose), Channel(script.channel))
    return script


@transaction.atomic
def decline_script(
    script_id: int, *, practice_id: int, by: StaffMember | str, now: datetime
) -> Script:
    """Let a held version never be used. Its author may take it back so, too."""
    return _decide(script_id, practice_id, by, Approval.DECLINED, now)


def _decide(
    script_id: int, practice_id: int, by: StaffMember | str, decision: Approval, now: datetime
) -> Script:
    Practice.objects.select_for_update().get(pk=practice_id)  # no version is added meanwhile
    script = Script.objects.select_for_update().get(pk=script_id, practice_id=practice_id)
    if script.approval != Approval.AWAITING:
        raise NotYoursToDecide("this version does not await a decision")
    if not _name(by).strip():
        raise NotYoursToDecide("a decision needs the name of the person who made it")
    if decision is Approval.APPROVED and is_author(by, of=script):
        raise NotYoursToDecide("somebody other than its author must approve it")
    key = (Purpose(script.purpose), Channel(script.channel), script.language)
    newer = versions_of(practice_id, key).filter(version__gt=script.version)
    if decision is Approval.APPROVED and newer.exists():
        raise NotYoursToDecide("a newer version was saved")
    script.approval, script.decided_at = decision, now
    script.decided_by, script.decider = _name(by), _login(by)
    script.save(update_fields=["approval", "decided_by", "decider", "decided_at"])
    return script


def is_author(by: StaffMember | str, *, of: Script) -> bool:
    """Return whether this person is taken for a version's author: by login, else by name."""
    if isinstance(by, StaffMember) and of.author_id is not None:
        return by.pk == of.author_id
    return _name(by).strip().casefold() == of.written_by.strip().casefold()


def _name(by: StaffMember | str) -> str:
    return by.name if isinstance(by, StaffMember) else by


def _login(by: StaffMember | str) -> StaffMember | None:
    return by if isinstance(by, StaffMember) else None


def lift_pause(practice_id: int, purpose: Purpose, channel: Channel) -> None:
    """Let a purpose leave by a channel again: there are other words for it now."""
    ScriptPause.objects.filter(
        practice_id=practice_id, purpose=purpose, channel=channel, lifted_at=None
    ).update(lifted_at=timezone.now())


def pause_scripts(
    *, practice_id: int, purpose: Purpose, channel: Channel, reason: str, now: datetime
) -> None:
    """Let nothing of this purpose leave by this channel until a person looks. Idempotent."""
    _, is_new = ScriptPause.objects.get_or_create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        lifted_at=None,
        defaults={"reason": reason[:120], "paused_at": now},
    )
    if is_new:
        record(
            AuditAct.BREAKER_CHANGED,
            practice_id=practice_id,
            by=BY_HANDBELL,
            subject="script",
            detail={
                "paused": True,
                "purpose": purpose.value,
                "channel": channel.value,
                "reason": reason[:120],
            },
            now=now,
        )
