"""The texts a practice starts with are fit to send: checked, short, polite, in both languages."""

import re
from itertools import product

import pytest

from handbell.policy.replies import Meaning, meaning_of
from handbell.scripts.starting_texts import (
    ANSWERS,
    CALL_FRAMES,
    CHANGE_TEXTS,
    HOW_TO_SETTLE,
    SEVERAL,
    STARTING_TEXTS,
    Key,
    Text,
    language_of,
)
from handbell.scripts.variables import BLANK, MOST_SEGMENTS, check, render
from handbell.vocabulary.segments import Encoding, normalise, segments
from handbell.vocabulary.words import Channel, Purpose

# Ordinary names: a clinic of 26 letters, a patient of 11, the longest date and time.
VALUES = {
    "clinic": "Riverside Physical Therapy",
    "first_name": "Christopher",
    "facility": "Riverside North",
    "phone": "(202) 555-0190",
    "date": "Wed, Sep 30",
    "time": "12:30 PM",
    "count": "3",
    "confirm_link": "https://reminders.riverside.example/v/abcdefghijklmnop",
    "account_link": "https://reminders.riverside.example/v/abcdefghijklmnop",
    "payment_link": "https://pay.riverside.example/account",
    "visits": "Wed, Sep 30, 9:00 AM\nWed, Sep 30, 12:30 PM",
}
SPANISH = VALUES | {"date": "mie 30 sept", "time": "12:30"}
LANGUAGES = ["en", "es"]
TEXTS = [pytest.param(key, id="-".join(key)) for key in STARTING_TEXTS]
SMS_TEXTS = [pytest.param(key, id="-".join(key)) for key in STARTING_TEXTS if key[1] is Channel.SMS]

# Not one text may sell, press or disclose (rules.md 7, 12, 13 and 26).
UNFIT = re.compile(
    r"!|\$|%|\b(?:free|offer|discount|deal|sale|review|refer|collections?|debt|past due|final"
    r"|urgent|diagnos\w+|therapy for|knee|back pain|insurance|gratis|oferta|descuento|deuda)\b",
    re.IGNORECASE,
)


def filled(text: str, language: str, *, settle: str = "page") -> str:
    values = dict(SPANISH if language == "es" else VALUES)
    values["how_to_settle"] = render(HOW_TO_SETTLE[language, settle], values)
    return normalise(render(text, values))


@pytest.mark.parametrize("key", TEXTS)
def test_each_passes_the_check_a_practices_own_text_must_pass(key: Key) -> None:
    purpose, channel, _ = key
    text = STARTING_TEXTS[key]
    assert check(purpose=purpose, channel=channel, subject=text.subject, body=text.body) == []


