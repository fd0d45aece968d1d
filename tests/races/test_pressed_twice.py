"""Two people press at once, and a worker dies in the middle: everybody is told once."""

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from handbell.access.models import StaffMember
from handbell.channels.gateway import Accepted, Unheard
from handbell.closures import press as press_room
from handbell.closures import rows
from handbell.closures.going import change
from handbell.closures.press import SentAlready
from handbell.dispatch.candidates import facts_now
from handbell.dispatch.claim import LEASE, claim
from handbell.dispatch.resolver import act_on, due_for_look_up
from handbell.dispatch.settle import settle
from handbell.dispatch.sweeper import sweep
from handbell.outbox.models import Attempt, Message, Sending
from handbell.outbox.operations import enqueue
from handbell.vocabulary.words import Channel, SendingState
from tests.closures.staged import close, director, send
from tests.handed import URL, offer, provider_id, sender_of
from tests.world import MONDAY, Clinic, at, phone

PATIENTS = 30


def crowd() -> Clinic:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    for number in range(PATIENTS):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 14))
    return clinic


def crowd_in_portions(patch: pytest.MonkeyPatch, *, first: int) -> tuple[Clinic, StaffMember]:
    """Return a crowd whose rows are written `first` with the press, then ten at once."""
    patch.setattr(rows, "FIRST_ROWS", first)
    patch.setattr(rows, "ROWS_AT_ONCE", 10)
    clinic = crowd()
    return clinic, director(clinic)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_press_at_once_send_once() -> None:
    clinic = crowd()
    people = [director(clinic) for _ in range(4)]
    closure = close(clinic, people[0])
    ready = threading.Barrier(len(people))
    outcomes: list[str] = []

    def press(by: int) -> None:
        ready.wait()
        try:
            send(clinic, closure, people[by])
            outcomes.append("sent")
        except SentAlready:
            outcomes.append("already")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[n]) for n in range(len(people))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(outcomes) == ["already"] * 3 + ["sent"]
    assert Sending.objects.count() == 1
    assert Message.objects.filter(purpose="emergency_notice").count() == PATIENTS


@pytest.mark.django_db
def test_a_worker_that_dies_in_the_middle_leaves_a_doubt_and_the_rest_goes_on() -> None:
    clinic = crowd()
    boss = director(clinic)
    closure = close(clinic, boss)
    sending = send(clinic, closure, boss)
    lost = claim(sender_of(clinic).pk, now=MONDAY, public_url=URL, size=10)  # and never settled
    assert len(lost.messages) == 10

    told = offer(clinic, now=MONDAY)
    later = MONDAY + LEASE + timedelta(minutes=5)
    sweep(now=later)
    assert Message.objects.filter(state="in_doubt").count() == 10
    heard = {one.question.message_id for one in due_for_look_up(now=later + timedelta(minutes=1))}
    assert heard == {one.message_id for one in lost.messages}
    for one in due_for_look_up(now=later + timedelta(minutes=1)):
        act_on(one, Unheard(), now=later + timedelta(minutes=1))
    again = offer(clinic, now=later + timedelta(minutes=2))

    assert len(told) + len(again) == PATIENTS
    assert {one.attempt for one in told} == {1}
    assert {one.attempt for one in again} == {2}
    assert Attempt.objects.filter(outcome="accepted").count() == PATIENTS
    settle(  # the dead worker's answer comes after all: nothing is moved by it
        [(one, Accepted(provider_id(one))) for one in lost.messages],
        sender=lost.sender,  # type: ignore[arg-type]
        lease=lost.lease,
        now=later + timedelta(minutes=3),
    )
    assert Message.objects.filter(state="accepted").count() == PATIENTS
    assert sending.counted == PATIENTS


@pytest.mark.django_db
def test_what_was_in_doubt_when_a_sending_was_stopped_is_not_tried_again() -> None:
    clinic = crowd()
    boss = director(clinic)
    sending = send(clinic, close(clinic, boss), boss)
    claim(sender_of(clinic).pk, now=MONDAY, public_url=URL, size=1)
    change(sending, SendingState.STOPPED, by=boss, now=MONDAY)
    later = MONDAY + LEASE + timedelta(minutes=5)
    sweep(now=later)
    for one in due_for_look_up(now=later + timedelta(minutes=1)):
        act_on(one, Unheard(), now=later + timedelta(minutes=1))

    assert not offer(clinic, now=later + timedelta(minutes=2))
    assert set(Message.objects.values_list("state", "objection")) == {("cancelled", "halted")}


@pytest.mark.django_db
def test_one_looked_at_while_its_sending_is_let_go_on_is_not_left_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = crowd()
    boss = director(clinic)
    sending = send(clinic, close(clinic, boss), boss)
    change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    Message.objects.update(objection="")  # they come back from a busy provider

    def then_it_goes_on(*given: Any, **named: Any) -> object:
        facts = facts_now(*given, **named)
        change(sending, SendingState.GOING, by=boss, now=MONDAY)
        return facts

    with monkeypatch.context() as patch:
        patch.setattr("handbell.dispatch.claim.facts_now", then_it_goes_on)
        assert not offer(clinic, now=MONDAY)

    assert not Message.objects.filter(objection="halted").exists()
    assert len(offer(clinic, now=MONDAY)) == PATIENTS


@pytest.mark.django_db(transaction=True)
def test_a_claim_and_a_pause_take_turns_and_neither_waits_in_a_ring() -> None:
    clinic = crowd()
    boss = director(clinic)
    sending = send(clinic, close(clinic, boss), boss)

    def lock() -> bool:
        try:
            with transaction.atomic():
                Sending.objects.select_for_update(nowait=True).get(pk=sending.pk)
        except OperationalError:
            return False
        finally:
            connection.close()
        return True

    def offered() -> int:
        try:
            return len(claim(sender_of(clinic).pk, now=MONDAY, public_url=URL).messages)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            Sending.objects.select_for_update().get(pk=sending.pk)  # as a pause does
            assert elsewhere.submit(offered).result(60) == 0
        with transaction.atomic():
            assert claim(sender_of(clinic).pk, now=MONDAY, public_url=URL, size=1).messages
            assert not elsewhere.submit(lock).result(60)
        assert elsewhere.submit(lock).result(60)


@pytest.mark.django_db(transaction=True)
def test_a_claim_at_work_does_not_keep_the_other_rows_from_being_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic, boss = crowd_in_portions(monkeypatch, first=2)
    with monkeypatch.context() as patch:
        patch.setattr(press_room, "write_rest", lambda _: None)
        sending = send(clinic, close(clinic, boss), boss)

    def write() -> None:
        try:
            rows.write_rest(sending.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            assert claim(sender_of(clinic).pk, now=MONDAY, public_url=URL, size=1).messages
            writing = elsewhere.submit(write)
            assert not wait([writing], timeout=0.2).done
        writing.result(60)

    assert not rows.unfinished()
    assert Message.objects.filter(sending=sending).count() == PATIENTS


@pytest.mark.django_db(transaction=True)
def test_the_first_notices_leave_while_the_rows_of_the_others_are_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic, boss = crowd_in_portions(monkeypatch, first=5)
    left = []

    def claimed() -> int:
        try:
            return len(claim(sender_of(clinic).pk, now=MONDAY, public_url=URL, size=1).messages)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:

        def written(*args: Any, **given: Any) -> int:
            count = enqueue(*args, **given)
            left.append(elsewhere.submit(claimed).result(60))
            return count

        monkeypatch.setattr(rows, "enqueue", written)
        send(clinic, close(clinic, boss), boss)

    assert left == [0, 1, 1, 1]  # with the press nothing is there yet
