"""The embedded server: it starts on what it finds, ends with its parent and loses nothing."""

import contextlib
import os
import signal
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from config.database import embedded_url
from config.environment import read as read_environment
from handbell.supervisor import leftovers, placement
from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.placement import Placement
from handbell.supervisor.postgres import Postgres, serving
from tests.supervisor.conftest import is_alive, read, until, write

Keeper = Callable[[], "subprocess.Popen[str]"]

pytestmark = pytest.mark.slow


def test_a_new_server_listens_on_a_private_socket_only(postgres: Postgres) -> None:
    postgres.start()

    with psycopg.connect(postgres.url()) as connection:
        settings: dict[str, str] = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('listen_addresses', 'fsync', 'server_encoding', 'unix_socket_permissions')"
            ).fetchall()
        )
    assert settings == {
        "listen_addresses": "",
        "fsync": "on",
        "server_encoding": "UTF8",
        "unix_socket_permissions": "0700",
    }
    assert stat.S_IMODE(postgres.placement.sockets.stat().st_mode) == 0o700


def test_it_is_where_the_settings_look_for_it(postgres: Postgres, home: Path) -> None:
    postgres.start()

    write(embedded_url(read_environment({"HANDBELL_HOME": str(home)})), "found")

    assert read(postgres.url()) == ["found"]


def test_text_sorts_the_same_on_every_machine(postgres: Postgres) -> None:
    postgres.start()
    for text in ("b", "B", "a", "é"):
        write(postgres.url(), text)

    assert read(postgres.url()) == ["B", "a", "b", "é"]


def test_a_stop_and_a_start_keep_the_data(postgres: Postgres) -> None:
    postgres.start()
    write(postgres.url(), "kept")
    postgres.stop()

    postgres.start()

    assert read(postgres.url()) == ["kept"]


def test_kill_9_of_the_parent_shuts_the_server_down_in_order(
    keeper: Keeper, postgres: Postgres, place: Placement
) -> None:
    parent = keeper()
    write(postgres.url(), "kept")
    client = psycopg.connect(postgres.url())  # a "smart" shutdown would wait for it

    parent.kill()

    until(lambda: not leftovers.working_in(place.data), "the server has gone")
    client.close()
    assert place.log.read_text().rstrip().endswith("database system is shut down")
    postgres.start()
    assert read(postgres.url()) == ["kept"]


def test_a_start_right_after_kill_9_of_the_parent_works(keeper: Keeper, postgres: Postgres) -> None:
    parent = keeper()
    write(postgres.url(), "kept")

    parent.kill()
    postgres.start()

    assert read(postgres.url()) == ["kept"]
    assert postgres.process is not None, "a server on its way out was adopted"


def test_sigterm_of_the_parent_leaves_no_server(keeper: Keeper, place: Placement) -> None:
    keeper().terminate()

    until(lambda: not leftovers.working_in(place.data), "the server has gone")


def test_a_stale_lock_file_never_harms_the_process_it_names(
    postgres: Postgres, place: Placement, heard: list[str], bystander: "subprocess.Popen[bytes]"
) -> None:
    postgres.start()
    write(postgres.url(), "kept")
    lock = (place.data / "postmaster.pid").read_text()
    socket_lock = (place.sockets / f"{leftovers.SOCKET_NAME}.lock").read_text()
    assert postgres.process is not None
    _power_cut(postgres, place)
    _, *rest = lock.splitlines(keepends=True)
    (place.data / "postmaster.pid").write_text(f"{bystander.pid}\n{''.join(rest)}")
    _, *rest = socket_lock.splitlines(keepends=True)
    (place.sockets / f"{leftovers.SOCKET_NAME}.lock").write_text(
        f"{bystander.pid}\n{''.join(rest)}"
    )

    postgres.start()

    assert read(postgres.url()) == ["kept"]
    assert [line for line in heard if f"process {bystander.pid}" in line]
    postgres.stop()
    assert bystander.poll() is None


