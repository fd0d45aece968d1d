"""Which text is in use, how does it change, and what stops it from leaving?"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from handbell.channels.gateway import SmsContent
from handbell.outbox.models import Attempt, Message
from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.operations import ScriptFlaw, pause_scripts, save_script
from handbell.scripts.queries import paused_scripts, text_for, texts_of
from handbell.scripts.starting_texts import STARTING_TEXTS, Text
from handbell.vocabulary.words import Channel, Purpose
from tests.handed import TEN, offer, ready
from tests.world import Clinic

pytestmark = pytest.mark.django_db

REMINDER, SMS = Purpose.APPOINTMENT_REMINDER, Channel.SMS
WORDS = "{{ clinic }}: {{ date }}, {{ time }}."


def save(
    clinic: Clinic, body: str = WORDS, *, language: str = "en", channel: Channel = SMS
) -> Script | None:
    return save_script(
        practice_id=clinic.practice.pk,
        purpose=REMINDER,
        channel=channel,
        language=language,
        text=Text(body),
        written_by="director",
    )


def body_of(clinic: Clinic, *languages: str) -> tuple[str, str]:
    texts = texts_of(clinic.practice.pk)
    found = text_for(texts, purpose=REMINDER, channel=SMS, languages=languages)
    assert found is not None
    return found[0].body, found[1]


def test_a_practice_starts_with_the_starting_texts() -> None:
    assert texts_of(Clinic().practice.pk) == STARTING_TEXTS


def test_the_newest_version_is_in_use_and_all_are_kept() -> None:
    clinic, other = Clinic(), Clinic()
    for number in range(1, 4):
        script = save(clinic, f"{WORDS} {number}")
        assert script is not None
        assert script.version == number
    assert body_of(clinic, "en") == (f"{WORDS} 3", "en")
    assert Script.objects.count() == 3
    assert texts_of(other.practice.pk) == STARTING_TEXTS


def test_saving_the_same_words_again_is_no_new_version() -> None:
    clinic = Clinic()
    assert save(clinic) is not None
    assert save(clinic) is None
    assert save(clinic, language="es") is not None
    assert Script.objects.count() == 2


def test_a_text_with_findings_is_not_saved() -> None:
    with pytest.raises(ScriptFlaw, match="diagnosis") as flaw:
        save(Clinic(), WORDS + " {{ diagnosis }}")
    assert len(flaw.value.findings) == 1
    assert not Script.objects.exists()


def test_a_language_without_a_text_falls_back_to_english() -> None:
    clinic = Clinic()
    save(clinic, WORDS)
    assert body_of(clinic, "fr") == (WORDS, "en")
    assert body_of(clinic, "es")[1] == "es"
    nothing = text_for({}, purpose=REMINDER, channel=SMS, languages=("en",))
    assert nothing is None


@pytest.mark.django_db(transaction=True)
def test_versions_saved_at_once_are_numbered_in_turn() -> None:
    clinic = Clinic()

    def work(number: int) -> int:
        try:
            script = save(clinic, f"{WORDS} {number}")
            return script.version if script else 0
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        versions = sorted(pool.map(work, range(6)))

    assert versions == [1, 2, 3, 4, 5, 6]


def pause(clinic: Clinic, channel: Channel = SMS) -> None:
    pause_scripts(
        practice_id=clinic.practice.pk, purpose=REMINDER, channel=channel, reason="30007", now=TEN
    )


def test_a_paused_text_does_not_leave_and_says_why() -> None:
    clinic, other = ready(), ready()
    pause(clinic)
    pause(clinic)
    assert offer(clinic) == []
    message = Message.objects.get(practice=clinic.practice)
    assert (message.state, message.objection) == ("withheld", "script_paused")
    assert len(offer(other)) == 1
    assert ScriptPause.objects.count() == 1


def test_a_new_version_lifts_the_pause_of_its_own_channel() -> None:
    clinic = ready()
    pause(clinic)
    pause(clinic, Channel.EMAIL)
    save(clinic)
    assert paused_scripts(clinic.practice.pk) == {(REMINDER, Channel.EMAIL)}
    assert len(offer(clinic)) == 1
    pause(clinic)
    assert len(paused_scripts(clinic.practice.pk)) == 2


def test_the_practices_own_words_are_those_that_leave() -> None:
    clinic = ready()
    save(clinic, "{{ clinic }} expects {{ first_name }} on {{ date }} at {{ time }}. {{ phone }}")
    (offered,) = offer(clinic)
    words = "Harbor PT expects Alex on Wed, Nov 4 at 2:00 PM. (202) 555-0190"
    assert offered.content == SmsContent(words)
    assert Attempt.objects.get().text == words
