"""What do we do about a code that texts and calls share: the account, the address, the network?

`refused`, `ours` and the other makers keep a table row to one line that reads like rules.md 30.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from handbell.channels.codes import Action, CodeRule
from handbell.vocabulary.words import Channel, SuppressionKind

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
PHONE = (Channel.SMS, Channel.VOICE)
# A message that met a fault of ours is as good as before; it waits until the fault is mended.
OURS_RETRIES, OURS_RETRY_AFTER = 3, HOUR


def table(*rows: CodeRule) -> Mapping[str, CodeRule]:
    """Return the rows by their code. Raises ValueError if a code has two rows."""
    found = {row.code: row for row in rows}
    if len(found) != len(rows):
        raise ValueError("a code has two rows")
    return found


def flagged(code: str, meaning: str) -> CodeRule:
    """A contact point staff must look at; nothing is retried."""
    return CodeRule(code, meaning, frozenset({Action.FLAG}))


def alerted(code: str, meaning: str, *more: Action, after: int = 1) -> CodeRule:
    """Something a person at our end must know."""
    return CodeRule(code, meaning, frozenset({Action.ALERT, *more}), alert_after=after)


def again(
    code: str, meaning: str, *more: Action, times: int, wait: timedelta, after: int = 1
) -> CodeRule:
    """It will pass: offer the message again."""
    actions = frozenset({Action.RETRY, *more})
    return CodeRule(code, meaning, actions, retries=times, retry_after=wait, alert_after=after)


def filtered(code: str, meaning: str, pause: Action, *, after: int = 1) -> CodeRule:
    """Somebody took us for unwanted: never retried, and it counts against the sender's name."""
    return replace(alerted(code, meaning, pause, after=after), filtered=True)


def ours(code: str, meaning: str, pause: Action, *, after: int = 1) -> CodeRule:
    """A fault of ours: `pause`, tell somebody, and keep the message for when it is mended."""
    return again(
        code,
        meaning,
        pause,
        Action.ALERT,
        times=OURS_RETRIES,
        wait=OURS_RETRY_AFTER,
        after=after,
    )


def suppressed(
    code: str,
    meaning: str,
    *more: Action,
    kind: SuppressionKind,
    channels: tuple[Channel, ...],
    after: int = 1,
) -> CodeRule:
    """An address not to be used again on `channels`."""
    return CodeRule(
        code,
        meaning,
        frozenset({Action.SUPPRESS, *more}),
        suppress_as=kind,
        suppress_channels=channels,
        suppress_after=after,
    )


SHARED = (
    # What our own side says when Twilio was not reached, or answered without a code of its own.
    again("connect", "no connection could be made", Action.SLOW_DOWN, times=5, wait=MINUTE),
    again("20503", "the provider is briefly out of service", times=5, wait=MINUTE),
    again("20429", "too many requests", Action.SLOW_DOWN, times=8, wait=MINUTE),
    # The account.
    ours("20003", "the credentials are wrong or the account is closed", Action.PAUSE_ALL),
    ours("10001", "the account is not active", Action.PAUSE_ALL),
    ours("90010", "the account is not active", Action.PAUSE_ALL),
    ours("30002", "the account is suspended", Action.PAUSE_ALL),
    alerted("11200", "our webhook failed: replies, perhaps STOP, may be missing"),
    # The address, as given.
    flagged("21211", "the number is not valid"),
    flagged("21217", "the number is not valid"),
    flagged("21214", "the number cannot be reached"),
    flagged("21612", "the number cannot be reached from this sender"),
    alerted("21408", "the account may not reach this country", Action.FLAG),
    alerted("13227", "the account may not call this country", Action.FLAG),
    alerted("21215", "the account may not call this country", Action.FLAG),
    # The sender.
    ours("21212", "the sender is not a valid number", Action.PAUSE_SENDER),
    ours("21210", "the sender is not verified for calls", Action.PAUSE_SENDER),
    ours("21603", "the request names no sender", Action.PAUSE_SENDER),
    ours("21606", "the sender is not ours or cannot send texts", Action.PAUSE_SENDER),
    ours("21703", "the messaging service holds no sender", Action.PAUSE_SENDER),
    ours("21704", "the messaging service holds no sender", Action.PAUSE_SENDER),
)


def is_http_status(code: str) -> bool:
    """Whether `code` is an HTTP status without a code of Twilio's: the address we call is wrong."""
    return code.startswith("http-")


def wrong_address(code: str) -> CodeRule:
    """Return the rule for such an answer: everything sent there would meet it."""
    return ours(code, "the provider's address answers, but not as Twilio does", Action.PAUSE_ALL)
