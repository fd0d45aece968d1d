"""What do we post to have SES send a mail? POST /v2/email/outbound-emails. Pure.

The mail is the one a mail server would get, byte for byte. SES puts a Message-ID of its own into
it; our name for the message rides in a tag, which every event brings back.
"""

import json
from base64 import b64encode
from datetime import datetime
from typing import Any, Final

from handbell.channels.email.smtp.request import Mail, build, read_message_id
from handbell.channels.gateway import HandOver

PATH: Final = "/v2/email/outbound-emails"
ACCOUNT_PATH: Final = "/v2/email/account"
TAG: Final = "handbell"


def body_of(message: HandOver, *, configuration_set: str, digest_key: str, now: datetime) -> bytes:
    """Return the JSON body. Raises HeaderFlaw, AddressFlaw or TypeError as `smtp.request.build`."""
    mail = build(message, now=now, digest_key=digest_key)
    body: dict[str, Any] = {
        "FromEmailAddress": mail.sender,
        "Destination": {"ToAddresses": [mail.recipient]},
        "Content": {"Raw": {"Data": b64encode(mail.content).decode("ascii")}},
        "EmailTags": [{"Name": TAG, "Value": _name(mail)}],
    }
    if configuration_set:
        body["ConfigurationSetName"] = configuration_set
    return json.dumps(body).encode("ascii")


def _name(mail: Mail) -> str:
    """Return our name for the message: hb.<number>.<digest>."""
    found = read_message_id(mail.message_id)
    assert found is not None  # `build` made it
    return found[1].strip("<>").partition("@")[0]
