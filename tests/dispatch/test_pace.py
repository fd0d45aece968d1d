"""Messages leave at the pace of their sender, whoever else is busy, in simulated time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from handbell.outbox.models import Message, Sender
from handbell.rehearsal.stage import Stage
from handbell.vocabulary.words import Channel
from tests.handed import ready, reminded
from tests.stage import play, until
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db(transaction=True)

SMS, VOICE = Channel.SMS, Channel.VOICE


def left_at(channel: Channel = SMS) -> Sequence[datetime]:
    found = Message.objects.filter(channel=channel, handed_over_at__isnull=False)
    return [
        at for at in found.order_by("handed_over_at").values_list("handed_over_at", flat=True) if at
    ]


def most_in(moments: Sequence[datetime], seconds: float) -> int:
    period = timedelta(seconds=seconds)
    return max(len([m for m in moments if start <= m < start + period]) for start in moments)


def test_no_second_ever_holds_more_than_the_rate_allows() -> None:
    clinic = ready(patients=14, rate_per_second=0.5, burst=3)

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 10, 5))
        assert sum(len(stage.carrier.texts_to(phone(n))) for n in range(1, 15)) == 14

    play(clinic, scenario)
    moments = left_at()
    assert len(moments) == 14
    assert moments[0] == at(3, 10)
    for seconds in (1, 5, 10, 20, 60):
        assert most_in(moments, seconds) <= 3 + seconds * 0.5 + 1e-3
    assert moments[-1] - moments[0] <= timedelta(seconds=34)


def test_senders_do_not_wait_for_each_other() -> None:
    clinic = Clinic()
    clinic.sender(SMS, rate_per_second=0.1, burst=1)
    clinic.sender(VOICE, rate_per_second=1000, burst=1000, address="+12025550198")
    for channel in (SMS, VOICE):
        clinic.step(days=1 if channel is SMS else 2, channels=[channel])
    for number in range(4):
        patient = clinic.patient(mobile=phone(number), consents=[SMS])
        clinic.visit(patient, at(4, 14))
        other = clinic.patient(mobile=phone(50 + number), consents=[VOICE])
        clinic.visit(other, at(5, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 10, 2))

    play(clinic, scenario)
    assert left_at(VOICE) == [at(3, 10)] * 4
    exact = [at(3, 10) + timedelta(seconds=10 * n) for n in range(4)]
    late = [found - wanted for found, wanted in zip(left_at(SMS), exact, strict=True)]
    assert all(timedelta(0) <= each < timedelta(milliseconds=1) for each in late)


def test_a_daily_limit_leaves_the_rest_for_tomorrow() -> None:
    clinic = ready(patients=5, daily_limit=3)

    async def scenario(stage: Stage) -> None:
        await until(stage, at(4, 9))

    play(clinic, scenario)
    assert left_at()[:3] == [at(3, 10)] * 3
    assert [moment.astimezone(MONDAY.tzinfo).day for moment in left_at()[3:]] == [4, 4]


def test_a_paused_sender_sends_nothing_and_the_others_go_on() -> None:
    clinic = Clinic()
    clinic.senders()
    clinic.step(channels=[])
    for number, channel in enumerate((SMS, Channel.EMAIL)):
        reminded(clinic, channel=channel, number=number)
    Sender.objects.filter(channel=SMS).update(paused_reason="rehearsal answered 30034")

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 12))
        assert len(stage.carrier.mails_to("patient1@patients.example")) == 1

    play(clinic, scenario)
    assert left_at(SMS) == []


def test_a_pause_until_a_time_ends_at_that_time() -> None:
    clinic = ready()
    Sender.objects.update(paused_until=at(3, 10, 7))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 11))

    play(clinic, scenario)
    assert left_at() == [at(3, 10, 7)]


def test_a_provider_that_is_not_set_up_costs_nothing_but_time() -> None:
    clinic = ready(provider="twilio")

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 12))
        await stage.database.run(lambda: Sender.objects.update(provider="rehearsal"))
        await until(stage, at(3, 20))

    play(clinic, scenario)
    message = Message.objects.get()
    assert message.state == "delivered"
    assert message.attempts > 3


def test_what_is_never_set_up_fails_and_says_so() -> None:
    clinic = ready(provider="twilio")

    async def scenario(stage: Stage) -> None:
        await until(stage, at(4, 13))

    play(clinic, scenario)
    message = Message.objects.get()
    assert (message.state, message.objection) == ("failed", "tries_spent")


def test_a_machine_hears_the_voicemail_and_a_person_the_script() -> None:
    clinic = ready(VOICE, patients=2)

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave("machine", number=phone(1))
        await until(stage, at(3, 10, 5))
        said = [
            " ".join(step.text for step in stage.carrier.calls_to(phone(n))[0].steps)
            for n in (1, 2)
        ]
        assert "Please call us. To stop these calls, call (202) 555-0190." in said[0]
        assert "Press 1 to confirm, or 2" in said[1]

    play(clinic, scenario)
    assert set(Message.objects.values_list("state", flat=True)) == {"delivered"}


@pytest.mark.parametrize("fault", ["receipts_late", "receipts_twice", "receipts_out_of_order"])
def test_receipts_in_any_manner_end_in_delivered(fault: str) -> None:
    clinic = ready(patients=3)

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave(fault)
        await until(stage, at(3, 14))

    play(clinic, scenario)
    assert set(Message.objects.values_list("state", "attempts")) == {("delivered", 1)}
