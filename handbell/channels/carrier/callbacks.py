"""How does the carrier speak to the sender's web address? Signed exactly as Twilio signs.

`Deliver` is the one door out: over HTTP in a process, a plain function in a rehearsal.
"""

import base64
import hashlib
import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from yarl import URL

Params = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Callback:
    """A request to the sender. For GET the parameters are already in the address."""

    url: str
    params: Params = field(repr=False)
    method: str
    at: datetime
    headers: dict[str, str] = field(repr=False)

    @property
    def body(self) -> bytes:
        """The form as it is sent; empty for GET."""
        return urlencode(self.params).encode() if self.method == "POST" else b""


@dataclass(frozen=True, slots=True)
class CallbackReply:
    """What the sender answered. Status 0 is no answer at all; `why` then says which."""

    status: int
    body: str = ""
    why: str = ""

    @property
    def told(self) -> bool:
        return 200 <= self.status < 300

    @property
    def failure(self) -> str:
        """Why the callback counts as failed, empty if it does not."""
        return "" if self.told else self.why or f"HTTP {self.status}"


Deliver = Callable[[Callback], Awaitable[CallbackReply]]


def signature(*, token: str, url: str, params: Params) -> str:
    """Return X-Twilio-Signature: base64 of HMAC-SHA1 over the address and the sorted form."""
    values: dict[str, set[str]] = {}
    for name, value in params:
        values.setdefault(name, set()).add(value)
    text = url + "".join(name + value for name in sorted(values) for value in sorted(values[name]))
    digest = hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def make_callback(
    *, url: str, params: Params, method: str, token: str, event_id: str, at: datetime
) -> Callback:
    """Return the signed request. The same `event_id` marks the same event told again."""
    if method == "GET":
        joint = "&" if urlsplit(url).query else "?"
        url, params = f"{url}{joint}{urlencode(params)}", ()
    headers = {
        "X-Twilio-Signature": signature(token=token, url=url, params=params),
        "I-Twilio-Idempotency-Token": event_id,
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
    }
    return Callback(url=url, params=params, method=method, at=at, headers=headers)


class HttpDelivery:
    """Delivers callbacks over HTTP. Twilio waits 15 s for an answer and follows no redirect."""

    def __init__(self, *, connections: int = 32, patience_seconds: float = 15) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=connections),
            timeout=aiohttp.ClientTimeout(total=patience_seconds),
            trust_env=False,
        )

    async def __call__(self, callback: Callback) -> CallbackReply:
        """Make the request; every failure is an answer, none is raised."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", **callback.headers}
        try:
            async with self._session.request(
                callback.method,
                URL(callback.url, encoded=True),
                data=callback.body,
                headers=headers,
                allow_redirects=False,
            ) as reply:
                return CallbackReply(reply.status, await reply.text(errors="replace"))
        except TimeoutError:
            return CallbackReply(0, why="no answer in time")
        except (aiohttp.ClientError, OSError, ValueError):
            return CallbackReply(0, why="no connection")

    async def close(self) -> None:
        await self._session.close()


def form(body: bytes) -> dict[str, list[str]]:
    """Return the fields of a form, each with its values in order; empty values count."""
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=200):
        fields.setdefault(name, []).append(value)
    return fields
