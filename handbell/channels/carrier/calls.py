"""Which calls are under way? Taking new ones, finding one, and what a restart does to them."""

from datetime import datetime

from handbell.channels.carrier.callreports import CallReporter
from handbell.channels.carrier.line import Line
from handbell.channels.carrier.records import Call, CallRequest
from handbell.channels.carrier.switchboard import Switchboard


class Lines:
    """The lines of all calls that have not ended."""

    def __init__(self, board: Switchboard) -> None:
        self._board = board
        self._open: dict[str, Line] = {}

    def place(
        self,
        *,
        sender: str,
        number: str,
        request: CallRequest,
        now: datetime,
        acknowledged: bool = True,
    ) -> Call:
        """Take a call and start to ring; never idempotent, exactly like the real one."""
        call = Call(
            sid=self._board.new_sid("CA"),
            sender=sender,
            number=number,
            request=request,
            created_at=now,
            updated_at=now,
            acknowledged=acknowledged,
        )
        self._board.truth.put(call)
        line = self._line(call, CallReporter.of(self._board, call))
        line.after(0, line.dial, now)
        return call

    def find(self, sid: str) -> Line | None:
        """Return the line of a call under way, None once it has ended."""
        return self._open.get(sid)

    async def press(self, sid: str, digits: str) -> bool:
        """The person on a call presses keys; whether anything was listening."""
        line = self.find(sid)
        return line is not None and await line.press(digits, self._board.clock())

    def hang_up(self, sid: str) -> None:
        """The person on a call hangs up; nothing happens if it is over."""
        line = self.find(sid)
        if line is not None:
            line.finish("completed", self._board.clock())

    def drop_those_of_before(self, now: datetime) -> None:
        """After a restart: calls that were open were cut off; their senders are told so."""
        for call in self._board.truth.calls_open():
            line = self._line(call, CallReporter(self._board, call.sid))
            line.finish("completed" if call.answered_at else "failed", now)

    def _line(self, call: Call, reporter: CallReporter) -> Line:
        line = Line(self._board, call.sid, reporter, ended=self._open.__delitem__)
        self._open[call.sid] = line
        return line
