"""Amazon SES's notifications, where they come by mail and not to a webhook. Pure; raises nothing.

SNS puts its JSON into the body of a mail. The fields are those of SES's "notification contents".
"""

import json
import re
from collections.abc import Mapping
from email.message import Message
from typing import Any, Final

from handbell.channels.email.returned.found import Kind, Reported
from handbell.channels.email.returned.parts import header, text_of, tidy
from handbell.channels.email.returned.reason import code_behind

_FROM: Final = re.compile(r"no-reply@sns\.amazonaws\.com", re.IGNORECASE)


def read_notification(mail: Message) -> tuple[Kind, tuple[Reported, ...]] | None:
    """Return what a notification says and of whom; None if the mail is none."""
    if not _FROM.search(header(mail, "From")) or "notificationType" not in (text := text_of(mail)):
        return None
    try:
        # Long lines were broken on the way, some with a mark: no line break is part of the JSON.
        told, _ = json.JSONDecoder(strict=False).raw_decode(re.sub(r"!?\r?\n ?", "", text).lstrip())
    except ValueError:
        return None
    if not isinstance(told, Mapping):
        return None
    match told.get("notificationType"):
        case "Bounce":
            return Kind.FAILED, _bounced(told.get("bounce"))
        case "Complaint":
            return Kind.COMPLAINT, _named(told, "complaint", "complainedRecipients", Kind.COMPLAINT)
        case "Delivery":
            return Kind.ARRIVED, _named(told, "delivery", "recipients", Kind.ARRIVED)
    return None


def _bounced(bounce: object) -> tuple[Reported, ...]:
    if not isinstance(bounce, Mapping):
        return ()
    permanent = bounce.get("bounceType") != "Transient"
    found = []
    for one in bounce.get("bouncedRecipients") or ():
        if isinstance(one, Mapping) and (address := tidy(str(one.get("emailAddress", "")))):
            words = str(one.get("diagnosticCode", ""))
            code = code_behind(str(one.get("status", "")), words, failed=permanent)
            found.append(Reported(address, Kind.FAILED, code))
    return tuple(found)


def _named(told: Mapping[str, Any], what: str, names: str, kind: Kind) -> tuple[Reported, ...]:
    part = told.get(what)
    listed = part.get(names) if isinstance(part, Mapping) else None
    texts = [one.get("emailAddress") if isinstance(one, Mapping) else one for one in listed or ()]
    return tuple(Reported(address, kind) for text in texts if (address := tidy(str(text))))
