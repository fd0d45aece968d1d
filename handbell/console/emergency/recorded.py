"""What does the record of a closure say? The same on its page, in its PDF and by terminal."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from handbell.access.models import StaffMember
from handbell.access.practice_settings import PracticeSettings
from handbell.closures.going import Progress
from handbell.closures.record import Record, record_of
from handbell.console.chart import Series, stacked_bars
from handbell.console.clock import say_moment
from handbell.console.emergency.pdf import Page
from handbell.console.emergency.sheet import read_live
from handbell.console.emergency.views import said_of
from handbell.console.emergency.words import RESULTS, say_act
from handbell.facts.models import Closure
from handbell.vocabulary.words import AuditAct


def read_record(found: Closure, settings: PracticeSettings, *, now: datetime) -> dict[str, Any]:
    """Return what the page of the record shows."""
    told = record_of(found, settings, now=now)
    spoken = said_of(found, settings, now)
    live = read_live(found, told.sendings, settings, now=now)
    labels = [f"{bar.at.astimezone(settings.zone):%d %H:%M}" for bar in told.bars]
    heads = [
        gettext("Sending"),
        gettext("People"),
        gettext("Queued"),
        gettext("Delivered"),
        gettext("Handed over"),
        gettext("Failed"),
        gettext("In doubt"),
        gettext("With another"),
        gettext("Not sent"),
    ]
    return {
        "page": "emergency",
        "closure": found,
        **spoken,
        "facts": _facts(found, told, spoken, now),
        "heads": heads,
        "lines": [
            {
                "title": line.title,
                "numbers": list(zip(heads[1:], _numbers(line.progress), strict=True)),
            }
            for line in live.lines
        ],
        "acts": [
            (say_moment(one.at, zone=settings.zone, now=now), one.who, say_act(one))
            for one in told.acts
            if one.act is not AuditAct.PATIENT_SEEN
        ],
        "bars": told.bars,
        "labels": labels,
        "chart": stacked_bars(
            key="closure",
            title=gettext("Notices handed over"),
            description=gettext("How many notices were handed over, over time."),
            labels=[label if n % 6 == 0 else "" for n, label in enumerate(labels)],
            series=[Series(gettext("Handed over"), [bar.count for bar in told.bars])],
        )
        if told.bars
        else "",
        "table": list(zip(labels, [bar.count for bar in told.bars], strict=True)),
        "printed": say_moment(now, zone=settings.zone, now=now),
    }


def page_of(found: Closure, settings: PracticeSettings, by: StaffMember, *, now: datetime) -> Page:
    """Return the same as a PDF has it, made for somebody."""
    context = read_record(found, settings, now=now)
    return Page(
        title=gettext("Record of a closure"),
        subtitle=f"{by.practice.name}: {context['places']}",
        facts=[(str(name), str(value)) for name, value in context["facts"]],
        heads=context["heads"],
        numbers=[
            [line["title"], *(str(count) for _, count in line["numbers"])]
            for line in context["lines"]
        ],
        acts_head=gettext("Who did what"),
        acts=context["acts"],
        bars_head=gettext("Handed over"),
        bars=[
            (label, bar.count)
            for label, bar in zip(context["labels"], context["bars"], strict=True)
        ],
        foot=gettext("Printed %(at)s by %(who)s. No patient is named here.")
        % {"at": context["printed"], "who": by.name},
    )


def _numbers(progress: Progress) -> list[int]:
    """Return what became of a sending's people, in the order of the table's heads."""
    return [
        progress.sending.counted,
        progress.queued,
        progress.delivered,
        progress.handed_over,
        progress.failed,
        progress.in_doubt,
        progress.with_another,
        progress.not_sent,
    ]


def _facts(
    closure: Closure, told: Record, spoken: dict[str, str], now: datetime
) -> list[tuple[str, str]]:
    ended = gettext("by itself")
    if closure.ended_by is not None:
        ended = closure.ended_by.name
    calls = ", ".join(f"{RESULTS[one]} {count}" for one, count in told.calls.items())
    return [
        (gettext("Reason"), spoken["reason"]),
        (gettext("Facilities"), spoken["places"]),
        (gettext("Closed"), spoken["days"]),
        (gettext("Begun by"), closure.begun_by.name),
        (
            gettext("Ends") if closure.is_on(now) else gettext("Ended"),
            f"{spoken['over_at']}, {ended}",
        ),
        (gettext("Telephoned"), calls or gettext("nobody")),
    ]
