"""How is one call handed to Twilio, turned to a machine, and asked about?"""

from datetime import datetime

from handbell.channels.gateway import (
    Answer,
    HandOver,
    LookUp,
    Outcome,
    Readiness,
    Rejected,
    VoiceContent,
)
from handbell.channels.twilio.look import look
from handbell.channels.twilio.lookup import look_up
from handbell.channels.twilio.wire import Answered, TwilioAccount, Wire
from handbell.channels.voice.twilio import twiml
from handbell.channels.voice.twilio.reply import LISTING, any_call, outcome_of
from handbell.channels.voice.twilio.request import PATH, form_of, path_of_call


class TwilioVoice:
    """A `Gateway` for calls. `timeout_seconds` is for one whole exchange, connecting included."""

    def __init__(
        self, account: TwilioAccount, *, timeout_seconds: float = 15.0, connections: int = 100
    ) -> None:
        self._wire = Wire(account, timeout_seconds=timeout_seconds, connections=connections)

    async def hand_over(self, message: HandOver) -> Outcome:
        try:
            form = form_of(message)
        except twiml.ScriptTooLong:
            return Rejected("script-too-long")
        return outcome_of(await self._wire.post(PATH, form))

    async def speak_to_machine(
        self, content: VoiceContent, *, provider_id: str, answered_by: str
    ) -> bool:
        """Have the call say what a machine should hear. Whether the call was changed.

        False also when there is nothing to change (a person answered) or the call is over.
        Safe to repeat: a machine still records, and hears the voicemail from its beginning.
        """
        words = twiml.for_machine(content, answered_by=answered_by)
        if words is None:
            return False
        reply = await self._wire.post(path_of_call(provider_id), (("Twiml", words),))
        return isinstance(reply, Answered) and reply.status == 200

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        return await look_up(self._wire, LISTING, question, now=now, matches=any_call)

    async def look(self) -> Readiness:
        return await look(self._wire)

    async def close(self) -> None:
        await self._wire.close()
