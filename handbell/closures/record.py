"""What happened in a closure, from the first press to the last call? For the page and the PDF.

Acts come from the audit trail, numbers from the outbox; nothing here names a patient.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection

from handbell.access.models import AuditEvent
from handbell.access.practice_settings import PracticeSettings
from handbell.closures.going import Progress, progress_of
from handbell.facts.models import Closure, ClosureCall
from handbell.vocabulary.words import AuditAct, CallResult

#: So many bars a timeline has at the most.
BARS: Final = 48

_STEPS: Final = (
    *(timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1)),
    *(timedelta(hours=3), timedelta(hours=6), timedelta(hours=12)),
)

_HANDED_OVER: Final = """
SELECT date_bin(make_interval(secs => %s), m.handed_over_at, %s), count(*)
FROM outbox_message m JOIN outbox_sending g ON g.id = m.sending_id
WHERE g.closure_id = %s AND m.handed_over_at IS NOT NULL
GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class Act:
    """Something somebody did: `detail` is what the audit trail holds."""

    at: datetime
    who: str
    act: AuditAct
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bar:
    """How many notices were handed over in one stretch of time."""

    at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Record:
    """The whole event."""

    closure: Closure
    acts: Sequence[Act]
    sendings: Sequence[Progress]
    calls: Mapping[CallResult, int]
    bars: Sequence[Bar]


def record_of(closure: Closure, settings: PracticeSettings, *, now: datetime) -> Record:
    """Return what happened so far."""
    events = AuditEvent.objects.filter(
        practice_id=closure.practice_id, subject=f"closure {closure.pk}"
    ).order_by("number")
    calls: dict[CallResult, int] = {}
    for result in ClosureCall.objects.filter(closure=closure).values_list("result", flat=True):
        calls[CallResult(result)] = calls.get(CallResult(result), 0) + 1
    return Record(
        closure=closure,
        acts=[Act(one.at, one.who, AuditAct(one.act), one.detail) for one in events],
        sendings=progress_of(closure, settings, now=now),
        calls=calls,
        bars=_bars(closure),
    )


def _bars(closure: Closure) -> list[Bar]:
    """Return the hand-overs in stretches short enough to be seen and few enough to be drawn."""
    first = closure.begun_at.replace(minute=0, second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_HANDED_OVER, [_STEPS[0].total_seconds(), first, closure.pk])
        rows = cursor.fetchall()
        if not rows:
            return []
        begins, ends = rows[0][0], rows[-1][0]
        step = next((one for one in _STEPS if (ends - begins) / one < BARS), _STEPS[-1])
        cursor.execute(_HANDED_OVER, [step.total_seconds(), first, closure.pk])
        counts = dict(cursor.fetchall())
    at, bars = min(counts), []
    while at <= max(counts):
        bars.append(Bar(at, counts.get(at, 0)))
        at += step
    return bars
