"""Who reads scripts, who writes them, and that nobody meets another practice's."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from handbell.scripts.models import Script
from handbell.scripts.operations import save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, PermissionLevel, Purpose
from tests.console.desk import signed_in, staff
from tests.console.settings.scripts.words import (
    BALANCE,
    HONEST,
    OWING,
    REMINDER,
    TEXT,
    by_somebody,
    html_of,
    save,
)
from tests.world import Clinic

LEVELS_THAT_WRITE = (
    PermissionLevel.THERAPY_DIRECTOR,
    PermissionLevel.PRACTICE_ADMINISTRATOR,
    PermissionLevel.BUSINESS_OWNER,
)


class TestPermission:
    @pytest.mark.parametrize("level", PermissionLevel)
    @pytest.mark.parametrize("limited", [False, True])
    def test_everybody_reads_and_directors_write(
        self, clinic: Clinic, level: PermissionLevel, limited: bool
    ) -> None:
        browser = signed_in(staff(clinic, level, limit_messaging=limited))
        writes = level in LEVELS_THAT_WRITE and not limited
        page = html_of(browser.get(TEXT))
        assert ("Change the text" in page) is writes
        assert ("/edit" in html_of(browser.get("/settings/scripts"))) is writes
        expected = 200 if writes else 403
        assert browser.get(f"{TEXT}/edit").status_code == expected
        data = {"body": HONEST, "version": "0"}
        assert browser.post(f"{TEXT}/check", data).status_code == expected
        assert save(browser, HONEST).status_code == expected
        assert Script.objects.exists() is writes
        if writes:
            assert browser.post(f"{TEXT}/again/0", {"version": "1"}).status_code == 302
        else:
            assert browser.post(f"{TEXT}/again/0", {"version": "1"}).status_code == 403

    @pytest.mark.parametrize("level", LEVELS_THAT_WRITE)
    def test_whoever_has_no_financial_features_meets_no_balance_alert(
        self, clinic: Clinic, level: PermissionLevel
    ) -> None:
        browser = signed_in(staff(clinic, level, limit_financial=True))
        assert "Balance alert" not in html_of(browser.get("/settings/scripts"))
        data = {"body": OWING, "version": "0"}
        assert browser.get(BALANCE).status_code == 403
        assert browser.get(f"{BALANCE}/edit").status_code == 403
        for way in ("edit", "check", "again/0"):
            assert browser.post(f"{BALANCE}/{way}", data).status_code == 403
        assert browser.get(f"{TEXT}/edit").status_code == 200
        assert not Script.objects.exists()

    def test_nor_decides_about_one(self, clinic: Clinic) -> None:
        strange = f"{OWING} The choir sings old songs in the lobby."
        script = save_script(
            practice_id=clinic.practice.pk,
            purpose=Purpose.BALANCE_ALERT,
            channel=Channel.SMS,
            language="en",
            text=Text(strange),
            written_by="Noor Second",
        )
        assert script is not None
        limited = staff(clinic, PermissionLevel.BUSINESS_OWNER, limit_financial=True)
        browser = signed_in(limited)
        assert "choir" not in html_of(browser.get("/settings/scripts"))
        for way in ("approve", "decline"):
            assert browser.post(f"/settings/scripts/{script.pk}/{way}").status_code == 403
        owner = signed_in(staff(clinic, PermissionLevel.BUSINESS_OWNER))
        assert owner.post(f"/settings/scripts/{script.pk}/approve").status_code == 302

    @pytest.mark.parametrize(
        "address",
        [
            "/settings/scripts/newsletter/sms/en",
            f"{REMINDER}/fax/en",
            f"{REMINDER}/sms/xx",
            f"{REMINDER}/sms/en%00",
            "/settings/scripts/emergency_notice/sms/xx",
        ],
    )
    def test_what_is_no_script_is_not_there(self, writer: Client, address: str) -> None:
        assert writer.get(address).status_code == 404
        assert writer.get(f"{address}/edit").status_code == 404
        assert writer.post(f"{address}/check").status_code == 404

    def test_another_practices_versions_are_not_seen_or_used(self, writer: Client) -> None:
        other = Clinic(now=datetime.now(UTC))
        by_somebody(other, HONEST)
        page = html_of(writer.get(TEXT))
        assert "side door" not in page
        assert "Version 1" not in page
        assert writer.post(f"{TEXT}/again/1", {"version": "0"}).status_code == 404
        assert not Script.objects.exclude(practice=other.practice).exists()

    def test_the_list_names_no_other_practices_text(self, writer: Client) -> None:
        by_somebody(Clinic(now=datetime.now(UTC)), HONEST)
        assert "side door" not in html_of(writer.get("/settings/scripts"))

    def test_the_list_asks_as_much_however_many_versions_there_are(
        self, clinic: Clinic, writer: Client, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(12):
            by_somebody(clinic, f"{HONEST} Door {number}.")
        with django_assert_max_num_queries(16):
            assert "Door 11" in html_of(writer.get("/settings/scripts"))

    def test_the_signs_of_html_are_shown_as_signs(self, clinic: Clinic, writer: Client) -> None:
        body = "{{ clinic }}: see you {{ date }} at {{ time }} & please be on time."
        by_somebody(clinic, body)
        assert escape(body) in writer.get(TEXT).content.decode()
