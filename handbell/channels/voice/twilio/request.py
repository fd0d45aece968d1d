"""What do we post to have Twilio place a call? POST .../Calls.json. Pure.

Why the script travels with the request, and how a machine gets other words: docs/adr/0003.
"""

from typing import Final

from handbell.channels import addresses
from handbell.channels.gateway import HandOver, VoiceContent
from handbell.channels.twilio.wire import Form
from handbell.channels.voice.twilio import twiml

PATH: Final = "/Calls.json"

# Five rings (rules.md 23): shorter looks like a robocaller's, longer ends in the voicemail anyway.
RING_SECONDS: Final = 30
# A machine's greeting is waited for this long, then Twilio says `unknown`.
GREETING_SECONDS: Final = 30
EVENTS: Final = ("initiated", "ringing", "answered", "completed")


def path_of_call(sid: str) -> str:
    """Return where a call in progress is changed."""
    return f"/Calls/{sid}.json"


def form_of(message: HandOver) -> Form:
    """Return the form.

    Raises ScriptTooLong if it cannot be said in a minute, TypeError if the content is not a
    call's or no address is given for the keys: our own mistakes.
    """
    content = message.content
    if not isinstance(content, VoiceContent) or not message.callback_url:
        raise TypeError("a call takes VoiceContent and a callback_url: press 9 must be heard")
    base, number = message.callback_url, message.message_id
    keys = addresses.keys(base, message_id=number, attempt=message.attempt)
    status = addresses.call_status(base, message_id=number, attempt=message.attempt)
    answered = addresses.call_answered(base, message_id=number, attempt=message.attempt)
    return (
        ("To", message.to.value),
        ("From", message.sender),
        ("Twiml", twiml.for_person(content, keys_url=keys)),
        ("Timeout", str(RING_SECONDS)),
        ("TimeLimit", str(twiml.LONGEST_SECONDS)),
        ("MachineDetection", "DetectMessageEnd"),
        ("MachineDetectionTimeout", str(GREETING_SECONDS)),
        # Asynchronous: a person hears the clinic's name at once, not after seconds of silence.
        ("AsyncAmd", "true"),
        ("AsyncAmdStatusCallback", answered),
        ("AsyncAmdStatusCallbackMethod", "POST"),
        ("StatusCallback", status),
        ("StatusCallbackMethod", "POST"),
        *(("StatusCallbackEvent", event) for event in EVENTS),
    )