def test_a_lock_file_that_names_a_zombie_is_cleared(postgres: Postgres, place: Placement) -> None:
    postgres.start()
    postgres.stop()
    zombie = subprocess.Popen(["true"])
    until(lambda: not is_alive(zombie.pid), "the child has ended")
    (place.data / "postmaster.pid").write_text(f"{zombie.pid}\n{place.data}\n")

    postgres.start()

    zombie.wait()
    assert postgres.is_running()


def test_nothing_is_removed_while_something_works_on_the_data(
    postgres: Postgres, place: Placement
) -> None:
    postgres.start()
    postgres.stop()
    (place.data / "postmaster.pid").write_text(f"{os.getpid()}\n{place.data}\n")
    with subprocess.Popen(["sleep", "1"], cwd=place.data) as backend:
        assert isinstance(
            leftovers.look(data=place.data, sockets=place.sockets), leftovers.Lingering
        )

        postgres.start()

        assert backend.returncode == 0 or backend.wait() == 0, "it was not left alone"
    assert postgres.is_running()


def test_an_orphaned_server_is_used_and_then_stopped(
    postgres: Postgres, place: Placement, heard: list[str]
) -> None:
    postgres.start()
    write(postgres.url(), "kept")
    postgres.stop()
    words = [str(place.programs.postgres), "-D", str(place.data), "-h", "", "-k"]
    words.append(str(place.sockets))
    orphan = subprocess.Popen(
        [*place.account.enter, *words], stderr=subprocess.DEVNULL, start_new_session=True
    )
    until(lambda: leftovers.status_of(place.data) == "ready", "the orphan is ready")

    postgres.start()

    assert read(postgres.url()) == ["kept"]
    assert [line for line in heard if f"still up (process {orphan.pid})" in line]
    postgres.stop()
    assert orphan.wait(timeout=5) == 0


def test_a_crash_of_the_server_is_noticed_and_recovered_from(
    postgres: Postgres, place: Placement
) -> None:
    postgres.start()
    write(postgres.url(), "kept")

    _power_cut(postgres, place)

    assert not postgres.is_running()
    postgres.start()
    assert read(postgres.url()) == ["kept"]


def test_a_half_made_cluster_is_made_anew(postgres: Postgres, place: Placement) -> None:
    half = place.data.with_name("postgres.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    postgres.start()

    assert postgres.is_running()
    assert not half.exists()


def test_a_server_that_cannot_start_says_why(postgres: Postgres, place: Placement) -> None:
    postgres.start()
    postgres.stop()
    (place.data / "postgresql.auto.conf").write_text("no_such_setting = 1\n")

    with pytest.raises(StartFlaw, match="no_such_setting"):
        postgres.start()


def test_the_log_never_repeats_what_a_statement_held(postgres: Postgres, place: Placement) -> None:
    postgres.start()
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE people (number int PRIMARY KEY, name text)")
        for _ in range(2):
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO people VALUES (1, 'Quillfeather')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'Quillfeather'::int")
    postgres.stop()

    assert "Quillfeather" not in place.log.read_text()
    assert "shut down" in place.log.read_text()


def test_a_deep_checkout_gets_a_short_private_socket_folder(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / "var"

    place = placement.of_installation(home)
    again = placement.of_installation(home)

    assert again.sockets == place.sockets, "each start would leave another folder behind"
    assert len(os.fsencode(place.sockets)) < 90
    assert placement.is_private(place.sockets)
    with serving(place, say=print) as server:
        write(server.url(), "reached")
    place.sockets.rmdir()


def test_a_noted_socket_folder_that_others_can_enter_is_not_used(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20) / "var"
    first = placement.of_installation(home).sockets
    first.chmod(0o755)

    second = placement.of_installation(home).sockets

    assert second != first
    first.rmdir()
    second.rmdir()


def _power_cut(postgres: Postgres, place: Placement) -> None:
    """End every process of the server at once, as nothing but a crash does."""
    assert postgres.process is not None
    postgres.process.send_signal(signal.SIGKILL)
    postgres.process.wait()
    until(lambda: not leftovers.working_in(place.data), "the backends have gone too")
