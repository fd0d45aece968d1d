"""What does a closure's notice say? Every text passes the guard; what it holds needs two people.

Unlike scripts they have no versions: a notice is written for one closure, may be changed until it
is sent, and every attempt keeps its own words.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.facts.models import Closure
from handbell.policy.content import Draft, Finding, FindingKind, Review, Verdict, review
from handbell.scripts.models import NoticeText
from handbell.scripts.operations import NotYoursToDecide, ScriptFlaw, release_scripts
from handbell.scripts.queries import clinic_of
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Approval, AuditAct, Channel, NoticeKind, Purpose

#: Which text: of a closing or an all clear, by which channel, in which language.
NoticeKey = tuple[NoticeKind, Channel, str]


def review_notice(practice_id: int, channel: Channel, text: Text) -> Review:
    """Return the guard's review of a notice as it is typed."""
    draft = Draft(Purpose.EMERGENCY_NOTICE, channel, text.body, text.subject)
    return review(draft, clinic_of(practice_id))


def save_notice(
    closure: Closure, key: NoticeKey, text: Text, *, by: StaffMember, now: datetime
) -> NoticeText | None:
    """Write a notice's words; None if they are empty, which takes the channel out.

    One the guard holds is kept AWAITING. Raises ScriptFlaw if the guard refuses it or something is
    to be mended; the refusal is recorded in a transaction of its own.
    """
    kind, channel, language = key
    if not text.body.strip() and not text.subject.strip():
        _own(closure, key).delete()
        return None
    reviewed = review_notice(closure.practice_id, channel, text)
    flaws = [one for one in reviewed.findings if one.kind is not FindingKind.HOLD]
    if reviewed.verdict is Verdict.REFUSE:
        _record(AuditAct.SCRIPT_REFUSED, closure, key, by=by, flaws=flaws, now=now)
    if flaws:
        raise ScriptFlaw(flaws)
    with transaction.atomic():
        old = _own(closure, key).select_for_update().first()
        if old is not None and Text(old.body, old.subject) == text:
            return old
        held = reviewed.verdict is Verdict.HOLD
        if not held:
            release_scripts(closure.practice_id, Purpose.EMERGENCY_NOTICE, channel, by=by, now=now)
        saved, _ = NoticeText.objects.update_or_create(
            closure=closure,
            kind=kind,
            channel=channel,
            language=language,
            defaults={
                "subject": text.subject,
                "body": text.body,
                "author": by,
                "written_at": now,
                "approval": Approval.AWAITING if held else Approval.NOT_NEEDED,
                "decider": None,
            },
        )
        _record(AuditAct.SCRIPT_SAVED, closure, key, by=by, now=now)
    return saved


@transaction.atomic
def approve_notice(text_id: int, *, practice_id: int, by: StaffMember, now: datetime) -> NoticeText:
    """Let a notice the guard held be sent. Raises NotYoursToDecide for its author."""
    found = NoticeText.objects.select_for_update().get(pk=text_id, closure__practice_id=practice_id)
    if found.approval != Approval.AWAITING:
        raise NotYoursToDecide("this version does not await a decision")
    if found.author_id == by.pk:
        raise NotYoursToDecide("somebody other than its author must approve it")
    found.approval, found.decider = Approval.APPROVED, by
    found.save(update_fields=["approval", "decider"])
    key = (NoticeKind(found.kind), Channel(found.channel), found.language)
    release_scripts(practice_id, Purpose.EMERGENCY_NOTICE, key[1], by=by, now=now)
    _record(AuditAct.SCRIPT_APPROVED, found.closure, key, by=by, now=now)
    return found


def notices_of(closure_id: int) -> dict[NoticeKey, NoticeText]:
    """Return a closure's notices, those that await a second person too."""
    rows = NoticeText.objects.filter(closure_id=closure_id)
    return {(NoticeKind(row.kind), Channel(row.channel), row.language): row for row in rows}


def held_closures(closure_ids: Collection[int]) -> set[int]:
    """Return which closures have words that wait for a second person."""
    held = NoticeText.objects.filter(closure_id__in=closure_ids, approval=Approval.AWAITING)
    return set(held.values_list("closure_id", flat=True))


def notice_texts(
    closure_ids: Collection[int],
) -> Mapping[tuple[int, NoticeKind, Channel, str], Text]:
    """Return the words of closures' notices that may be sent."""
    rows = NoticeText.objects.filter(
        closure_id__in=closure_ids, approval__in=[Approval.NOT_NEEDED, Approval.APPROVED]
    )
    return {
        (row.closure_id, NoticeKind(row.kind), Channel(row.channel), row.language): Text(
            row.body, row.subject
        )
        for row in rows
    }


def _own(closure: Closure, key: NoticeKey) -> QuerySet[NoticeText]:
    kind, channel, language = key
    return NoticeText.objects.filter(closure=closure, kind=kind, channel=channel, language=language)


def _record(
    act: AuditAct,
    closure: Closure,
    key: NoticeKey,
    *,
    by: StaffMember,
    flaws: Collection[Finding] = (),
    now: datetime,
) -> None:
    """Write what was done to which notice into the audit trail, never its words."""
    kind, channel, language = key
    detail: dict[str, object] = {
        "purpose": Purpose.EMERGENCY_NOTICE.value,
        "kind": kind.value,
        "channel": channel.value,
        "language": language,
    }
    if flaws:
        rules = {one.rule for one in flaws if one.kind is FindingKind.REFUSE}
        detail["rules"] = sorted(rules)
    record(
        act,
        practice_id=closure.practice_id,
        by=by,
        subject=f"closure {closure.pk}",
        detail=detail,
        now=now,
    )
