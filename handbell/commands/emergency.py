"""`handbell emergency`: close facilities and tell whoever is booked, when the web cannot."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from config.environment import SettingFlaw
from handbell.commands import ready
from handbell.commands.telling import tell, tell_rows
from handbell.vocabulary.words import (
    Channel,
    ClosureReason,
    NoticeKind,
    PermissionLevel,
    SendingState,
)

if TYPE_CHECKING:
    from handbell.access.practice_settings import PracticeSettings
    from handbell.facts.models import Closure
    from handbell.outbox.models import Sending

ACTIONS = (
    *("list", "close", "words", "who", "send", "progress", "pause", "go-on", "stop", "agree"),
    *("extend", "end", "calls"),
)
_CALLS = ("visit_at", "facility", "patient_id", "phones", "result")
_STATES = (SendingState.PAUSED, SendingState.GOING, SendingState.STOPPED)
_HALTS = dict(zip(("pause", "go-on", "stop"), _STATES, strict=True))


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed."""

    closure: int | None
    sending: int | None
    facilities: Sequence[str]
    reason: str | None
    days_out: int
    today_too: bool
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


@click.command()
@click.argument("action", type=click.Choice(ACTIONS))
@click.option("--as", "email", required=True, metavar="EMAIL", help="The login you act as.")
@click.option("--closure", type=int, help="The closure's number; the one that is on if omitted.")
@click.option("--sending", type=int, help="pause, go-on, stop, agree: the sending's number.")
@click.option("--facility", "facilities", multiple=True, help="close: which; else all.")
@click.option("--reason", type=click.Choice([*map(str, ClosureReason)]), help="close: why.")
@click.option(
    "--days-out",
    type=click.IntRange(0, 13),
    default=1,
    show_default=True,
    help="close: the last day, counted from today; tomorrow is 1.",
)
@click.option("--today-too", is_flag=True, help="close: today as well.")
@click.option("--last-day", type=click.DateTime(["%Y-%m-%d"]), help="extend: until when.")
@click.option("--channel", type=click.Choice([one.value for one in Channel]), help="send, words.")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in NoticeKind]),
    default=NoticeKind.CLOSING.value,
    show_default=True,
    help="words, who, send: which notice.",
)
@click.option("--people", type=int, help="send: to how many, as `who` says; nothing goes without.")
@click.option("--unreached", is_flag=True, help="send: only whoever no other channel reached.")
@click.option("--untold", is_flag=True, help="send: whom it told nothing of days added since.")
@click.option("--through-pause", is_flag=True, help="send: though the sender is paused.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", help="words; else en.")
@click.option("--subject", default="", help="words: of an e-mail.")
@click.option("--text", help="words: what to say; without it they are shown.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def emergency(*, action: str, email: str, as_json: bool, **typed: Any) -> None:  # noqa: ANN401
    """Close facilities and tell whoever is booked, with the checks of the Emergency page.

    In a snowstorm, in this order:

    \b
      close     hold the reminders of the facilities; tells nobody
      words     read what each notice says, or write it anew with --text
      who       count who is booked, whom each channel reaches, and by when
      send      send by one --channel, to as many --people as `who` says
      progress  see how far each sending is
      calls     print whom nothing reached, for the telephone, as CSV
      end       let reminders go again

    Besides: `list` the closures, `extend` one, `pause`, `go-on` or `stop` a sending, `agree` as its
    second person. Everything is recorded as done by the login named with --as, which must be a
    therapy director's or above. A worker must be running for notices to leave.

    Exit codes: 0 done, 1 it was so already, 2 it was refused; the sentence says why.
    """
    with ready.database(command="handbell emergency"):
        answer = _Desk(email, Asked(**typed)).do(action)
    if as_json:
        click.echo(json.dumps(answer, default=str, indent=1))
    elif action == "calls":
        tell_rows(_CALLS, answer["calls"])
    else:
        tell(answer)
    if answer.get("changed") is False:
        raise click.exceptions.Exit(1)


class _Desk:
    """Somebody of a practice at a terminal."""

    def __init__(self, email: str, asked: Asked) -> None:
        from handbell.access.models import StaffMember
        from handbell.access.permissions import Action, may
        from handbell.access.practice_settings import practice_settings

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
        from handbell.closures.press import CannotSend, SentAlready
        from handbell.closures.wording import WordsInUse
        from handbell.facts.closing import ClosureFlaw
        from handbell.scripts.operations import ScriptFlaw

        try:
            if action in _HALTS:
                return self._halt(_HALTS[action])
            acts = {
                "list": self._list,
                "close": self._close,
                "words": self._words,
                "who": self._who,
                "send": self._send,
                "progress": self._progress,
                "agree": self._agree,
                "extend": self._extend,
                "end": self._end,
                "calls": self._calls,
            }
            return acts[action]()
        except SentAlready as why:
            raise SettingFlaw(why.in_full(self.settings.zone)) from why
        except (CannotSend, ClosureFlaw, ScriptFlaw, WordsInUse) as why:
            raise SettingFlaw(str(why)) from why

    def _closure(self) -> "Closure":
        from handbell.facts.closures import closures_of, closures_on

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

    def _sending(self) -> "Sending":
        from handbell.outbox.models import Sending

        found = Sending.objects.filter(
            practice_id=self.by.practice_id, pk=self.asked.sending or 0
        ).first()
        if found is None:
            raise SettingFlaw("name the sending with --sending; `progress` shows them")
        return found

    def _needed(self, name: str) -> Any:  # noqa: ANN401
        value = getattr(self.asked, name)
        if value is None:
            raise SettingFlaw(f"--{name.replace('_', '-')} is missing")
        return value

    def _list(self) -> dict[str, Any]:
        from handbell.facts.closures import closures_of

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
        from handbell.access.models import Facility
        from handbell.closures.mode import begin
        from handbell.closures.wording import write_starting_words
        from handbell.policy.closures import Span

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
        span = Span(first, max(first, today + timedelta(days=self.asked.days_out)))
        closure = begin(
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
        from handbell.closures.wording import save_words
        from handbell.scripts.notices import notices_of
        from handbell.scripts.starting_texts import Text

        closure = self._closure()
        if self.asked.text is not None:
            channel = Channel(self._needed("channel"))
            key = (NoticeKind(self.asked.kind), channel, self.asked.language)
            words = Text(self.asked.text, self.asked.subject)
            save_words(closure, key, words, by=self.by, now=self.now)
        return {
            f"{kind.value} {channel.value} {language}": {
                "subject": row.subject,
                "text": row.body,
                "approval": row.approval,
            }
            for (kind, channel, language), row in notices_of(closure.pk).items()
        }

    def _who(self) -> dict[str, Any]:
        from handbell.closures.audience import audience_of
        from handbell.closures.estimate import outlooks

        closure = self._closure()
        found = audience_of(
            closure,
            self.settings,
            NoticeKind(self.asked.kind),
            unreached_only=self.asked.unreached,
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
        from handbell.closures import press

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

    def _progress(self) -> dict[str, Any]:
        from handbell.closures.going import progress_of

        found = progress_of(self._closure(), self.settings, now=self.now)
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
        from handbell.closures.going import change

        changed = change(self._sending(), to, by=self.by, now=self.now)
        return {"changed": changed, "state": to.value}

    def _agree(self) -> dict[str, Any]:
        from handbell.closures.press import agree

        sending = agree(self._sending(), self.settings, by=self.by, now=self.now)
        return {"sending": sending.pk, "state": sending.state, "people": sending.counted}

    def _extend(self) -> dict[str, Any]:
        from handbell.closures.mode import extend

        closure = self._closure()
        day = self._needed("last_day").date()
        changed = extend(closure, self.settings, last_day=day, by=self.by, now=self.now)
        return {"changed": changed, "ends_at": closure.ends_at.astimezone(self.settings.zone)}

    def _end(self) -> dict[str, Any]:
        from handbell.closures.mode import end

        closure = self._closure()
        return {"closure": closure.pk, "changed": end(closure, by=self.by, now=self.now)}

    def _calls(self) -> dict[str, Any]:
        from handbell.access.audit import record
        from handbell.closures.calls import call_list
        from handbell.vocabulary.words import AuditAct

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
        zones = self.settings.zone_of
        return {
            "calls": [
                {
                    "visit_at": one.visit.starts_at.astimezone(zones(one.visit.facility_id))
                    if one.visit
                    else "",
                    "facility": one.visit.facility.name if one.visit else "",
                    "patient_id": one.patient.external_id,
                    "phones": " ".join(one.phones),
                    "result": one.call.result if one.call else "",
                }
                for one in rows
            ]
        }
