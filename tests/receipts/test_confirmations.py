"""C and key 1 confirm what was asked about; key 9 stops; what is unclear is read by staff."""

from datetime import datetime, timedelta
from itertools import count

import pytest

from handbell.channels.receipt import Inbound, KeyPress
from handbell.facts.models import Appointment, Suppression
from handbell.outbox.models import Message
from handbell.planner.planner import plan_due
from handbell.receipts.models import Reply
from handbell.receipts.operations import confirm_visits, open_question
from handbell.receipts.replies import receive_keys, receive_text
from handbell.vocabulary.words import AppointmentStatus, Channel
from tests.handed import TEN, offer, ready, reminded
from tests.world import MONDAY, Clinic, at, move, phone

pytestmark = pytest.mark.django_db

OURS = "+12025550199"
MINUTE = timedelta(minutes=1)
THANKS = "Harbor PT: thank you, your appointment is confirmed."
_sids = count(1)


def text(body: str, *, now: datetime = TEN + MINUTE, number: str = phone(1)) -> str | None:
    inbound = Inbound(f"SMin{next(_sids)}", OURS, number, body)
    return receive_text(inbound, provider="rehearsal", now=now)


def press(digits: str, *, sid: str = "CA1", now: datetime = TEN + MINUTE) -> tuple[str, str]:
    message = Message.objects.earliest("pk")
    pressed = KeyPress(message.pk, 1, f"{sid}:keys:{digits}", sid, digits)
    said = receive_keys(pressed, provider="rehearsal", now=now)
    assert said is not None
    return said


def statuses() -> list[str]:
    return list(Appointment.objects.order_by("pk").values_list("status", flat=True))


def asked(channel: Channel = Channel.SMS) -> Clinic:
    clinic = ready(channel)
    offer(clinic)
    return clinic


@pytest.mark.parametrize("word", ["C", "c.", "Confirm", "YES", "si", "1", "ok!"])
def test_the_visit_that_was_asked_about_is_confirmed(word: str) -> None:
    asked()
    assert text(word) == THANKS
    assert statuses() == ["confirmed"]
    reply = Reply.objects.get()
    assert (reply.meaning, reply.answer, reply.seen_at) == ("confirm", THANKS, TEN + MINUTE)
    assert reply.message == Message.objects.get()


@pytest.mark.parametrize("word", ["C", "yes"])
def test_before_anything_was_asked_nothing_is_confirmed(word: str) -> None:
    ready()
    assert text(word, now=MONDAY) != THANKS
    assert statuses() == ["booked"]


def test_confirming_twice_is_confirming_once() -> None:
    asked()
    assert text("c") == text("c") == THANKS
    assert statuses() == ["confirmed"]


def test_all_visits_of_a_merged_text_are_confirmed() -> None:
    clinic = ready()
    clinic.visit(Message.objects.get().patient, at(4, 16))
    reminded(clinic, number=2)  # somebody else, on another day's telephone
    plan_due(now=MONDAY)
    offer(clinic)
    text("c")
    assert statuses() == ["confirmed", "confirmed", "booked"]


def test_an_answer_to_an_old_time_does_not_confirm_the_new_one() -> None:
    """The patient was told Wednesday; the visit is on Friday now, and they do not know it yet."""
    asked()
    move(Appointment.objects.get(), at(6, 9), now=TEN)
    assert text("c") != THANKS
    assert statuses() == ["booked"]
    assert open_question(Message.objects.get().practice_id, phone(1), now=TEN + MINUTE) is None


def test_of_a_merged_text_only_the_visits_still_at_their_time_are_confirmed() -> None:
    clinic = ready()
    moved = clinic.visit(Message.objects.get().patient, at(4, 16))
    plan_due(now=MONDAY)
    offer(clinic)
    move(moved, at(6, 9), now=TEN)
    assert text("c") == THANKS
    assert statuses() == ["confirmed", "booked"]


@pytest.mark.parametrize("status", ["cancelled", "no_show", "completed", "arrived"])
def test_a_visit_that_is_off_is_not_confirmed(status: AppointmentStatus) -> None:
    asked()
    Appointment.objects.update(status=status)
    assert text("c") != THANKS
    assert statuses() == [status]


