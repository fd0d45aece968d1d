"""How is one text handed to Vonage?"""

from datetime import datetime
from typing import Protocol
from urllib.parse import urlencode

from handbell.channels.gateway import (
    Answer,
    HandOver,
    LookUp,
    Outcome,
    Readiness,
    Unanswered,
)
from handbell.channels.line import Line, form_body
from handbell.channels.sms.vonage.reply import outcome_of, readiness_of
from handbell.channels.sms.vonage.request import BALANCE_PATH, PATH, Form, form_of, text_form


class VonageAccount(Protocol):
    """Where and as whom we speak to Vonage."""

    @property
    def base_url(self) -> str: ...
    @property
    def api_key(self) -> str: ...
    @property
    def api_secret(self) -> str: ...


class VonageSms:
    """A `Gateway` for texts. `timeout_seconds` is for one whole exchange, connecting included."""

    def __init__(
        self, account: VonageAccount, *, timeout_seconds: float = 15.0, connections: int = 30
    ) -> None:
        self._account = account
        self._root = account.base_url.rstrip("/")
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        self._line = Line(headers, timeout_seconds=timeout_seconds, connections=connections)

    async def hand_over(self, message: HandOver) -> Outcome:
        return await self._post(form_of(message, account=self._account))

    async def answer(self, *, sender: str, to: str, text: str) -> Outcome:
        """Answer a text somebody sent us: Vonage's webhook carries no answer back."""
        return await self._post(text_form(sender, to, text, account=self._account))

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        """Return Unanswered: texts can be found by Vonage's own name only, which we never got.

        A message in doubt is settled by its delivery report, whose address names it.
        """
        return Unanswered()

    async def look(self) -> Readiness:
        keys = {"api_key": self._account.api_key, "api_secret": self._account.api_secret}
        address = f"{self._root}{BALANCE_PATH}?{urlencode(keys)}"
        return readiness_of(await self._line.exchange("GET", address))

    async def close(self) -> None:
        await self._line.close()

    async def _post(self, form: Form) -> Outcome:
        body = form_body(form)
        return outcome_of(await self._line.exchange("POST", f"{self._root}{PATH}", body))
