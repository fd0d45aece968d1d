"""The life of a message: its states and every arrow between them. Pure.

    QUEUED → CLAIMED → ACCEPTED → DELIVERED | UNDELIVERED
       │        ├→ FAILED (refused at hand-over, or tries spent)
       │        ├→ QUEUED (put back: pacing, provider busy, or never offered)
       │        └→ IN_DOUBT → ACCEPTED | DELIVERED | UNDELIVERED | FAILED | QUEUED
       └→ WITHHELD (objection) | CANCELLED (subject changed) | EXPIRED (too late)

Receipts come in any order, late, twice or not at all, so three more kinds of arrow exist:

* a receipt may arrive before the worker settled (CLAIMED → DELIVERED | UNDELIVERED);
* the last word may change (DELIVERED ⇄ UNDELIVERED: a bounce after delivery, a delivery after
  the provider gave up);
* a message put back for another try may turn out to have arrived (QUEUED | FAILED → DELIVERED,
  also ACCEPTED and UNDELIVERED), which ends the second try before it starts.

A CANCELLED message nobody was ever offered goes back to QUEUED when the planner wants it after
all. WITHHELD → QUEUED is for what was merged into a message that then did not leave: a decision
not to send, once it fell, is not taken back. IN_DOUBT → QUEUED is for emergency notices only
(policy/in_doubt.py). The database refuses any other change (migration 0002; a test compares).
"""

from collections.abc import Mapping
from typing import Final

from handbell.vocabulary.words import MessageState as S

ARROWS: Final[Mapping[S, frozenset[S]]] = {
    S.QUEUED: frozenset(
        {S.CLAIMED, S.WITHHELD, S.CANCELLED, S.EXPIRED, S.FAILED}
        | {S.ACCEPTED, S.DELIVERED, S.UNDELIVERED}
    ),
    S.CLAIMED: frozenset(
        {S.ACCEPTED, S.DELIVERED, S.UNDELIVERED, S.FAILED, S.IN_DOUBT, S.QUEUED, S.WITHHELD}
    ),
    S.ACCEPTED: frozenset({S.DELIVERED, S.UNDELIVERED, S.FAILED, S.QUEUED}),
    S.IN_DOUBT: frozenset({S.ACCEPTED, S.DELIVERED, S.UNDELIVERED, S.FAILED, S.QUEUED}),
    S.DELIVERED: frozenset({S.UNDELIVERED}),
    S.UNDELIVERED: frozenset({S.DELIVERED, S.QUEUED}),
    S.FAILED: frozenset({S.ACCEPTED, S.DELIVERED, S.UNDELIVERED}),
    S.WITHHELD: frozenset({S.QUEUED}),
    S.CANCELLED: frozenset({S.QUEUED}),
    S.EXPIRED: frozenset({S.ACCEPTED, S.DELIVERED, S.UNDELIVERED}),
}

#: The patient has it, may have it, or will have it from the provider: these count for caps.
REACHED: Final = frozenset({S.CLAIMED, S.ACCEPTED, S.DELIVERED, S.UNDELIVERED, S.IN_DOUBT})

#: Nothing left this machine and nothing will, unless facts change.
NEVER_LEFT: Final = frozenset({S.WITHHELD, S.CANCELLED, S.EXPIRED})


def may_become(state: S, new: S) -> bool:
    """Return whether a message in `state` may be moved to `new`; staying put is always fine."""
    return state == new or new in ARROWS[state]
