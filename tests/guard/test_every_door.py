"""Volume is content too: can anybody send one free text to many people?

Every door is tried, and each is shut by construction: there is no column, key, resource, option,
field or address that takes the words of a message; words come from a script of one of three
purposes, reviewed when saved and once more, with its values, when it leaves.
"""

import importlib
import pkgutil
from dataclasses import fields
from pathlib import Path

import click
import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import get_resolver

from handbell import console
from handbell.channels.addresses import ROUTES
from handbell.commands.main import COMMANDS, cli
from handbell.facts.models import Patient
from handbell.importers.csv.columns import COLUMNS
from handbell.importers.fhir.parse import READERS
from handbell.outbox.models import Attempt, Message
from handbell.outbox.operations import NewMessage
from handbell.policy.content.shape import REQUIRED, VARIABLES
from handbell.scripts.models import Script
from handbell.scripts.operations import ScriptFlaw, save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, PermissionLevel, Purpose
from tests.console.desk import signed_in, staff
from tests.guard.corpus import Sample, samples
from tests.handed import offer, ready
from tests.importers.folder import PRACTICE, WHOLE, bring
from tests.law.test_every_route_is_guarded import addresses
from tests.outbox.rows import put
from tests.world import Clinic

pytestmark = pytest.mark.django_db

BLAST = "Harbor PT: 20% off massage this week. Bring a friend!"
WORDS = {"text", "body", "message", "content", "words", "subject", "html", "template", "bulk"}


def held_back() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("state", "objection"))


