"""`handbell carrier`: the rehearsal carrier as a process of its own."""

import asyncio
import signal

import click
import structlog

from config.environment import Environment, read
from handbell.channels import addresses
from handbell.channels.carrier import Carrier, VonageSide, serve
from handbell.commands.ready import say
from handbell.dispatch.providers import VONAGE, rehearsal_account
from handbell.supervisor.ports import Port, require_free

HOST = "127.0.0.1"  # it holds what patients would have read: never beyond this machine
JOURNAL = "carrier.jsonl"

log = structlog.get_logger()


@click.command()
def carrier() -> None:
    """Run the rehearsal carrier: phones and mailboxes that exist only on this machine.

    Listens on 127.0.0.1, HANDBELL_CARRIER_PORT (8025, open it in a browser to see the phones) and
    HANDBELL_CARRIER_SMTP_PORT (8026). It keeps what it took in HANDBELL_HOME. The numbers 555-0190
    to 555-0199 of any area code misbehave: they bounce, reply STOP, are busy (the page says which).
    """
    environment = read()
    ports = [
        Port(HOST, environment.carrier_port, "HANDBELL_CARRIER_PORT"),
        Port(HOST, environment.carrier_smtp_port, "HANDBELL_CARRIER_SMTP_PORT"),
    ]
    require_free(ports, say=say)
    asyncio.run(_serve(environment))


def _vonage_side(environment: Environment) -> VonageSide | None:
    """Return the keys to answer to by Vonage's contract, where its address is ours."""
    account = environment.vonage
    if account is None or account.base_url != environment.carrier_url:
        return None
    return VonageSide(
        api_key=account.api_key,
        api_secret=account.api_secret,
        signature_secret=account.signature_secret,
        signature_method=account.signature_method,
        inbound_url=addresses.inbound(addresses.hooks_base(environment.public_url, VONAGE)),
    )


async def _serve(environment: Environment) -> None:
    account = rehearsal_account(environment)
    carrier = Carrier(
        host=HOST,
        http_port=environment.carrier_port,
        smtp_port=environment.carrier_smtp_port,
        account_sid=account.account_sid,
        auth_token=account.auth_token,
        inbound_url=addresses.inbound(addresses.hooks_base(environment.public_url)),
        journal=environment.home / JOURNAL,
        conventions=True,
        vonage=_vonage_side(environment),
    )
    serving = asyncio.ensure_future(
        serve(carrier, ready=lambda _: log.info("carrier.ready", url=environment.carrier_url))
    )
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, serving.cancel)
    await asyncio.wait([serving])
    if not serving.cancelled():
        serving.result()
