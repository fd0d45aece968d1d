"""Somebody taken out of the audience after the press is not told, and need not be telephoned."""

from datetime import timedelta

import pytest

from handbell.closures.calls import call_list, left_to_call
from handbell.closures.mode import leave_out
from handbell.facts.closing import exclude, include
from handbell.outbox.models import Message
from handbell.vocabulary.words import Channel
from tests.closures.staged import close, director, send
from tests.handed import mailbox, offer
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(minutes=1)


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("id").values_list("state", "objection"))


def test_whoever_is_taken_out_after_the_press_is_not_told_by_any_channel(clinic: Clinic) -> None:
    out = clinic.patient("Ann", mobile=phone(1), email=mailbox(1))
    told = clinic.patient("Ben", mobile=phone(2))
    for patient in (out, told):
        clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    for channel in (Channel.SMS, Channel.EMAIL):
        send(clinic, closure, boss, channel=channel)

    assert leave_out(closure, out.pk, "told by phone", by=boss, now=LATER)
    assert not leave_out(closure, out.pk, "again", by=boss, now=LATER)

    assert [one.to.value for one in offer(clinic, now=LATER)] == [phone(2)]
    own = Message.objects.filter(patient=out)
    assert set(own.values_list("state", "objection")) == {("cancelled", "halted")}
    assert not call_list(closure, now=LATER)
    assert left_to_call(closure) == 0
    include(closure, out.pk, by=boss, now=LATER)
    assert [one.patient for one in call_list(closure, now=LATER)] == [out]
    assert left_to_call(closure) == 1


def test_one_that_comes_back_to_the_queue_is_not_offered_to_them_again(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1))
    clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    exclude(closure, patient.pk, "told by phone", by=boss, now=LATER)  # while it was claimed

    assert not offer(clinic, now=LATER)
    assert states() == [("cancelled", "halted")]


def test_others_on_the_same_telephone_are_told_on_their_own(clinic: Clinic) -> None:
    people = [clinic.patient(name, mobile=phone(1)) for name in ("Ann", "Ben")]
    for patient in people:
        clinic.visit(patient, at(3, 14))
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)

    leave_out(closure, people[0].pk, "told by phone", by=boss, now=LATER)

    assert len(offer(clinic, now=LATER)) == 1
    assert states() == [("cancelled", "halted"), ("accepted", "")]
