"""What does a patient owe, and may an alert speak of it?

The balance is a sum of entries in effect: responsibilities raise it, payments and adjustments
lower it (a negative adjustment raises it). Alerts follow a responsibility for 60 days, the
60th included (strataemr.md 1.4).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from handbell.vocabulary.words import LedgerKind, Objection

RECENT_DAYS: Final = 60

#: No automated call is made about a debt that is older: Massachusetts forbids it (940 CMR 7.04),
#: and where a patient lives is not certain enough to call others (rules.md 29).
CALLED_FOR_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Entry:
    """One ledger entry; `effective_at` is the start of its date where the patient is treated."""

    kind: LedgerKind
    amount: Decimal
    entry_date: date
    effective_at: datetime

    @property
    def effect(self) -> Decimal:
        return self.amount if self.kind is LedgerKind.RESPONSIBILITY else -self.amount


@dataclass(frozen=True, slots=True)
class Account:
    """A patient's money as of a moment."""

    balance: Decimal
    newest_responsibility: Entry | None
    owing_since: date | None = None


def account(entries: Iterable[Entry], *, now: datetime) -> Account:
    """Return the sum of the entries in effect and the newest responsibility among them."""
    effective = [entry for entry in entries if entry.effective_at <= now]
    responsibilities = [e for e in effective if e.kind is LedgerKind.RESPONSIBILITY]
    return Account(
        balance=sum((entry.effect for entry in effective), Decimal(0)),
        newest_responsibility=max(
            responsibilities, key=lambda entry: entry.effective_at, default=None
        ),
        owing_since=owing_since(effective, now=now),
    )


def owing_since(entries: Iterable[Entry], *, now: datetime) -> date | None:
    """Return the day since which the balance has been above zero, None if it is not.

    What is charged and paid on one day owes nothing.
    """
    days: dict[datetime, tuple[date, Decimal]] = {}
    for entry in entries:
        if entry.effective_at <= now:
            _day, sum_of_day = days.get(entry.effective_at, (entry.entry_date, Decimal(0)))
            days[entry.effective_at] = (entry.entry_date, sum_of_day + entry.effect)
    balance, since = Decimal(0), None
    for _moment, (day, effect) in sorted(days.items()):
        balance += effect
        since = (since or day) if balance > 0 else None
    return since


def is_past_due(state: Account, *, today: date) -> bool:
    """Return whether the balance has been above zero for longer than calls about it are made."""
    since = state.owing_since
    return since is not None and since < today - timedelta(days=CALLED_FOR_DAYS)


def balance_objection(state: Account, *, minimum: Decimal, today: date) -> Objection | None:
    """Return why this account gets no alert on the day `today` (facility-local), or None."""
    if state.balance <= 0:
        return Objection.PAID
    if state.balance < minimum:
        return Objection.BELOW_MINIMUM
    newest = state.newest_responsibility
    if newest is None or newest.entry_date < today - timedelta(days=RECENT_DAYS):
        return Objection.NO_RECENT_RESPONSIBILITY
    return None
