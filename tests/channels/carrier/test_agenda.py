"""What happens next: order, cancelling, and lanes in real time."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.agenda import Act, Agenda
from tests.channels.carrier.stage import START


def second(number: float) -> datetime:
    return START + timedelta(seconds=number)


def _note(ran: list[tuple[int, int]], key: tuple[int, int], _at: datetime) -> None:
    ran.append(key)


def wall() -> datetime:
    return datetime.now(UTC)


@given(st.lists(st.integers(0, 50)))
async def test_everything_due_runs_in_order_of_time_then_of_adding(seconds: list[int]) -> None:
    agenda = Agenda()
    ran: list[tuple[int, int]] = []
    for key in [(number, index) for index, number in enumerate(seconds)]:
        agenda.at(second(key[0]), partial(_note, ran, key))
    await agenda.advance(second(25))
    await agenda.advance(second(50))
    assert ran == sorted((number, index) for index, number in enumerate(seconds))


@given(st.lists(st.tuples(st.integers(0, 20), st.booleans())))
async def test_what_is_cancelled_never_happens_nor_holds_the_clock(
    wishes: list[tuple[int, bool]],
) -> None:
    agenda = Agenda()
    ran: list[int] = []
    for number, cancelled in wishes:
        entry = agenda.at(second(number), lambda at: ran.append(at.second))
        if cancelled:
            entry.cancel()
    kept = sorted(number for number, cancelled in wishes if not cancelled)
    assert agenda.next_at() == (second(kept[0]) if kept else None)
    assert await agenda.advance(second(20)) == len(kept)
    assert ran == kept
    assert agenda.next_at() is None


async def test_what_is_not_due_waits() -> None:
    agenda = Agenda()
    ran: list[datetime] = []
    agenda.at(second(2), ran.append)
    assert await agenda.advance(second(1.999)) == 0
    assert agenda.next_at() == second(2)
    assert await agenda.advance(second(2)) == 1
    assert ran == [second(2)]


async def test_an_act_may_add_what_is_due_in_the_same_advance() -> None:
    agenda = Agenda()
    ran: list[str] = []

    async def first(at: datetime) -> None:
        ran.append("first")
        agenda.at(at + timedelta(seconds=1), lambda _at: ran.append("second"))

    agenda.begin(second(1), first, lane="a")
    await agenda.advance(second(2))
    assert ran == ["first", "second"]


async def test_in_real_time_one_lane_keeps_its_order_and_others_do_not_wait() -> None:
    agenda = Agenda()
    ran: list[str] = []
    slow = asyncio.Event()

    async def slow_one(_at: datetime) -> None:
        await slow.wait()
        ran.append("slow")

    async def next_one(_at: datetime) -> None:
        ran.append("after slow")

    async def other(_at: datetime) -> None:
        ran.append("other lane")
        slow.set()

    now = wall()
    agenda.begin(now, slow_one, lane="a")
    agenda.begin(now, next_one, lane="a")
    agenda.begin(now, other, lane="b")
    pace = asyncio.create_task(agenda.keep_pace(wall))
    await agenda.quiet(wall, horizon_seconds=1)
    pace.cancel()
    assert ran == ["other lane", "slow", "after slow"]


async def test_in_real_time_something_sooner_wakes_the_clock() -> None:
    agenda = Agenda()
    done = asyncio.Event()
    pace = asyncio.create_task(agenda.keep_pace(wall))
    agenda.at(wall() + timedelta(hours=1), lambda _at: None)
    await asyncio.sleep(0.01)
    agenda.at(wall() + timedelta(milliseconds=20), lambda _at: done.set())
    async with asyncio.timeout(2):
        await done.wait()
    pace.cancel()


async def test_in_real_time_a_failing_act_stops_nothing() -> None:
    agenda = Agenda()
    done = asyncio.Event()

    def fail(_at: datetime) -> None:
        raise ValueError("what a patient was told")

    async def fail_later(_at: datetime) -> None:
        raise ValueError("what a patient was told")

    agenda.at(wall(), fail)
    agenda.begin(wall(), fail_later, lane="a")
    agenda.begin(wall() + timedelta(milliseconds=20), _setting(done), lane="a")
    pace = asyncio.create_task(agenda.keep_pace(wall))
    async with asyncio.timeout(2):
        await done.wait()
    pace.cancel()


def _setting(event: asyncio.Event) -> Act:
    async def act(_at: datetime) -> None:
        event.set()

    return act
