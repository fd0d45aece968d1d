"""Policy is pure: its tests may open neither a socket nor a database."""

import socket
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest


class Reached(AssertionError):
    """A pure room reached for the outside."""


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise Reached("policy opened a socket")


@pytest.fixture(autouse=True, scope="module")
def no_sockets() -> Iterator[None]:
    """Refuse every connection; pytest-django refuses the database to tests that do not ask."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", _refuse)
        patch.setattr(socket.socket, "bind", _refuse)
        yield
