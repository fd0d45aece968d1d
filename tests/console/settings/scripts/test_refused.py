"""Refused this month: counted once a try, told to directors, without the words."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from handbell.access.audit import record
from handbell.access.models import StaffMember
from handbell.console.settings.scripts.refused import read_refused, refused_this_month
from handbell.scripts.operations import ScriptFlaw
from handbell.vocabulary.words import AuditAct, MessageState, Objection, PermissionLevel, Purpose
from tests.console.desk import message, signed_in, staff
from tests.console.settings.scripts.words import OFFER, by_somebody, html_of
from tests.world import Clinic

LADDER = list(PermissionLevel)


def refuse(clinic: Clinic, at: datetime, *rules: str) -> None:
    record(
        AuditAct.SCRIPT_REFUSED,
        practice_id=clinic.practice.pk,
        by="practice.toml",
        detail={"rules": list(rules)},
        now=at,
    )


def test_a_month_is_the_practices_own(clinic: Clinic, director: StaffMember) -> None:
    # 1 November in New York begins at 04:00 UTC.
    refuse(clinic, datetime(2026, 11, 1, 3, 59, tzinfo=UTC), "promotion.offer")
    refuse(clinic, datetime(2026, 11, 1, 4, 0, tzinfo=UTC), "promotion.offer", "link.foreign")
    refuse(clinic, datetime(2026, 11, 9, 4, 0, tzinfo=UTC), "promotion.offer")
    refuse(Clinic(), datetime(2026, 11, 9, 4, 0, tzinfo=UTC), "promotion.offer")
    found = read_refused(director, now=datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert found.counts.texts == 2
    assert [(rule.count, rule.anchor) for rule in found.rules] == [(2, "instead"), (1, "never")]


def test_an_import_that_is_refused_is_counted_too(clinic: Clinic, director: StaffMember) -> None:
    with pytest.raises(ScriptFlaw):
        by_somebody(clinic, OFFER, by="practice.toml")
    assert refused_this_month(director, now=datetime.now(UTC)).texts == 1


def test_messages_that_did_not_leave_for_their_words_are_counted(clinic: Clinic) -> None:
    patient = clinic.patient()
    for purpose in (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT):
        message(
            clinic,
            patient,
            purpose=purpose,
            state=MessageState.WITHHELD,
            objection=Objection.CONTENT,
        )
    message(clinic, patient, state=MessageState.WITHHELD)
    director = staff(clinic, PermissionLevel.THERAPY_DIRECTOR)
    limited = staff(clinic, PermissionLevel.THERAPY_DIRECTOR, limit_financial=True)
    assert refused_this_month(director, now=clinic.now).messages == 2
    assert refused_this_month(limited, now=clinic.now).messages == 1
    html = html_of(signed_in(director).get("/settings/scripts/refused"))
    assert ">2 messages<" in html
    assert "reason=content" in html
    assert "and 2 finished messages held back for their words" in html_of(
        signed_in(director).get("/")
    )


@pytest.mark.parametrize("level", PermissionLevel)
@pytest.mark.parametrize("modifier", ["", "limit_messaging", "limit_financial"])
def test_directors_and_above_see_the_number(
    clinic: Clinic, level: PermissionLevel, modifier: str
) -> None:
    refuse(clinic, datetime.now(UTC), "promotion.offer")
    columns: dict[str, Any] = {modifier: True} if modifier else {}
    browser = signed_in(staff(clinic, level, **columns))
    sees = LADDER.index(level) >= LADDER.index(PermissionLevel.THERAPY_DIRECTOR)
    for page in ("/", "/today/live"):
        assert ("Refused this month: 1 text<" in html_of(browser.get(page))) is sees
    answer = browser.get("/settings/scripts/refused")
    assert answer.status_code == (200 if sees else 403)
    assert ("/settings/scripts/refused" in html_of(browser.get("/settings/scripts"))) is sees
    if sees:
        audit = LADDER.index(level) >= LADDER.index(PermissionLevel.PRACTICE_ADMINISTRATOR)
        assert ("/audit?act=script_refused" in html_of(answer)) is audit


def test_an_empty_month_teaches(writer: Client) -> None:
    html = html_of(writer.get("/settings/scripts/refused"))
    assert "Nothing was refused" in html
    assert "/guidance#marketing" in html
    assert "Refused this month: 0 texts" in html_of(writer.get("/"))


def test_a_new_refusal_refreshes_today(clinic: Clinic, writer: Client) -> None:
    address = re.findall(r'hx-get="(/today/live[^"]+)"', html_of(writer.get("/")))[0]
    assert writer.get(address).status_code == 204
    refuse(clinic, datetime.now(UTC), "promotion.offer")
    assert writer.get(address).status_code == 200


def test_it_asks_as_much_however_much_was_refused(
    clinic: Clinic, writer: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(10):
        refuse(
            clinic, datetime.now(UTC) - timedelta(seconds=number), "promotion.offer", f"x.{number}"
        )
    with django_assert_max_num_queries(13):
        assert "10 tries to save a text" in html_of(writer.get("/settings/scripts/refused"))
