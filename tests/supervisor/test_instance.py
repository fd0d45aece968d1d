"""One Handbell per home, and ports that are really free."""

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.instance import AlreadyRunning, holder, only_one
from handbell.supervisor.ports import Port, require_free
from tests.supervisor.conftest import CHECKOUT


def test_the_second_is_told_who_runs_and_where(tmp_path: Path) -> None:
    with (
        only_one(tmp_path, command="handbell run", address="http://127.0.0.1:8000"),
        pytest.raises(AlreadyRunning, match=r"already runs here at http://127.0.0.1:8000 \(proc"),
        only_one(tmp_path, command="handbell run"),
    ):
        pass


def test_a_home_is_free_again_afterwards(tmp_path: Path) -> None:
    with only_one(tmp_path, command="handbell run"):
        found = holder(tmp_path)
        assert found is not None
        assert found.command == "handbell run"

    assert holder(tmp_path) is None
    with only_one(tmp_path, command="handbell run") as interrupted:
        assert not interrupted


def test_a_killed_holder_leaves_the_home_free_and_is_remembered(tmp_path: Path) -> None:
    program = (
        "import os, pathlib\n"
        "from handbell.supervisor.instance import only_one\n"
        f"with only_one(pathlib.Path({str(tmp_path)!r}), command='handbell run'):\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", program], cwd=CHECKOUT, check=False)

    with only_one(tmp_path, command="handbell run") as interrupted:
        assert interrupted


def _listening() -> tuple[socket.socket, Port]:
    server = socket.create_server(("127.0.0.1", 0))
    return server, Port("127.0.0.1", server.getsockname()[1], "HANDBELL_WEB_PORT")


def test_a_taken_port_is_named_with_the_setting_that_changes_it(heard: list[str]) -> None:
    server, port = _listening()
    message = rf"port {port.number} is taken: stop the other program or set HANDBELL_WEB_PORT=\d+"

    with server, pytest.raises(StartFlaw, match=message) as raised:
        require_free([port], say=heard.append)

    proposed = int(str(raised.value).rpartition("=")[2])
    assert Port("127.0.0.1", proposed, "").is_free()


def test_a_port_may_take_a_moment_to_become_free(heard: list[str]) -> None:
    server, port = _listening()
    with server:
        number = server.fileno()
        holding = subprocess.Popen(["sleep", "0.5"], pass_fds=[number])

    require_free([port], say=heard.append, grace_seconds=10)

    assert holding.wait() == 0


def test_two_settings_may_not_name_one_port(heard: list[str]) -> None:
    ports = [Port("127.0.0.1", 8025, "HANDBELL_WEB_PORT"), Port("127.0.0.1", 8025, "OTHER")]

    with pytest.raises(StartFlaw, match="HANDBELL_WEB_PORT and OTHER are both 8025"):
        require_free(ports, say=heard.append)
