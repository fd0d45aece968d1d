"""The weekly summary goes once, on Monday from seven, to business owners."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from handbell.access.models import StaffMember
from handbell.channels.gateway import Accepted, Busy, EmailContent, HandOver, InDoubt, Outcome
from handbell.outbox.models import Message, Sender
from handbell.reports import summary_mail
from handbell.reports.declared import Asked
from handbell.reports.models import SummaryMail
from handbell.reports.statements.week import week
from handbell.reports.summary_mail import claim, send_summaries
from handbell.vocabulary.words import Channel, MessageState, PermissionLevel
from tests.console.desk import message, staff
from tests.world import Clinic, at

pytestmark = pytest.mark.django_db

SEVEN = at(2, 7)


class Here:
    """Runs what should go to the database thread in the test's own transaction."""

    async def run(self, act: Any, *args: Any, **kwargs: Any) -> Any:
        return act(*args, **kwargs)


@dataclass
class Mailbox:
    """A gateway that keeps what it is given."""

    answer: Outcome = field(default_factory=lambda: Accepted("x"))
    got: list[HandOver] = field(default_factory=list)

    async def hand_over(self, message: HandOver) -> Outcome:
        self.got.append(message)
        return self.answer


def run(box: Mailbox, now: datetime) -> int:
    gateways: Any = {("rehearsal", Channel.EMAIL): box}
    database: Any = Here()
    sending = send_summaries(gateways=gateways, clock=lambda: now, database=database)
    try:
        sending.send(None)  # nothing here ever waits, so no event loop is needed
    except StopIteration as done:
        return int(done.value)
    raise AssertionError("it waited for something")


def test_owners_get_it_once_and_nobody_else(clinic: Clinic, owner: StaffMember) -> None:
    clinic.sender(Channel.EMAIL)
    staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)
    gone = staff(clinic, PermissionLevel.BUSINESS_OWNER)
    StaffMember.objects.filter(pk=gone.pk).update(is_active=False)
    message(clinic, clinic.patient("Ada"), state=MessageState.DELIVERED, due_at=at(1, 12))
    box = Mailbox()

    assert run(box, SEVEN - timedelta(minutes=1)) == 0
    assert run(box, SEVEN + timedelta(days=1)) == 0
    assert run(box, SEVEN) == 1
    assert run(box, SEVEN + timedelta(hours=3)) == 0

    (mail,) = box.got
    assert mail.to.value == owner.email
    assert isinstance(mail.content, EmailContent)
    assert "Texts handed over: 1 (0)" in mail.content.text
    assert "Ada" not in mail.content.text + mail.content.html
    assert not Message.objects.filter(pk=mail.message_id).exists()
    assert SummaryMail.objects.get().outcome == "accepted"


@pytest.mark.parametrize(("month", "first", "monday"), [(3, 2, 9), (10, 26, 2)])
def test_it_is_seven_on_the_wall_and_a_week_of_the_wall_though_the_clocks_changed(
    clinic: Clinic, owner: StaffMember, month: int, first: int, monday: int
) -> None:
    clinic.sender(Channel.EMAIL)
    patient, after = clinic.patient("Ada"), 3 if month == 3 else 11
    begins, seven = at(first, 0, month=month), at(monday, 7, month=after)
    ends = at(monday, 0, month=after)
    assert ends - begins in {timedelta(days=7, hours=-1), timedelta(days=7, hours=1)}
    minute = timedelta(minutes=1)
    for due in (begins - minute, begins, ends - minute, ends):
        message(clinic, patient, state=MessageState.DELIVERED, due_at=due)
    box = Mailbox()

    assert [run(box, seven - minute), run(box, seven)] == [0, 1]

    content = box.got[0].content
    assert isinstance(content, EmailContent)
    assert "Texts handed over: 2 (1)" in content.text


def test_one_that_is_noted_past_midnight_is_of_the_same_week(
    clinic: Clinic, owner: StaffMember
) -> None:
    clinic.sender(Channel.EMAIL)
    gateways: Any = {("rehearsal", Channel.EMAIL): Mailbox()}

    assert claim(owner.pk, gateways=gateways, now=at(2, 23, 59))
    assert claim(owner.pk, gateways=gateways, now=at(3, 0, 1)) is None


def test_what_fails_for_one_keeps_nobody_else_from_it(
    clinic: Clinic, owner: StaffMember, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Clinic()
    for one in (clinic, other):
        one.sender(Channel.EMAIL)
    second = staff(other, PermissionLevel.BUSINESS_OWNER)

    def broken(asked: Asked) -> Any:
        if asked.practice_id == clinic.practice.pk:
            raise ZeroDivisionError("Ada")
        return week(asked)

    box = Mailbox()
    with monkeypatch.context() as patched:
        patched.setattr(summary_mail, "week", broken)
        assert run(box, SEVEN) == 1
    assert [one.to.value for one in box.got] == [second.email]
    assert run(box, SEVEN) == 1
    assert box.got[1].to.value == owner.email


def test_it_is_written_in_the_readers_language(clinic: Clinic, owner: StaffMember) -> None:
    clinic.sender(Channel.EMAIL)
    StaffMember.objects.filter(pk=owner.pk).update(language="es", limit_financial=True)
    box = Mailbox()

    run(box, SEVEN)

    content = box.got[0].content
    assert isinstance(content, EmailContent)
    assert "semana del 26 oct" in content.subject
    assert "Avisos de saldo" not in content.text


def test_what_may_have_left_is_not_sent_again_and_what_was_refused_for_now_is(
    clinic: Clinic, owner: StaffMember
) -> None:
    sender = clinic.sender(Channel.EMAIL)
    Sender.objects.filter(pk=sender.pk).update(paused_reason="a person paused it")
    assert run(Mailbox(), SEVEN) == 0
    Sender.objects.filter(pk=sender.pk).update(paused_reason="")
    busy, doubt, after = (
        Mailbox(Busy("421", timedelta(minutes=1))),
        Mailbox(InDoubt("TimeoutError")),
        Mailbox(),
    )

    run(busy, SEVEN)
    run(doubt, SEVEN)
    run(after, SEVEN)

    assert [len(box.got) for box in (busy, doubt, after)] == [1, 1, 0]
    assert SummaryMail.objects.get().outcome == "in_doubt"
