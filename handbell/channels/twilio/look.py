"""Would Twilio take a message of ours now? It is asked for the account, and sent nothing."""

from typing import Final

from handbell.channels.gateway import NotReady, Readiness, Ready
from handbell.channels.line import NO_CONNECTION
from handbell.channels.twilio.reply import NOT_AUTHENTICATED, UNAVAILABLE
from handbell.channels.twilio.wire import Answered, Wire

ACCOUNT: Final = ".json"
SUSPENDED: Final = "30002"


async def look(wire: Wire) -> Readiness:
    """Return whether the account answers and is open."""
    exchange = await wire.get(ACCOUNT)
    if not isinstance(exchange, Answered):
        return NotReady(NO_CONNECTION)
    if exchange.status in {401, 403, 404}:  # 404: no account of that name
        return NotReady(NOT_AUTHENTICATED)
    if exchange.status >= 500:
        return NotReady(UNAVAILABLE)
    status = (exchange.body or {}).get("status")
    if exchange.status != 200 or status is None:
        return NotReady(f"http-{exchange.status}")
    if status == "active":
        return Ready()
    return NotReady(SUSPENDED if status == "suspended" else NOT_AUTHENTICATED)
