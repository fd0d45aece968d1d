"""What `handbell emergency` does: the acts of the Emergency pages, for somebody at a terminal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from config.environment import SettingFlaw
from handbell.access.audit import record
from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures import going, mode, press
from handbell.closures.audience import audience_of
from handbell.closures.calls import COLUMNS, ToCall, call_cells, call_list
from handbell.closures.estimate import outlooks
from handbell.closures.press import CannotSend, SentAlready
from handbell.closures.record import record_of
from handbell.closures.spoken import TooLongToSay
from handbell.closures.trial import send_to_oneself
from handbell.closures.wording import WordsInUse, save_words, write_starting_words
from handbell.console.emergency.pdf import make_pdf
from handbell.console.emergency.recorded import page_of
from handbell.console.emergency.words import say_act
from handbell.facts.closing import ClosureFlaw, include, note_call
from handbell.facts.closures import closures_of, closures_on
from handbell.facts.models import Closure, Patient
from handbell.outbox.models import Sending
from handbell.policy.closures import Span
from handbell.scripts.notices import NoticeKey, approve_notice, notices_of
from handbell.scripts.operations import NotYoursToDecide, ScriptFlaw
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.contact import ContactFlaw
from handbell.vocabulary.words import (
    AuditAct,
    CallResult,
    Channel,
    ClosureReason,
    NoticeKind,
    PermissionLevel,
    SendingState,
)

HALTS: Final[Mapping[str, SendingState]] = {
    "pause": SendingState.PAUSED,
    "go-on": SendingState.GOING,
    "stop": SendingState.STOPPED,
}
_REFUSED: Final = (
    *(CannotSend, ClosureFlaw, ContactFlaw, NotYoursToDecide, ScriptFlaw, TooLongToSay, WordsInUse),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    closure: int | None
    sending: int | None
    facilities: Sequence[str]
    reason: str | None
    days_out: int
    today_too: bool
    closed_from: datetime | None
    closed_to: datetime | None
    last_day: datetime | None
    channel: str | None
    kind: str
    people: int | None
    unreached: bool
    untold: bool
    through_pause: bool
    language: str
    subject: str
    text: str | None
    to: str | None
    patient: str | None
    why: str | None
    result: str | None
    pdf: str | None


class Desk:
    """Somebody of a practice at a terminal."""

    def __init__(self, email: str, asked: Asked) -> None:
        found = StaffMember.objects.filter(email=email.strip().lower(), is_active=True).first()
        if found is None:
            raise SettingFlaw(f"--as: nobody signs in as {email}")
        if not may(found, Action.CLOSE_FACILITIES):
            lowest = PermissionLevel.THERAPY_DIRECTOR.value.replace("_", " ")
            raise SettingFlaw(
                f"--as: {email} may not close facilities: it takes a {lowest} or above"
            )
        self.by: StaffMember = found
        self.asked = asked
        self.settings: PracticeSettings = practice_settings(found.practice_id)
        self.now = datetime.now(UTC)

    def do(self, action: str) -> dict[str, Any]:
        """Return the answer. Raises SettingFlaw with the reason where it is refused."""
        try:
            if action in HALTS:
                return self._halt(HALTS[action])
            acts = {
                "list": self._list,
                "close": self._close,
                "words": self._words,
                "approve": self._approve,
                "who": self._who,
                "leave-out": self._leave_out,
                "take-in": self._take_in,
                "test": self._test,
                "send": self._send,
                "progress": self._progress,
                "agree": self._agree,
                "decline": self._decline,
                "extend": self._extend,
                "end": self._end,
                "calls": self._calls,
                "called": self._called,
                "record": self._record,
            }
            return acts[action]()
        except SentAlready as why:
            raise SettingFlaw(why.in_full(self.settings.zone)) from why
        except _REFUSED as why:
            raise SettingFlaw(str(why)) from why

    def _closure(self) -> Closure:
        of, number = self.by.practice_id, self.asked.closure
        if number is not None:
            found = closures_of(of).filter(pk=number).first()
            if found is None:
                raise SettingFlaw(f"--closure: there is no closure {number}; `list` shows them")
            return found
        on = list(closures_on(of, now=self.now)[:2])
        if len(on) != 1:
            raise SettingFlaw("name the closure with --closure; `list` shows them")
        return on[0]

    def _sending(self) -> Sending:
        found = Sending.objects.filter(
            practice_id=self.by.practice_id, pk=self.asked.sending or 0
        ).first()
        if found is None:
            raise SettingFlaw("name the sending with --sending; `progress` shows them")
        return found

    def _patient(self) -> int:
        typed = self._needed("patient")
        own = Patient.objects.filter(practice_id=self.by.practice_id, external_id=typed)
        found = own.values_list("pk", flat=True).first()
        if found is None:
            raise SettingFlaw(f"--patient: nobody has the identifier {typed}")
        return found

    def _key(self) -> NoticeKey:
        channel = Channel(self._needed("channel"))
        return NoticeKind(self.asked.kind), channel, self.asked.language

    def _needed(self, name: str) -> Any:  # noqa: ANN401
        value = getattr(self.asked, name)
        if value is None:
            raise SettingFlaw(f"--{name.replace('_', '-')} is missing")
        return value

    def _list(self) -> dict[str, Any]:
        return {
            "closure": [
                {
                    "number": one.pk,
                    "reason": one.reason,
                    "facilities": [self.settings.places[id].name for id in one.facility_ids],
                    "first_day": one.first_day,
                    "last_day": one.last_day,
                    "on": one.is_on(self.now),
                    "ends_at": (one.ended_at or one.ends_at).astimezone(self.settings.zone),
                }
                for one in closures_of(self.by.practice_id)[:30]
            ]
        }

    def _close(self) -> dict[str, Any]:
        reason = ClosureReason(self._needed("reason"))
        if self.asked.days_out == 0 and not self.asked.today_too:
            raise SettingFlaw("--days-out is 0: say --today-too to close today only")
        own = Facility.objects.filter(practice_id=self.by.practice_id, closed_at=None)
        known = dict(own.values_list("external_id", "pk"))
        wrong = [one for one in self.asked.facilities if one not in known]
        if wrong:
            raise SettingFlaw(f"--facility: {', '.join(wrong)}; there are: {', '.join(known)}")
        ids = [known[one] for one in self.asked.facilities] or list(known.values())
        today = self.now.astimezone(self.settings.zone).date()
        first = today if self.asked.today_too else today + timedelta(days=1)
        last = max(first, today + timedelta(days=self.asked.days_out))
        span = Span(first, last, _clock(self.asked.closed_from), _clock(self.asked.closed_to))
        closure = mode.begin(
            self.settings, reason=reason, facility_ids=ids, span=span, by=self.by, now=self.now
        )
        missing = write_starting_words(closure, by=self.by, now=self.now)
        without = ", ".join(f"{channel.value} {language}" for channel, language in missing)
        return {
            "closure": closure.pk,
            "ends_at": closure.ends_at.astimezone(self.settings.zone),
            "told": "nobody yet: look at `who`, then `send`",
            **({"words_missing": f"{without}: write them with `words`"} if missing else {}),
        }

    def _words(self) -> dict[str, Any]:
        closure = self._closure()
        if self.asked.text is not None:
            words = Text(self.asked.text, self.asked.subject)
            save_words(closure, self._key(), words, by=self.by, now=self.now)
        return {
            f"{kind.value} {channel.value} {language}": {
                "subject": row.subject,
                "text": row.body,
                "approval": row.approval,
            }
            for (kind, channel, language), row in notices_of(closure.pk).items()
        }

    def _approve(self) -> dict[str, Any]:
        closure, key = self._closure(), self._key()
        row = notices_of(closure.pk).get(key)
        if row is None:
            raise SettingFlaw("there are no such words; `words` shows what there is")
        approve_notice(row.pk, practice_id=closure.practice_id, by=self.by, now=self.now)
        return {"closure": closure.pk, "approved": " ".join(map(str, key))}

    def _leave_out(self) -> dict[str, Any]:
        closure, patient = self._closure(), self._patient()
        why = self._needed("why")
        return {"changed": mode.leave_out(closure, patient, why, by=self.by, now=self.now)}

    def _take_in(self) -> dict[str, Any]:
        closure, patient = self._closure(), self._patient()
        return {"changed": include(closure, patient, by=self.by, now=self.now)}

    def _test(self) -> dict[str, Any]:
        kind, channel, language = self._key()
        taken = send_to_oneself(
            self._closure(),
            self.settings,
            kind=kind,
            channel=channel,
            language=language,
            address=self.by.email if channel is Channel.EMAIL else self._needed("to"),
            region=self.by.practice.region,
            by=self.by,
            now=self.now,
        )
        return {"taken_by_the_provider": taken}

    def _who(self) -> dict[str, Any]:
        closure = self._closure()
        found = audience_of(
            closure,
            self.settings,
            NoticeKind(self.asked.kind),
            unreached_only=self.asked.unreached,
            untold_only=self.asked.untold,
            channels=[Channel(self.asked.channel)] if self.asked.channel else tuple(Channel),
            now=self.now,
        )
        zone = self.settings.zone
        ways = outlooks(closure, self.settings, found, now=self.now)
        first = found.first_visit_at
        return {
            "closure": closure.pk,
            "booked": len(found.members),
            "out_of_reach": len(found.out_of_reach),
            "first_visit": first.astimezone(zone) if first else "none",
            **{
                channel.value: {
                    "people": one.people,
                    "messages": one.messages,
                    "not_reached": {why.value: count for why, count in one.why_not.items()},
                    "segments": one.segments,
                    "last_one_at": one.finished_at.astimezone(zone) if one.finished_at else "never",
                    "too_late_for_the_first_visit": one.is_late,
                    "sender_paused": one.is_paused,
                }
                for channel, one in ways.items()
            },
        }

    def _send(self) -> dict[str, Any]:
        asked = press.Asked(
            NoticeKind(self.asked.kind),
            Channel(self._needed("channel")),
            counted=self._needed("people"),
            unreached_only=self.asked.unreached,
            untold_only=self.asked.untold,
            through_pause=self.asked.through_pause,
        )
        sending = press.press(self._closure(), self.settings, asked, by=self.by, now=self.now)
        return {"sending": sending.pk, "state": sending.state, "people": sending.counted}

    def _decline(self) -> dict[str, Any]:
        return {"changed": press.decline(self._sending(), by=self.by, now=self.now)}

    def _progress(self) -> dict[str, Any]:
        found = going.progress_of(self._closure(), self.settings, now=self.now)
        return {
            "sending": [
                {
                    "number": one.sending.pk,
                    "kind": one.sending.kind,
                    "channel": one.sending.channel,
                    "state": one.sending.state,
                    "pressed_by": one.sending.pressed_by.name,
                    "queued": one.queued,
                    "handed_over": one.handed_over,
                    "delivered": one.delivered,
                    "failed": one.failed,
                    "in_doubt": one.in_doubt,
                    "with_another": one.with_another,
                    "not_sent": one.not_sent,
                }
                for one in found
            ]
        }

    def _halt(self, to: SendingState) -> dict[str, Any]:
        changed = going.change(self._sending(), to, by=self.by, now=self.now)
        return {"changed": changed, "state": to.value}

    def _agree(self) -> dict[str, Any]:
        sending = press.agree(self._sending(), self.settings, by=self.by, now=self.now)
        return {"sending": sending.pk, "state": sending.state, "people": sending.counted}

    def _extend(self) -> dict[str, Any]:
        closure = self._closure()
        day = self._needed("last_day").date()
        changed = mode.extend(
            closure,
            self.settings,
            last_day=day,
            closed_to=_clock(self.asked.closed_to),
            by=self.by,
            now=self.now,
        )
        return {"changed": changed, "ends_at": closure.ends_at.astimezone(self.settings.zone)}

    def _end(self) -> dict[str, Any]:
        closure = self._closure()
        return {"closure": closure.pk, "changed": mode.end(closure, by=self.by, now=self.now)}

    def _calls(self) -> dict[str, Any]:
        closure = self._closure()
        rows = call_list(closure, now=self.now)
        record(
            AuditAct.EXPORTED,
            practice_id=closure.practice_id,
            by=self.by,
            subject=f"closure {closure.pk}",
            detail={"list": "calls", "rows": len(rows)},
            now=self.now,
        )
        tried = {one.patient.pk: _tried(one) for one in rows}
        cells = call_cells(rows, self.settings, tried)
        return {"calls": [dict(zip(COLUMNS, row, strict=True)) for row in cells]}

    def _called(self) -> dict[str, Any]:
        closure, patient = self._closure(), self._patient()
        result = CallResult(self._needed("result"))
        note_call(closure, patient, result, by=self.by, now=self.now)
        return {"closure": closure.pk, "result": result.value}

    def _record(self) -> dict[str, Any]:
        closure, zone = self._closure(), self.settings.zone
        told = record_of(closure, self.settings, now=self.now)
        if self.asked.pdf is not None:
            page = page_of(closure, self.settings, self.by, now=self.now)
            Path(self.asked.pdf).write_bytes(make_pdf(page))
        return {
            "closure": closure.pk,
            "act": [
                {"at": one.at.astimezone(zone), "who": one.who, "what": say_act(one)}
                for one in told.acts
                if one.act is not AuditAct.PATIENT_SEEN
            ],
            **self._progress(),
            "telephoned": {result.value: count for result, count in told.calls.items()},
            "handed_over": [
                {"from": bar.at.astimezone(zone), "count": bar.count} for bar in told.bars
            ],
        }


def _tried(one: ToCall) -> str:
    return "; ".join(f"{told.channel}: {told.objection or told.state}" for told in one.tried)


def _clock(typed: datetime | None) -> time | None:
    return typed.time() if typed else None
