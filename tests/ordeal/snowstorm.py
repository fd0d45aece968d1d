"""`python -m tests.ordeal.snowstorm`: a closing is told of while everything is killed.

Two facilities in two zones close. Two people press the button at once, each twice, in browsers of
their own; the carrier is slow, then too busy, then broken, then refuses some for good; the pages,
the workers and PostgreSQL are killed in the middle, together in the end. Then the carrier's phones
say who got what. At last clocks run past the closure's end, and what was held of reminders goes.
"""

import argparse
import asyncio
import contextlib
import json
import socket
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from handbell.ordeal.cluster import Cluster
from handbell.ordeal.ground import ground
from tests.ordeal.snowed_in import PASSWORD, Storm, snow

PATIENCE_SECONDS: Final = 900.0


async def press(storm: Storm, url: str, email: str) -> None:
    """Sign in, open the page as a browser does, and press the button twice."""
    import re

    import aiohttp

    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:

        async def page(path: str) -> str:
            async with browser.get(f"{url}{path}") as answer:
                return await answer.text()

        async def post(path: str, **typed: str) -> tuple[int, str]:
            typed["csrfmiddlewaretoken"] = token(await page("/login" if path == "/login" else back))
            async with browser.post(f"{url}{path}", data=typed, headers={"Referer": url}) as answer:
                return answer.status, await answer.text()

        def token(html: str) -> str:
            found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', html)
            assert found is not None, html[:500]
            return found[1]

        back = f"/emergency/{storm.closure}"
        await post("/login", login=email, password=PASSWORD)
        assert "Tell them that it is closed" in await page(back)
        way = f"{back}/words/closing/sms/send"
        asked = [post(way, counted=str(len(storm.told))) for _ in range(2)]
        for status, said in await asyncio.gather(*asked):
            went = "It goes to" in said
            storm.answers[f"{status} {'sent' if went else 'refused'}"] += 1


async def blow(storm: Storm, cluster: Cluster, home: Path, names: dict[str, str]) -> dict[str, Any]:
    """Let all of it happen; return what the phones and the database say."""
    from handbell.channels.carrier import Carrier, Does, Timing
    from handbell.dispatch.worker import DatabaseThread
    from handbell.ordeal.hosts import Hosts

    url = f"http://127.0.0.1:{names['HANDBELL_WEB_PORT']}"
    carrier = Carrier(
        auth_token=names["HANDBELL_CARRIER_TOKEN"],
        inbound_url=f"{url}/hooks/twilio/inbound",
        honours_stop=False,
        timing=Timing(speed=5.0),
    )
    database = DatabaseThread()
    async with carrier:
        ports = {"HANDBELL_CARRIER_PORT": str(carrier.http_port)}
        hosts = Hosts(home, {**names, **ports, "HANDBELL_CARRIER_SMTP_PORT": "1"})
        try:
            await database.run(snow, storm)
            for number in (1, 2):
                hosts.add("worker", f"host-{number}")
            hosts.add("web", "host-web")
            await _until(lambda: _answers(url))
            carrier.behave(Does.SLOW, seconds=0.3)
            pressed_at = time.monotonic()
            await asyncio.gather(*(press(storm, url, email) for email in storm.emails))
            first = time.monotonic() - pressed_at
            await _kill_all(storm, cluster, hosts, carrier)
            took = await _settle(storm, carrier, hosts, database)
            found: dict[str, Any] = await _sure(database, _counts, storm)
            found |= {"pressed_in": round(first, 1), "told_in": round(took, 1)}
            found |= _witnessed(storm, carrier)
            found |= await _past_the_end(storm, carrier, hosts, database)
        finally:
            await hosts.stop()
            await database.close()
    return found


