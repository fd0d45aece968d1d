"""Did the request leave, and what was answered? The only module that touches Twilio's wire.

What is certain, and why: aiohttp raises ClientConnectorError (refused, no such host, TLS) and
ConnectionTimeoutError only while it is still connecting or waiting for a free connection, before
a byte of the request is written. The connect limit is shorter than the total, so the total
cannot run out in that phase. Everything after may have reached Twilio: NoAnswer. Redirects are
not followed and POST is never repeated, here or inside aiohttp.
"""

import base64
import json
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlencode, urlsplit

import aiohttp
from yarl import URL

Form = tuple[tuple[str, str], ...]

# Part of the total: TCP and TLS to Twilio take 0.1-0.3 s, a full pool waits for its turn.
CONNECT_SECONDS = 5.0


class TwilioAccount(Protocol):
    """Where and as whom we speak to Twilio (or to something that speaks as Twilio does)."""

    @property
    def base_url(self) -> str: ...
    @property
    def account_sid(self) -> str: ...
    @property
    def auth_token(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """An HTTP answer. `body` is its JSON object; None if it is missing or not a JSON object."""

    status: int
    body: dict[str, object] | None = field(repr=False)
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """No connection could be made: certainly nothing left."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The request may have left and nothing came back. `why` is a fixed word."""

    why: str


Exchange = Answered | NotSent | NoAnswer


class Wire:
    """One pool of connections to one account. Bound to the event loop that first uses it."""

    def __init__(
        self, account: TwilioAccount, *, timeout_seconds: float = 15.0, connections: int = 100
    ) -> None:
        base = account.base_url.rstrip("/")
        self._root = f"{base}/2010-04-01/Accounts/{account.account_sid}"
        self._origin = urlsplit(base)._replace(path="", query="", fragment="").geturl()
        self._authorization = _basic(account)
        self._timeout = aiohttp.ClientTimeout(
            total=timeout_seconds, connect=min(CONNECT_SECONDS, timeout_seconds / 2)
        )
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    async def post(self, path: str, form: Form) -> Exchange:
        """Post a form to `path` below the account, once."""
        return await self._exchange("POST", f"{self._root}{path}", urlencode(form).encode("ascii"))

    async def get(self, path: str, query: Form = ()) -> Exchange:
        """Fetch `path` below the account."""
        address = f"{self._root}{path}"
        return await self._exchange("GET", f"{address}?{urlencode(query)}" if query else address)

    async def get_page(self, uri: str) -> Exchange:
        """Fetch a further page of a list: `uri` as Twilio gave it, below its host."""
        return await self._exchange("GET", f"{self._origin}/{uri.lstrip('/')}")

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _exchange(self, method: str, address: str, body: bytes | None = None) -> Exchange:
        try:
            async with self._opened().request(
                method, URL(address, encoded=True), data=body, allow_redirects=False
            ) as reply:
                return Answered(
                    status=reply.status,
                    body=await _read(reply),
                    retry_after=reply.headers.get("Retry-After"),
                )
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return NotSent()
        except TimeoutError:
            return NoAnswer("timeout")
        except aiohttp.ClientConnectionError:
            return NoAnswer("disconnected")
        except aiohttp.ClientResponseError:  # what came back is not HTTP
            return NoAnswer("unreadable")

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                timeout=self._timeout,
                # `auth=` leaves aiohttp with 4.0, and it would be computed for each request.
                headers={
                    "Authorization": self._authorization,
                    "Accept": "application/json",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "User-Agent": "Handbell",
                },
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


async def _read(reply: aiohttp.ClientResponse) -> dict[str, object] | None:
    """Return the JSON object of an answer. A body cut short is no body: the status still counts."""
    try:
        found = json.loads(await reply.read())
    except (ValueError, aiohttp.ClientError, TimeoutError):
        return None
    return found if isinstance(found, dict) else None


def _basic(account: TwilioAccount) -> str:
    pair = f"{account.account_sid}:{account.auth_token}".encode()
    return f"Basic {base64.b64encode(pair).decode('ascii')}"
