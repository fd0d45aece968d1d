"""A press that is quick and may be told again: the rest of the rows, added days, true estimates."""

from datetime import timedelta

import pytest

from handbell.closures import mode, press, rows
from handbell.closures.estimate import finishing
from handbell.closures.going import change, progress_of
from handbell.closures.press import CannotSend, SentAlready
from handbell.outbox.models import Sender
from handbell.vocabulary.words import Channel, SendingState
from tests.closures.staged import close, director, send, settings_of
from tests.handed import offer
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    return clinic


def told(clinic: Clinic) -> set[str]:
    """Hand over what is due; return the numbers it went to."""
    return {one.to.value for one in offer(clinic, now=MONDAY)}


def test_whoever_is_booked_on_days_that_were_added_hears_of_them_on_the_same_day(
    clinic: Clinic,
) -> None:
    boss = director(clinic)
    first, both, new = (clinic.patient(mobile=phone(number)) for number in (1, 2, 3))
    for patient, visit in (
        (first, at(3, 9)),
        (both, at(3, 10)),
        (both, at(5, 10)),
        (new, at(5, 9)),
    ):
        clinic.visit(patient, visit)
    closure = close(clinic, boss, days=1)
    send(clinic, closure, boss)
    assert told(clinic) == {phone(1), phone(2)}
    day = closure.last_day + timedelta(days=2)
    assert mode.extend(closure, settings_of(clinic), last_day=day, by=boss, now=MONDAY)

    with pytest.raises(SentAlready):
        send(clinic, closure, boss)
    added = send(clinic, closure, boss, untold_only=True)

    assert added.counted == 2
    assert told(clinic) == {phone(2), phone(3)}
    with pytest.raises(CannotSend, match="nobody can be reached"):
        send(clinic, closure, boss, untold_only=True)


def test_a_sender_whose_emergencies_pass_its_pause_needs_no_choice(clinic: Clinic) -> None:
    boss = director(clinic)
    clinic.visit(clinic.patient(mobile=phone(1)), at(3, 9))
    closure = close(clinic, boss)
    Sender.objects.update(paused_reason="a person paused it", emergency_passes=True)

    send(clinic, closure, boss)

    assert len(told(clinic)) == 1


def test_the_rows_of_the_many_are_promised_with_the_first_and_written_once(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    boss = director(clinic)
    for number in range(1, 8):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 9, number))
    closure = close(clinic, boss)
    monkeypatch.setattr(rows, "FIRST_ROWS", 2)
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", 3)
    monkeypatch.setattr(press, "write_rest", lambda _: None)  # killed with the press

    sending = send(clinic, closure, boss)
    assert told(clinic) == {phone(1), phone(2)}
    (progress,) = progress_of(closure, settings_of(clinic), now=MONDAY)
    assert (progress.queued, progress.in_all, progress.done) == (5, 7, False)
    change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    assert rows.unfinished() == [sending.pk]
    rows.write_rest(sending.pk)  # as a worker does
    assert not told(clinic)
    change(sending, SendingState.GOING, by=boss, now=MONDAY)

    assert told(clinic) == {phone(n) for n in range(3, 8)}
    assert not rows.unfinished()


def test_the_estimate_keeps_the_budgets_of_the_hand_over(clinic: Clinic) -> None:
    sender, never = Sender.objects.get(), timedelta.max

    def takes(**columns: object) -> timedelta:
        Sender.objects.update(**columns)
        settings = settings_of(clinic)
        found = finishing(sender, settings, 7, segments=2, begins=MONDAY, now=MONDAY)
        return found - MONDAY if found else never

    assert takes(rate_per_second=10.0) == timedelta(seconds=1.4)
    assert takes(registration="dlc_sole_proprietor") > timedelta(seconds=30)
    spent = takes(registration="unknown", hourly_limit=4)
    assert spent == timedelta(hours=1, seconds=0.6)
    assert takes(hourly_limit=None, daily_limit=0) == never
