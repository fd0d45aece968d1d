"""A hospital's own PostgreSQL gives Handbell an ordinary user, who owns one database, no more."""

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

import psycopg
import pytest

from handbell.supervisor.throwaway import throwaway_cluster
from tests.conftest import CHECKOUT

#: Two practices with a facility each; says whether the fence holds and what a page of each sees.
_LOOK = """
import django
django.setup()
from handbell.access.fence import fence_holds, fenced
from handbell.access.models import Facility, Practice
for name in ("ours", "theirs"):
    practice = Practice.objects.create(slug=name, name=name, time_zone="America/New_York")
    Facility.objects.create(practice=practice, external_id="F", name=name)
seen = []
for practice in Practice.objects.order_by("pk"):
    with fenced(practice.pk):
        seen.append("+".join(Facility.objects.order_by("pk").values_list("name", flat=True)))
print(fence_holds(), *seen)
"""


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    """Yield the folder of the socket of a server with two users who are nobody special."""
    with throwaway_cluster() as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for user, rights in (("maker", "CREATEROLE"), ("tenant", "NOCREATEROLE")):
                connection.execute(f"CREATE ROLE {user} LOGIN NOSUPERUSER {rights}".encode())
                connection.execute(f"CREATE DATABASE {user} OWNER {user}".encode())
        yield url.rpartition("?host=")[2]


def run_as(user: str, host: str, *command: str) -> str:
    url = f"postgresql://{user}@/{user}?host={quote(host)}"
    surroundings = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env=surroundings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def migrated(user: str, host: str) -> None:
    run_as(user, host, "-m", "handbell.commands.main", "migrate")


def test_one_who_may_make_roles_gets_the_whole_fence(host: str) -> None:
    migrated("maker", host)
    assert run_as("maker", host, "-c", _LOOK) == "True ours theirs"


def test_one_who_may_not_is_not_stopped_and_the_fence_says_that_it_does_not_hold(
    host: str,
) -> None:
    migrated("tenant", host)
    assert run_as("tenant", host, "-c", _LOOK) == "False ours+theirs ours+theirs"
