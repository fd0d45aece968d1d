"""From a due message to what the patient's phone shows, through the real carrier."""

import email
import email.policy
from datetime import timedelta

import pytest

from handbell.facts.models import Appointment, Suppression
from handbell.outbox.models import Attempt, Message, Sender
from handbell.outbox.operations import cancel
from handbell.planner.planner import plan_due
from handbell.rehearsal.stage import Stage
from handbell.vocabulary.words import Channel, Objection
from tests.stage import play, until
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    clinic.step()
    return clinic


def test_a_reminder_reaches_the_phone_once_and_is_delivered(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 9, 59))
        assert stage.carrier.texts_to(phone(1)) == ()
        await until(stage, at(3, 11))
        (text,) = stage.carrier.texts_to(phone(1))
        assert text.body == (
            "Harbor PT: Alex, your appointment is Wed, Nov 4 at 2:00 PM. "
            "Reply C to confirm or call (202) 555-0190. STOP to opt out."
        )

    play(clinic, scenario)
    message = Message.objects.get()
    assert message.state == "delivered"
    assert message.handed_over_at == at(3, 10)
    attempt = Attempt.objects.get()
    assert (attempt.number, attempt.outcome, attempt.segments) == (1, "accepted", 1)
    assert attempt.provider_id.startswith("SM")


def test_a_call_and_an_email_arrive_too(clinic: Clinic) -> None:
    clinic.step(days=2, channels=[Channel.VOICE])
    clinic.step(days=3, channels=[Channel.EMAIL])
    patient = clinic.patient(mobile=phone(1), email="alex@patients.example", consents=list(Channel))
    clinic.visit(patient, at(6, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(5, 11))
        (mail,) = stage.carrier.mails_to("alex@patients.example")
        read = email.message_from_bytes(mail.raw, policy=email.policy.default)
        assert read["Subject"] == "Your appointment at Harbor PT on Fri, Nov 6"
        assert read["Auto-Submitted"] == "auto-generated"
        body = read.get_body(("plain",))
        assert body is not None
        assert "https://rehearsal.invalid/v/" in body.get_content()
        names = [part.get_filename() for part in read.iter_attachments()]
        assert names == ["appointment.ics"]
        (call,) = stage.carrier.calls_to(phone(1))
        said = " ".join(step.text for step in call.steps)
        assert said.startswith(
            "This is an automated call from Harbor PT, (202) 555-0190. Press 9 to stop these calls."
        )
        assert len(stage.carrier.texts_to(phone(1))) == 1

    play(clinic, scenario)
    assert set(Message.objects.values_list("channel", "state")) == {
        ("sms", "delivered"),
        ("voice", "delivered"),
        ("email", "accepted"),
    }


def test_a_stop_between_planning_and_sending_is_obeyed(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))
    sender = Sender.objects.get(channel="sms")

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 9))
        await stage.carrier.text_from(phone(1), sender.address, "Stop!")
        await until(stage, at(3, 12))
        received = [text.body for text in stage.carrier.texts_to(phone(1))]
        assert not any("appointment" in body for body in received)

    play(clinic, scenario)
    assert (Message.objects.get().state, Message.objects.get().objection) == (
        "withheld",
        "opted_out",
    )
    assert set(Suppression.objects.values_list("channel", flat=True)) == {"sms", "voice"}


def test_a_visit_moved_after_planning_is_announced_at_its_new_time_only(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    visit = clinic.visit(patient, at(4, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 9))
        await stage.database.run(move, visit, at(5, 16), now=at(3, 9))
        await until(stage, at(4, 12))
        (text,) = stage.carrier.texts_to(phone(1))
        assert "Thu, Nov 5 at 4:00 PM" in text.body

    play(clinic, scenario)


def test_a_visit_changed_without_a_word_to_the_planner_is_still_not_sent_stale(
    clinic: Clinic,
) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14))
    plan_due(now=MONDAY)
    Appointment.objects.update(status="cancelled")

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 12))
        assert stage.carrier.texts_to(phone(1)) == ()

    play(clinic, scenario)
    assert (Message.objects.get().state, Message.objects.get().objection) == (
        "cancelled",
        "not_booked",
    )


