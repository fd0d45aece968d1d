"""Set up everything an ordeal needs in a place of its own, and take it down again."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from handbell.channels.carrier import Carrier, Timing
from handbell.dispatch.worker import DatabaseThread
from handbell.ordeal import diary, trial
from handbell.ordeal.cluster import Cluster
from handbell.ordeal.hosts import Hosts
from handbell.ordeal.report import LIVES_SHOWN, Found, Life
from handbell.ordeal.trial import Ordeal, Wish

SPEED = 5.0  # the carrier's phones are so much quicker than real ones


async def endure(
    wish: Wish, cluster: Cluster, home: Path, names: Mapping[str, str], say: Callable[[str], None]
) -> Found:
    """Run one ordeal on a cluster whose tables are there. `names` is the hosts' environment."""
    began = time.monotonic()
    database = DatabaseThread()
    url = f"http://127.0.0.1:{wish.web_port}"
    carrier = Carrier(
        auth_token=names["HANDBELL_CARRIER_TOKEN"],
        inbound_url=f"{url}/hooks/twilio/inbound",
        honours_stop=False,  # nobody but ourselves keeps the promise
        timing=Timing(speed=SPEED),
    )
    async with carrier:
        hosts = Hosts(home, {**names, **_ports(carrier)})
        ordeal = Ordeal(wish, cluster, carrier, hosts, database, say)
        try:
            verdict = await trial.run(ordeal)
            broken = sorted({id_ for ids in verdict.broken.values() for id_ in ids})
            lives = {id_: await _life(ordeal, id_) for id_ in broken[:LIVES_SHOWN]}
        finally:
            await hosts.stop()
            await database.close()
    return Found(
        seed=wish.seed,
        kills=dict(ordeal.killed),
        troubles=dict(sorted(ordeal.troubles.items())),
        fell=dict(sorted(hosts.endings.items())),
        verdict=verdict,
        lives=lives,
        seconds=time.monotonic() - began,
    )


def _ports(carrier: Carrier) -> dict[str, str]:
    return {
        "HANDBELL_CARRIER_PORT": str(carrier.http_port),
        "HANDBELL_CARRIER_SMTP_PORT": str(carrier.smtp_port),
    }


async def _life(ordeal: Ordeal, message_id: int) -> Life:
    """Return a message's whole life: what the database noted and what the carrier saw."""
    told = await ordeal.sure(diary.life_of, message_id)
    for record in ordeal.carrier.truth.records():
        if record.key == str(message_id):
            told.append((record.created_at, f"the carrier takes it as {record.sid}"))
            if not record.acknowledged:
                told.append((record.created_at, "and does not answer"))
    return sorted(told)
