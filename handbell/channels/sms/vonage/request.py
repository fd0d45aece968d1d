"""What do we post to have Vonage send a text? POST /sms/json. Pure."""

from typing import Final, Protocol

from handbell.channels import addresses
from handbell.channels.gateway import HandOver, SmsContent
from handbell.vocabulary.segments import Encoding, segments

PATH: Final = "/sms/json"
BALANCE_PATH: Final = "/account/get-balance"

# Vonage takes 20 seconds to seven days, in milliseconds.
SHORTEST_MS: Final = 20_000
LONGEST_MS: Final = 604_800_000

Form = tuple[tuple[str, str], ...]


class VonageKeys(Protocol):
    """As whom we speak to Vonage."""

    @property
    def api_key(self) -> str: ...
    @property
    def api_secret(self) -> str: ...


def form_of(message: HandOver, *, account: VonageKeys) -> Form:
    """Return the form. Raises TypeError if the content is not a text: our own mistake."""
    if not isinstance(message.content, SmsContent):
        raise TypeError("a text takes SmsContent")
    valid_ms = int(message.valid_for.total_seconds() * 1000)
    form = [
        *text_form(message.sender, message.to.value, message.content.text, account=account),
        ("ttl", str(max(SHORTEST_MS, min(valid_ms, LONGEST_MS)))),
        ("client-ref", message.reference),
    ]
    if message.callback_url:
        address = addresses.sms_status(
            message.callback_url, message_id=message.message_id, attempt=message.attempt
        )
        form += [("status-report-req", "true"), ("callback", address)]
    return tuple(form)


def text_form(sender: str, to: str, text: str, *, account: VonageKeys) -> Form:
    """Return what every text needs. Vonage writes numbers without the plus sign."""
    kind = "text" if segments(text).encoding is Encoding.GSM_7 else "unicode"
    return (
        ("api_key", account.api_key),
        ("api_secret", account.api_secret),
        ("from", sender.removeprefix("+")),
        ("to", to.removeprefix("+")),
        ("text", text),
        ("type", kind),
    )