class TestTheOutbox:
    """Whoever writes rows directly has no place for words, and none for a message of nothing."""

    def test_a_message_has_no_words_of_its_own(self) -> None:
        columns = {field.name for field in Message._meta.get_fields()}
        assert not columns & WORDS
        assert not {field.name for field in fields(NewMessage)} & WORDS

    def test_there_is_no_fourth_purpose(self) -> None:
        with pytest.raises(IntegrityError, match="message_purpose_known"), transaction.atomic():
            put(Clinic(), purpose="marketing")
        assert set(VARIABLES) == set(REQUIRED) == set(Purpose)
        assert len(Purpose) == 3

    @pytest.mark.parametrize(
        "columns",
        [
            {"purpose": "appointment_reminder"},  # of no visit
            {"subject_id": None},
            {"patient_id": None, "patient": None},
        ],
    )
    def test_no_message_without_its_subject(self, columns: dict[str, object]) -> None:
        clinic = Clinic()
        message = put(clinic)
        changed = {key: value for key, value in columns.items() if key != "patient"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.filter(pk=message.pk).update(**changed)

    def test_one_touch_once_however_often_it_is_written(self) -> None:
        clinic = Clinic()
        message = put(clinic)
        with pytest.raises(IntegrityError, match="message_once_per_touch"), transaction.atomic():
            put(clinic, patient=message.patient, subject_id=message.subject_id)

    def test_a_script_of_no_purpose_cannot_be_written_even_in_sql(self) -> None:
        clinic = Clinic()
        with pytest.raises(IntegrityError, match="script_purpose_known"), transaction.atomic():
            Script.objects.create(
                practice=clinic.practice,
                purpose="newsletter",
                channel="sms",
                language="en",
                version=1,
                body=BLAST,
            )

    def test_a_script_written_past_the_guard_is_stopped_when_it_would_leave(self) -> None:
        clinic = ready(patients=3)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO scripts_script (practice_id, purpose, channel, language, version,"
                " subject, body, written_by, created_at, approval, decided_by)"
                " VALUES (%s, 'appointment_reminder', 'sms', 'en', 9, '', %s, '', now(),"
                " 'not_needed', '')",
                [clinic.practice.pk, BLAST],
            )
        assert offer(clinic) == []
        assert held_back() == {("withheld", "content")}
        assert not Attempt.objects.exists()


class TestScripts:
    """The only words are scripts, and each passes the guard."""

    @pytest.mark.parametrize("channel", Channel)
    @pytest.mark.parametrize("purpose", Purpose)
    def test_a_blast_is_saved_for_no_purpose_on_no_channel(
        self, purpose: Purpose, channel: Channel
    ) -> None:
        with pytest.raises(ScriptFlaw) as flaw:
            save(Clinic(), purpose, channel, BLAST)
        assert any(one.rule.startswith("promotion.") for one in flaw.value.places)
        assert not Script.objects.exists()

    @pytest.mark.parametrize(
        "sample",
        [one for one in samples("heldout") if one.label.value == "refuse"],
        ids=lambda one: one.id,
    )
    def test_no_text_that_must_not_leave_is_saved(self, sample: Sample) -> None:
        with pytest.raises(ScriptFlaw):
            save(Clinic(), sample.draft.purpose, sample.draft.channel, sample.draft.text)

    def test_a_blast_behind_an_honest_reminder_is_not_saved(self) -> None:
        honest = "{{ clinic }}: {{ first_name }}, see you {{ date }} at {{ time }}. "
        with pytest.raises(ScriptFlaw):
            save(Clinic(), Purpose.APPOINTMENT_REMINDER, Channel.SMS, honest + BLAST)


def save(clinic: Clinic, purpose: Purpose, channel: Channel, body: str) -> Script | None:
    subject = "About your visit" if channel is Channel.EMAIL else ""
    return save_script(
        practice_id=clinic.practice.pk,
        purpose=purpose,
        channel=channel,
        language="en",
        text=Text(body, subject),
        written_by="Nora",
    )


class TestValues:
    """What fills the blanks comes from the clinic's own system; it is looked at when it leaves."""

    @pytest.mark.parametrize("name", ["Ana, 20% off this week", "Get a free massage", "bit.ly/x9"])
    def test_a_promotion_as_a_first_name_does_not_leave(self, name: str) -> None:
        clinic = ready(patients=2)
        Patient.objects.update(first_name=name)
        assert offer(clinic) == []
        assert held_back() == {("withheld", "content")}

    @pytest.mark.parametrize(
        "name", ["Sale", "Promo", "Free", "Gift", "Mary Free", "Jo-Ann", "Pat10", "Ann33"]
    )
    def test_a_patient_called_so_gets_the_reminder(self, name: str) -> None:
        clinic = ready()
        Patient.objects.update(first_name=name)
        (offered,) = offer(clinic)
        assert name in str(offered.content)

    @pytest.mark.parametrize("channel", Channel)
    @pytest.mark.parametrize("name", ["20% off massage all week", "Refer a friend and win $50"])
    def test_a_promotion_as_the_practices_name_does_not_leave(
        self, channel: Channel, name: str
    ) -> None:
        clinic = ready(channel)
        clinic.practice.name = name
        clinic.practice.save()
        assert offer(clinic) == []
        assert held_back() == {("withheld", "content")}

    @pytest.mark.parametrize(
        ("column", "value"),
        [("name", "Main, ask about our special offers"), ("address", "Free massage with code X9")],
    )
    def test_a_promotion_as_a_facility_does_not_leave(self, column: str, value: str) -> None:
        clinic = ready(Channel.EMAIL)
        setattr(clinic.facility, column, value)
        clinic.facility.save()
        assert offer(clinic) == []
        assert held_back() == {("withheld", "content")}

    @pytest.mark.parametrize("channel", Channel)
    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize("name", ["Freedom Physical Therapy", "The Special Care Center"])
    def test_an_honest_name_stops_nothing(self, channel: Channel, language: str, name: str) -> None:
        clinic = ready(channel)
        clinic.practice.name = name
        clinic.practice.save()
        Patient.objects.update(language=language)
        assert len(offer(clinic)) == 1


class TestImports:
    """A clinic's files carry facts; nothing in them becomes the words of a message."""

    def test_no_column_takes_words(self) -> None:
        known = {column.name for columns in COLUMNS.values() for column in columns}
        assert not known & WORDS

    def test_a_column_with_a_text_is_left_alone(self, tmp_path: Path) -> None:
        head, *rows = WHOLE["patients.csv"].splitlines()
        blast = "\n".join([f"{head},message", *(f"{row},{BLAST}" for row in rows)])
        bring(tmp_path, WHOLE | {"patients.csv": blast})
        assert not any(BLAST in line for line in everything_stored())

    def test_fhir_has_no_reader_for_messages(self) -> None:
        assert not set(READERS) & {"Communication", "CommunicationRequest", "Task", "Basic"}

    def test_an_hl7_note_becomes_nothing(self, tmp_path: Path) -> None:
        message = "\r".join(
            [
                "MSH|^~\\&|EMR|HARBOR|HB|HB|202611020900||SIU^S12^SIU_S12|7|P|2.5.1",
                "SCH||A9||||Visit||||30|MIN|^^^202611100900",
                f"NTE|1||{BLAST}",
                "PID|1||1^^^EMR||Quill^Ada||19800203|F",
                "AIL|1||MAIN",
            ]
        )
        bring(tmp_path, WHOLE | {"visits.hl7": message})
        assert not any(BLAST in line for line in everything_stored())

    def test_practice_toml_takes_scripts_of_three_purposes_through_the_guard(
        self, tmp_path: Path
    ) -> None:
        blast = f'[scripts.newsletter]\nsms = "{BLAST}"\n[scripts.balance_alert]\nsms = "{BLAST}"\n'
        report = bring(tmp_path, {"practice.toml": PRACTICE + blast})
        assert len(report.flaws) == 2
        assert not Script.objects.exists()


def everything_stored() -> list[str]:
    """Return every row of every table of ours as text."""
    tables = [
        model._meta.db_table
        for model in apps.get_models()
        if model._meta.app_label in {"access", "facts", "outbox", "scripts", "receipts"}
    ]
    rows = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"SELECT one::text FROM {table} one")
            rows += [row[0] for row in cursor.fetchall()]
    return rows


