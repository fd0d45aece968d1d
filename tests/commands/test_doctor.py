"""`handbell doctor` and `handbell migrate`: what is wrong is said with what repairs it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

CHECKOUT = Path(__file__).parent.parent.parent

pytestmark = pytest.mark.slow


def handbell(*words: str, home: Path, **settings: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "handbell.commands.main", *words],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "HANDBELL_HOME": str(home), **settings},
        capture_output=True,
        text=True,
        check=False,
    )


def found(done: "subprocess.CompletedProcess[str]") -> dict[str, dict[str, Any]]:
    """Return the doctor's findings by name; of two of one name, one that is wrong."""
    findings = json.loads(done.stdout)["findings"]
    return {one["check"]: one for one in sorted(findings, key=lambda one: not one["ok"])}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private / "var"


def test_a_new_checkout_is_well_before_its_first_start(home: Path) -> None:
    done = handbell("doctor", home=home)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("All is well.\n")
    assert "not running now, started for this check" in done.stdout


def test_a_database_without_worker_and_with_a_stranded_sender_is_said(
    home: Path, fresh_database: str
) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute(
            "INSERT INTO access_practice (slug, name, region, language, phone, time_zone, domains,"
            " payment_url, reminder_mode, reminder_too_late_hours, balance_frequency, balance_at,"
            " balance_minimum, windows, created_at) VALUES ('elm', 'Elm', 'US', 'en', '',"
            " 'UTC', '{}', '', 'normal', 2, 'dont_send', '10:00', 5, '{}', now())"
        )
        connection.execute(
            "INSERT INTO outbox_sender (practice_id, channel, address, provider, rate_per_second,"
            " burst, tokens, sent_today, paused_reason, retired) SELECT id, 'sms', '+12025550100',"
            " 'twilio', 1, 20, 20, 0, '', false FROM access_practice"
        )

    done = handbell("doctor", "--json", home=home, DATABASE_URL=fresh_database)

    assert done.returncode == 1
    wrong = {name for name, one in found(done).items() if not one["ok"]}
    assert wrong == {
        "workers",
        "senders",
        "+12025550100: registration",
        "+12025550100: agreement",
    }
    assert found(done)["workers"]["light"] == "red"
    assert found(done)["senders"]["text"] == "Elm: sms by twilio has no credentials here"
    assert found(done)["workers"]["cure"] == "handbell worker"


def test_a_real_provider_without_a_public_address_is_said(home: Path) -> None:
    settings = {"HANDBELL_SMTP_HOST": "mail.example", "DATABASE_URL": "postgresql://127.0.0.1:1/x"}

    done = handbell("doctor", "--json", home=home, **settings)

    assert done.returncode == 1
    assert "HANDBELL_PUBLIC_URL=https://" in found(done)["public address"]["cure"]
    assert found(done)["database"]["text"] == "it does not answer"


def test_a_secret_others_can_read_is_said_with_the_command_that_closes_it(home: Path) -> None:
    home.mkdir(mode=0o700)
    (home / "secret_key.txt").write_text("open")
    (home / "secret_key.txt").chmod(0o644)

    done = handbell("doctor", home=home)

    assert done.returncode == 1
    assert f"-> chmod 600 {home / 'secret_key.txt'}" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_wrong_setting_is_a_finding_and_not_a_crash(home: Path) -> None:
    done = handbell("doctor", "--json", home=home, HANDBELL_WEB_PORT="many")

    assert done.returncode == 1
    assert "HANDBELL_WEB_PORT must be a port number" in found(done)["settings"]["text"]


def test_migrate_says_what_is_pending_and_then_applies_it(home: Path) -> None:
    before = handbell("migrate", "--check", "--json", home=home)
    applied = handbell("migrate", "--json", home=home)
    after = handbell("migrate", "--check", home=home)

    assert before.returncode == 1
    assert json.loads(applied.stdout)["applied"] == json.loads(before.stdout)["pending"]
    assert (after.returncode, after.stdout) == (0, "The database is up to date.\n")
