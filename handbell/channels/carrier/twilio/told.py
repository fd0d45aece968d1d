"""What does the carrier tell a sender of a text by Twilio's contract? Pure."""

from handbell.channels.carrier.callbacks import Params
from handbell.channels.carrier.records import Text
from handbell.channels.carrier.segments import segments

API_VERSION = "2010-04-01"


def status_params(text: Text, status: str, *, account_sid: str) -> Params:
    """Return a status callback."""
    params = (
        ("MessageSid", text.sid),
        ("MessageStatus", status),
        ("SmsSid", text.sid),
        ("SmsStatus", status),
        ("To", text.number),
        ("From", text.sender),
        ("AccountSid", account_sid),
        ("ApiVersion", API_VERSION),
    )
    return params if text.code is None else (*params, ("ErrorCode", str(text.code)))


def inbound_params(text: Text, *, account_sid: str) -> Params:
    """Return a text somebody sent."""
    return (
        ("ToCountry", "US"),
        ("SmsMessageSid", text.sid),
        ("NumMedia", "0"),
        ("SmsSid", text.sid),
        ("SmsStatus", "received"),
        ("Body", text.body),
        ("FromCountry", "US"),
        ("To", text.sender),
        ("NumSegments", str(segments(text.body))),
        ("MessageSid", text.sid),
        ("AccountSid", account_sid),
        ("From", text.number),
        ("ApiVersion", API_VERSION),
    )