@pytest.mark.parametrize("key", SMS_TEXTS)
@pytest.mark.parametrize("settle", ["page", "payment", "phone"])
def test_each_text_fits_one_segment_and_an_alert_two(key: Key, settle: str) -> None:
    purpose, _, language = key
    found = segments(filled(STARTING_TEXTS[key].body, language, settle=settle))
    assert found.encoding is Encoding.GSM_7
    assert found.count <= (2 if purpose is Purpose.BALANCE_ALERT else 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_visits_fit_one_segment_and_name_nobody(language: str) -> None:
    text = SEVERAL[Channel.SMS, language].body
    found = segments(filled(text, language))
    assert (found.encoding, found.count) == (Encoding.GSM_7, 1)
    for channel in Channel:
        several = SEVERAL[channel, language]
        assert "first_name" not in several.body + several.subject


@pytest.mark.parametrize("kind", sorted({kind for kind, _ in ANSWERS}))
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_answer_fits_one_segment_and_names_the_clinic_first(kind: str, language: str) -> None:
    text = ANSWERS[kind, language]
    found = segments(filled(text, language))
    assert (found.encoding, found.count) == (Encoding.GSM_7, 1)
    assert text.startswith("{{ clinic }}:")
    assert not UNFIT.search(text)
    assert set(BLANK.findall(text)) <= {"clinic", "phone"}


@pytest.mark.parametrize("key", SMS_TEXTS)
def test_each_text_names_the_clinic_first_and_says_how_to_stop(key: Key) -> None:
    body = STARTING_TEXTS[key].body
    assert body.startswith("{{ clinic }}:")
    assert "STOP" in body


@pytest.mark.parametrize("key", TEXTS)
def test_none_sells_presses_or_discloses(key: Key) -> None:
    text = STARTING_TEXTS[key]
    assert not UNFIT.search(f"{text.subject} {text.body}")
    assert text.body.count("http") + text.body.count("_link") <= 1


def test_every_purpose_but_emergencies_has_a_text_on_every_channel_in_both_languages() -> None:
    ordinary = (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT)
    assert set(STARTING_TEXTS) == set(product(ordinary, Channel, LANGUAGES))
    assert set(SEVERAL) == set(product(Channel, LANGUAGES))
    assert set(CALL_FRAMES) == set(LANGUAGES)
    assert {key[0] for key in ANSWERS} == {key[0] for key in ANSWERS if key[1] == "es"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_names_the_clinic_then_offers_to_stop(language: str) -> None:
    frame = CALL_FRAMES[language]
    assert set(BLANK.findall(frame.opening)) == {"clinic", "phone"}
    assert "9" in frame.stop_offer
    assert "1" in frame.confirm_offer
    for purpose, words in frame.voicemail.items():
        assert words.index("{{ clinic }}") < 30
        assert not UNFIT.search(words)
        # Twenty seconds at most, and an account is not spoken of (rules.md 24 and 29).
        assert len(filled(words, language).split()) < 45
        if purpose is Purpose.BALANCE_ALERT:
            assert not re.search(r"balance|account|saldo|cuenta|owe|pay", words)


@pytest.mark.parametrize("text", [*STARTING_TEXTS.values(), *SEVERAL.values()])
def test_what_we_teach_to_reply_is_understood(text: Text) -> None:
    for word in re.findall(r"(?:[Rr]eply|[Rr]esponda) (\w+)", text.body):
        found = meaning_of(word, confirm_is_open=True)
        assert found is (Meaning.STOP if word == "STOP" else Meaning.CONFIRM)


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (("es-MX", "en"), "es"),
        (("ES",), "es"),
        (("fr", "es"), "es"),
        (("fr", "de"), "en"),
        (("", "es"), "es"),
        ((), "en"),
        (("english",), "en"),
    ],
)
def test_the_first_language_there_are_texts_for(wanted: tuple[str, ...], language: str) -> None:
    assert language_of(*wanted) == language


def test_the_hard_limit_is_three_segments() -> None:
    assert MOST_SEGMENTS == 3


@pytest.mark.parametrize("key", CHANGE_TEXTS, ids="-".join)
def test_each_notice_is_a_text_a_practice_might_have_written(key: tuple[str, Channel, str]) -> None:
    _, channel, language = key
    text = CHANGE_TEXTS[key]
    reminder = Purpose.APPOINTMENT_REMINDER
    # The blanks of a week's visits are Handbell's own, so they are filled before it is read.
    body = text.body.replace("{{ visits }}", "{{ date }} at {{ time }}").replace("{{ count }}", "3")
    subject = text.subject.replace("{{ count }}", "3")
    assert check(purpose=reminder, channel=channel, subject=subject, body=body) == []
    assert not UNFIT.search(f"{text.subject} {text.body}")
    if channel is Channel.SMS:
        visits = "; ".join(["Wed, Nov 11, 10:00 AM"] * 3)
        found = segments(filled(text.body.replace("{{ visits }}", visits), language))
        assert found.encoding is Encoding.GSM_7
        assert found.count <= (2 if key[0] == "week" else 1)
        assert text.body.startswith("{{ clinic }}:")
        assert "STOP" in text.body
