"""The carrier's account in Vonage's language, and how its webhooks are signed."""

import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from handbell.channels.carrier.callbacks import Callback, Params

_STRANGE = str.maketrans("&=", "__")


@dataclass(frozen=True, slots=True)
class VonageSide:
    """Who may send by Vonage's contract, and where texts to such a sender go.

    A sender whose last text came by it is one of its numbers.
    """

    api_key: str
    api_secret: str = field(repr=False)
    signature_secret: str = field(repr=False)
    signature_method: str = "sha256"
    inbound_url: str = ""

    def callback(self, url: str, params: Params, at: datetime) -> Callback:
        """Return a webhook as Vonage posts it: a form whose last field signs the others."""
        fields = (
            *params,
            ("api-key", self.api_key),
            ("message-timestamp", f"{at:%Y-%m-%d %H:%M:%S}"),
            ("timestamp", str(int(at.timestamp()))),
            ("nonce", str(uuid.uuid4())),
        )
        signed = (*fields, ("sig", self._signature(fields)))
        return Callback(
            url=url,
            params=signed,
            method="POST",
            at=at,
            headers={"User-Agent": "Nexmo/MessagingHUB"},
        )

    def _signature(self, fields: Params) -> str:
        """Return the hash over all fields in the order of their names, in capitals."""
        text = "".join(f"&{name}={value.translate(_STRANGE)}" for name, value in sorted(fields))
        secret = self.signature_secret.encode()
        if self.signature_method == "md5hash":
            plain = hashlib.md5(text.encode() + secret)  # noqa: S324 - Vonage's own choice
            return plain.hexdigest().upper()
        return hmac.new(secret, text.encode(), self.signature_method).hexdigest().upper()
