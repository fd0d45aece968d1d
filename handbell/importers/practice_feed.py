"""How does a practice.toml become a practice? Creates or updates it, and nothing else of its slug.

Idempotent: a second time nothing differs and nothing is written. A step is known by its moment
(days or hours before, and the time), so its key stays when its channels change.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from enum import Enum
from typing import Any, Final

from django.utils.text import slugify

from handbell.access.models import Practice, ReminderStep, StaffMember
from handbell.access.operations import plain_values, step_key
from handbell.access.practice_settings import practice_settings
from handbell.importers.bad_value import BadValue
from handbell.importers.facts import Kind, Severity
from handbell.importers.findings import Findings
from handbell.importers.marks import mark_practice
from handbell.importers.practice import (
    UNIT,
    PracticeSetting,
    ScriptSetting,
    SenderSetting,
    StepSetting,
)
from handbell.importers.report import Act, FileReport
from handbell.outbox.models import Sender
from handbell.outbox.senders import SentElsewhere, refuse_shared
from handbell.scripts.operations import ScriptFlaw, save_script
from handbell.scripts.queries import is_fit_name
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Approval, AuditAct

#: Who wrote the texts of a file that a command imports.
BY_FILE: Final = "practice.toml"


class _Done(Enum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def store_practice(
    setting: PracticeSetting,
    report: FileReport,
    *,
    by: StaffMember | str,
    now: datetime,
    may_share: bool,
) -> Practice | None:
    """Create or update the practice a file describes; None if it cannot have a slug.

    Unless it `may_share` them, a sender that another practice has is a flaw.
    """
    slug = setting.slug or slugify(setting.name)[:60].strip("-")
    if not slug:
        findings = Findings(report.name, UNIT, 0)
        bad = BadValue("slug", "none can be made from the name", 'write slug = "main-street"')
        findings.flaw(Kind.PRACTICE, "slug", bad)
        report.take_flaws(findings.items)
        return None
    practice, done = _store_settings(setting, slug, report)
    results = [(Kind.PRACTICE, done)]
    since = None if done is _Done.NEW else now
    results += [(Kind.STEPS, one) for one in _store_steps(practice, setting, report, since=since)]
    senders = setting.senders if may_share else _own(practice, setting.senders, report)
    today = now.astimezone(practice_settings(practice.pk).zone).date()
    results += [(Kind.SENDERS, _store_sender(practice, one, report, today)) for one in senders]
    results += [(Kind.SENDERS, one) for one in _retire_others(practice, senders, report)]
    for script in setting.scripts:
        results += _store_script(practice, script, report, by=by)
    for kind, done in results:
        _count(report, kind, done)
    if any(done is not _Done.UNCHANGED for _, done in results) or report.notes:
        mark_practice(practice.pk, at=now)
    return practice


def _count(report: FileReport, kind: Kind, done: _Done) -> None:
    count = report.count(kind)
    count.rows += 1
    count.new += done is _Done.NEW
    count.updated += done is _Done.UPDATED
    count.unchanged += done is _Done.UNCHANGED


def _told(
    report: FileReport,
    subject: str,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    act: AuditAct = AuditAct.SETTINGS_CHANGED,
) -> None:
    """Have a change told in the audit trail, as a page that makes it would."""
    report.acts.append(Act(act, subject, {"old": plain_values(old), "new": plain_values(new)}))


def _store_settings(
    setting: PracticeSetting, slug: str, report: FileReport
) -> tuple[Practice, _Done]:
    wanted = {"name": setting.name, **setting.columns}
    # Its key stays: what refers to the practice, as a STOP does, need not wait for the import.
    practice = Practice.objects.select_for_update(no_key=True).filter(slug=slug).first()
    if practice is None:
        return Practice.objects.create(slug=slug, **wanted), _Done.NEW
    differing = [name for name, value in wanted.items() if getattr(practice, name) != value]
    if "name" in differing and not is_fit_name(setting.name, practice_id=practice.pk):
        differing.remove("name")
        findings = Findings(report.name, UNIT, 0)
        reason = "it sells or names a treatment: every message that says it would be held back"
        bad = BadValue("name", reason, "write the name as it stands on your door")
        findings.flaw(Kind.PRACTICE, "name", bad, Severity.VALUE)
        report.take_flaws(findings.items)
    old = {name: getattr(practice, name) for name in differing}
    for name in differing:
        setattr(practice, name, wanted[name])
    if not differing:
        return practice, _Done.UNCHANGED
    _told(report, "practice", old, {name: wanted[name] for name in differing})
    practice.save(update_fields=differing)
    return practice, _Done.UPDATED


def _store_steps(
    practice: Practice, setting: PracticeSetting, report: FileReport, *, since: datetime | None
) -> list[_Done]:
    """Bring the steps to what the file says; those it leaves out go, unless one had a flaw.

    `since`: a step added to a practice that is there already is not made up for.
    """
    mine = ReminderStep.objects.filter(practice=practice, reminder_set=None)
    own = {_moment(step): step for step in mine}
    if setting.steps is None:
        if not own and not setting.steps_flawed:
            ReminderStep.objects.create(
                practice=practice, key="1d@10:00", days_before=1, at=time(10)
            )
        return []
    done = [
        _store_step(practice, step, own.pop(_moment(step), None), report, since=since)
        for step in setting.steps
    ]
    if not setting.steps_flawed:
        for step in own.values():
            report.note(f"reminder step {step.key} was removed")
            told = {"removed": step.key, "set": None}
            report.acts.append(Act(AuditAct.SETTINGS_CHANGED, f"reminder step {step.pk}", told))
            step.delete()
            done.append(_Done.UPDATED)
    return done


def _moment(step: StepSetting | ReminderStep) -> tuple[int | None, int | None, time | None]:
    return step.days_before, step.hours_before, step.at


def _store_step(
    practice: Practice,
    step: StepSetting,
    known: ReminderStep | None,
    report: FileReport,
    *,
    since: datetime | None,
) -> _Done:
    channels = [channel.value for channel in step.channels]
    if known is None:
        made = ReminderStep.objects.create(
            practice=practice,
            key=step_key(
                list(ReminderStep.objects.filter(practice=practice)),
                _moment(step),
                set_id=None,
            ),
            days_before=step.days_before,
            hours_before=step.hours_before,
            at=step.at,
            channels=channels,
            when_confirmed=step.when_confirmed,
            since=since,
        )
        new = {"channels": channels, "when_confirmed": step.when_confirmed}
        told = {"added": made.key, "set": None, "new": new}
        report.acts.append(Act(AuditAct.SETTINGS_CHANGED, f"reminder step {made.pk}", told))
        return _Done.NEW
    if (known.channels, known.when_confirmed) == (channels, step.when_confirmed):
        return _Done.UNCHANGED
    wanted = {"channels": channels, "when_confirmed": step.when_confirmed}
    old = {name: getattr(known, name) for name in wanted if getattr(known, name) != wanted[name]}
    _told(report, f"reminder step {known.pk}", old, {name: wanted[name] for name in old})
    known.channels, known.when_confirmed = channels, step.when_confirmed
    known.save(update_fields=["channels", "when_confirmed"])
    return _Done.UPDATED


def _own(
    practice: Practice, settings: Sequence[SenderSetting], report: FileReport
) -> list[SenderSetting]:
    """Return the senders that are no other practice's, or are this one's already."""
    own = []
    findings = Findings(report.name, UNIT, 0)
    for one in settings:
        has = Sender.objects.filter(practice=practice, channel=one.channel, address=one.address)
        try:
            if not has.exists():
                refuse_shared(practice.pk, one.address)
        except SentElsewhere:
            cure = "use one of your own, or ask whoever runs Handbell to let you share it"
            bad = BadValue("sender", "another practice on this installation sends by it", cure)
            findings.flaw(Kind.SENDERS, f"senders.{one.channel}.address", bad)
        else:
            own.append(one)
    report.take_flaws(findings.items)
    return own


def _store_sender(
    practice: Practice, setting: SenderSetting, report: FileReport, today: date
) -> _Done:
    sender = Sender.objects.filter(
        practice=practice, channel=setting.channel, address=setting.address
    ).first()
    wanted = _sender_columns(setting, sender, today=today)
    if sender is None:
        made = Sender.objects.create(
            practice=practice, channel=setting.channel, address=setting.address, **wanted
        )
        told = {"added": setting.channel.value, "address": setting.address}
        told["provider"] = setting.provider
        report.acts.append(Act(AuditAct.SENDER_CHANGED, f"sender {made.pk}", told))
        return _Done.NEW
    differing = [name for name, value in wanted.items() if getattr(sender, name) != value]
    old = {name: getattr(sender, name) for name in differing}
    for name in differing:
        setattr(sender, name, wanted[name])
    if not differing:
        return _Done.UNCHANGED
    new = {name: wanted[name] for name in differing}
    _told(report, f"sender {sender.pk}", old, new, AuditAct.SENDER_CHANGED)
    sender.save(update_fields=differing)
    return _Done.UPDATED


def _sender_columns(
    setting: SenderSetting, sender: Sender | None, *, today: date
) -> dict[str, Any]:
    """Return the columns a file sets; what it leaves out stays, or has its default.

    One that begins slowly already goes on from its own first day.
    """
    wanted: dict[str, Any] = {"provider": setting.provider, "retired": False}
    if setting.rate_per_second is not None:
        wanted["rate_per_second"] = setting.rate_per_second
    if setting.registration is not None:
        wanted["registration"] = setting.registration.value
    if setting.hourly_limit is not None:
        wanted["hourly_limit"] = setting.hourly_limit
    if setting.begins_slowly is not None:
        known_since = sender.new_since if sender is not None else None
        wanted["new_since"] = (known_since or today) if setting.begins_slowly else None
    return wanted


def _retire_others(
    practice: Practice, settings: Sequence[SenderSetting], report: FileReport
) -> list[_Done]:
    """Send no more by a number of a channel for which the file now names others."""
    done = []
    for channel in {setting.channel for setting in settings}:
        named = [setting.address for setting in settings if setting.channel == channel]
        others = Sender.objects.filter(practice=practice, channel=channel, retired=False)
        for sender in others.exclude(address__in=named).order_by("pk"):
            sender.retired = True
            sender.save(update_fields=["retired"])
            old, new = {"retired": False}, {"retired": True}
            _told(report, f"sender {sender.pk}", old, new, AuditAct.SENDER_CHANGED)
            report.note(f"nothing is sent as {sender.address} any more")
            done.append(_Done.UPDATED)
    return done


def _store_script(
    practice: Practice, script: ScriptSetting, report: FileReport, *, by: StaffMember | str
) -> list[tuple[Kind, _Done]]:
    """Save a text as a new version if it says something new; its findings are flaws."""
    try:
        saved = save_script(
            practice_id=practice.pk,
            purpose=script.purpose,
            channel=script.channel,
            language=script.language or practice.language,
            text=Text(script.body, script.subject),
            written_by=by,
        )
        if saved is not None and saved.approval == Approval.AWAITING:
            report.note(
                f"the text scripts.{script.purpose}.{script.channel} awaits a second person's "
                "approval; until then the one before it stays in use"
            )
    except ScriptFlaw as flaw:
        findings = Findings(report.name, UNIT, 0)
        language = f"_{script.language}" if script.language else ""
        bad = BadValue("text", "; ".join(flaw.findings), "mend the text and import it again")
        findings.flaw(Kind.SCRIPTS, f"scripts.{script.purpose}.{script.channel}{language}", bad)
        report.take_flaws(findings.items)
        return []
    return [(Kind.SCRIPTS, _Done.UNCHANGED if saved is None else _Done.NEW)]
