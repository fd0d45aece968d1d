"""The front desk opts a patient in, and the reminder arrives on the rehearsal phone: all of it real.

Pages, worker, database and carrier are those of `handbell run`, in a throwaway home.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.console.pictures import BROWSERS, CHECKOUT, chromium, handbell, sign_in

pytestmark = pytest.mark.slow

NUMBER = "2025550177"


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[str, Path]]:
    if not any(map(shutil.which, BROWSERS)):
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with handbell() as (address, home):
        yield address, home


@pytest.fixture
def page(running: tuple[str, Path]) -> Iterator[Page]:
    address, home = running
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        page = browser.new_context(base_url=address).new_page()
        logins = json.loads((home / "demo_logins.json").read_text())
        page.goto("/login")
        sign_in(page, next(one for one in logins if one["level"] == "front_desk"))
        yield page
        browser.close()


def import_a_visit(home: Path) -> None:
    """Bring in somebody who is not subscribed, with a visit an hour beyond "too late"."""
    starts = datetime.now(UTC) + timedelta(hours=20)
    folder = home / "more"
    folder.mkdir()
    (folder / "patients.csv").write_text(
        f"patient_id,first_name,last_name,mobile_phone\nZ9001,Zelda,Zimmer,{NUMBER}\n"
    )
    (folder / "appointments.csv").write_text(
        "appointment_id,patient_id,facility,starts_at,status\n"
        f"Z1,Z9001,{FACILITY},{starts:%Y-%m-%dT%H:%M:%SZ},Scheduled\n"
    )
