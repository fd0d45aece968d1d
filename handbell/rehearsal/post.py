"""How the carrier's webhooks reach us in a rehearsal: the same checks, without a web server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl, urlsplit

from handbell.api import webhooks
from handbell.api.webhooks import Accounts, Answer, Posted
from handbell.channels import addresses
from handbell.channels.carrier.callbacks import Callback, CallbackReply, signature
from handbell.dispatch.worker import DatabaseThread
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Message
from handbell.rehearsal.events import Event
from handbell.vocabulary.words import Channel

#: Where links and callbacks of a rehearsal point. `.invalid` never resolves.
PUBLIC_URL = "https://rehearsal.invalid"

_OF_ATTEMPT = {
    addresses.SMS_STATUS: webhooks.sms_status,
    addresses.CALL_STATUS: webhooks.call_status,
    addresses.CALL_ANSWERED: webhooks.call_answered,
    addresses.KEYS: webhooks.keys,
}

#: After these the facts may have changed.
_NEWS = frozenset({addresses.KEYS, addresses.INBOUND})


@dataclass(slots=True)
class Post:
    """Delivers callbacks to the webhooks. `news` says that a person answered since it was reset."""

    database: DatabaseThread
    clock: Callable[[], datetime]
    accounts: Accounts
    news: bool = False

    async def deliver(self, callback: Callback) -> CallbackReply:
        """Hand a callback to the webhook its address names."""
        parts = urlsplit(callback.url)
        name, *numbers = parts.path.removeprefix(f"/{addresses.HOOKS}/").split("/")
        pairs = callback.params if callback.method == "POST" else tuple(parse_qsl(parts.query))
        posted = Posted(callback.url, pairs, callback.headers.get("X-Twilio-Signature", ""))
        self.news = self.news or name in _NEWS
        answer = await self.database.run(self._answer, name, numbers, posted)
        return CallbackReply(answer.status, answer.twiml)

    def _answer(self, name: str, numbers: list[str], posted: Posted) -> Answer:
        now = self.clock()
        if name == addresses.INBOUND:
            return webhooks.inbound(posted, self.accounts, now=now)
        act = _OF_ATTEMPT.get(name)
        if act is None or len(numbers) != 2:
            return Answer(404)
        message_id, attempt = (int(number) for number in numbers)
        return act(posted, self.accounts, message_id=message_id, attempt=attempt, now=now)

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
        numbers = [str(call[0]), str(call[1])]
        answer = await self.database.run(self._answer, addresses.KEYS, numbers, posted)
        return answer.status == 200


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
