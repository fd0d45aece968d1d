"""Since when does a patient owe? Pure."""

from datetime import UTC, datetime
from decimal import Decimal

from handbell.policy.ledger import Entry, owing_since
from handbell.vocabulary.words import LedgerKind

R, P, A = LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT, LedgerKind.ADJUSTMENT


class TestSince:
    """Since when somebody owes: as long as the balance has been above zero without a break."""

    def since(self, *entries: tuple[LedgerKind, str, int]) -> int | None:
        """Return the day of November."""
        rows = [
            Entry(
                kind,
                Decimal(amount),
                datetime(2026, 11, day, tzinfo=UTC).date(),
                datetime(2026, 11, day, 5, tzinfo=UTC),
            )
            for kind, amount, day in entries
        ]
        found = owing_since(rows, now=datetime(2026, 11, 20, tzinfo=UTC))
        return found.day if found else None

    def test_it_begins_with_the_first_that_is_not_paid(self) -> None:
        assert self.since((R, "10", 3), (R, "10", 8), (P, "5", 9)) == 3

    def test_what_was_settled_begins_anew(self) -> None:
        assert self.since((R, "10", 3), (P, "10", 5), (R, "7", 8)) == 8

    def test_charged_and_paid_on_one_day_owes_nothing(self) -> None:
        assert self.since((R, "10", 3), (P, "10", 3)) is None
        assert self.since((R, "10", 3), (R, "5", 6), (P, "5", 6)) == 3

    def test_a_credit_is_used_up_first(self) -> None:
        assert self.since((P, "10", 2), (R, "8", 3), (R, "8", 6)) == 6

    def test_the_order_of_the_entries_is_no_matter(self) -> None:
        assert self.since((R, "7", 8), (P, "10", 5), (R, "10", 3)) == 8

    def test_what_is_still_to_come_does_not_count(self) -> None:
        assert self.since((R, "10", 25)) is None
        assert self.since((R, "10", 3), (P, "10", 25)) == 3

    def test_a_negative_adjustment_owes(self) -> None:
        assert self.since((A, "-10", 4)) == 4
