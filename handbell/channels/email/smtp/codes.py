"""What do we do about a mail server's refusal? The SMTP rows of rules.md 30.

`x.7.*` is about us (policy, proof of origin, reputation): the patient is never suppressed for it.
A retry's wait is the first one; whoever retries lengthens it and stops when the message is of no
more use.
"""

import re
from datetime import timedelta

from handbell.channels.codes import Action, CodeRule, unknown_code
from handbell.channels.email.smtp import reply
from handbell.vocabulary.words import Channel, SuppressionKind

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
EMAIL = (Channel.EMAIL,)
SOFT_BOUNCE = "soft-bounce"
SOFT = ("4.2.2", "5.2.2", SOFT_BOUNCE)
OURS_RETRIES, TRANSIENT_RETRIES = 3, 6


def _again(
    code: str,
    meaning: str,
    *more: Action,
    times: int = TRANSIENT_RETRIES,
    wait: timedelta = 5 * MINUTE,
    after: int = 1,
) -> CodeRule:
    actions = frozenset({Action.RETRY, *more})
    return CodeRule(code, meaning, actions, retries=times, retry_after=wait, alert_after=after)


def _ours(code: str, meaning: str, pause: Action = Action.PAUSE_SENDER) -> CodeRule:
    return _again(code, meaning, pause, Action.ALERT, times=OURS_RETRIES, wait=HOUR)


def _limited(code: str, meaning: str) -> CodeRule:
    """Our rate or name is being judged: wait ten minutes, then ramp up from half the rate."""
    return _again(code, meaning, Action.SLOW_DOWN, Action.ALERT, wait=10 * MINUTE, after=20)


def _policy(code: str, meaning: str) -> CodeRule:
    actions = frozenset({Action.ALERT, Action.PAUSE_SENDER})
    return CodeRule(code, meaning, actions, alert_after=3, filtered=True)


def _dead(code: str, meaning: str) -> CodeRule:
    return CodeRule(
        code,
        meaning,
        frozenset({Action.SUPPRESS, Action.FLAG}),
        suppress_as=SuppressionKind.HARD_BOUNCE,
        suppress_channels=EMAIL,
    )


def _soft(code: str, meaning: str, *, times: int = 0) -> CodeRule:
    """What is soft on three different days is given up (rules.md 22)."""
    actions = {Action.SUPPRESS, Action.FLAG} | ({Action.RETRY} if times else set())
    return CodeRule(
        code,
        meaning,
        frozenset(actions),
        retries=times,
        retry_after=4 * HOUR if times else None,
        flag_after=3,
        suppress_after=3,
        days_with=SOFT,
        suppress_as=SuppressionKind.UNREACHABLE,
        suppress_channels=EMAIL,
    )


def _flagged(code: str, meaning: str, *more: Action) -> CodeRule:
    return CodeRule(code, meaning, frozenset({Action.FLAG, *more}))


def _broken(code: str, meaning: str) -> CodeRule:
    return CodeRule(code, meaning, frozenset({Action.ALERT, Action.PAUSE_SCRIPT}))


# Gmail's requirements of a sender, each first as a delay and then as a refusal.
_PROOF = {
    "7.23": "the server's address has no matching PTR record",
    "7.25": "the server's address has no matching PTR record",
    "7.26": "the mail is not authenticated, or DMARC says to refuse it",
    "7.27": "SPF does not pass",
    "7.29": "the mail did not come over TLS",
    "7.30": "DKIM does not pass",
    "7.31": "the domain has no DMARC record",
    "7.40": "the domain has no DMARC record",
    "7.32": "the From domain is not the authenticated one",
}

