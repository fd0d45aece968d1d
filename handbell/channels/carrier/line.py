"""One call under way: it rings, somebody or something answers, the score is played, it ends.

A `Line` moves when the agenda says that a step is over, and when somebody interferes: a key is
pressed, the sender redirects or ends the call, a person hangs up.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from handbell.channels.carrier.agenda import Act, Change, Entry
from handbell.channels.carrier.behaviour import Aspect, Behaviour, Does, Kind
from handbell.channels.carrier.callbacks import Params
from handbell.channels.carrier.callreports import CallReporter, call_params
from handbell.channels.carrier.records import CALL_FINAL, Call, Step
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twiml import Moment, Score, TwimlFlaw

GREETING = "Hello. I cannot take your call now. Please leave a message after the tone."
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class Line:
    """One call under way."""

    board: Switchboard
    sid: str
    reporter: CallReporter
    ended: Callable[[str], None]  # told once, when the call is over
    score: Score | None = None
    moment: Moment | None = None
    moment_step: int = 0
    now: datetime = NEVER
    keys: deque[str] = field(default_factory=deque)
    keys_from: datetime | None = None
    timers: list[Entry] = field(default_factory=list)
    endings: list[Entry] = field(default_factory=list)
    turn: int = 0  # raised by whoever interferes, so that what was awaited meanwhile is dropped

    @property
    def call(self) -> Call:
        return self.board.truth.calls[self.sid]

    @property
    def open(self) -> bool:
        return self.call.status not in CALL_FINAL

    # -- ringing --------------------------------------------------------------------------

    async def dial(self, at: datetime) -> None:
        """The network rings the phone; what happens there is decided now."""
        self.reporter.event("initiated", "initiated", at)
        self._become("ringing", at)
        self.reporter.event("ringing", "ringing", at)
        pickup = self._take(Aspect.PICKUP)
        timing = self.board.timing
        match pickup.does if pickup else None:
            case Does.BUSY:
                self._end_after(timing.busy_signal, "busy", at)
            case Does.CALL_FAILS:
                self._end_after(timing.busy_signal, "failed", at)
            case Does.NO_ANSWER:
                self._end_after(self.call.request.ring_seconds, "no-answer", at)
            case Does.MACHINE if pickup is not None:
                self.after(timing.rings, self._answering_machine(pickup.seconds), at)
            case _:
                self.after(timing.rings, self.answer, at)

    async def answer(self, at: datetime) -> None:
        """A person picks up."""
        self._plan_person(at)
        self._picked_up("person", at)
        await self._detect(at, "human", self.board.timing.detects_person)

    def _answering_machine(self, greeting_seconds: float) -> Act:
        async def answer(at: datetime) -> None:
            self._picked_up("machine", at)
            beep_at = at + self.board.timing.span(greeting_seconds)
            self._change(beep_at=beep_at)
            self._step(Moment("greeting", GREETING, greeting_seconds), at)
            self.board.agenda.at(beep_at, self._beep)
            wanted = self.call.request
            whole = wanted.detection == "DetectMessageEnd"
            seconds = greeting_seconds if whole else self.board.timing.detects_machine
            verdict = "machine_end_beep" if whole else "machine_start"
            if seconds > wanted.detection_seconds:
                seconds, verdict = wanted.detection_seconds, "unknown"
            await self._detect(at, verdict, seconds)

        return answer

    # -- who answered ---------------------------------------------------------------------

    async def _detect(self, at: datetime, verdict: str, seconds: float) -> None:
        """Begin the score: at once, or, when detection is asked to come first, after it."""
        request = self.call.request
        if not request.detection:
            await self.begin(at)
        elif request.detection_async:
            when = at + self.board.timing.span(seconds)
            self.board.agenda.at(when, self._tell_detected(verdict, seconds))
            await self.begin(at)
        else:
            self.after(seconds, self._begin_detected(verdict), at)

    def _begin_detected(self, verdict: str) -> Act:
        async def begin(at: datetime) -> None:
            self._change(answered_by=verdict)
            await self.begin(at)

        return begin

    def _tell_detected(self, verdict: str, seconds: float) -> Change:
        def tell(at: datetime) -> None:
            if self.open:
                self._change(answered_by=verdict)
                self.reporter.detected(verdict, seconds, at)

        return tell

    def _beep(self, at: datetime) -> None:
        if self.open:
            self._step(Moment("beep"), at)

    # -- the score ------------------------------------------------------------------------

    async def begin(self, at: datetime) -> None:
        """Play what the sender asked for: its document, or what its address gives."""
        request = self.call.request
        if request.twiml:
            await self.play(at, document=request.twiml)
        else:
            await self.play(at, url=request.url, method=request.method)

    async def play(
        self, at: datetime, *, document: str = "", url: str = "", method: str = "POST"
    ) -> None:
        """Leave whatever is being played and go on with this."""
        turn, self.now = self._interfere(at), at
        score = Score(url=self.call.request.url, fetch=self._fetch)
        if document:
            try:
                score.load(document)
            except TwimlFlaw as flaw:
                score.fail(flaw)
        else:
            await score.follow(url, method, ())
        if turn == self.turn:
            self.score = score
            await self._go_on(at)

    async def press(self, digits: str, at: datetime) -> bool:
        """The person presses keys; whether anything was listening."""
        heard = bool(self.moment and self.moment.hears and self.call.in_progress)
        if not heard:
            self._step(Moment("press_unheard", digits), at)
            return False
        self._interfere(at)
        self._step(Moment("press", digits), at)
        await self._go_on(at, digits)
        return True

    async def _go_on(self, at: datetime, heard: str = "") -> None:
        assert self.score is not None
        turn, self.now, self.moment = self.turn, at, None  # nobody listens between two moments
        moment = await self.score.next(heard)
        if turn != self.turn or not self.open:
            return  # redirected or ended while the sender's document was on its way
        if moment is None or moment.kind == "hangup":
            self.finish("completed", at)
            return
        self.moment, self.moment_step = moment, len(self.call.steps)
        self._step(moment, at)
        self.after(moment.seconds, self._go_on, at)
        if moment.hears:
            self._plan_key(at)

    # -- the end --------------------------------------------------------------------------

    def finish(self, status: str, at: datetime) -> None:
        """End the call, whoever ends it. Ending an ended call changes nothing."""
        if not self.open:
            return
        self._interfere(at)
        for ending in self.endings:
            ending.cancel()
        self._become(status, at)
        self._change(ended_at=at)
        self.reporter.event("completed", status, at)
        self.ended(self.sid)

    def _end_after(self, seconds: float, status: str, at: datetime) -> None:
        when = at + self.board.timing.span(seconds)
        self.endings.append(self.board.agenda.at(when, lambda due: self.finish(status, due)))

    # -- the person -----------------------------------------------------------------------

    def _plan_person(self, at: datetime) -> None:
        presses = self._take(Aspect.KEYS)
        if presses is not None:
            self.keys = deque(presses.text)
            self.keys_from = at + self.board.timing.span(presses.seconds)
        impatience = self._take(Aspect.PATIENCE)
        if impatience is not None:
            self._end_after(impatience.seconds, "completed", at)

    def _plan_key(self, at: datetime) -> None:
        if self.keys and self.keys_from is not None:
            when = max(self.keys_from, at + self.board.timing.span(self.board.timing.key_interval))
            self.timers.append(self.board.agenda.begin(when, self._press_next, lane=self.sid))

    async def _press_next(self, at: datetime) -> None:
        if self.keys and self.call.in_progress:
            await self.press(self.keys.popleft(), at)

    # -- inside ---------------------------------------------------------------------------

    def after(self, seconds: float, act: Act, at: datetime) -> None:
        """Have `act` begin so much later than `at`, unless somebody interferes before."""
        when = at + self.board.timing.span(seconds)
        self.timers.append(self.board.agenda.begin(when, act, lane=self.sid))

    def _interfere(self, at: datetime) -> int:
        """Drop what was planned on this line and cut what is being said."""
        self.turn += 1
        for timer in self.timers:
            timer.cancel()
        self.timers.clear()
        if self.moment is not None:
            self._cut(at)
            self.moment = None
        return self.turn

    def _cut(self, at: datetime) -> None:
        steps = self.call.steps
        step = steps[self.moment_step]
        played = (at - step.at).total_seconds() * self.board.timing.speed
        cut = replace(step, seconds=round(min(step.seconds, max(played, 0)), 1))
        after = self.moment_step + 1
        self._change(steps=(*steps[: self.moment_step], cut, *steps[after:]))

    def _picked_up(self, by: str, at: datetime) -> None:
        self._become("in-progress", at)
        arrival = self.board.truth.next_arrival()
        self._change(answered_at=at, picked_up_by=by, arrival=arrival)
        self.reporter.event("answered", "in-progress", at)
        self._end_after(self.call.request.limit_seconds, "completed", at)

    def _become(self, status: str, at: datetime) -> None:
        self._change(status=status, updated_at=at)

    def _step(self, moment: Moment, at: datetime) -> None:
        step = Step(moment.kind, moment.text, at, moment.seconds)
        self._change(steps=(*self.call.steps, step), updated_at=at)

    def _change(self, **changes: Any) -> None:  # noqa: ANN401  as `replace` takes them
        self.board.truth.put(replace(self.call, **changes))

    def _take(self, aspect: Aspect) -> Behaviour | None:
        call = self.call
        return self.board.behaviours.take(
            aspect, number=call.number, sender=call.sender, kind=Kind.CALL
        )

    async def _fetch(self, url: str, method: str, params: Params) -> str:
        everything = (*call_params(self.board, self.call), *params)
        reply = await self.board.ask(
            url=url,
            params=everything,
            method=method,
            at=self.now,
            event_id=self.board.new_sid("EV"),
        )
        if not reply.told:
            raise TwimlFlaw(f"the address gave {reply.failure}")
        return reply.body
