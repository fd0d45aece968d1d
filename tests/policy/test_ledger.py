"""What is owed, and for how long may an alert speak of it?"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.ledger import Account, Entry, account, balance_objection
from handbell.vocabulary.words import LedgerKind, Objection

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 15, tzinfo=UTC)
OWED, PAID, ADJUSTED = LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT, LedgerKind.ADJUSTMENT
MINIMUM = Decimal(5)


def entry(kind: LedgerKind, amount: str, *, days_ago: int = 0) -> Entry:
    day = TODAY - timedelta(days=days_ago)
    return Entry(kind, Decimal(amount), day, datetime.combine(day, time(5), tzinfo=UTC))


def objection(*entries: Entry) -> Objection | None:
    return balance_objection(account(entries, now=NOW), minimum=MINIMUM, today=TODAY)


entries = st.lists(
    st.builds(
        lambda kind, cents, days_ago: entry(kind, str(Decimal(cents) / 100), days_ago=days_ago),
        st.sampled_from(LedgerKind),
        st.integers(1, 100_000),
        st.integers(-10, 90),
    ),
    max_size=12,
)


@given(data=st.data(), some=entries)
def test_the_order_of_entries_does_not_matter(data: st.DataObject, some: list[Entry]) -> None:
    shuffled = data.draw(st.permutations(some))
    first, second = account(some, now=NOW), account(shuffled, now=NOW)
    assert first.balance == second.balance
    assert balance_objection(first, minimum=MINIMUM, today=TODAY) == balance_objection(
        second, minimum=MINIMUM, today=TODAY
    )


@given(some=entries, cents=st.integers(1, 100_000))
def test_a_payment_and_an_adjustment_of_the_same_amount_do_the_same(
    some: list[Entry], cents: int
) -> None:
    amount = str(Decimal(cents) / 100)
    paid = account([*some, entry(PAID, amount)], now=NOW).balance
    assert paid == account([*some, entry(ADJUSTED, amount)], now=NOW).balance
    assert paid == account(some, now=NOW).balance - Decimal(amount)


def test_a_negative_adjustment_raises_the_balance() -> None:
    found = account([entry(OWED, "10"), entry(ADJUSTED, "-2.50")], now=NOW)
    assert found.balance == Decimal("12.50")


def test_what_takes_effect_later_does_not_count_yet() -> None:
    tomorrow = entry(OWED, "80", days_ago=-1)
    assert account([tomorrow], now=NOW) == Account(Decimal(0), None)
    assert account([tomorrow], now=tomorrow.effective_at).balance == Decimal(80)


@pytest.mark.parametrize(
    ("days_ago", "expected"),
    [
        (0, None),
        (59, None),
        (60, None),
        (61, Objection.NO_RECENT_RESPONSIBILITY),
        (400, Objection.NO_RECENT_RESPONSIBILITY),
    ],
)
def test_alerts_follow_a_responsibility_for_sixty_days(
    days_ago: int, expected: Objection | None
) -> None:
    assert objection(entry(OWED, "80", days_ago=days_ago)) == expected


def test_a_payment_is_not_new_activity() -> None:
    found = objection(entry(OWED, "80", days_ago=61), entry(PAID, "10"))
    assert found is Objection.NO_RECENT_RESPONSIBILITY


def test_a_new_responsibility_starts_the_sixty_days_again() -> None:
    assert objection(entry(OWED, "80", days_ago=61), entry(OWED, "1", days_ago=1)) is None


def test_owed_only_by_adjustment_is_no_responsibility() -> None:
    assert objection(entry(ADJUSTED, "-80")) is Objection.NO_RECENT_RESPONSIBILITY


@pytest.mark.parametrize(
    ("paid", "expected"),
    [
        ("75.01", Objection.BELOW_MINIMUM),
        ("75.00", None),
        ("80.00", Objection.PAID),
        ("90.00", Objection.PAID),
    ],
)
def test_small_and_settled_balances(paid: str, expected: Objection | None) -> None:
    assert objection(entry(OWED, "80"), entry(PAID, paid)) == expected


def test_nothing_at_all_is_settled() -> None:
    assert objection() is Objection.PAID
