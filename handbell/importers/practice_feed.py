"""How does a practice.toml become a practice? Creates or updates it, and nothing else of its slug.

Idempotent: a second time nothing differs and nothing is written. A step is known by its moment
(days or hours before, and the time), so its key stays when its channels change.
"""

from collections.abc import Sequence
from datetime import datetime, time
from enum import Enum
from typing import Final

from django.utils.text import slugify

from handbell.access.models import Practice, ReminderStep, StaffMember
from handbell.access.operations import step_key
from handbell.facts.operations import mark_practice_changed
from handbell.importers.bad_value import BadValue
from handbell.importers.facts import Kind
from handbell.importers.findings import Findings
from handbell.importers.practice import (
    UNIT,
    PracticeSetting,
    ScriptSetting,
    SenderSetting,
    StepSetting,
)
from handbell.importers.report import FileReport
from handbell.outbox.models import Sender
from handbell.scripts.operations import ScriptFlaw, save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Approval

#: Who wrote the texts of a file that a command imports.
BY_FILE: Final = "practice.toml"


class _Done(Enum):
    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


def store_practice(
    setting: PracticeSetting, report: FileReport, *, by: StaffMember | str, now: datetime
) -> Practice | None:
    """Create or update the practice a file describes; None if it cannot have a slug."""
    slug = setting.slug or slugify(setting.name)[:60].strip("-")
    if not slug:
        findings = Findings(report.name, UNIT, 0)
        bad = BadValue("slug", "none can be made from the name", 'write slug = "main-street"')
        findings.flaw(Kind.PRACTICE, "slug", bad)
        report.take_flaws(findings.items)
        return None
    practice, done = _store_settings(setting, slug)
    results = [(Kind.PRACTICE, done)]
    since = None if done is _Done.NEW else now
    results += [(Kind.STEPS, one) for one in _store_steps(practice, setting, report, since=since)]
    results += [(Kind.SENDERS, _store_sender(practice, one)) for one in setting.senders]
    _retire_others(practice, setting.senders)
    for script in setting.scripts:
        results += _store_script(practice, script, report, by=by)
    for kind, done in results:
        _count(report, kind, done)
    if any(done is not _Done.UNCHANGED for _, done in results) or report.notes:
        mark_practice_changed(practice.pk, at=now)
    return practice


def _count(report: FileReport, kind: Kind, done: _Done) -> None:
    count = report.count(kind)
    count.rows += 1
    count.new += done is _Done.NEW
    count.updated += done is _Done.UPDATED
    count.unchanged += done is _Done.UNCHANGED


def _store_settings(setting: PracticeSetting, slug: str) -> tuple[Practice, _Done]:
    wanted = {"name": setting.name, **setting.columns}
    practice = Practice.objects.select_for_update().filter(slug=slug).first()
    if practice is None:
        return Practice.objects.create(slug=slug, **wanted), _Done.NEW
    differing = [name for name, value in wanted.items() if getattr(practice, name) != value]
    for name in differing:
        setattr(practice, name, wanted[name])
    if not differing:
        return practice, _Done.UNCHANGED
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
        _store_step(practice, step, own.pop(_moment(step), None), since=since)
        for step in setting.steps
    ]
    if not setting.steps_flawed:
        for step in own.values():
            report.note(f"reminder step {step.key} was removed")
            step.delete()
    return done


def _moment(step: StepSetting | ReminderStep) -> tuple[int | None, int | None, time | None]:
    return step.days_before, step.hours_before, step.at


def _store_step(
    practice: Practice, step: StepSetting, known: ReminderStep | None, *, since: datetime | None
) -> _Done:
    channels = [channel.value for channel in step.channels]
    if known is None:
        ReminderStep.objects.create(
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
        return _Done.NEW
    if (known.channels, known.when_confirmed) == (channels, step.when_confirmed):
        return _Done.UNCHANGED
    known.channels, known.when_confirmed = channels, step.when_confirmed
    known.save(update_fields=["channels", "when_confirmed"])
    return _Done.UPDATED


def _store_sender(practice: Practice, setting: SenderSetting) -> _Done:
    sender = Sender.objects.filter(
        practice=practice, channel=setting.channel, address=setting.address
    ).first()
    wanted: dict[str, str | float] = {"provider": setting.provider, "retired": False}
    if setting.rate_per_second is not None:
        wanted["rate_per_second"] = setting.rate_per_second
    if sender is None:
        Sender.objects.create(
            practice=practice, channel=setting.channel, address=setting.address, **wanted
        )
        return _Done.NEW
    differing = [name for name, value in wanted.items() if getattr(sender, name) != value]
    for name in differing:
        setattr(sender, name, wanted[name])
    if not differing:
        return _Done.UNCHANGED
    sender.save(update_fields=differing)
    return _Done.UPDATED


def _retire_others(practice: Practice, settings: Sequence[SenderSetting]) -> None:
    """Send no more by a number of a channel for which the file now names others."""
    for channel in {setting.channel for setting in settings}:
        named = [setting.address for setting in settings if setting.channel == channel]
        others = Sender.objects.filter(practice=practice, channel=channel)
        others.exclude(address__in=named).update(retired=True)


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
