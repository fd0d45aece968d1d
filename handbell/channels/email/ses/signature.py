"""How does Amazon know that a request is ours? Signature Version 4. Pure.

The words are AWS's: a canonical request, its hash in a string to sign, and a key derived from the
secret for one day, region and service. What is signed is sent exactly so.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

ALGORITHM: Final = "AWS4-HMAC-SHA256"


class Keys(Protocol):
    """As whom we sign."""

    @property
    def access_key_id(self) -> str: ...
    @property
    def secret_access_key(self) -> str: ...


def signed_headers(
    method: str,
    address: str,
    body: bytes,
    *,
    keys: Keys,
    region: str,
    service: str,
    now: datetime,
    headers: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return the headers a request is sent with; the path and query must be percent-encoded."""
    url = urlsplit(address)
    moment = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    sent = {name.lower(): value.strip() for name, value in (headers or {}).items()}
    sent |= {"host": url.netloc, "x-amz-date": moment}
    names = ";".join(sorted(sent))
    lines = "".join(f"{name}:{sent[name]}\n" for name in sorted(sent))
    query = "&".join(sorted(url.query.split("&"))) if url.query else ""
    canonical = "\n".join((method, url.path or "/", query, lines, names, _hash(body)))
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join((ALGORITHM, moment, scope, _hash(canonical.encode())))
    key = f"AWS4{keys.secret_access_key}".encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    sent["authorization"] = (
        f"{ALGORITHM} Credential={keys.access_key_id}/{scope}, SignedHeaders={names},"
        f" Signature={signature}"
    )
    return sent


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
