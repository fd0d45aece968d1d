"""Who wrote the texts that a practice.toml brought in by the browser?"""

import pytest
from django.test import Client

from handbell.access.models import StaffMember
from handbell.scripts.models import Script
from handbell.vocabulary.words import PermissionLevel
from tests.console.desk import staff
from tests.console.settings.imports.by_hand import asked, file, sent
from tests.world import Clinic


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)


def test_a_text_in_the_files_has_the_importer_s_login_as_its_author(
    clinic: Clinic, member: StaffMember, browser: Client
) -> None:
    text = "{{ clinic }}: see you {{ date }} at {{ time }}. The giraffe juggles bananas."
    toml = (
        f'name = "{clinic.practice.name}"\nslug = "{clinic.practice.slug}"\n'
        f'[scripts.appointment_reminder]\nsms = "{text}"\n'
    )
    run = asked(browser, sent(browser, file(toml, "practice.toml")), "check")
    asked(browser, run, "start")
    script = Script.objects.get()
    assert (script.author, script.approval) == (member, "awaiting")
