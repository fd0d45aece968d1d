"""What do we do about a code Twilio gives for a call? The voice rows of rules.md 30.

A call ends with a word (busy, no-answer ...), a SIP status (`sip-603`) or Twilio's own number.
"""

import re

from handbell.channels.codes import Action, CodeRule, unknown_code
from handbell.channels.twilio.codes import (
    HOUR,
    MINUTE,
    PHONE,
    SHARED,
    again,
    alerted,
    filtered,
    flagged,
    is_http_status,
    ours,
    suppressed,
    table,
    wrong_address,
)
from handbell.vocabulary.words import Channel, SuppressionKind

VOICE = (Channel.VOICE,)

CODES = table(
    *SHARED,
    flagged("13224", "the number cannot be called"),
    alerted("13225", "the provider refuses to call this number"),
    alerted("21216", "the provider refuses to call this number"),
    alerted("32203", "the provider refuses to call this number"),
    # Two attempts a day, two hours apart (rules.md 23 and 29).
    again("busy", "the line was busy", times=1, wait=2 * HOUR),
    again("no-answer", "nobody answered", times=1, wait=2 * HOUR),
    flagged("failed", "the call could not be put through"),
    alerted("canceled", "taken back at the provider, not by us"),
    suppressed(
        "fax", "a fax machine answered", Action.FLAG,
        kind=SuppressionKind.UNREACHABLE, channels=VOICE,
    ),
    ours("script-too-long", "the call would take longer than a minute", Action.PAUSE_SCRIPT),
    # Blocked by analytics since 25 March 2026 (FCC 25-15); a plain 603 is one person declining,
    # and the status alone does not tell them apart, so three in a day count as the former.
    filtered("sip-603", "declined, or blocked by the network", Action.PAUSE_SENDER, after=3),
    filtered("sip-608", "blocked by the network's analytics", Action.PAUSE_SENDER),
    suppressed(
        "sip-607", "the person marked the call as unwanted",
        kind=SuppressionKind.OPTED_OUT, channels=PHONE,
    ),
    flagged("sip-404", "the number does not exist"),
    flagged("sip-410", "the number is gone"),
    flagged("sip-484", "the number is incomplete"),
    flagged("sip-604", "the number does not exist anywhere"),
    again("sip-408", "the call got no answer from the network", times=1, wait=2 * HOUR),
    again("sip-480", "the phone is not connected", times=1, wait=2 * HOUR),
    again("sip-486", "the line was busy", times=1, wait=2 * HOUR),
    again("sip-487", "the call ended before it was answered", times=1, wait=2 * HOUR),
    again("sip-600", "the line was busy", times=1, wait=2 * HOUR),
)  # fmt: skip

_NETWORK_FAULT = re.compile(r"sip-5\d\d")


def rule_for(code: str, *, sender: str) -> CodeRule:
    """Return the rule for `code`, met by a call from `sender`; `unknown_code` if none knows it."""
    if is_http_status(code):
        return wrong_address(code)
    if _NETWORK_FAULT.fullmatch(code):
        return again(code, "a fault in the network", times=1, wait=30 * MINUTE)
    return CODES.get(code) or unknown_code(code)
