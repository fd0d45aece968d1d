"""A text the guard does not recognise waits for a second person, and only for a second one."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from handbell.access.models import StaffMember
from handbell.channels.gateway import SmsContent
from handbell.policy.content import FindingKind, Part
from handbell.scripts.models import Script
from handbell.scripts.operations import (
    NotYoursToDecide,
    ScriptFlaw,
    approve_script,
    decline_script,
    pause_scripts,
    save_script,
)
from handbell.scripts.queries import (
    awaiting_scripts,
    paused_scripts,
    review_script,
    texts_of,
)
from handbell.scripts.starting_texts import STARTING_TEXTS, Text
from handbell.vocabulary.words import Channel, Purpose
from tests.console.desk import staff
from tests.handed import TEN, offer, ready
from tests.importers.folder import PRACTICE, bring
from tests.world import Clinic

pytestmark = pytest.mark.django_db

REMINDER, SMS = Purpose.APPOINTMENT_REMINDER, Channel.SMS
PLAIN = "{{ clinic }}: {{ first_name }}, see you {{ date }} at {{ time }}."
ODD = PLAIN + " The giraffe juggles bananas."
OFFER = PLAIN + " 20% off massage this week."


def save(clinic: Clinic, body: str, *, by: StaffMember | str = "Nora") -> Script:
    script = save_script(
        practice_id=clinic.practice.pk,
        purpose=REMINDER,
        channel=SMS,
        language="en",
        text=Text(body),
        written_by=by,
    )
    assert script is not None
    return script


def in_use(clinic: Clinic) -> str:
    return texts_of(clinic.practice.pk)[REMINDER, SMS, "en"].body


def approve(clinic: Clinic, script: Script, *, by: StaffMember | str) -> Script:
    return approve_script(script.pk, practice_id=clinic.practice.pk, by=by, now=TEN)


def test_a_held_text_is_kept_and_not_used_until_another_person_approves() -> None:
    clinic = ready()
    script = save(clinic, ODD)
    assert script.approval == "awaiting"
    assert in_use(clinic) == STARTING_TEXTS[REMINDER, SMS, "en"].body
    assert awaiting_scripts(clinic.practice.pk) == [script]

    approve(clinic, script, by="Omar")

    assert in_use(clinic) == ODD
    assert awaiting_scripts(clinic.practice.pk) == []
    (offered,) = offer(clinic)
    assert isinstance(offered.content, SmsContent)
    assert offered.content.text.endswith("juggles bananas.")


@pytest.mark.parametrize("by", ["Nora", " nora ", ""])
def test_its_author_or_nobody_cannot_approve_it(by: str) -> None:
    clinic = Clinic()
    script = save(clinic, ODD)
    with pytest.raises(NotYoursToDecide):
        approve(clinic, script, by=by)
    with pytest.raises(IntegrityError, match="script_"), transaction.atomic():
        Script.objects.update(approval="approved", decided_by="Nora", decided_at=TEN)


def test_a_new_name_makes_nobody_a_second_person() -> None:
    clinic = Clinic()
    author = staff(clinic, name="Nora Elm")
    script = save(clinic, ODD, by=author)
    author.name = "Omar Elm"
    author.save()
    with pytest.raises(NotYoursToDecide, match="other than its author"):
        approve(clinic, script, by=author)
    with pytest.raises(IntegrityError, match="script_approved"), transaction.atomic():
        Script.objects.update(
            approval="approved", decided_by="Omar Elm", decider=author, decided_at=TEN
        )
    assert decline_script(script.pk, practice_id=clinic.practice.pk, by=author, now=TEN)


def test_two_people_of_one_name_are_two() -> None:
    clinic = Clinic()
    author, other = staff(clinic), staff(clinic)
    assert author.name == other.name
    script = approve(clinic, save(clinic, ODD, by=author), by=other)
    assert in_use(clinic) == ODD
    assert (script.author, script.decider) == (author, other)


def test_where_the_author_has_no_login_names_are_compared() -> None:
    clinic = Clinic()
    nora, omar = staff(clinic, name="Nora"), staff(clinic, name="Omar")
    script = save(clinic, ODD, by="nora ")
    with pytest.raises(NotYoursToDecide, match="other than its author"):
        approve(clinic, script, by=nora)
    assert approve(clinic, script, by=omar).approval == "approved"


def test_a_declined_text_is_never_used_and_a_decision_is_made_once() -> None:
    clinic = Clinic()
    script = save(clinic, ODD)
    decline_script(script.pk, practice_id=clinic.practice.pk, by="Nora", now=TEN)
    assert in_use(clinic) == STARTING_TEXTS[REMINDER, SMS, "en"].body
    with pytest.raises(NotYoursToDecide):
        approve(clinic, script, by="Omar")


def test_another_practices_script_cannot_be_decided() -> None:
    script = save(Clinic(), ODD)
    with pytest.raises(Script.DoesNotExist):
        approve(Clinic(), script, by="Omar")


def test_a_newer_version_takes_the_place_of_one_that_waits() -> None:
    clinic = Clinic()
    save(clinic, ODD)
    save(clinic, PLAIN)
    assert in_use(clinic) == PLAIN
    assert awaiting_scripts(clinic.practice.pk) == []


def test_a_pause_is_lifted_by_approval_not_by_saving() -> None:
    clinic = Clinic()
    pause_scripts(
        practice_id=clinic.practice.pk, purpose=REMINDER, channel=SMS, reason="30007", now=TEN
    )
    script = save(clinic, ODD)
    assert paused_scripts(clinic.practice.pk)
    approve(clinic, script, by="Omar")
    assert not paused_scripts(clinic.practice.pk)


def test_a_version_that_was_replaced_is_not_approved_and_lifts_no_pause() -> None:
    clinic = Clinic()
    replaced = save(clinic, ODD)
    save(clinic, PLAIN)
    pause_scripts(
        practice_id=clinic.practice.pk, purpose=REMINDER, channel=SMS, reason="30007", now=TEN
    )
    with pytest.raises(NotYoursToDecide, match="a newer version was saved"):
        approve(clinic, replaced, by="Omar")
    assert paused_scripts(clinic.practice.pk)
    assert in_use(clinic) == PLAIN
    declined = decline_script(replaced.pk, practice_id=clinic.practice.pk, by="Omar", now=TEN)
    assert declined.approval == "declined"


def test_what_is_refused_cannot_even_wait() -> None:
    with pytest.raises(ScriptFlaw, match="offer something") as flaw:
        save(Clinic(), OFFER)
    (one, *_) = flaw.value.places
    assert OFFER[one.start : one.end].startswith("20% off")
    assert not Script.objects.exists()


def test_the_editor_gets_places_in_subject_and_body() -> None:
    clinic = Clinic()
    found = review_script(
        practice_id=clinic.practice.pk,
        purpose=REMINDER,
        channel=Channel.EMAIL,
        subject="Your visit and a free gift",
        body="{{ clinic }}: {{ date }}",
    )
    kinds = {(one.part, one.kind) for one in found.findings}
    assert kinds == {(Part.SUBJECT, FindingKind.REFUSE), (Part.TEXT, FindingKind.FIX)}


def test_the_practices_own_domain_and_payment_page_are_its_own() -> None:
    clinic = Clinic()
    clinic.practice.payment_url = "https://pay.example/harbor"
    clinic.practice.save()
    save(clinic, PLAIN + " Directions: https://harborpt.example/map")
    save(clinic, PLAIN + " https://pay.example/harbor")
    with pytest.raises(ScriptFlaw, match="own site"):
        save(clinic, PLAIN + " https://other.example/map")


def test_practice_toml_says_that_a_text_waits(tmp_path: Path) -> None:
    text = f'[scripts.appointment_reminder]\nsms = "{ODD}"\n'
    report = bring(tmp_path, {"practice.toml": PRACTICE + text})
    assert not report.flaws
    notes = [note for file in report.files for note in file.notes]
    assert any("awaits a second person's approval" in note for note in notes)
