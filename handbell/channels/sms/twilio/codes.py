"""What do we do about a code Twilio gives for a text? The table is rules.md 30, row by row."""

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

SMS = (Channel.SMS,)
OPTED_OUT, UNREACHABLE = SuppressionKind.OPTED_OUT, SuppressionKind.UNREACHABLE

CODES = table(
    *SHARED,
    # The person.
    # Our own list would have stopped it, so somebody's STOP never reached us: a person is told.
    suppressed(
        "21610", "the person replied STOP", Action.ALERT, kind=OPTED_OUT, channels=PHONE
    ),
    suppressed(
        "30004", "blocked by the person or the carrier", Action.FLAG,
        kind=UNREACHABLE, channels=SMS, after=2,
    ),
    # The number.
    suppressed(
        "21614", "not a mobile number", Action.OTHER_CHANNEL, kind=UNREACHABLE, channels=SMS
    ),
    suppressed(
        "21635", "a landline", Action.OTHER_CHANNEL, kind=UNREACHABLE, channels=SMS
    ),
    suppressed(
        "30006", "a landline, or a carrier texts cannot reach", Action.OTHER_CHANNEL,
        kind=UNREACHABLE, channels=SMS,
    ),
    suppressed(
        "30005", "an unknown or inactive number, perhaps somebody else's by now", Action.FLAG,
        kind=UNREACHABLE, channels=PHONE,
    ),
    CodeRule(
        "30003", "the handset is off or out of reach",
        frozenset({Action.RETRY, Action.FLAG, Action.SUPPRESS}),
        retries=1, retry_after=HOUR, flag_after=3, suppress_after=3,
        suppress_as=UNREACHABLE, suppress_channels=SMS,
    ),
    # The text. Never retried and never reworded: a loop of that is how a campaign is lost.
    filtered("30007", "filtered as unwanted", Action.PAUSE_SCRIPT, after=3),
    alerted("21617", "the text is longer than 1,600 characters", Action.PAUSE_SCRIPT),
    # The network.
    again("30008", "an unknown error at the carrier", Action.OTHER_CHANNEL, times=1,
          wait=30 * MINUTE),
    again("30001", "our queue is full", Action.SLOW_DOWN, times=4, wait=5 * MINUTE),
    again("21611", "the sender's queue is full", Action.SLOW_DOWN, times=4, wait=5 * MINUTE),
    again("30017", "the carrier is congested", times=4, wait=5 * MINUTE),
    # Twilio does not repeat these itself, since the person may have got it; so neither do we.
    alerted("30410", "the carrier did not answer: it may have been delivered", after=10),
    # `valid_for` is as long as the message is of use, so here it has none left as a text.
    CodeRule(
        "30036", "not delivered while it was of use", frozenset({Action.OTHER_CHANNEL})
    ),
    again("30022", "too fast for the registered campaign, or too many to one number",
          Action.SLOW_DOWN, times=3, wait=5 * MINUTE),
    alerted("30025", "half of T-Mobile's daily number is used up"),
    alerted("30026", "70 % of T-Mobile's daily number is used up"),
    alerted("30023", "T-Mobile's daily number is used up", Action.HOLD),
    alerted("30027", "T-Mobile's daily number is used up", Action.HOLD),
    again("30450", "held back as a possible fraud for 15 to 30 minutes", Action.ALERT, times=1,
          wait=30 * MINUTE),
    # The registration.
    ours("30032", "the toll-free number is not verified", Action.PAUSE_SENDER),
    ours("30033", "the campaign is suspended", Action.PAUSE_SENDER),
    ours("30034", "the number is not registered", Action.PAUSE_SENDER),
    ours("30035", "the number's registration is being set up", Action.PAUSE_SENDER),
    # Final words that come without a code.
    flagged("undelivered", "not delivered; the carrier does not say why"),
    flagged("failed", "not sent; the provider does not say why"),
    alerted("canceled", "taken back at the provider, not by us"),
)  # fmt: skip

# A toll-free network keeps STOP itself and then blocks: 30004 means opted out (rules.md 18).
_TOLL_FREE = re.compile(r"\+1(800|833|844|855|866|877|888)\d{7}")
_STOPPED_TOLL_FREE = suppressed(
    "30004", "the person replied STOP to the toll-free number",
    kind=OPTED_OUT, channels=PHONE,
)  # fmt: skip


def rule_for(code: str, *, sender: str) -> CodeRule:
    """Return the rule for `code`, met by a text from `sender`; `unknown_code` if none knows it."""
    if code == "30004" and _TOLL_FREE.fullmatch(sender):
        return _STOPPED_TOLL_FREE
    if is_http_status(code):
        return wrong_address(code)
    return CODES.get(code) or unknown_code(code)