def test_two_visits_of_a_day_are_one_text(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 9))
    clinic.visit(patient, at(4, 15))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 12))
        (text,) = stage.carrier.texts_to(phone(1))
        assert "you have 2 appointments on Wed, Nov 4, the first at 9:00 AM" in text.body

    play(clinic, scenario)
    leader, follower = Message.objects.order_by("appointment__starts_at")
    assert leader.state == "delivered"
    assert (follower.state, follower.objection, follower.merged_into) == (
        "withheld",
        "merged",
        leader,
    )


def test_a_household_on_one_phone_gets_one_text_that_names_nobody(clinic: Clinic) -> None:
    for name in ("Alex", "Robin"):
        patient = clinic.patient(name, mobile=phone(1), consents=[Channel.SMS])
        clinic.visit(patient, at(4, 9))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 12))
        (text,) = stage.carrier.texts_to(phone(1))
        assert "2 appointments" in text.body
        assert "Alex" not in text.body
        assert "Robin" not in text.body

    play(clinic, scenario)


def test_a_follower_whose_leader_is_cancelled_before_leaving_goes_on_its_own(
    clinic: Clinic,
) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 9))
    clinic.visit(patient, at(4, 15))

    async def scenario(stage: Stage) -> None:
        stage.carrier.behave("http_429", times=1, seconds=60)
        await until(stage, at(3, 10, 0) + timedelta(seconds=2))
        leader = await stage.database.run(
            lambda: Message.objects.get(merged__isnull=False, state="queued")
        )
        await stage.database.run(cancel, [(leader.pk, Objection.NOT_BOOKED)], now=stage.clock.now)
        await stage.database.run(
            lambda: Appointment.objects.filter(pk=leader.appointment_id or 0).update(
                status="cancelled"
            )
        )
        await until(stage, at(3, 12))
        (text,) = stage.carrier.texts_to(phone(1))
        assert "Wed, Nov 4 at 3:00 PM" in text.body

    play(clinic, scenario)


def test_the_cap_of_one_reminder_a_day_holds_for_a_number(clinic: Clinic) -> None:
    clinic.step(hours=6)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    clinic.visit(patient, at(4, 14, 30))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(4, 14))
        assert len(stage.carrier.texts_to(phone(1))) == 1

    play(clinic, scenario)
    found = dict(Message.objects.values_list("step", "objection"))
    assert found == {"1d@10:00": "", "6h": "over_cap"}


def test_a_daily_reminder_at_the_same_hour_is_not_over_the_cap(clinic: Clinic) -> None:
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    for day in (4, 5, 6, 7):
        clinic.visit(patient, at(day, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(7, 12))
        assert len(stage.carrier.texts_to(phone(1))) == 3  # the weekly cap

    play(clinic, scenario)
    assert Message.objects.get(objection="over_cap").appointment is not None


def test_sms_outside_the_window_waits_for_the_morning_where_the_patient_is(
    clinic: Clinic,
) -> None:
    clinic.step(hours=9)
    patient = clinic.patient(
        mobile="+13105550101", consents=[Channel.SMS], time_zone="America/Los_Angeles"
    )
    clinic.visit(patient, at(3, 19))  # the step says 10:00 in New York, 07:00 in Los Angeles
    clinic.practice.reminder_steps.exclude(key="9h").delete()

    async def scenario(stage: Stage) -> None:
        await until(stage, at(3, 15))

    play(clinic, scenario)
    assert Message.objects.get().handed_over_at == at(3, 11)


def test_a_move_is_worth_one_message_more_not_two(clinic: Clinic) -> None:
    clinic.step(days=2)
    patient = clinic.patient(mobile=phone(1), consents=[Channel.SMS])
    visit = clinic.visit(patient, at(4, 14))

    async def scenario(stage: Stage) -> None:
        await until(stage, at(2, 12))  # told of the 4th, two days before
        await stage.database.run(move, visit, at(4, 16), now=at(2, 12))
        await until(stage, at(3, 12))

    play(clinic, scenario)
    sent = Message.objects.filter(handed_over_at__isnull=False).order_by("handed_over_at")
    assert [message.handed_over_at for message in sent] == [at(2, 10), at(2, 12)]
    assert Message.objects.get(objection="over_cap").planned_for == at(3, 10)
