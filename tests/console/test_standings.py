"""The filters of the list, the figures of Today and the chips agree on every message."""

import pytest

from handbell.outbox.queries import STANDINGS, Standing, Wanted, messages_of, standings_of
from handbell.vocabulary.words import MessageState, Objection
from tests.console.desk import NEEDS_REASON, message
from tests.world import Clinic


def test_each_filter_finds_what_standings_of_says_of_every_state_and_reason(
    clinic: Clinic,
) -> None:
    patient = clinic.patient()
    visit = clinic.visit(patient, clinic.now)
    expected: dict[Standing, set[int]] = {standing: set() for standing in Standing}
    for state in MessageState:
        for objection in (None, *Objection):
            if objection is None and state in NEEDS_REASON:
                continue
            row = message(clinic, patient, state=state, objection=objection, visit=visit)
            for standing in standings_of(state, row.objection):
                expected[standing].add(row.pk)

    for standing in Standing:
        found = messages_of(clinic.practice.pk, Wanted(standing=standing))
        assert set(found.values_list("pk", flat=True)) == expected[standing], standing


@pytest.mark.parametrize("state", MessageState)
def test_every_state_is_counted_by_one_figure_or_is_in_another_message(
    state: MessageState,
) -> None:
    figures = {Standing.HANDED_OVER, Standing.WAITING, Standing.HELD_BACK, Standing.TROUBLE}
    reason = Objection.NO_CONSENT if state in NEEDS_REASON else ""
    assert standings_of(state, reason) & figures


def test_every_standing_has_a_filter() -> None:
    assert set(STANDINGS) == set(Standing)
