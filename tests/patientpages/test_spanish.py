"""The pages speak the patient's language, and every sentence has its Spanish."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from handbell.outbox.models import Message
from handbell.patientpages.speech import page_language
from tests.console.desk import message
from tests.patientpages.translations import SPANISH, compiled, read_catalog, sentences_of_pages
from tests.world import Clinic


def singulars() -> dict[str, list[str]]:
    found = {}
    for entry in read_catalog():
        if entry.id:
            said = entry.string if isinstance(entry.string, (list, tuple)) else [entry.string]
            found[entry.id if isinstance(entry.id, str) else entry.id[0]] = [
                one or "" for one in said
            ]
    return found


def test_every_sentence_of_the_pages_has_its_spanish_and_no_other_is_kept() -> None:
    assert set(singulars()) == sentences_of_pages()
    assert all(all(said) for said in singulars().values())


def test_the_compiled_file_is_the_written_one() -> None:
    assert SPANISH.with_suffix(".mo").read_bytes() == compiled(read_catalog())


def test_both_languages_fill_the_same_blanks() -> None:
    for english, spanish in singulars().items():
        blanks = set(re.findall(r"%\(\w+\)s", english))
        if len(spanish) > 1:  # a sentence for one, and one for several that says how many
            assert not blanks
            blanks = {"%(counter)s"}
        assert set(re.findall(r"%\(\w+\)s", spanish[-1])) == blanks


def show(of: Message, query: str = "") -> str:
    return Client().get(f"/v/{of.code}{query}").content.decode()


@pytest.fixture
def suya(clinic: Clinic) -> Message:
    patient = clinic.patient("Lucía", language="es-MX", mobile="+12025550123")
    return message(clinic, patient, visit=clinic.visit(patient, clinic.now + timedelta(days=2)))


def test_a_patient_who_reads_spanish_gets_spanish(suya: Message) -> None:
    html = show(suya)
    assert '<html lang="es">' in html
    assert "Confirme su cita, por favor" in html
    assert re.search(r"(Lunes|Martes|Miércoles|Jueves|Viernes|Sábado|Domingo), \d+ de \w+", html)
    assert "Please" not in html


def test_the_other_language_is_one_tap_away_and_stays_after_the_button(suya: Message) -> None:
    assert 'href="?lang=en" lang="en"' in show(suya)
    html = show(suya, "?lang=en")
    assert "Please confirm your visit" in html
    shown = re.search(r'name="shown" value="([^"]*)"', html)
    assert shown
    answer = Client().post(
        f"/v/{suya.code}/confirm", {"shown": shown[1], "lang": "en"}, follow=True
    )
    assert "Thank you, we expect you" in answer.content.decode()


def test_after_the_button_spanish_stays_spanish(suya: Message) -> None:
    shown = re.search(r'name="shown" value="([^"]*)"', show(suya))
    assert shown
    answer = Client().post(
        f"/v/{suya.code}/confirm", {"shown": shown[1], "lang": "es"}, follow=True
    )
    assert "Gracias, le esperamos" in answer.content.decode()


def test_a_page_in_spanish_leaves_the_next_one_in_english(suya: Message, clinic: Clinic) -> None:
    show(suya)
    assert "Sign in" in Client().get("/login").content.decode()
    assert "Please confirm" in show(message(clinic, clinic.patient(mobile="+12025550123")))


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (("es", "en"), "es"),
        (("es-US",), "es"),
        (("ES",), "es"),
        (("", "es"), "es"),
        (("fr", "es"), "es"),
        (("fr",), "en"),
        (("../../etc", ""), "en"),
    ],
)
def test_the_first_language_there_are_pages_in_is_taken(
    wanted: tuple[str, ...], language: str
) -> None:
    assert page_language(*wanted) == language
