"""What does a reply mean? "STOP in any wording" stops (design.md 7): bias to suppress.

The rule the cases below follow: whoever would be understood by a reasonable person to want no
more texts or calls is stopped, and so is a doubtful case about messages. A sentence about the
visit (coming by, cancelling it, being late) is no stop, and it never confirms anything: staff
read it.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.replies import (
    CALL_BACK_WORDS,
    CONFIRM_WORDS,
    HELP_WORDS,
    START_WORDS,
    STOP_WORDS,
    YES_WORDS,
    Meaning,
    meaning_of,
    meaning_of_key,
    normalise,
)

# rules.md 16, written out by hand: Twilio, AWS, Telnyx, the FCC's list and Spanish.
LISTED = [
    "STOP", "STOPALL", "UNSUBSCRIBE", "END", "QUIT", "CANCEL", "REVOKE", "OPTOUT", "ARRET",
    "OPT-OUT", "REMOVE", "TD", "ALTO", "PARAR", "CANCELAR", "OPT OUT", "STOP ALL", "NO MAS",
    "NO MÁS",
]  # fmt: skip

DISGUISES = [
    "{}", " {}\n", "{}.", "{}!!!", "“{}”", "'{}'", "({})", "*{}*", "{}\u200b", "\ufeff{}",
    "🛑 {} 🛑", "{}👋🏽", "{}\u200d", "¡{}!", "{}, please", "please {}", "Pls {}",
    "{} thank you", "{} now", "{} por favor", "-- {} --", "\u2066{}\u2069",
]  # fmt: skip

STOPS = [
    "ＳＴＯＰ", "S.T.O.P.", "s t o p", "STOPP", "Stop it", "stop texting me", "Stop calling!!",
    "STOP sending me these", "please make it stop", "I said STOP", "How do I stop these texts?",
    "Stop at once", "stop for good", "just stop", "STOP ALL MESSAGES", "stopall please",
    "unsubscribe me", "Unsuscribe", "unsubcribe me pls", "opt me out", "I'm opting out",
    "I would like to opt out of texts", "Remove me from your list", "take me off this list",
    "Take my number off", "remove my number please", "do not text me", "Don't text this number",
    "don’t contact me", "don´t call", "dont call me anymore", "DO NOT CONTACT",
    "Please do not send me any more messages", "I don't want to receive these messages",
    "I do not want to receive any more texts from you", "I don't want your reminders",
    "i dont want these anymore", "no more texts please", "NO MORE", "never contact me again",
    "I no longer wish to receive text messages", "quit texting me", "leave me alone",
    "wrong number", "You have the wrong person", "lose my number", "delete my number",
]  # fmt: skip

STOPS_IN_SPANISH = [
    "Alto.", "¡basta!", "ya basta", "No me envíen más mensajes", "no me manden mensajes",
    "no enviar", "deje de enviarme mensajes", "dejen de llamarme", "ya no me escriban",
    "Ya no quiero recibir mensajes", "ya no quiero", "no quiero recibir más mensajes",
    "no quiero mensajes", "No quiero que me llamen", "quiero darme de baja", "dar de baja",
    "Número equivocado", "no me llame", "no me molesten", "quítenme de la lista",
    "bórrenme de su lista", "no más mensajes", "pare por favor",
]  # fmt: skip

ABOUT_THE_VISIT = [
    "can't stop by before 5", "I'll stop by at 5", "Can I stop in at 3?", "Stopping for gas",
    "I stopped at the pharmacy, 10 min late", "the bus stop is closed, where do I park?",
    "please cancel my appointment thursday", "need to cancel thursday", "cancel my 2pm",
    "Puedo cancelar mi cita?", "take me off the schedule Thursday",
    "It will take me 20 minutes", "I don't have a ride, call me", "Don't forget to call me",
    "I never got your text about Thursday", "I don't see the text", "no, call me",
    "I no longer have that insurance, please call", "This weekend?", "The end is at 3 right",
    "I quit my job so any time works", "Is there help with parking", "Can you start at 4",
    "ya no me duele, gracias", "me llamo Ana, no me llamo Eva", "no puedo el jueves, llámeme",
    "no llamo, voy a llegar tarde", "wrong number of visits on my bill", "yes but can we do 4pm",
    "confirm with my wife please", "no", "?", "", "👍", "\u200b", "thank you", "see you then",
]  # fmt: skip


def stops(text: str) -> bool:
    found = {meaning_of(text, confirm_is_open=is_open) for is_open in (True, False)}
    assert len(found) == 1
    return found == {Meaning.STOP}


@pytest.mark.parametrize("word", LISTED)
def test_every_listed_word_stops_in_any_dress(word: str) -> None:
    for form in (word, word.lower(), word.title(), word.swapcase()):
        for disguise in DISGUISES:
            assert stops(disguise.format(form)), disguise


@pytest.mark.parametrize("text", STOPS)
def test_a_wish_to_stop_in_english(text: str) -> None:
    assert stops(text)
    assert stops(text.upper())


@pytest.mark.parametrize("text", STOPS_IN_SPANISH)
def test_a_wish_to_stop_in_spanish(text: str) -> None:
    assert stops(text)
    assert stops(text.upper())


@pytest.mark.parametrize("text", ABOUT_THE_VISIT)
def test_a_sentence_about_the_visit_is_for_staff_to_read(text: str) -> None:
    for is_open in (True, False):
        found = meaning_of(text, confirm_is_open=is_open)
        assert found in {Meaning.UNCLEAR, Meaning.CALL_BACK}


@pytest.mark.parametrize("word", sorted(YES_WORDS))
def test_yes_confirms_only_while_a_question_is_open(word: str) -> None:
    assert meaning_of(f"{word}!", confirm_is_open=True) is Meaning.CONFIRM
    assert meaning_of(f"{word}!", confirm_is_open=False) is Meaning.UNCLEAR


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        (START_WORDS, Meaning.START),
        (HELP_WORDS, Meaning.HELP),
        (CONFIRM_WORDS, Meaning.CONFIRM),
        (CALL_BACK_WORDS, Meaning.CALL_BACK),
    ],
)
def test_the_other_words(words: frozenset[str], meaning: Meaning) -> None:
    for word in words:
        for text in (word, f" {word.upper()}. ", f"{word}, please"):
            assert meaning_of(text, confirm_is_open=False) is meaning, word


def test_no_word_has_two_meanings() -> None:
    lists = [STOP_WORDS, START_WORDS, HELP_WORDS, CONFIRM_WORDS, YES_WORDS, CALL_BACK_WORDS]
    words = [word for words in lists for word in words]
    assert len(words) == len(set(words))


def test_a_stop_beside_anything_else_is_a_stop() -> None:
    for text in ("C STOP", "Yes. And stop texting me", "START... no, STOP", "help, stop this"):
        assert stops(text)


@given(st.text(max_size=400))
def test_any_text_has_a_meaning_and_it_does_not_depend_on_dress(text: str) -> None:
    for is_open in (True, False):
        found = meaning_of(text, confirm_is_open=is_open)
        assert meaning_of(normalise(text), confirm_is_open=is_open) is found
        assert meaning_of(f"\u200b{text}  ", confirm_is_open=is_open) is found


@given(before=st.text(max_size=40), after=st.text(max_size=40))
def test_no_surrounding_text_hides_stop_texting_me(before: str, after: str) -> None:
    assert stops(f"{before}. stop texting me. {after}")


def test_a_long_text_is_read_at_once() -> None:
    for text in ("do not " * 3000, "no " * 5000 + "x", "please " * 3000 + "by", "a" * 20_000):
        assert meaning_of(text, confirm_is_open=False) is Meaning.UNCLEAR


@pytest.mark.parametrize(
    ("digits", "meaning"),
    [
        ("9", Meaning.STOP),
        ("91", Meaning.STOP),
        ("1", Meaning.CONFIRM),
        ("", Meaning.UNCLEAR),
        ("2", Meaning.CALL_BACK),
        ("3", Meaning.UNCLEAR),
        ("#", Meaning.UNCLEAR),
    ],
)
def test_keys(digits: str, meaning: Meaning) -> None:
    assert meaning_of_key(digits) is meaning
