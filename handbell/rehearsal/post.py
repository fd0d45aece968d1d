"""How the carrier's webhooks reach us in a rehearsal: the same checks, without a web server."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from handbell.api import webhooks
from handbell.api.webhooks import NOT_SIGNED, TAKEN, Accounts, Answer, Posted
from handbell.channels import addresses
from handbell.channels.carrier.callbacks import Callback, CallbackReply, signature
from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.dispatch.worker import DatabaseThread
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.receipts.intake import Arrived, append_receipts
from handbell.rehearsal.events import Event
from handbell.reputation.fold import SHORT_CALL_SECONDS
from handbell.vocabulary.words import Channel

#: Where links and callbacks of a rehearsal point. `.invalid` never resolves.
PUBLIC_URL = "https://rehearsal.invalid"


@dataclass(slots=True)
class Post:
    """Delivers callbacks to the webhooks.

    Receipts are checked at once and appended together by `flush`, before anybody looks at them;
    what a person says is acted on at once. `news` says that somebody did since it was reset.
    """

    database: DatabaseThread
    clock: Callable[[], datetime]
    accounts: Accounts
    news: bool = False
    _arrived: list[Arrived] = field(default_factory=list)

    async def deliver(self, callback: Callback) -> CallbackReply:
        """Hand a callback to the webhook its address names."""
        parts = urlsplit(callback.url)
        name, *numbers = parts.path.removeprefix(f"/{addresses.HOOKS}/").split("/")
        pairs = callback.params if callback.method == "POST" else tuple(parse_qsl(parts.query))
        posted = Posted(callback.url, pairs, callback.headers.get("X-Twilio-Signature", ""))
        if name == addresses.INBOUND:
            answer = await self._answer(webhooks.inbound, posted)
        elif len(numbers) != 2:
            answer = Answer(404)
        else:
            answer = await self._about_attempt(name, posted, int(numbers[0]), int(numbers[1]))
        return CallbackReply(answer.status, answer.twiml)

    async def _about_attempt(
        self, name: str, posted: Posted, message_id: int, attempt: int
    ) -> Answer:
        now = self.clock()
        if name == addresses.KEYS:
            return await self._answer(webhooks.keys, posted, message_id=message_id, attempt=attempt)
        arrived = webhooks.read_receipt(
            name, posted, self.accounts, message_id=message_id, attempt=attempt, now=now
        )
        if arrived is None:
            return NOT_SIGNED
        if name == addresses.CALL_ANSWERED and arrived.receipt.answered_by != "human":
            return await self.database.run(
                webhooks.call_answered,
                posted,
                self.accounts,
                message_id=message_id,
                attempt=attempt,
                now=now,
            )
        self._arrived.append(arrived)
        return TAKEN

    async def _answer(self, act: Callable[..., Answer], posted: Posted, **numbers: int) -> Answer:
        self.news = True
        return await self.database.run(act, posted, self.accounts, **numbers, now=self.clock())

    async def flush(self) -> bool:
        """Append the receipts that came since; return whether any of them counts against us."""
        arrived, self._arrived = self._arrived, []
        if arrived:
            await self.database.run(append_receipts, arrived)
        return any(_is_bad(each.receipt) for each in arrived)

    async def press(self, practice_id: int, event: Event) -> bool:
        """Press keys during the newest call to a number; False if there was none."""
        call = await self.database.run(_newest_call, practice_id, event.sender, event.at)
        if call is None:
            return False
        ((_, account),) = self.accounts.items()
        base = addresses.hooks_base(PUBLIC_URL)
        url = addresses.keys(base, message_id=call[0], attempt=call[1])
        pairs = (("CallSid", f"rehearsal-{event.line}"), ("Digits", event.text.strip()))
        signed = signature(token=account.auth_token, url=url, params=pairs)
        posted = Posted(url, pairs, signed)
        answer = await self._answer(webhooks.keys, posted, message_id=call[0], attempt=call[1])
        return answer.status == 200


def _is_bad(receipt: Receipt) -> bool:
    is_short = receipt.seconds is not None and receipt.seconds < SHORT_CALL_SECONDS
    return receipt.status is ReceiptStatus.UNDELIVERED or is_short


def _newest_call(practice_id: int, address: str, at: datetime) -> tuple[int, int] | None:
    return (
        Message.objects.filter(
            practice_id=practice_id,
            channel=Channel.VOICE,
            address=address,
            handed_over_at__lte=at,
            state__in=[state.value for state in REACHED],
        )
        .order_by("-handed_over_at")
        .values_list("pk", "attempts")
        .first()
    )
