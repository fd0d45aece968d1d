"""What is the sender told while a call goes on? Twilio's call progress events, signed.

A misbehaving carrier tells late, twice, out of order, or never, just as with texts.
"""

from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from math import ceil

from handbell.channels.carrier.behaviour import Aspect, Behaviour, Does, Kind
from handbell.channels.carrier.callbacks import Params
from handbell.channels.carrier.records import Call
from handbell.channels.carrier.switchboard import Switchboard
from handbell.channels.carrier.twilio.told import API_VERSION

EVENTS = ("initiated", "ringing", "answered", "completed")


@dataclass(slots=True)
class CallReporter:
    """Tells the sender about one call."""

    board: Switchboard
    sid: str
    wish: Behaviour | None = None
    sequence: int = 0
    held: list[tuple[str, Params]] = field(default_factory=list)

    @staticmethod
    def of(board: Switchboard, call: Call) -> "CallReporter":
        """Return the reporter of a new call, misbehaving as asked."""
        wish = board.behaviours.take(
            Aspect.RECEIPTS, number=call.number, sender=call.sender, kind=Kind.CALL
        )
        return CallReporter(board, call.sid, wish)

    def event(self, event: str, status: str, at: datetime) -> None:
        """Report a step of the call, if the sender asked for this event."""
        call = self.board.truth.calls[self.sid]
        number, self.sequence = self.sequence, self.sequence + 1
        if event not in call.request.events or self._does(Does.RECEIPTS_NEVER):
            return
        params = _event_params(self.board, call, status, number, at)
        if self._does(Does.RECEIPTS_OUT_OF_ORDER) and event != "completed":
            self.held.append((status, params))
            return
        late = self._does(Does.RECEIPTS_LATE) if event == "completed" else None
        self._tell(status, params, at, late.seconds if late else 0)
        if event == "completed":
            for status_held, params_held in self.held:
                self._tell(status_held, params_held, at, 2)

    def detected(self, verdict: str, seconds: float, at: datetime) -> None:
        """Report what asynchronous machine detection found."""
        call = self.board.truth.calls[self.sid]
        if not call.request.detection_callback:
            return
        params = (
            *call_params(self.board, call),
            ("MachineDetectionDuration", str(int(seconds * 1000))),
        )
        self.board.tell(
            self.sid,
            status=f"detected: {verdict}",
            url=call.request.detection_callback,
            params=params,
            method="POST",
            at=at,
        )

    def _does(self, does: Does) -> Behaviour | None:
        return self.wish if self.wish is not None and self.wish.does is does else None

    def _tell(self, status: str, params: Params, at: datetime, seconds: float) -> None:
        request = self.board.truth.calls[self.sid].request
        if not request.status_callback:
            return
        event_id = self.board.new_sid("EV")
        for nth in range(2 if self._does(Does.RECEIPTS_TWICE) else 1):
            self.board.tell(
                self.sid,
                status=status,
                url=request.status_callback,
                params=params,
                method=request.status_callback_method,
                at=at + self.board.timing.span(seconds + nth),
                event_id=event_id,
            )


def call_params(board: Switchboard, call: Call) -> Params:
    """Return what every request about a call carries."""
    params = (
        ("CallSid", call.sid),
        ("AccountSid", board.account_sid),
        ("From", call.sender),
        ("To", call.number),
        ("Caller", call.sender),
        ("Called", call.number),
        ("CallStatus", call.status),
        ("Direction", "outbound-api"),
        ("ApiVersion", API_VERSION),
    )
    return params if call.answered_by is None else (*params, ("AnsweredBy", call.answered_by))


def duration_seconds(call: Call) -> int | None:
    """Return the billable length: from pick-up to the end, whole seconds; None before the end."""
    if call.ended_at is None:
        return None
    started = call.answered_at or call.ended_at
    return round((call.ended_at - started).total_seconds())


def _event_params(
    board: Switchboard, call: Call, status: str, sequence: int, at: datetime
) -> Params:
    params = (
        *(
            (name, status if name == "CallStatus" else value)
            for name, value in call_params(board, call)
        ),
        ("Timestamp", format_datetime(at)),
        ("CallbackSource", "call-progress-events"),
        ("SequenceNumber", str(sequence)),
    )
    seconds = duration_seconds(call)
    if seconds is None:
        return params
    return (*params, ("CallDuration", str(seconds)), ("Duration", str(ceil(seconds / 60))))