class TestPagesAndMachines:
    """Pages and webhooks: nothing to write in, and nothing that sends."""

    def test_no_form_of_the_console_takes_words(self) -> None:
        found = pkgutil.walk_packages(console.__path__, f"{console.__name__}.")
        modules = [importlib.import_module(one.name) for one in found if "forms" in one.name]
        assert modules
        kinds = [k for one in modules for k in vars(one).values() if hasattr(k, "base_fields")]
        named = {name for kind in kinds for name in kind.base_fields}
        # The editor of a script saves through the guard; it is no form for a message.
        assert not named & (WORDS - {"subject", "body", "text"})

    @pytest.mark.parametrize("purpose", Purpose)
    @pytest.mark.parametrize("channel", Channel)
    @pytest.mark.parametrize("way", ["edit", "check", "again/0", "again/1"])
    def test_the_editor_saves_a_blast_for_nobody_and_sends_nothing(
        self, purpose: Purpose, channel: Channel, way: str
    ) -> None:
        clinic = ready()
        owner = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
        place = f"/settings/scripts/{purpose.value}/{channel.value}/en/{way}"
        for version in ("0", "1", "x"):
            fields = {"body": BLAST, "subject": BLAST, "version": version, "to": "everybody"}
            answer = owner.post(place, fields)
            assert answer.status_code in {200, 302, 404, 422}
        # Neither kept nor on its way; what is recorded of a refusal are rules, not words.
        assert not Script.objects.exists()
        assert not any("Bring a friend" in line for line in everything_stored())
        assert Message.objects.count() == 1
        assert not Attempt.objects.exists()

    def test_a_script_goes_only_to_those_a_reminder_is_due_to(self) -> None:
        clinic = ready(patients=2)
        for number in range(3, 9):
            clinic.patient(mobile=f"+1202555010{number}", consents=[Channel.SMS])  # no visit
        owner = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
        words = "{{ clinic }}: see you {{ date }} at {{ time }}."
        answer = owner.post(
            "/settings/scripts/appointment_reminder/sms/en/edit", {"body": words, "version": "0"}
        )
        assert answer.status_code == 302
        assert Message.objects.count() == 2
        assert len(offer(clinic)) == 2

    def test_webhooks_take_reports_and_replies_and_send_nothing(self, client: Client) -> None:
        ready()
        for route in ROUTES.values():
            answer = client.post(
                f"/hooks/twilio/{route}", {"Body": BLAST, "To": "+12025550101", "From": "+1202555"}
            )
            assert answer.status_code in {400, 403, 404}
        assert not Attempt.objects.filter(text__contains="massage").exists()

    def test_a_patients_link_sends_nothing(self, client: Client) -> None:
        ready()
        code = Message.objects.get().code
        for page in ("", "/confirm", "/stop"):
            client.post(f"/v/{code}{page}", {"message": BLAST, "text": BLAST})
        assert not any(BLAST in line for line in everything_stored())

    def test_no_address_is_named_for_sending(self) -> None:
        routes = [route for route, _ in addresses(get_resolver().url_patterns)]
        doors = {"send", "broadcast", "campaign", "blast", "compose", "bulk"}
        found = [route for route in routes if doors & set(route.replace("/", " ").split())]
        # Its words belong to one closure, the guard has read them, and only who is booked is told.
        assert found == ["emergency/<int:closure_id>/words/<slug:kind>/<slug:channel>/send"]


class TestCommands:
    """The command line: no command and no option takes a message to send."""

    @pytest.mark.parametrize("name", COMMANDS)
    def test_no_option_takes_words(self, name: str) -> None:
        context = click.Context(cli)
        command = cli.get_command(context, name) if isinstance(cli, click.Group) else None
        assert command is not None
        # What `handbell emergency words` is given goes past the guard, as on the page.
        reviewed = {"subject", "text"} if name == "emergency" else {"template"}
        assert not {option.name for option in command.params} & (WORDS - reviewed)


class TestManyAtOnce:
    """What one sender's queue holds is each of its own subject."""

    def test_patients_with_no_subject_in_common_get_texts_of_their_own_visits_only(self) -> None:
        clinic = ready(patients=5)
        for number in range(6, 9):
            clinic.patient(mobile=f"+1202555010{number}", consents=[Channel.SMS])  # no visit
        offered = offer(clinic)
        assert len(offered) == 5
        subjects = Message.objects.values_list("appointment_id", flat=True)
        assert len(set(subjects)) == 5
