"""How is one mail handed to SES?"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

from handbell.channels.email.ses.reply import outcome_of, readiness_of
from handbell.channels.email.ses.request import ACCOUNT_PATH, PATH, body_of
from handbell.channels.email.ses.signature import signed_headers
from handbell.channels.email.smtp.request import AddressFlaw, HeaderFlaw
from handbell.channels.gateway import (
    Answer,
    HandOver,
    LookUp,
    Outcome,
    Readiness,
    Rejected,
    Unanswered,
)
from handbell.channels.line import Exchange, Line

SERVICE: Final = "ses"


class SesAccount(Protocol):
    """Where and as whom we send; `configuration_set` names where events go."""

    @property
    def base_url(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def access_key_id(self) -> str: ...
    @property
    def secret_access_key(self) -> str: ...
    @property
    def configuration_set(self) -> str: ...


class Ses:
    """A `Gateway` for e-mail. `timeout_seconds` is for one whole exchange."""

    def __init__(
        self,
        account: SesAccount,
        *,
        digest_key: str,
        timeout_seconds: float = 15.0,
        connections: int = 20,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._account = account
        self._digest_key = digest_key
        self._clock = clock
        self._line = Line({}, timeout_seconds=timeout_seconds, connections=connections)

    async def hand_over(self, message: HandOver) -> Outcome:
        now = self._clock()
        try:
            body = body_of(
                message,
                configuration_set=self._account.configuration_set,
                digest_key=self._digest_key,
                now=now,
            )
        except HeaderFlaw:
            return Rejected("header-unsafe")
        except AddressFlaw:
            return Rejected("address-not-ascii")
        return outcome_of(await self._exchange("POST", PATH, body))

    async def look_up(self, question: LookUp, *, now: datetime) -> Answer:
        """Return Unanswered: SES cannot be asked about a mail whose name it never gave us."""
        return Unanswered()

    async def look(self) -> Readiness:
        return readiness_of(await self._exchange("GET", ACCOUNT_PATH, b""))

    async def close(self) -> None:
        await self._line.close()

    async def _exchange(self, method: str, path: str, body: bytes) -> Exchange:
        address = f"{self._account.base_url.rstrip('/')}{path}"
        headers = signed_headers(
            method,
            address,
            body,
            keys=self._account,
            region=self._account.region,
            service=SERVICE,
            now=self._clock(),
            headers={"Content-Type": "application/json"},
        )
        return await self._line.exchange(method, address, body or None, headers=headers)
