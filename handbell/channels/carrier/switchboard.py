"""What do all parts of the carrier share? Its state, its clock, its settings, its way out.

Nothing here decides anything: texts, calls and mail live in their own modules.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from handbell.channels.carrier.agenda import Agenda
from handbell.channels.carrier.behaviour import Behaviours
from handbell.channels.carrier.callbacks import (
    Callback,
    CallbackReply,
    Deliver,
    Params,
    make_callback,
)
from handbell.channels.carrier.filtering import SpamFilter
from handbell.channels.carrier.records import Contract, Report
from handbell.channels.carrier.truth import Truth
from handbell.channels.carrier.vonage.account import VonageSide


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take when nobody misbehaves, in seconds. `speed` 10 is ten times faster."""

    sends: float = 0.2
    arrives: float = 0.5
    confirms: float = 0.8
    rings: float = 4
    busy_signal: float = 2
    detects_person: float = 1.5
    detects_machine: float = 3
    key_interval: float = 0.4
    speed: float = 1

    def span(self, seconds: float) -> timedelta:
        """Return the time `seconds` take at this speed."""
        return timedelta(seconds=seconds / self.speed)


@dataclass(slots=True)
class Switchboard:
    """The carrier's state and settings; see `Carrier` for what each setting means."""

    account_sid: str
    auth_token: str = field(repr=False)
    clock: Callable[[], datetime]
    truth: Truth
    agenda: Agenda
    behaviours: Behaviours
    timing: Timing
    deliver: Deliver
    inbound_url: str
    inbound_urls: Mapping[str, str]
    senders: Collection[str] | None
    honours_stop: bool
    vonage: VonageSide | None = None
    # What the carrier's filters have learned, by the behaviour that switched each on.
    filters: dict[int, SpamFilter] = field(default_factory=dict)
    # Random start, then counted: unique for ever, and in order within one carrier.
    _names: str = field(default_factory=lambda: secrets.token_hex(10))
    _count: Iterator[int] = field(default_factory=lambda: count(1))

    def new_sid(self, prefix: str) -> str:
        """Return a new name such as SM0123456789abcdef0123456789abcdef."""
        return f"{prefix}{self._names}{next(self._count):012x}"

    def inbound_url_of(self, sender: str, contract: Contract) -> str:
        usual = self.inbound_url
        if contract is Contract.VONAGE and self.vonage is not None:
            usual = self.vonage.inbound_url
        return self.inbound_urls.get(sender, usual)

    async def ask(
        self,
        *,
        url: str,
        params: Params,
        method: str,
        at: datetime,
        event_id: str,
        contract: Contract = Contract.TWILIO,
    ) -> CallbackReply:
        """Make one signed request to the sender and return its answer."""
        if contract is Contract.VONAGE and self.vonage is not None:
            return await self.deliver(self.vonage.callback(url, params, at))
        return await self.deliver(self._callback(url, params, method, at, event_id))

    def tell(
        self,
        sid: str,
        *,
        status: str,
        url: str,
        params: Params,
        method: str,
        at: datetime,
        event_id: str = "",
        contract: Contract = Contract.TWILIO,
    ) -> None:
        """Put a status callback on the agenda; callbacks of one record leave in order.

        One that fails is not tried again (Twilio would not either, once it had an HTTP answer);
        the truth keeps it as failed.
        """
        event_id = event_id or secrets.token_hex(16)

        async def report(when: datetime) -> None:
            reply = await self.ask(
                url=url,
                params=params,
                method=method,
                at=when,
                event_id=event_id,
                contract=contract,
            )
            self.truth.report(sid, Report(status, url, when, reply.told, reply.failure))

        self.agenda.begin(at, report, lane=f"reports of {sid}")

    def _callback(
        self, url: str, params: Params, method: str, at: datetime, event_id: str
    ) -> Callback:
        return make_callback(
            url=url, params=params, method=method, token=self.auth_token, event_id=event_id, at=at
        )