def test_a_visit_that_has_begun_is_not_confirmed() -> None:
    asked()
    assert text("c", now=at(4, 14, 1)) != THANKS


def test_the_link_confirms_what_its_page_shows_even_after_a_move() -> None:
    asked()
    visit = Appointment.objects.get()
    move(visit, at(6, 9), now=TEN)
    told = Message.objects.get()
    assert confirm_visits(message=told, how="link", shown=[visit.pk], now=TEN) == 1


def test_a_confirmed_visit_gets_no_further_reminder() -> None:
    clinic = Clinic()
    clinic.sender(Channel.SMS)
    clinic.step(days=2)
    clinic.step(days=1)
    reminded(clinic)
    plan_due(now=MONDAY)
    offer(clinic, now=at(2, 10))
    text("c", now=at(2, 11))
    plan_due(now=at(2, 11))
    assert offer(clinic) == []
    assert Message.objects.latest("due_at").objection == "confirmed"


def test_key_1_confirms_and_says_so() -> None:
    asked(Channel.VOICE)
    assert press("1") == ("Thank you, your appointment is confirmed. Goodbye.", "en")
    assert press("1") == ("Thank you, your appointment is confirmed. Goodbye.", "en")
    assert statuses() == ["confirmed"]
    assert Reply.objects.count() == 1


def test_key_1_does_not_say_confirmed_of_a_visit_that_is_off() -> None:
    asked(Channel.VOICE)
    Appointment.objects.update(status="cancelled")
    words, _ = press("1")
    assert "confirmed" not in words
    assert statuses() == ["cancelled"]


def test_key_9_stops_calls_and_texts() -> None:
    clinic = asked(Channel.VOICE)
    assert press("9") == ("You will get no more calls or texts from us. Goodbye.", "en")
    assert set(Suppression.objects.values_list("channel", "kind", "source")) == {
        ("sms", "opted_out", "pressed 9"),
        ("voice", "opted_out", "pressed 9"),
    }
    reminded(clinic, channel=Channel.VOICE)
    plan_due(now=TEN)
    assert offer(clinic, now=at(4, 9)) == []


@pytest.mark.parametrize("digits", ["", "0", "5", "#"])
def test_any_other_key_changes_nothing(digits: str) -> None:
    asked(Channel.VOICE)
    assert press(digits) == ("Goodbye.", "en")
    assert statuses() == ["booked"]
    assert not Suppression.objects.exists()


def test_keys_of_a_call_we_do_not_know_are_not_acted_on() -> None:
    nobody = KeyPress(999_999, 1, "CA1:keys:9", "CA1", "9")
    assert receive_keys(nobody, provider="rehearsal", now=TEN) is None


def test_what_is_unclear_is_answered_once_a_day_and_always_read_by_staff() -> None:
    asked()
    sentence = "can we make it 4pm instead"
    answers = [text(sentence, now=TEN + n * MINUTE) for n in range(1, 4)]
    assert [bool(answer) for answer in answers] == [True, False, False]
    assert "Please call (202) 555-0190" in str(answers[0])
    assert text(sentence, now=TEN + timedelta(days=1, minutes=2)) is not None
    assert Reply.objects.filter(meaning="unclear", seen_at=None).count() == 4
    assert statuses() == ["booked"]


def test_a_c_without_a_question_is_answered_no_more_often_than_anything_unclear() -> None:
    ready()
    answers = [text("C", now=MONDAY + n * MINUTE) for n in range(3)]
    assert [bool(answer) for answer in answers] == [True, False, False]
    assert Reply.objects.filter(seen_at=None).count() == 3


def test_who_wants_to_be_called_is_told_to_call_and_staff_see_it() -> None:
    asked()
    assert text("R") == "Harbor PT: please call (202) 555-0190 to change your appointment."
    assert Reply.objects.get().seen_at is None


def test_a_reply_knows_whose_it_is_where_that_is_certain() -> None:
    clinic = asked()
    text("hello")
    assert Reply.objects.latest("pk").patient == Message.objects.get().patient
    for _ in range(2):
        clinic.patient(mobile=phone(40))
    text("hello", number=phone(40))
    assert Reply.objects.latest("pk").patient is None
