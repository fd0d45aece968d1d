"""What do we do about a code Vonage gives for a text? By the meanings of rules.md 30.

A bare number is the answer to our request, `dlr-` a delivery report's own numbering.
"""

from handbell.channels.codes import Action, CodeRule, unknown_code
from handbell.channels.twilio.codes import (
    HOUR,
    MINUTE,
    PHONE,
    again,
    alerted,
    filtered,
    flagged,
    is_http_status,
    ours,
    suppressed,
    table,
)
from handbell.vocabulary.words import Channel, SuppressionKind

SMS = (Channel.SMS,)
OPTED_OUT, UNREACHABLE = SuppressionKind.OPTED_OUT, SuppressionKind.UNREACHABLE

CODES = table(
    # The answer to our request.
    again("connect", "no connection could be made", Action.SLOW_DOWN, times=5, wait=MINUTE),
    again("1", "too many requests", Action.SLOW_DOWN, times=8, wait=MINUTE),
    alerted("2", "the request lacks something", Action.PAUSE_SCRIPT),
    flagged("3", "something in the request is not valid, most likely the number"),
    ours("4", "the credentials are wrong", Action.PAUSE_ALL),
    again("5", "the provider is briefly out of service", times=5, wait=MINUTE),
    flagged("6", "the text or number cannot be handled"),
    flagged("7", "the number is barred at the provider"),
    ours("8", "the account is barred", Action.PAUSE_ALL),
    ours("9", "the account has no money left", Action.PAUSE_ALL),
    again("10", "too many connections", Action.SLOW_DOWN, times=5, wait=MINUTE),
    ours("11", "the account may not send this way", Action.PAUSE_ALL),
    alerted("12", "the text is too long", Action.PAUSE_SCRIPT),
    ours("14", "the signature is wrong", Action.PAUSE_ALL),
    ours("15", "the sender is not ours or not allowed there", Action.PAUSE_SENDER),
    flagged("22", "the network of the number is not valid"),
    ours("23", "the callback address is not valid", Action.PAUSE_ALL),
    alerted("29", "the account is on trial and reaches only listed numbers", Action.FLAG),
    ours("32", "signature and secret may not be sent together", Action.PAUSE_ALL),
    suppressed("33", "the number is not in use", Action.FLAG, kind=UNREACHABLE, channels=PHONE),
    # A delivery report.
    again("dlr-1", "not delivered; the carrier does not say why", Action.OTHER_CHANNEL, times=1,
          wait=30 * MINUTE),
    CodeRule(
        "dlr-2", "the handset is off or out of reach",
        frozenset({Action.RETRY, Action.FLAG, Action.SUPPRESS}),
        retries=1, retry_after=HOUR, flag_after=3, suppress_after=3,
        suppress_as=UNREACHABLE, suppress_channels=SMS,
    ),
    suppressed("dlr-3", "an unknown or inactive number", Action.FLAG, kind=UNREACHABLE,
               channels=PHONE),
    suppressed("dlr-4", "blocked by the person", Action.FLAG, kind=OPTED_OUT, channels=SMS),
    again("dlr-5", "the number was moved and not found", times=1, wait=HOUR),
    filtered("dlr-6", "filtered as unwanted", Action.PAUSE_SCRIPT, after=3),
    again("dlr-7", "the handset was busy", times=1, wait=HOUR),
    again("dlr-8", "a fault in the network", times=1, wait=30 * MINUTE),
    suppressed("dlr-9", "the number is not valid", Action.FLAG, kind=UNREACHABLE, channels=SMS),
    alerted("dlr-10", "the text is not valid", Action.PAUSE_SCRIPT),
    suppressed("dlr-11", "texts cannot reach this number", Action.OTHER_CHANNEL, kind=UNREACHABLE,
               channels=SMS),
    again("dlr-12", "the number cannot be reached for now", times=1, wait=HOUR),
    flagged("dlr-13", "barred by the age of its owner"),
    suppressed("dlr-14", "blocked by the carrier", Action.FLAG, kind=UNREACHABLE, channels=SMS,
               after=2),
    flagged("dlr-15", "the prepaid number has no money left"),
    filtered("dlr-50", "filtered as unwanted", Action.PAUSE_SCRIPT, after=3),
    ours("dlr-51", "the sender is not registered", Action.PAUSE_SENDER),
    filtered("dlr-52", "filtered for its content", Action.PAUSE_SCRIPT, after=3),
    alerted("dlr-53", "its consent is not on record at the carrier", Action.FLAG),
    again("dlr-99", "not delivered; the carrier does not say why", Action.OTHER_CHANNEL, times=1,
          wait=30 * MINUTE),
    # Final words that come without a number.
    CodeRule("expired", "not delivered while it was of use", frozenset({Action.OTHER_CHANNEL})),
    flagged("failed", "not delivered; the provider does not say why"),
    flagged("rejected", "refused by the carrier; it does not say why"),
    flagged("deleted", "taken away by the carrier; it does not say why"),
)  # fmt: skip


def rule_for(code: str, *, sender: str) -> CodeRule:
    """Return the rule for `code`, met by a text from `sender`; `unknown_code` if none knows it."""
    if is_http_status(code):
        return ours(code, "the address answers, but not as Vonage does", Action.PAUSE_ALL)
    return CODES.get(code) or unknown_code(code)
