"""What do we post to have Twilio send a text? POST .../Messages.json. Pure."""

from datetime import timedelta
from typing import Final

from handbell.channels import addresses
from handbell.channels.gateway import HandOver, SmsContent
from handbell.channels.twilio.wire import Form

PATH: Final = "/Messages.json"

# Twilio tries for at most ten hours and refuses less than a second (rules.md 30, row 30036).
SHORTEST_VALIDITY: Final = timedelta(seconds=1)
LONGEST_VALIDITY: Final = timedelta(seconds=36_000)


def form_of(message: HandOver) -> Form:
    """Return the form. Raises TypeError if the content is not a text: our own mistake."""
    if not isinstance(message.content, SmsContent):
        raise TypeError("a text takes SmsContent")
    form = [
        ("To", message.to.value),
        ("From", message.sender),
        ("Body", message.content.text),
        ("ValidityPeriod", str(validity_seconds(message.valid_for))),
        # We made the text fit and counted its segments; Twilio must not reword it.
        ("SmartEncoded", "false"),
    ]
    if message.callback_url:
        address = addresses.sms_status(
            message.callback_url, message_id=message.message_id, attempt=message.attempt
        )
        form.append(("StatusCallback", address))
    return tuple(form)


def validity_seconds(valid_for: timedelta) -> int:
    """Return how long Twilio may go on trying, within its limits."""
    return int(max(SHORTEST_VALIDITY, min(valid_for, LONGEST_VALIDITY)).total_seconds())
