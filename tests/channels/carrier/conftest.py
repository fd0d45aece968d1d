"""A stage for every test of the carrier."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.carrier.stage import Stage, staged


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with staged() as found:
        yield found
