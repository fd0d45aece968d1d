"""Where figures are measured: a durable server of their own, and a fresh database for each."""

import contextlib
import os
import tempfile
import uuid
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import django
import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from handbell.supervisor import garbage
from handbell.supervisor.throwaway import throwaway_cluster

TEMPLATE = "handbell"


@contextlib.contextmanager
def ground() -> Iterator[None]:
    """Start a server that writes safely to disk, with the tables in a template; set Django up."""
    with (
        throwaway_cluster(database=TEMPLATE, durable=True) as url,
        tempfile.TemporaryDirectory(prefix="handbell-bench-") as home,
    ):
        for name in [name for name in os.environ if name.startswith(("HANDBELL_", "PG"))]:
            if name != "HANDBELL_DEBUG":
                del os.environ[name]
        os.environ |= {
            "DATABASE_URL": url,
            "HANDBELL_HOME": home,
            "DJANGO_SETTINGS_MODULE": "config.settings",
        }
        django.setup()
        call_command("migrate", verbosity=0)
        connection.close()
        garbage.look_seldom()  # as a worker does
        yield


@contextlib.contextmanager
def fresh_database(*, empty: bool = False) -> Iterator[str]:
    """Turn Django to a database of its own for the length of a block; yield its address.

    It has all tables and no rows; or, `empty`, not even tables, for somebody else's.
    """
    name = f"bench_{uuid.uuid4().hex[:12]}"
    url = os.environ["DATABASE_URL"]
    host = parse_qs(urlsplit(url).query)["host"][0]
    fresh = url.replace(f"/{TEMPLATE}?", f"/{name}?")
    given = dict(connection.settings_dict)
    _administer(
        "CREATE DATABASE {} TEMPLATE {}", name, "template0" if empty else TEMPLATE, host=host
    )
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield fresh
    finally:
        connection.close()
        connection.settings_dict["NAME"] = given["NAME"]
        _administer("DROP DATABASE {} WITH (FORCE)", name, host=host)


def _administer(statement: str, *names: str, host: str) -> None:
    command = sql.SQL(statement).format(*map(sql.Identifier, names))
    with psycopg.connect(
        host=host, user="handbell", dbname="postgres", autocommit=True
    ) as administering:
        administering.execute(command)
