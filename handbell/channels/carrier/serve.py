"""The carrier as a process of its own: what `make run` starts beside web and worker."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from handbell.channels.carrier.carrier import REHEARSAL_ACCOUNT_SID, Carrier


async def serve(
    *,
    http_port: int,
    smtp_port: int,
    auth_token: str,
    host: str = "127.0.0.1",
    account_sid: str = REHEARSAL_ACCOUNT_SID,
    inbound_url: str = "",
    journal: Path | None = None,
    conventions: bool = False,
    ready: Callable[[Carrier], None] | None = None,
) -> None:
    """Run until cancelled. `ready` is called once, when both ports listen.

    Raises OSError for a port in use.
    """
    carrier = Carrier(
        host=host,
        http_port=http_port,
        smtp_port=smtp_port,
        account_sid=account_sid,
        auth_token=auth_token,
        inbound_url=inbound_url,
        journal=journal,
        conventions=conventions,
    )
    async with carrier:
        if ready is not None:
            ready(carrier)
        await asyncio.Event().wait()
