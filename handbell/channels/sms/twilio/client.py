"""How is one text handed to Twilio, and how is Twilio asked about one?"""

from datetime import datetime

from handbell.channels.gateway import Answer, HandOver, LookUp, Outcome, Readiness
from handbell.channels.sms.twilio.reply import LISTING, outcome_of, says_the_same
from handbell.channels.sms.twilio.request import PATH, form_of
from handbell.channels.twilio.look import look
from handbell.channels.twilio.lookup import look_up
from handbell.channels.twilio.wire import TwilioAccount, Wire


class TwilioSms:
    """A `Gateway` for texts. `timeout_seconds` is for one whole exchange, connecting included."""

    def __init__(
        self, account: TwilioAccount, *, timeout_seconds: float = 15.0, connections: int = 100
    ) -> None:
        self._wire = Wire(account, timeout_seconds=timeout_seconds, connections=connections)

    async def hand_over(self, message: HandOver) -> Outcome:
        return outcome_of(await self._wire.post(PATH, form_of(message)))

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        return await look_up(self._wire, LISTING, question, now=now, matches=says_the_same)

    async def look(self) -> Readiness:
        return await look(self._wire)

    async def close(self) -> None:
        await self._wire.close()
