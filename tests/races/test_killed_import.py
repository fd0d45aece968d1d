"""The worker that imports is killed in the middle, again and again; the import is done once."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from handbell.importers.models import Import
from handbell.importers.operations import Upload, keep_uploads, start
from handbell.importers.uploads import new_folder, path_of
from handbell.vocabulary.words import ImportState, PermissionLevel
from tests.console.desk import staff
from tests.world import Clinic

ROWS = 30_000
KILLS = 2


@pytest.fixture
def database(fresh_database: str, django_db_blocker: Any) -> Iterator[str]:
    """Yield the address of a database this test and its workers share."""
    given = dict(connection.settings_dict)
    address, _, host = fresh_database.partition("?host=")
    connection.close()
    connection.settings_dict.update(NAME=address.rpartition("/")[2], HOST=host)
    with django_db_blocker.unblock():
        yield fresh_database
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(given)


def upload() -> Import:
    now = datetime.now(UTC)
    clinic = Clinic(now=now)
    nora = staff(clinic, PermissionLevel.PRACTICE_ADMINISTRATOR)
    rows = "".join(f"{n},First{n},Last,1980-01-02\n" for n in range(ROWS))
    data = f"patient_id,first_name,last_name,birth_date\n{rows}".encode()
    folder, kept_as = new_folder(), "a" * 32
    path_of(folder, kept_as).write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    uploads = [Upload("people.csv", kept_as, len(data), digest)]
    run = keep_uploads(uploads, folder=folder, by=nora, now=now)
    Import.objects.filter(pk=run.pk).update(state=ImportState.CHECKED, checked_at=now)
    assert start(run, ImportState.IMPORTING, by=nora, now=now)
    return run


def start_worker(database: str) -> "subprocess.Popen[bytes]":
    home: Path = settings.ENVIRONMENT.home
    names = {"DATABASE_URL": database, "HANDBELL_HOME": str(home), "HANDBELL_CARRIER_TOKEN": "t"}
    command = [sys.executable, "-m", "handbell.commands.main", "worker"]
    return subprocess.Popen(command, env=os.environ | names, stderr=subprocess.DEVNULL)


def wait_until(database: str, question: str) -> None:
    with psycopg.connect(database, autocommit=True) as asking:
        while asking.execute(question).fetchone() != (True,):
            time.sleep(0.05)


#: A worker is in the middle of storing: its transaction holds the staged rows.
STORING = """
SELECT EXISTS (SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND state <> 'idle'
      AND (query LIKE '%%facts_patient%%' OR query LIKE '%%COPY staged%%')
      AND query NOT LIKE '%%pg_stat_activity%%')
"""
OVER = "SELECT state = 'imported' FROM importers_import"


@pytest.mark.slow
@pytest.mark.timeout(280)
def test_an_import_whose_workers_are_killed_is_done_once(database: str) -> None:
    run = upload()
    for _ in range(KILLS):
        worker = start_worker(database)
        wait_until(database, f"SELECT ({STORING}) OR ({OVER})")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        # What a worker alive does once a minute: the jobs of those gone for long are run again.
        with psycopg.connect(database, autocommit=True) as asking:
            asking.execute("UPDATE procrastinate_jobs SET status = 'todo' WHERE status = 'doing'")
    worker = start_worker(database)
    try:
        wait_until(database, OVER)
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait()

    with psycopg.connect(database) as asking:
        people = asking.execute("SELECT count(*) FROM facts_patient").fetchone()
        noted = asking.execute("SELECT count(*) FROM importers_importedrow").fetchone()
        audits = asking.execute(
            "SELECT count(*) FROM access_auditevent WHERE act = 'imported'"
        ).fetchone()
    run.refresh_from_db()
    assert people == noted == (ROWS,)
    assert audits == (1,)
    assert run.report["total"]["new"] == ROWS