_ROWS = (
    # Before the server looked at anything.
    _again(reply.NO_CONNECTION, "no connection could be made", wait=MINUTE),
    _again(reply.LOST, "the connection was lost before the mail was given", wait=MINUTE),
    _ours(reply.TLS_MISSING, "the server does not offer STARTTLS, which is required"),
    _ours(reply.TLS_FAILED, "the server's certificate or TLS cannot be trusted"),
    _ours(reply.AUTH_REFUSED, "the server refuses the user name or password"),
    _ours(reply.SENDER_REFUSED, "the server refuses us or our from-address"),
    _ours("5.7.0", "the server wants us to log in first"),
    _ours("5.7.8", "the server refuses the user name or password"),
    _broken("header-unsafe", "a header holds a line break: the name or subject is not as it seems"),
    _flagged("address-not-ascii", "the address needs SMTPUTF8, which is not spoken here",
             Action.OTHER_CHANNEL),
    # The server asks us to come back.
    *(_again(code, "not now") for code in ("421", "450", "451", "452")),
    _again("4.2.1", "the mailbox takes nothing at the moment"),
    _again("4.2.1-rate", "the mailbox gets too much at the moment", wait=HOUR),
    _again("4.2.1-inactive", "the mailbox takes nothing at the moment", times=2, wait=4 * HOUR),
    _again("4.7.0", "not now"),
    _again("4.7.1", "not now: greylisted, or policy"),
    _again("4.5.1", "not now"),
    _again("4.1.8", "our domain could not be looked up"),
    _soft("4.2.2", "the mailbox is full", times=2),
    _limited("4.7.28", "too much from us at this provider"),
    # Proof of where the mail comes from.
    *(_ours(f"{kind}.{code}", meaning) for code, meaning in _PROOF.items() for kind in "45"),
    _ours("5.7.515", "the domain does not meet Microsoft's requirements"),
    # The address.
    _dead("5.1.1", "no such mailbox"),
    _dead("5.1.2", "no such domain"),
    _dead("5.1.3", "not an address"),
    _dead("5.1.6", "the mailbox has moved"),
    _dead("5.1.10", "no such mailbox"),
    _dead(reply.NO_SUCH_USER, "no such mailbox"),
    _dead("5.2.1-inactive", "the mailbox is closed"),
    _again("5.2.1-rate", "the mailbox gets too much at the moment", times=2, wait=HOUR),
    _flagged("5.2.1", "the mailbox takes nothing; the server does not say why"),
    _soft("5.2.2", "the mailbox is full"),
    _flagged("5.1.0", "the address is refused"),
    _flagged("5.4.1", "the address is refused"),
    _flagged("5.4.4", "the domain has no mail server"),
    _flagged("5.0.0", "refused; the server does not say why"),
    *(_flagged(code, "refused; the server does not say why") for code in
      ("550", "551", "552", "553", "554")),
    # What we are taken for.
    _policy("5.7.1", "refused by policy"),
    _policy("5.7.28", "taken for unwanted mail"),
    _policy("5.7.9", "refused by policy"),
    _policy("S3140", "our server's address is on Microsoft's list"),
    _policy("S3150", "our server's address is on Microsoft's list"),
    # What a mail provider reports by its webhook without the server's words.
    _dead("hard-bounce", "the provider says that the mailbox is dead"),
    _soft(SOFT_BOUNCE, "not delivered for now; the provider does not say why"),
    _flagged("suppressed-there", "the provider keeps the address on a list of its own"),
    CodeRule("refused-there", "the provider refuses the mail itself", frozenset({Action.ALERT})),
    # The mail itself.
    _broken("5.3.4", "the mail is too big"),
    _broken("5.6.0", "the mail is malformed"),
    *(CodeRule(code, "the server does not understand us", frozenset({Action.ALERT}))
      for code in ("500", "501", "502", "503", "504", "5.5.0", "5.5.1", "5.5.2", "5.5.4")),
)  # fmt: skip

CODES = {row.code: row for row in _ROWS}

# Families: the rest of the code is the provider's own numbering.
_FAMILIES = (
    (re.compile(r"4\.\d+\.\d+"), _again, "not now"),
    (re.compile(r"RP-\d{3}|TSS?\d{2}"), _limited, "too much from us at this provider"),
    (re.compile(r"(SC|DY|OU)-\d{3}|PH\d{2}"), _policy, "refused for policy or reputation"),
    (re.compile(r"5\.7\.\d+|5\.1\.[78]"), _policy, "refused for policy or our proof of origin"),
    (re.compile(r"5\.\d+\.\d+|5\d\d"), _flagged, "refused; the code does not say enough"),
)


def rule_for(code: str, *, sender: str) -> CodeRule:
    """Return the rule for `code`, met by mail from `sender`; `unknown_code` if none knows it."""
    if row := CODES.get(code):
        return row
    for family, make, meaning in _FAMILIES:
        if family.fullmatch(code):
            return make(code, meaning)
    return unknown_code(code)
