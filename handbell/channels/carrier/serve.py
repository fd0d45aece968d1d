"""The carrier as a process of its own: what `make run` starts beside web and worker."""

import asyncio
from collections.abc import Callable

from handbell.channels.carrier.carrier import Carrier


async def serve(carrier: Carrier, *, ready: Callable[[Carrier], None] | None = None) -> None:
    """Run until cancelled. `ready` is called once, when both ports listen.

    Raises OSError for a port in use.
    """
    async with carrier:
        if ready is not None:
            ready(carrier)
        await asyncio.Event().wait()
