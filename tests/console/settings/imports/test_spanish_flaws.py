"""What an import finds wrong is said in the language of the page."""

import pytest
from django.test import Client
from django.utils import translation

from handbell.access.models import StaffMember
from handbell.console.settings.imports.saying import say_flaw
from handbell.importers.models import ImportFlaw
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import staff
from tests.console.settings.imports.by_hand import asked, file, page, patients, sent
from tests.world import Clinic


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR, language="es")


def test_a_spanish_page_has_no_flaw_in_english(clinic: Clinic, browser: Client) -> None:
    rows = ("7,Ada,Quill,12", f"8,{'a' * 400},Quill,", "9,Ada,Quill,,,,", "10,Ben,Quill,13")
    run = asked(browser, sent(browser, file(patients(clinic, *rows), "people.csv")), "check")
    said = page(browser, run)
    flaws = ImportFlaw.objects.filter(run=run)
    assert flaws.count() == 3
    for flaw in flaws:
        assert flaw.reason not in said
        assert flaw.cure not in said
    assert "tiene más de 300 caracteres" in said
    assert "people.csv, líneas 2, 5" in said


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        (
            "the header cannot be read: it is longer than 1,048,576 characters",
            "el encabezado no se puede leer: tiene más de 1,048,576 caracteres",
        ),
        ("a payment is negative", "un pago es negativo"),
        (
            "these columns are missing: name, by (it looks most like patients)",
            "faltan estas columnas: name, by (lo que más se le parece es: pacientes)",
        ),
        (
            "it is longer than 3 texts: shorten it; an e-mail needs a subject line",
            "ocupa más de 3 mensajes de texto: acórtelo; un correo electrónico necesita un asunto",
        ),
        (
            "what a clinic's own system wrote; as it is",
            "what a clinic's own system wrote; as it is",
        ),
    ],
)
def test_a_sentence_with_values_keeps_them(english: str, spanish: str) -> None:
    with translation.override("es"):
        assert say_flaw(english) == spanish
    with translation.override("en"):
        assert say_flaw(english) == english
