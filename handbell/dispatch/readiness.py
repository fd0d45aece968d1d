"""Would a provider take a message now? Asked without offering it one, for whoever sets it up."""

import asyncio
from typing import Final

from config.environment import Environment
from handbell.channels.codes import CodeRule
from handbell.channels.gateway import NotReady, Readiness
from handbell.dispatch.providers import Place, open_gateways, rule_for

#: Somebody is looking at a page or a terminal.
SECONDS: Final = 8.0

NO_ANSWER: Final = "connect"


def what_is_wrong(environment: Environment, place: Place) -> CodeRule | None:
    """Return what keeps the provider from taking our messages; None if nothing does.

    Takes up to SECONDS. Call it outside of any transaction and event loop; the place must be one
    of `configured_places`.
    """
    answer = asyncio.run(_ask(environment, place))
    if not isinstance(answer, NotReady):
        return None
    return rule_for(*place, answer.code, sender="")


async def _ask(environment: Environment, place: Place) -> Readiness:
    gateways = open_gateways(environment)
    try:
        return await asyncio.wait_for(gateways[place].look(), SECONDS)
    except TimeoutError:
        return NotReady(NO_ANSWER)
    finally:
        for gateway in gateways.values():
            await gateway.close()
