"""Every version is kept: who, when, what changed, and a way back that passes the guard again."""

import re
from typing import Any

from django.db import connection
from django.test import Client

from handbell.access.models import AuditEvent
from handbell.scripts.models import Script
from handbell.scripts.operations import approve_script, decline_script
from handbell.scripts.queries import texts_of
from handbell.scripts.starting_texts import STARTING_TEXTS
from handbell.vocabulary.words import AuditAct
from tests.console.settings.scripts.words import (
    HONEST,
    KEY,
    OFFER,
    STRANGE,
    TEXT,
    by_somebody,
    html_of,
)
from tests.world import Clinic


def again(browser: Client, number: int, *, version: int) -> Any:
    return browser.post(f"{TEXT}/again/{number}", {"version": str(version)}, follow=True)


def heads(html: str) -> list[tuple[str, str]]:
    """Return each version's head with its state, in the order shown."""
    found = re.findall(
        r'<div class="history-head">\s*<h3>([^<]+)</h3>.*?</svg>([^<]+)<', html, re.DOTALL
    )
    return [(head, state.strip()) for head, state in found]


def test_a_practice_without_its_own_text_has_the_starting_one(writer: Client) -> None:
    assert heads(html_of(writer.get(TEXT))) == [("The text Handbell starts with", "In use")]


def test_each_version_says_what_became_of_it(clinic: Clinic, writer: Client) -> None:
    practice, now = clinic.practice.pk, clinic.now
    declined = by_somebody(clinic, STRANGE)
    decline_script(declined.pk, practice_id=practice, by="Ola Third", now=now)
    by_somebody(clinic, HONEST)
    approved = by_somebody(clinic, STRANGE)
    approve_script(approved.pk, practice_id=practice, by="Ola Third", now=now)
    by_somebody(clinic, STRANGE + " And a band.")
    by_somebody(clinic, STRANGE + " And two bands.")
    html = html_of(writer.get(TEXT))
    assert heads(html) == [
        ("Version 5", "Waiting for a second person"),
        ("Version 4", "Replaced before anybody approved it"),
        ("Version 3", "In use"),
        ("Version 2", "Earlier"),
        ("Version 1", "Declined"),
        ("The text Handbell starts with", "Earlier"),
    ]
    assert "Written by Noor Second" in html
    assert "declined by Ola Third" in html
    assert "approved by Ola Third" in html


def test_what_changed_is_shown_in_words(clinic: Clinic, writer: Client) -> None:
    by_somebody(clinic, HONEST)
    by_somebody(clinic, HONEST.replace("side", "blue"))
    html = html_of(writer.get(TEXT))
    assert "removed: </span>side</del>" in html
    assert "added: </span>blue</ins>" in html


def test_an_earlier_text_used_again_is_a_new_version(clinic: Clinic, writer: Client) -> None:
    by_somebody(clinic, HONEST)
    by_somebody(clinic, HONEST.replace("side", "blue"))
    answer = again(writer, 1, version=2)
    assert "Version 3 is in use" in html_of(answer)
    assert texts_of(clinic.practice.pk)[KEY].body == HONEST
    assert Script.objects.count() == 3
    assert AuditEvent.objects.filter(act=AuditAct.SCRIPT_SAVED).count() == 3


def test_so_is_the_starting_text(clinic: Clinic, writer: Client) -> None:
    by_somebody(clinic, HONEST)
    again(writer, 0, version=1)
    assert texts_of(clinic.practice.pk)[KEY] == STARTING_TEXTS[KEY]
    assert Script.objects.count() == 2


def test_a_text_the_guard_refuses_now_does_not_come_back(clinic: Clinic, writer: Client) -> None:
    by_somebody(clinic, HONEST)
    by_somebody(clinic, HONEST.replace("side", "blue"))
    with connection.cursor() as cursor:  # written before the guard knew better
        cursor.execute("UPDATE scripts_script SET body = %s WHERE version = 1", [OFFER])
    answer = again(writer, 1, version=2)
    assert answer.status_code == 422
    assert "20% off" in html_of(answer)
    assert Script.objects.count() == 2
    assert AuditEvent.objects.filter(act=AuditAct.SCRIPT_REFUSED).count() == 1


def test_nor_over_what_somebody_saved_meanwhile(clinic: Clinic, writer: Client) -> None:
    by_somebody(clinic, HONEST)
    by_somebody(clinic, HONEST.replace("side", "blue"))
    answer = again(writer, 0, version=1)
    assert answer.status_code == 409
    assert "saved version 2 while you were writing" in html_of(answer)
    assert Script.objects.count() == 2


def test_a_version_there_never_was_is_not_there(writer: Client) -> None:
    assert again(writer, 7, version=0).status_code == 404


def test_versions_are_turned_a_page_at_a_time(
    clinic: Clinic, writer: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(1, 14):
        by_somebody(clinic, f"{HONEST} Door {number}.")
    with django_assert_max_num_queries(20):
        first = html_of(writer.get(TEXT))
    assert [head for head, _ in heads(first)] == [f"Version {n}" for n in range(13, 3, -1)]
    assert f"{TEXT}?before=4" in first
    rest = heads(html_of(writer.get(f"{TEXT}?before=4")))
    assert [head for head, _ in rest] == [
        *("Version 3", "Version 2", "Version 1"),
        "The text Handbell starts with",
    ]
    for wrong in ("x", "-1", "9" * 40, ""):
        assert writer.get(f"{TEXT}?before={wrong}").status_code == 200


def test_the_front_desk_reads_them_and_brings_none_back(clinic: Clinic, browser: Client) -> None:
    by_somebody(clinic, HONEST)
    html = html_of(browser.get(TEXT))
    assert "Version 1" in html
    assert "Use this text again" not in html
