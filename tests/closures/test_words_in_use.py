"""Words everybody reads, that stay while they go to people or wait for a second person."""

from datetime import timedelta

import pytest

from handbell.access.models import AuditEvent, Practice, StaffMember
from handbell.channels.gateway import InDoubt
from handbell.closures.going import change
from handbell.closures.press import CannotSend, agree, decline
from handbell.closures.wording import WordsInUse, save_words
from handbell.facts.models import Closure, Patient
from handbell.outbox.models import Attempt
from handbell.scripts.models import NoticeText
from handbell.scripts.operations import ScriptFlaw
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import AuditAct, Channel, NoticeKind, SendingState
from tests.closures.staged import close, director, send, settings_of
from tests.handed import mailbox, offer
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

SMS = Channel.SMS
OTHER = Text("{{ clinic }}: {{ closure }}. Please call {{ phone }}. STOP to opt out.", "")
NOTHING = Text("", "")


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    clinic.visit(clinic.patient(mobile=phone(1), email=mailbox(1)), at(3, 14))
    return clinic


def rewrite(closure: Closure, by: StaffMember, text: Text, *, language: str = "en") -> None:
    save_words(closure, (NoticeKind.CLOSING, SMS, language), text, by=by, now=MONDAY)


@pytest.mark.parametrize("text", [OTHER, NOTHING])
def test_a_second_person_agrees_to_the_words_they_read(clinic: Clinic, text: Text) -> None:
    Practice.objects.update(second_person_above=0)
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    sending = send(clinic, closure, boss)
    with pytest.raises(WordsInUse):
        rewrite(closure, boss, text)

    agree(sending, settings_of(clinic), by=other, now=MONDAY)

    with pytest.raises(WordsInUse):
        rewrite(closure, boss, text)
    assert len(offer(clinic, now=MONDAY)) == 1
    assert Attempt.objects.get().text.startswith("Harbor PT: Main is closed")


def test_words_may_change_once_nothing_of_them_is_to_come(clinic: Clinic) -> None:
    Practice.objects.update(second_person_above=0)
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    decline(send(clinic, closure, boss), by=other, now=MONDAY)
    rewrite(closure, boss, OTHER)
    Practice.objects.update(second_person_above=None)
    sending = send(clinic, closure, boss)
    change(sending, SendingState.PAUSED, by=boss, now=MONDAY)
    rewrite(closure, boss, OTHER)  # as it stands already
    with pytest.raises(WordsInUse):
        rewrite(closure, boss, NOTHING, language="es")
    change(sending, SendingState.STOPPED, by=boss, now=MONDAY)

    rewrite(closure, boss, NOTHING, language="es")

    assert not NoticeText.objects.filter(channel=SMS, language="es").exists()


def test_one_in_doubt_that_may_go_again_keeps_its_words(clinic: Clinic) -> None:
    boss = director(clinic)
    closure = close(clinic, boss)
    send(clinic, closure, boss)
    offer(clinic, InDoubt("timeout"), now=MONDAY)
    with pytest.raises(WordsInUse):
        rewrite(closure, boss, OTHER)
    later = MONDAY + timedelta(minutes=5)
    save_words(closure, (NoticeKind.CLOSING, Channel.EMAIL, "en"), NOTHING, by=boss, now=later)


def test_a_refusal_is_on_the_record_though_nothing_else_is(clinic: Clinic) -> None:
    boss = director(clinic)
    closure = close(clinic, boss)
    with pytest.raises(ScriptFlaw):
        rewrite(closure, boss, Text("{{ clinic }}: {{ closure }}. 20% off next week!", ""))
    assert AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).count() == 1


def test_words_in_spanish_alone_are_not_sent_to_who_reads_english(clinic: Clinic) -> None:
    boss = director(clinic)
    closure = close(clinic, boss)
    rewrite(closure, boss, NOTHING)
    with pytest.raises(CannotSend, match="read English"):
        send(clinic, closure, boss)
    Patient.objects.update(language="es")
    assert send(clinic, closure, boss).state == SendingState.GOING
    assert len(offer(clinic, now=MONDAY)) == 1


def test_words_in_english_alone_are_for_everybody(clinic: Clinic) -> None:
    Patient.objects.update(language="es")
    boss = director(clinic)
    closure = close(clinic, boss)
    rewrite(closure, boss, NOTHING, language="es")
    send(clinic, closure, boss)
    assert len(offer(clinic, now=MONDAY)) == 1


def test_a_second_person_cannot_agree_where_somebody_would_read_nothing(clinic: Clinic) -> None:
    Practice.objects.update(second_person_above=0)
    Patient.objects.update(language="es")
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    rewrite(closure, boss, NOTHING)
    sending = send(clinic, closure, boss)
    Patient.objects.update(language="en")
    with pytest.raises(CannotSend, match="read English"):
        agree(sending, settings_of(clinic), by=other, now=MONDAY)
