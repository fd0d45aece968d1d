"""The ground every test stands on: one throwaway PostgreSQL server, one database per worker.

The server starts with the first test that needs a database (under xdist: with the run, shared by
all its workers), is made with the same code `handbell run` uses, and is gone afterwards. The
tables are made once, in a template; every other database is a copy of it, which takes 50 ms.
"""

import contextlib
import fcntl
import logging
import os
import shutil
import signal
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import psycopg
import pytest
import structlog
from django.contrib.auth.hashers import Argon2PasswordHasher
from psycopg import sql
from whitenoise.middleware import WhiteNoiseMiddleware

from handbell.supervisor.postgres import url as address
from handbell.supervisor.throwaway import throwaway_cluster

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.console.running import Running

TEMPLATE = "handbell_template"
CHECKOUT = Path(__file__).parent.parent


def _stand_apart() -> Path:
    """Turn this process away from the developer's own installation, before Django looks."""
    home = Path(tempfile.mkdtemp(prefix="handbell-home-"))
    for name in [name for name in os.environ if name.startswith(("HANDBELL_", "PG"))]:
        if name != "HANDBELL_PG_BIN":
            del os.environ[name]
    os.environ["HANDBELL_HOME"] = str(home)
    os.environ["DATABASE_URL"] = address(home, "not_started")
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    return home


def _set_up_django() -> Path:
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests choose their own settings")
    home = _stand_apart()
    import django

    django.setup()
    del os.environ["DJANGO_SETTINGS_MODULE"]  # xdist's workers would load it before they get here
    return home


# The machines tests run on are shared: a slow moment is no failure of what is tested. A change is
# judged by the same examples each time; on a desk they are new ones each time.
hypothesis.settings.register_profile(
    "handbell",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("handbell")

# At import, because the conftest of a folder below may import models when it is loaded.
_HOME = _set_up_django()
_SERVERS = contextlib.ExitStack()


def pytest_configure(config: pytest.Config) -> None:
    config.add_cleanup(_SERVERS.close)
    config.add_cleanup(lambda: shutil.rmtree(_HOME, ignore_errors=True))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the slow files first in each of two halves, which two workers begin with.

    What is left at the end is quick then, and nobody waits for one long test.
    """
    slow = [item for item in items if item.get_closest_marker("slow")]
    quick = [item for item in items if not item.get_closest_marker("slow")]
    files = list(dict.fromkeys(item.path for item in slow))
    ours = [item for item in slow if item.path in files[::2]]
    theirs = [item for item in slow if item.path in files[1::2]]
    half = max(len(items) // 2 - len(ours), 0)
    items[:] = [*ours, *quick[:half], *theirs, *quick[half:]]


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell an xdist worker where the run's one server is (called in the controlling process)."""
    if not hasattr(node.config, "handbell_server"):
        node.config.handbell_server = _start_server()
    node.workerinput["handbell_server"] = node.config.handbell_server


def _start_server() -> str:
    """Start the run's server; return the folder of its socket. The main thread must call."""
    return _SERVERS.enter_context(throwaway_cluster()).rpartition("?host=")[2]


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> str:
    """Return the folder that holds the socket of the run's PostgreSQL server."""
    told = getattr(request.config, "workerinput", {}).get("handbell_server")
    return str(told or _start_server())


@pytest.fixture(scope="session")
def template(server: str, django_db_blocker: Any) -> str:
    """Return the name of a database with all tables and no rows, made once for all workers."""
    with (Path(server) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _exists(server, TEMPLATE):
            building = f"{TEMPLATE}_building"
            _run(server, sql.SQL("CREATE DATABASE {}").format(sql.Identifier(building)))
            _migrate(server, building, django_db_blocker)
            renaming = sql.SQL("ALTER DATABASE {} RENAME TO {}")
            _run(server, renaming.format(sql.Identifier(building), sql.Identifier(TEMPLATE)))
    return TEMPLATE


def _exists(server: str, database: str) -> bool:
    with psycopg.connect(address(Path(server), "postgres")) as connection:
        asked = "SELECT 1 FROM pg_database WHERE datname = %s"
        return connection.execute(asked, [database]).fetchone() is not None


def _run(server: str, statement: sql.Composed) -> None:
    with psycopg.connect(address(Path(server), "postgres"), autocommit=True) as connection:
        connection.execute(statement)


def _migrate(server: str, database: str, blocker: Any) -> None:
    from django.core.management import call_command
    from django.db import connection

    given = dict(connection.settings_dict)
    connection.settings_dict.update(HOST=server, NAME=database)
    with blocker.unblock():
        call_command("migrate", verbosity=0)
        connection.close()
    connection.settings_dict.update(given)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Databases are not dropped one by one: the whole server goes."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    server: str, template: str, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at this worker's copy of the template."""
    from django.db import connection

    connection.settings_dict["HOST"] = server
    connection.settings_dict["TEST"]["TEMPLATE"] = template


@pytest.fixture
def fresh_database(server: str, template: str) -> Iterator[str]:
    """Yield the address of a database of its own, with all tables and no rows.

    For tests that start real processes or need several connections: pass it as DATABASE_URL.
    """
    name = f"fresh_{uuid.uuid4().hex[:12]}"
    copying = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
    _run(server, copying.format(sql.Identifier(name), sql.Identifier(template)))
    yield address(Path(server), name)
    _run(server, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(autouse=True)
def _process_wide_settings() -> Iterator[None]:
    """Undo what a test that calls the command line does to the whole process."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level, threading.excepthook, sys.unraisablehook
    ending = signal.getsignal(signal.SIGTERM)
    yield
    if structlog.is_configured():
        root.handlers, root.level, threading.excepthook, sys.unraisablehook = kept
        logging.captureWarnings(False)
        structlog.reset_defaults()
        signal.signal(signal.SIGTERM, ending)


@pytest.fixture(scope="module")
def module_browser() -> Iterator["Browser"]:
    """Yield a browser for the tests of a file; skip them where there is none."""
    from tests.console.running import browsing

    # Playwright runs an event loop in this thread, beside the tests' own use of the database.
    with pytest.MonkeyPatch.context() as patch, browsing() as browser:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield browser


@pytest.fixture
def chromium(module_browser: "Browser") -> Iterator["Browser"]:
    """Yield a browser whose windows are closed after the test; skip where there is none."""
    yield module_browser
    for window in module_browser.contexts:
        window.close()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator["Running"]:
    """Yield a whole Handbell, where there is a browser to look at it.

    The tests that look at it share it: each brings its own patient, and sets the steps it needs.
    """
    from tests.console.running import chromium_path, handbell

    if chromium_path() is None:
        pytest.skip("no Chromium here: the pages were not tried in a browser")
    with handbell(tmp_path_factory.mktemp("running")) as found:
        yield found


@pytest.fixture(scope="session", autouse=True)
def _thrift() -> Iterator[None]:
    """Do once, or lightly, what a real process does once and a suite would do thousands of times.

    A password is hashed by the same Argon2, without the work that makes guessing dear; static files
    are looked for once, not with every test client.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patch.setattr(Argon2PasswordHasher, name, value)
        look = WhiteNoiseMiddleware.add_files_from_finders
        found: dict[str, Any] = {}

        def once(middleware: WhiteNoiseMiddleware) -> None:
            if not found:
                look(middleware)
                found.update(middleware.files)
            middleware.files.update(found)

        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real inputs beside the checkout; skip the test where there is none."""
    folder = CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("real inputs are not here: ../shared/data, beside the checkout, is missing")
    return folder