async def _kill_all(storm: Storm, cluster: Cluster, hosts: Any, carrier: Any) -> None:
    """Misbehave and kill, each when another part of the people was told."""
    from handbell.channels.carrier import Does

    async def until_told(part: float) -> None:
        while len(_closings(carrier)) < part * len(storm.told):
            await _move_on(storm, carrier, hosts)

    def kill(*commands: str) -> None:
        for command in commands:
            for host in hosts.of(command):
                host.kill()
            storm.killed[command] += 1

    kill("web", "worker")  # right after the press
    await until_told(0.1)
    busy = carrier.behave(Does.HTTP_429, seconds=1)
    await asyncio.sleep(4)
    carrier.board.behaviours.remove(busy.id)
    await until_told(0.2)
    kill("worker")
    carrier.behave(Does.HTTP_500, times=30)
    carrier.behave(Does.RESET_AFTER_ACCEPTING, times=8)
    await until_told(0.4)
    storm.killed["postgres"] += 1
    await cluster.kill_server()
    await until_told(0.6)
    carrier.behave(Does.REJECTS, code="21211", times=max(storm.people // 100, 2))
    await until_told(0.7)
    kill("web", "worker")
    storm.killed["postgres"] += 1
    await cluster.kill_server()


async def _settle(storm: Storm, carrier: Any, hosts: Any, database: Any) -> float:
    """Wait until nothing is left to do."""
    began, quiet = time.monotonic(), 0
    while quiet < 2:
        await _move_on(storm, carrier, hosts)
        quiet = 0 if await _sure(database, _open, storm) else quiet + 1
    return time.monotonic() - began


async def _move_on(storm: Storm, carrier: Any, hosts: Any) -> None:
    """Give it three seconds; clocks move on where nobody was told in them: a lease is waited for.

    Raises AssertionError where it takes too long.
    """
    assert time.monotonic() - storm.began < PATIENCE_SECONDS, "it took too long"
    before = len(_closings(carrier))
    await asyncio.sleep(3)
    if len(_closings(carrier)) == before:
        storm.ahead += 60
    for host in hosts.of("worker"):
        host.clock.seconds = storm.ahead


def _open(storm: Storm) -> int:
    from handbell.outbox.models import Message, Sending

    if Sending.objects.exclude(unwritten=[]).exists():
        return 1
    rows = Message.objects.filter(sending__closure=storm.closure)
    waiting = rows.filter(state__in=["queued", "claimed"]).count()
    return waiting + rows.filter(state="in_doubt", look_up_at__isnull=False).count()


def _counts(storm: Storm) -> dict[str, Any]:
    from django.utils import timezone

    from handbell.closures.calls import call_list
    from handbell.facts.models import Closure
    from handbell.outbox.models import Message, Sender, Sending

    rows = Message.objects.filter(sending__closure=storm.closure)
    states = Counter(f"{s} {o}".strip() for s, o in rows.values_list("state", "objection"))
    calls = call_list(Closure.objects.get(pk=storm.closure), now=timezone.now())
    storm_calls = [phone for one in calls for phone in one.phones]
    return {
        "sendings": Sending.objects.filter(closure=storm.closure).count(),
        "states": dict(states),
        "to_call": len(calls),
        "calls": storm_calls,
        "paused": Sender.objects.exclude(paused_reason="").count(),
    }


def _closings(carrier: Any) -> list[Any]:
    return [one for one in carrier.truth.texts.values() if one.outbound and "closed" in one.body]


def _witnessed(storm: Storm, carrier: Any) -> dict[str, Any]:
    got = Counter(one.number for one in _closings(carrier))
    bodies = Counter(one.body for one in _closings(carrier))
    return {
        "once": sum(got[number] == 1 for number in storm.told),
        "twice": sum(count > 1 for count in got.values()),
        "after_stop": sum(got[number] for number in storm.stopped),
        "untold": [number for number in storm.told if not got[number]],
        "reminders_meanwhile": sum(
            one.outbound and "closed" not in one.body for one in carrier.truth.texts.values()
        ),
        "words": [body for body, _ in bodies.most_common(2)],
    }


async def _past_the_end(storm: Storm, carrier: Any, hosts: Any, database: Any) -> dict[str, Any]:
    """Leave the mode on until it is over; what still helps goes by itself."""
    closings = len(_closings(carrier))
    carrier.behave_well()
    for host in hosts.of("worker"):
        host.clock.seconds = timedelta(days=3, hours=2).total_seconds()
    wanted = set(storm.watched)

    def reminded() -> set[str]:
        texts = carrier.truth.texts.values()
        return {one.number for one in texts if one.outbound and "closed" not in one.body}

    with contextlib.suppress(AssertionError):
        await _until(lambda: wanted <= reminded(), seconds=120)
    return {
        "reminded_after_the_end": len(wanted & reminded()),
        "others_reminded": len(reminded() - wanted),
        "closings_after_the_end": len(_closings(carrier)) - closings,
    }


async def _sure(database: Any, act: Callable[..., Any], *given: Any) -> Any:
    from django.db import InterfaceError, OperationalError, connections

    while True:
        try:
            return await database.run(act, *given)
        except (OperationalError, InterfaceError):
            await database.run(connections.close_all)
            await asyncio.sleep(0.2)


def _answers(url: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


async def _until(true: Callable[[], bool], *, seconds: float = PATIENCE_SECONDS) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it took too long"
        await asyncio.sleep(0.05)


def main() -> None:
    """Run it and print what was found; exit code 1 where somebody was not told once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=60)
    storm = Storm(parser.parse_args().people)
    with (
        Cluster() as cluster,
        tempfile.TemporaryDirectory(prefix="handbell-storm-") as home,
        ground(cluster.url, home) as names,
    ):
        found = asyncio.run(blow(storm, cluster, Path(home), names))
    told = found.pop("untold")
    calls = set(found.pop("calls"))
    found |= {
        "people": len(storm.told),
        "untold_on_the_call_list": sum(number in calls for number in told),
        "lost": sum(number not in calls for number in told),
        "answers": dict(storm.answers),
        "killed": dict(storm.killed),
    }
    json.dump(found, sys.stdout, indent=1)
    fine = not (found["lost"] or found["twice"] or found["after_stop"])
    sys.exit(0 if fine and found["sendings"] == 1 and not found["reminders_meanwhile"] else 1)


if __name__ == "__main__":
    main()
