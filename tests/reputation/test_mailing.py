"""Administrators get an e-mail, once, in their language; what cannot be mailed says why."""

import asyncio
from datetime import UTC, datetime

import pytest

from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID
from handbell.channels.gateway import Accepted, EmailContent, HandOver, Outcome
from handbell.dispatch.providers import REHEARSAL
from handbell.dispatch.worker import DatabaseThread
from handbell.rehearsal.stage import set_stage
from handbell.reputation.mailing import hand_over, take_letters
from handbell.reputation.models import Alarm
from handbell.vocabulary.words import Channel, PermissionLevel
from tests.console.desk import staff
from tests.stage import TOKEN
from tests.world import Clinic

PLACES = frozenset({(REHEARSAL, Channel.EMAIL)})
NOW = datetime(2026, 11, 3, 15, 0, tzinfo=UTC)


def alarm(clinic: Clinic) -> Alarm:
    return Alarm.objects.create(
        practice=clinic.practice,
        kind="breaker",
        sender=clinic.sender(Channel.SMS),
        purpose="appointment_reminder",
        channel="sms",
        state="paused",
        signal="error",
        count=12,
        out_of=100,
        at=NOW,
    )


@pytest.mark.django_db(transaction=True)
def test_an_administrator_reads_it_in_the_mailbox_and_only_once() -> None:
    clinic = Clinic()
    alarm(clinic)
    clinic.sender(Channel.EMAIL, paused_reason="smtp answered 5.7.1")
    boss = staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)
    staff(clinic, PermissionLevel.FRONT_DESK)

    async def scenario() -> tuple[int, int, str]:
        async with set_stage(clinic.practice.pk, now=NOW, senders=[], token=TOKEN) as stage:
            first = await _mail(stage.gateways, stage.database)
            second = await _mail(stage.gateways, stage.database)
            await stage.let_the_carrier_work(datetime(2026, 11, 3, 16, 0, tzinfo=UTC))
            [mail] = stage.carrier.mails_to(boss.email)
            return first, second, str(mail)

    assert REHEARSAL_ACCOUNT_SID
    first, second, _mail_text = asyncio.run(scenario())
    assert (first, second) == (1, 0)
    assert Alarm.objects.get().mail == "sent"


async def _mail(gateways: object, database: DatabaseThread) -> int:
    letters = await database.run(take_letters, PLACES, now=NOW)
    return await hand_over(
        letters,
        gateways=gateways,  # type: ignore[arg-type]
        clock=lambda: NOW,
        database=database,
    )


@pytest.mark.django_db
def test_it_names_the_number_the_reason_and_the_page_and_no_patient() -> None:
    clinic = Clinic()
    alarm(clinic)
    clinic.sender(Channel.EMAIL)
    staff(clinic, PermissionLevel.BUSINESS_OWNER)
    [letter] = take_letters(PLACES, now=NOW)
    content = letter.message.content
    assert isinstance(content, EmailContent)
    assert content.subject == (
        "Handbell: (202) 555-0199 sends appointment reminders by text only where one arrived before"
    )
    assert "Could not be delivered: 12 of 100 (12.0%)." in content.text
    assert "/health" in content.text
    assert letter.message.message_id < 0


class Stumbling:
    """A gateway that takes one mail and then raises what `error` is."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    async def hand_over(self, message: HandOver) -> Outcome:
        self.asked += 1
        if self.asked == 1:
            return Accepted("one")
        raise self.error


def two_practices_with_an_alarm() -> None:
    for _ in range(2):
        clinic = Clinic()
        alarm(clinic)
        clinic.sender(Channel.EMAIL)
        staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)


def hand_over_by(gateway: Stumbling) -> None:
    async def scenario() -> None:
        database = DatabaseThread()
        try:
            await _mail({(REHEARSAL, Channel.EMAIL): gateway}, database)
        finally:
            await database.close()

    asyncio.run(scenario())


@pytest.mark.django_db(transaction=True)
def test_who_was_told_before_a_crash_is_not_told_again_after_it() -> None:
    two_practices_with_an_alarm()
    with pytest.raises(asyncio.CancelledError):
        hand_over_by(Stumbling(asyncio.CancelledError()))
    assert list(Alarm.objects.order_by("pk").values_list("mail", flat=True)) == ["sent", ""]
    assert len(take_letters(PLACES, now=NOW)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_raises_spends_a_try_and_stops_nobody_else() -> None:
    two_practices_with_an_alarm()
    hand_over_by(Stumbling(RuntimeError()))
    told, untold = Alarm.objects.order_by("pk")
    assert (told.mail, untold.mail, untold.tries) == ("sent", "", 1)


@pytest.mark.django_db
def test_what_cannot_be_mailed_says_why_and_is_not_tried_for_ever() -> None:
    clinic = Clinic()
    alarm(clinic)
    staff(clinic, PermissionLevel.BUSINESS_OWNER)
    assert take_letters(PLACES, now=NOW) == []
    assert Alarm.objects.get().mail == "no sender"
    assert take_letters(PLACES, now=NOW) == []
