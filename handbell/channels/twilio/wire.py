"""How is Twilio's REST API asked? `channels.line` says what an exchange means."""

import base64
from typing import Protocol
from urllib.parse import urlencode, urlsplit

from handbell.channels.line import Answered, Exchange, Line, NoAnswer, NotSent, form_body

__all__ = ["Answered", "Exchange", "Form", "NoAnswer", "NotSent", "TwilioAccount", "Wire"]

Form = tuple[tuple[str, str], ...]


class TwilioAccount(Protocol):
    """Where and as whom we speak to Twilio (or to something that speaks as Twilio does)."""

    @property
    def base_url(self) -> str: ...
    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...


class Wire:
    """One pool of connections to one account. Bound to the event loop that first uses it."""

    def __init__(
        self, account: TwilioAccount, *, timeout_seconds: float = 15.0, connections: int = 100
    ) -> None:
        base = account.base_url.rstrip("/")
        self._root = f"{base}/2010-04-01/Accounts/{account.account_sid}"
        self._origin = urlsplit(base)._replace(path="", query="", fragment="").geturl()
        headers = {
            # `auth=` leaves aiohttp with 4.0, and it would be computed for each request.
            "Authorization": _basic(account),
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self._line = Line(headers, timeout_seconds=timeout_seconds, connections=connections)

    async def post(self, path: str, form: Form) -> Exchange:
        """Post a form to `path` below the account, once."""
        return await self._line.exchange("POST", f"{self._root}{path}", form_body(form))

    async def get(self, path: str, query: Form = ()) -> Exchange:
        """Fetch `path` below the account."""
        address = f"{self._root}{path}"
        return await self._line.exchange(
            "GET", f"{address}?{urlencode(query)}" if query else address
        )

    async def get_page(self, uri: str) -> Exchange:
        """Fetch a further page of a list: `uri` as Twilio gave it, below its host."""
        return await self._line.exchange("GET", f"{self._origin}/{uri.lstrip('/')}")

    async def close(self) -> None:
        await self._line.close()


def _basic(account: TwilioAccount) -> str:
    pair = f"{account.account_sid}:{account.auth_token}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"
