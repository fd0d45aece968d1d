"""Staff read the pages in their own language, and no thread keeps one."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from handbell.access.models import AuditEvent, StaffMember
from handbell.access.staff import choose_language
from handbell.console.audit.words import read_subject, say_detail, say_subject
from handbell.console.clock import say_date, say_day
from handbell.console.saying import say_cause, say_finding, say_reason, say_source
from handbell.console.settings.rules import limits
from handbell.console.templatetags.console import money, thousands
from handbell.console.words import CHANNELS, joined, say_kind
from handbell.policy.content import Draft, review
from handbell.reputation.words import pause_said
from handbell.scripts.operations import save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import (
    Channel,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
)
from tests.console.desk import message, signed_in, staff
from tests.world import Clinic, phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def spanish(clinic: Clinic) -> Client:
    return signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER, language="es"))


def test_a_person_s_own_language_goes_before_the_browser_s(clinic: Clinic) -> None:
    member = staff(clinic, language="es")
    answer = signed_in(member).get("/messages", headers={"accept-language": "en-US"})
    assert '<html lang="es">' in answer.content.decode()
    assert answer.headers["Content-Language"] == "es"
    assert "Mensajes" in answer.content.decode()


@pytest.mark.parametrize(
    ("asks", "language"),
    [("es-MX,es;q=0.9", "es"), ("en-US", "en"), ("fr, es;q=0.5", "es"), ("fr", "en"), ("", "en")],
)
def test_who_chose_none_gets_what_the_browser_asks(
    browser: Client, asks: str, language: str
) -> None:
    answer = browser.get("/", headers={"accept-language": asks})
    assert f'<html lang="{language}">' in answer.content.decode()
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_login_page_has_the_other_language_one_button_away(db: None) -> None:
    client = Client()
    assert "Español" in client.get("/login").content.decode()
    answer = client.post("/language", {"language": "es", "next": "/login?next=/messages"})
    assert answer.headers["Location"] == "/login?next=/messages"
    assert "Iniciar sesión" in client.get("/login").content.decode()
    assert "Sign in" not in client.get("/login").content.decode()


@pytest.mark.parametrize("place", ["https://elsewhere.example/", "//elsewhere.example"])
def test_the_button_leads_nowhere_else(db: None, place: str) -> None:
    answer = Client().post("/language", {"language": "es", "next": place})
    assert "elsewhere" not in answer.headers["Location"]


def test_somebody_chooses_their_language_and_reads_so_in_it(
    browser: Client, member: StaffMember
) -> None:
    answer = browser.post("/account/language", {"language": "es"}, follow=True)
    assert "Su idioma está guardado." in answer.content.decode()
    member.refresh_from_db()
    assert member.language == "es"
    event = AuditEvent.objects.get(staff=member)
    assert event.detail == {"change": "language", "to": "es"}
    answer = browser.post("/account/language", {"language": ""}, follow=True)
    assert "Your language is saved." in answer.content.decode()


def test_a_language_without_pages_is_refused(browser: Client, member: StaffMember) -> None:
    answer = browser.post("/account/language", {"language": "fr"}, follow=True)
    assert "Choose one of the languages" in answer.content.decode()
    member.refresh_from_db()
    assert member.language == ""
    with pytest.raises(ValueError, match="language"):
        choose_language(member, "fr", now=datetime.now(UTC))
    with pytest.raises(IntegrityError), transaction.atomic():
        StaffMember.objects.filter(pk=member.pk).update(language="fr")


def test_choosing_the_same_again_is_nothing_new(member: StaffMember) -> None:
    now = datetime.now(UTC)
    assert choose_language(member, "es", now=now)
    assert not choose_language(member, "es", now=now)
    assert AuditEvent.objects.count() == 1


def test_a_page_in_spanish_leaves_the_next_one_in_english(spanish: Client, browser: Client) -> None:
    before = translation.get_language()
    assert "Pacientes" in spanish.get("/patients").content.decode()
    assert "Patients" in browser.get("/patients").content.decode()
    assert translation.get_language() == before


def test_a_patient_s_page_keeps_the_patient_s_language(clinic: Clinic, spanish: Client) -> None:
    sent = message(clinic, clinic.patient(mobile="+12025550123"), state=MessageState.DELIVERED)
    answer = spanish.get(f"/v/{sent.code}", headers={"accept-language": "es"})
    assert answer.status_code == 200
    assert '<html lang="en">' in answer.content.decode()
    assert answer.headers.get("Content-Language") is None


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("/", "Qué sale hoy"),
        ("/patients", "Abra un paciente"),
        ("/messages", "Todos los mensajes"),
        ("/guidance", "Por qué aquí no se envía publicidad"),
        ("/settings", "Cómo trabaja Handbell"),
        ("/settings/engagement", "Modo de recordatorios actual"),
        ("/settings/scripts", "Cada texto pasa por el revisor antes de usarse"),
        ("/settings/practice", "Quién es su clínica para los pacientes"),
        ("/settings/facilities", "Dónde se realizan las citas"),
        ("/settings/senders", "Los números y las direcciones de los que salen los mensajes"),
        ("/settings/import", "Traiga pacientes, citas, saldos y consentimientos"),
        ("/schedule", "Quién viene cada día"),
        ("/balances", "Quién debe, desde cuándo"),
        ("/settings/staff", "Quién puede iniciar sesión"),
        ("/settings/staff/add", "Agregar a una persona"),
        ("/settings/staff/signing-in", "Todos necesitan un segundo factor"),
        ("/audit", "Registro de auditoría"),
        ("/account", "Cómo inicia sesión"),
        ("/account/password", "Su contraseña actual"),
        ("/messages/999999", "Esta página no está aquí"),
        ("/logout", "Esta dirección es de un botón"),
    ],
)
def test_every_page_speaks_spanish(spanish: Client, address: str, says: str) -> None:
    html = spanish.get(address).content.decode()
    assert says in html
    assert '<html lang="es">' in html


def test_a_door_that_is_shut_says_so_in_spanish(clinic: Clinic) -> None:
    client = signed_in(staff(clinic, language="es"))
    assert "Su nivel de permiso" in client.get("/audit").content.decode()


def test_a_form_sent_twice_late_is_explained_in_spanish(clinic: Clinic) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(staff(clinic, language="es"))
    answer = client.post("/account/language", {"language": "en"})
    assert answer.status_code == 403
    assert "Este formulario es demasiado antiguo" in answer.content.decode()


def test_a_patient_s_page_says_in_spanish_what_comes_and_why_not(
    clinic: Clinic, spanish: Client
) -> None:
    patient = clinic.patient("Lucía")
    clinic.sender(Channel.SMS)
    clinic.visit(patient, clinic.now + timedelta(days=2))
    html = spanish.get(f"/patients/{patient.pk}").content.decode()
    assert "Qué pasará ahora" in html
    assert "Nunca aceptó." in html
    assert "Visits ahead" not in html


def test_lists_say_in_spanish_why_a_reminder_does_not_go(clinic: Clinic, spanish: Client) -> None:
    patient = clinic.patient("Lucía", mobile=phone(1))
    clinic.sender(Channel.SMS)
    clinic.step(days=1)
    visit = clinic.visit(patient, clinic.now + timedelta(days=3))
    reason = in_spanish(lambda: say_reason(Objection.NO_CONSENT))
    assert reason.sentence in spanish.get(f"/schedule/visits/{visit.pk}").content.decode()


def test_a_mistake_in_a_form_is_mended_in_spanish(clinic: Clinic, spanish: Client) -> None:
    patient = clinic.patient("Lucía")
    answer = spanish.post(f"/patients/{patient.pk}/details", {"mobile": "12", "status": "active"})
    assert "Ese número de teléfono no existe." in answer.content.decode()
    answer = spanish.post("/settings/staff/add", {"level": "front_desk"})
    assert "Escriba el nombre de la persona" in answer.content.decode()


def test_numbers_in_forms_are_read_as_in_the_united_states(spanish: Client) -> None:
    form = {"balance_frequency": "every_month", "balance_at": "10:00", "balance_minimum": "7.50"}
    html = spanish.post("/settings/engagement/balances", form, follow=True).content.decode()
    assert "Los avisos de saldo" not in html or "error" not in html
    assert 'value="7.50"' in html
    assert 'value="10:00"' in html


def test_a_file_is_in_the_language_of_who_downloads_it(clinic: Clinic, spanish: Client) -> None:
    message(clinic, clinic.patient(), state=MessageState.DELIVERED)
    answer: Any = spanish.get("/messages/export.csv?from=&to=")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0].startswith("message,due_at")
    assert "Recordatorio,Mensaje de texto" in lines[1]
    assert translation.get_language() != "es"


def test_our_words_go_before_those_of_other_packages() -> None:
    assert in_spanish(lambda: gettext("Passkey")) == "Llave de acceso"


def in_spanish(say: Any) -> Any:
    with translation.override("es"):
        return say()


def test_days_and_numbers_are_written_as_people_write_them() -> None:
    assert in_spanish(lambda: say_day(date(2026, 11, 5), today=date(2026, 11, 1))) == "jue 5 nov"
    assert in_spanish(lambda: say_date(date(1980, 11, 5))) == "5 nov 1980"
    assert in_spanish(lambda: money(Decimal("1234.5"))) == "$1,234.50"
    assert in_spanish(lambda: money(Decimal("-3"))) == "−$3.00"
    assert in_spanish(lambda: thousands(12345)) == "12,345"


def test_words_are_joined_as_the_language_joins_them() -> None:
    words = [CHANNELS[Channel.SMS], CHANNELS[Channel.VOICE], CHANNELS[Channel.EMAIL]]
    assert joined(words) == "Text, Call and E-mail"
    assert in_spanish(lambda: joined(["a", "b", "c"])) == "a, b y c"
    assert joined([]) == ""
    kind = in_spanish(lambda: say_kind(Purpose.BALANCE_ALERT, Channel.EMAIL))
    assert kind == "Aviso de saldo por correo electrónico"


def test_what_other_rooms_say_is_said_in_spanish() -> None:
    told = in_spanish(lambda: say_reason(Objection.NO_CONSENT))
    assert told.sentence.startswith("el paciente no ha aceptado")
    assert in_spanish(lambda: say_cause("in person, by the patient")) == "en persona, el paciente"
    assert in_spanish(lambda: say_cause("550 5.1.1")) == "550 5.1.1"
    filtered = "Filtrado como no deseado (twilio respondió 30007)"
    assert in_spanish(lambda: pause_said("twilio answered 30007")) == filtered
    both = "se muda; de veras; twilio answered 30007"
    assert in_spanish(lambda: pause_said(both)) == f"se muda; de veras; f{filtered[1:]}"
    assert pause_said("twilio answered 99999") == "twilio answered 99999"
    source = "47 CFR 64.1200(f); carriers' filtering rules"
    said = "47 CFR 64.1200(f); reglas de filtrado de los operadores"
    assert in_spanish(lambda: say_source(source)) == said
    assert all("%" not in one.said for one in in_spanish(limits))


def test_a_text_that_waits_is_explained_in_spanish(clinic: Clinic, spanish: Client) -> None:
    save_script(
        practice_id=clinic.practice.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=Channel.SMS,
        language="en",
        text=Text(
            "{{ clinic }}: see you {{ date }} at {{ time }}. The choir sings old songs here."
        ),
        written_by="Noor Second",
    )
    html = spanish.get("/settings/scripts").content.decode()
    assert "En espera de una segunda persona" in html
    assert "what to bring, how to reach us" not in html
    assert "It is not clear" not in html


def test_what_the_guard_finds_is_said_in_spanish_with_the_words_it_means() -> None:
    draft = Draft(Purpose.APPOINTMENT_REMINDER, Channel.SMS, "{{ clinic }}: {{ sale }}")
    findings = review(draft).findings
    said = [one.why for one in in_spanish(lambda: [say_finding(one) for one in findings])]
    assert any("{{ sale }} no es una variable" in one for one in said)
    assert [say_finding(one).why for one in findings] == [one.why for one in findings]


def test_the_trail_is_told_in_spanish_and_asked_in_spanish() -> None:
    told = {"change": "password", "level": "front_desk", "may_run_reports": True, "x_y": None}
    said = "cambio: contraseña; nivel: recepción; puede generar informes: sí; x y: ninguno"
    assert in_spanish(lambda: say_detail(told)) == said
    contact = {"changed": ["language", "guardian mobile_phone"]}
    assert in_spanish(lambda: say_detail(contact)).endswith(": idioma, teléfono móvil (tutor)")
    assert in_spanish(lambda: say_subject("patient 12")) == "paciente 12"
    assert in_spanish(lambda: read_subject("paciente 12")) == "patient 12"
    assert in_spanish(lambda: read_subject("patient 12")) == "patient 12"
    assert read_subject("signing in") == "signing in"
    assert say_subject("something else") == "something else"


def test_english_months_are_three_letters_long() -> None:
    assert say_day(date(2026, 9, 1), today=date(2026, 9, 1)) == "Tue 1 Sep"
