"""STOP is obeyed at once and confirmed once; START is a consent; HELP is answered."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import count

import pytest
from django.db import connection

from handbell.channels.receipt import Inbound
from handbell.facts.models import Consent, Patient, Suppression
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.receipts.models import ProviderEvent, Reply
from handbell.receipts.replies import receive_text
from handbell.vocabulary.words import Channel, ConsentKind, Purpose, SuppressionKind
from tests.handed import TEN, offer, ready, reminded
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

OURS = "+12025550199"
CARE, BILLING = Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT
SMS, VOICE = Channel.SMS, Channel.VOICE
MINUTE = timedelta(minutes=1)
STOPPED = "Harbor PT: you are unsubscribed from our texts and calls."
_sids = count(1)


def text(
    body: str,
    *,
    now: datetime = MONDAY,
    sender: str = OURS,
    number: str = phone(1),
    sid: str = "",
    taken_as: str | None = None,
) -> str | None:
    inbound = Inbound(sid or f"SMin{next(_sids)}", sender, number, body, taken_as)
    return receive_text(inbound, provider="rehearsal", now=now)


def states() -> list[tuple[str, str]]:
    return list(Message.objects.order_by("pk").values_list("state", "objection"))


def test_a_stop_is_obeyed_for_everybody_at_the_number_and_confirmed_once() -> None:
    clinic = ready(patients=2)
    child = clinic.patient(guardian_mobile=phone(1), consents=[SMS], birth_date="2015-06-01")
    clinic.visit(child, at(4, 9))

    assert str(text("Stop")).startswith(STOPPED)
    assert text("STOP", now=MONDAY + MINUTE) is None

    assert set(Suppression.objects.values_list("address", "channel", "kind")) == {
        (phone(1), "sms", "opted_out"),
        (phone(1), "voice", "opted_out"),
    }
    plan_due(now=MONDAY + MINUTE)
    assert [message.to.value for message in offer(clinic)] == [phone(2)]
    assert states().count(("queued", "opted_out")) == 2


def test_the_same_webhook_twice_is_one_stop() -> None:
    ready()
    answers = [text("stop", sid="SM1"), text("stop", sid="SM1", now=MONDAY + MINUTE)]
    assert [bool(answer) for answer in answers] == [True, False]
    assert (Reply.objects.count(), ProviderEvent.objects.count()) == (1, 1)


def test_a_stop_from_somebody_we_do_not_know_is_kept_for_when_we_do() -> None:
    clinic = ready()
    assert text("stop", number=phone(60)) is not None
    reminded(clinic, number=60)
    plan_due(now=MONDAY)
    offer(clinic)
    assert ("queued", "opted_out") in states()


def test_a_stop_at_one_practice_is_none_at_another() -> None:
    here = ready()
    there = Clinic()
    there.sender(SMS, address="+12025550188")
    there.step()
    reminded(there)
    text("stop")
    plan_due(now=MONDAY)
    assert offer(here) == []
    assert len(offer(there)) == 1


def test_a_stop_to_a_number_that_is_not_ours_is_kept_and_not_acted_on() -> None:
    ready()
    assert text("stop", sender="+12025550177") is None
    assert ProviderEvent.objects.get().payload == {"to": "+12025550177"}
    assert not Reply.objects.exists()
    assert not Suppression.objects.exists()


def test_a_number_written_in_another_way_is_the_same_number() -> None:
    ready()
    text("stop", number=f" {phone(1)[:2]} ({phone(1)[2:5]}) {phone(1)[5:8]}-{phone(1)[8:]}")
    assert set(Suppression.objects.values_list("address", flat=True)) == {phone(1)}


def test_a_short_code_can_stop_us_too() -> None:
    ready()
    assert text("stop", number="72975") is not None
    assert Suppression.objects.filter(address="72975").count() == 2


def test_what_the_provider_answered_itself_is_not_answered_again() -> None:
    ready()
    for word in ("STOP", "HELP", "START"):
        assert text(word, taken_as=word) is None
    assert Suppression.objects.count() == 2
    assert Consent.objects.filter(how="texted START").exists()


def test_somebody_who_reads_spanish_is_answered_in_spanish() -> None:
    clinic = ready()
    Patient.objects.update(language="es-MX")
    assert "ya no le enviaremos mensajes" in str(text("alto"))
    assert clinic.practice.language == "en"


def test_start_is_a_consent_that_lets_the_next_reminder_go() -> None:
    clinic = ready()
    text("stop")
    assert str(text("Start!", now=MONDAY + MINUTE)).startswith("Harbor PT: you will get our texts")
    consent = Consent.objects.latest("at")
    assert (consent.kind, consent.how, consent.by, consent.wording) == (
        "granted",
        "texted START",
        "the patient",
        "Start!",
    )
    plan_due(now=MONDAY + MINUTE)
    assert len(offer(clinic)) == 1


def test_stop_start_stop_ends_stopped_and_is_confirmed_each_time() -> None:
    clinic = ready()
    words = ["stop", "start", "stop", "start", "stop"]
    answers = [text(word, now=MONDAY + n * MINUTE) for n, word in enumerate(words)]
    assert [str(answer).startswith(STOPPED) for answer in answers] == [True, False] * 2 + [True]
    plan_due(now=MONDAY + 9 * MINUTE)
    assert offer(clinic) == []


def consents_after_start(patient: Patient) -> set[tuple[str, str]]:
    text("start")
    found = Consent.objects.filter(patient=patient, how="texted START", kind=ConsentKind.GRANTED)
    return set(found.values_list("purpose", "channel"))


def test_start_gives_back_what_was_agreed_to_before_by_text_and_by_call() -> None:
    clinic = Clinic()
    clinic.sender(SMS)
    patient = clinic.patient(mobile=phone(1), consents=[SMS, VOICE, Channel.EMAIL])
    clinic.consent(patient, SMS, purpose=BILLING)
    assert consents_after_start(patient) == {(CARE, SMS), (CARE, VOICE), (BILLING, SMS)}


def test_start_of_somebody_who_never_agreed_is_about_reminders_by_text() -> None:
    clinic = Clinic()
    clinic.sender(SMS)
    assert consents_after_start(clinic.patient(mobile=phone(1))) == {(CARE, SMS)}


def test_a_word_never_brings_back_billing_that_was_taken_back_on_paper() -> None:
    clinic = Clinic()
    clinic.sender(SMS)
    patient = clinic.patient(mobile=phone(1), consents=[SMS])
    clinic.consent(patient, SMS, purpose=BILLING)
    later = MONDAY - timedelta(days=2)
    clinic.consent(patient, SMS, purpose=BILLING, kind=ConsentKind.WITHDRAWN, when=later)
    assert consents_after_start(patient) == {(CARE, SMS)}


def test_yes_is_never_a_consent() -> None:
    ready()
    text("stop")
    before = Consent.objects.count()
    for word in ("yes", "Y", "ok", "1"):
        text(word, now=MONDAY + MINUTE)
    assert Consent.objects.count() == before


def test_help_is_answered_three_times_a_day_even_after_a_stop() -> None:
    ready()
    text("stop")
    answers = [text("HELP?", now=MONDAY + n * MINUTE) for n in range(1, 6)]
    assert [bool(answer) for answer in answers] == [True] * 3 + [False] * 2
    assert "(202) 555-0190" in str(answers[0])
    assert "STOP" in str(answers[0])
    assert text("help", now=MONDAY + timedelta(days=1, minutes=2)) is not None


def test_a_stop_after_a_provider_suppressed_the_number_is_still_confirmed() -> None:
    clinic = ready()
    Suppression.objects.create(
        practice=clinic.practice,
        address=phone(1),
        channel="sms",
        kind=SuppressionKind.UNREACHABLE,
        at=MONDAY,
        source="rehearsal 30005",
    )
    assert text("stop", now=MONDAY + MINUTE) is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_webhook", [True, False])
def test_stops_that_race_are_confirmed_once(same_webhook: bool) -> None:
    ready()

    def work(number: int) -> str | None:
        try:
            moment = MONDAY + number * timedelta(milliseconds=1)
            return text("stop", sid="SM1" if same_webhook else "", now=moment)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(work, range(5)))

    assert len([answer for answer in answers if answer]) == 1
    assert Suppression.objects.count() == 2
    assert Reply.objects.count() == (1 if same_webhook else 5)


def test_no_text_of_a_person_is_kept_with_the_event() -> None:
    ready()
    text("please stop, this is Wilhelmina")
    assert ProviderEvent.objects.get().payload == {"to": OURS}
    assert "Wilhelmina" not in repr(Reply.objects.get())
    assert TEN > MONDAY
