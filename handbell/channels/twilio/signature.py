"""Did Twilio sign this request? Constant-time, pure; the caller answers 403 when it did not.

base64(HMAC(secret, address + for each name in order, each distinct value in order: name + value)).
For a JSON body the form is empty and the address carries `bodySHA256`, the body's hash. The
digest is SHA-1, keyed with the account's auth token; a webhook signed with a SharedKey says
`algorithm=HMAC_SHA256` in X-Twilio-Webhooks-Signature-Settings and is keyed with that key.

Twilio signs with or without the default port, not always as the request shows it, so both are
tried. The address must be the public one (scheme and host as the provider knows them, not as a
proxy passed them on), and values must not be stripped or blank ones dropped.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

SIGNATURE_HEADER = "X-Twilio-Signature"
SETTINGS_HEADER = "X-Twilio-Webhooks-Signature-Settings"

# SHA-1 is Twilio's choice; HMAC does not rest on its resistance to collisions.
_DIGESTS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}


def is_signed(
    *,
    url: str,
    params: Sequence[tuple[str, str]] = (),
    body: bytes | None = None,
    signature: str,
    auth_token: str,
    settings_header: str | None = None,
) -> bool:
    """Whether `signature` was made for this request by somebody who holds `auth_token`.

    Pass `params` for a form (every pair, duplicates and empty values too) or `body` for anything
    else; a body without its hash in the address is not signed.
    """
    digest = _DIGESTS.get(_algorithm(settings_header))
    if digest is None or not auth_token or (body is not None and not _has_hash(url, body)):
        return False
    form = _form_text(() if body is not None else params)
    given = signature.encode("utf-8", "surrogatepass")
    return any(
        hmac.compare_digest(_sign(auth_token, address + form, digest), given)
        for address in _spellings(url)
    )


def sign(url: str, form: Mapping[str, str], *, auth_token: str) -> str:
    """Return the signature Twilio would put on a form: we sign only what we ask ourselves."""
    return _sign(auth_token, url + _form_text(list(form.items())), "sha1").decode("ascii")


def _sign(secret: str, text: str, digest: str) -> bytes:
    mac = hmac.new(secret.encode(), text.encode("utf-8", "surrogatepass"), digest)
    return base64.b64encode(mac.digest())


def _form_text(params: Sequence[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(set(params)))


def _algorithm(settings_header: str | None) -> str:
    for part in (settings_header or "").split(","):
        name, _, value = part.partition("=")
        if name.strip() == "algorithm" and value.strip():
            return value.strip().upper()
    return "HMAC_SHA1"


def _has_hash(url: str, body: bytes) -> bool:
    given = parse_qs(urlsplit(url).query).get("bodySHA256", [""])[0]
    return hmac.compare_digest(given.encode(), hashlib.sha256(body).hexdigest().encode())


def _spellings(url: str) -> tuple[str, str]:
    """Return the address without a port, and with one (its own, else the scheme's default)."""
    found = urlsplit(url)
    host, _, port = found.netloc.rpartition(":")
    if not host or not port.isdecimal():
        host, port = found.netloc, "443" if found.scheme == "https" else "80"
    start = url.find("//") + 2
    before, after = url[:start], url[start + len(found.netloc) :]
    return f"{before}{host}{after}", f"{before}{host}:{port}{after}"
