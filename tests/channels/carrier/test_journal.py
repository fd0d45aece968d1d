"""The carrier still knows after a kill: the journal, torn lines, and what goes on afterwards."""

import asyncio
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import aiosmtplib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID, Does
from handbell.channels.carrier.journal import Journal
from handbell.channels.carrier.records import (
    Call,
    CallRequest,
    Fate,
    Mail,
    Origin,
    Report,
    Reporting,
    Step,
    Text,
)
from handbell.channels.carrier.truth import Kept, StopMark
from tests.channels.carrier.stage import (
    CALL_STATUS,
    CLINIC,
    PAT,
    SAM,
    START,
    STATUS,
    Stage,
    basic,
    staged,
)

TIMES = st.integers(0, 10**6).map(lambda s: START + timedelta(microseconds=s))
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
REPORTS = st.lists(st.builds(Report, WORDS, WORDS, TIMES, st.booleans(), WORDS)).map(tuple)
STEPS = st.lists(st.builds(Step, WORDS, WORDS, TIMES, st.floats(0, 99))).map(tuple)
TEXTS = st.builds(
    Text,
    sid=WORDS,
    origin=st.sampled_from(Origin),
    sender=WORDS,
    number=WORDS,
    body=WORDS,
    created_at=TIMES,
    updated_at=TIMES,
    arrived_at=st.none() | TIMES,
    code=st.none() | st.integers(1, 99_999),
    fate=st.sampled_from(Fate),
    reporting=st.sampled_from(Reporting),
    reports=REPORTS,
)
CALLS = st.builds(
    Call,
    sid=WORDS,
    sender=WORDS,
    number=WORDS,
    request=st.builds(CallRequest, url=WORDS, events=st.lists(WORDS).map(tuple)),
    created_at=TIMES,
    updated_at=TIMES,
    answered_at=st.none() | TIMES,
    beep_at=st.none() | TIMES,
    steps=STEPS,
    reports=REPORTS,
)
MAILS = st.builds(Mail, WORDS, WORDS, WORDS, st.binary(), TIMES, st.integers(0, 99))
STOPS = st.builds(StopMark, WORDS, WORDS, st.booleans())


@given(kept=st.lists(TEXTS | CALLS | MAILS | STOPS, max_size=5))
def test_what_was_kept_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, kept: list[Kept]
) -> None:
    path = tmp_path_factory.mktemp("journal") / "carrier.jsonl"
    written = Journal(path)
    for each in kept:
        written.keep(each)
    written.close()
    assert list(Journal(path).kept()) == kept


@pytest.mark.parametrize("tail", [b'{"text":{"sid":"SM', b"{", b'{"stop":{}'])
def test_a_line_cut_by_a_kill_is_dropped_and_writing_goes_on(tmp_path: Path, tail: bytes) -> None:
    path = tmp_path / "carrier.jsonl"
    first, second = StopMark(CLINIC, PAT, True), StopMark(CLINIC, SAM, True)
    Journal(path).keep(first)
    with path.open("ab") as file:
        file.write(tail)
    again = Journal(path)
    again.keep(second)
    assert list(again.kept()) == [first, second]


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    Journal(tmp_path / "deep" / "carrier.jsonl")
    assert stat.S_IMODE((tmp_path / "deep" / "carrier.jsonl").stat().st_mode) == 0o600


# -- a carrier that starts again ----------------------------------------------------------


@asynccontextmanager
async def later(path: Path, seconds: float = 60) -> AsyncIterator[Stage]:
    """A second carrier on the same journal, some time after the first."""
    async with staged(journal=path, begins=START + timedelta(seconds=seconds)) as stage:
        yield stage


async def test_the_state_is_the_same_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    async with staged(journal=path) as before:
        before.carrier.behave(Does.UNDELIVERED, number=SAM)
        await before.text()
        await before.text(to=SAM)
        await before.call("<Response><Say>Hello</Say></Response>")
        await before.carrier.text_from(PAT, CLINIC, "STOP")
        await before.passes(60)
    async with later(path) as after:
        truth = after.carrier.truth
        assert truth.texts == before.carrier.truth.texts
        assert truth.calls == before.carrier.truth.calls
        assert truth.phone(PAT) == before.carrier.truth.phone(PAT)
        assert list(truth.places()) == list(before.carrier.truth.places())
        assert truth.is_stopped(CLINIC, PAT)
        assert after.carrier.next_at() is None
        sid = await after.text(to=SAM)
        assert sid not in before.carrier.truth.texts


async def test_texts_under_way_go_on_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    async with staged(journal=path) as before:
        await before.text()
        before.carrier.behave(Does.BOUNCES, number=SAM)
        await before.text(to=SAM)
        await before.passes(0.3)
        assert before.app.statuses() == ["sent", "sent"]
    async with later(path, 0) as after:
        await after.passes(5)
        assert after.app.statuses() == ["delivered", "undelivered"]
        assert len(after.carrier.texts_to(PAT)) == 1
        assert after.carrier.texts_to(SAM) == ()
        assert after.carrier.truth.received_twice() == {}


async def test_a_text_that_had_arrived_does_not_arrive_again(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    async with staged(journal=path) as before:
        before.carrier.behave(Does.RECEIPTS_LATE, seconds=600)
        await before.text()
        await before.passes(60)
    async with later(path) as after:
        await after.passes(1000)
        assert after.app.statuses() == ["delivered"]
        assert (
            after.carrier.texts_to(PAT)[0].arrived_at == before.carrier.texts_to(PAT)[0].arrived_at
        )


async def test_a_call_cut_off_by_a_restart_has_ended_and_its_sender_is_told(
    tmp_path: Path,
) -> None:
    path = tmp_path / "carrier.jsonl"
    async with staged(journal=path) as before:
        await before.call('<Response><Pause length="50"/></Response>')
        await before.passes(10)
        await before.call("<Response/>", to=SAM)
    async with later(path) as after:
        await after.passes(1)
        assert after.carrier.calls_to(PAT)[0].status == "completed"
        assert after.carrier.calls_to(SAM)[0].status == "failed"
        assert after.app.statuses(CALL_STATUS, "CallStatus") == ["completed", "failed"]


# -- a process that is killed -------------------------------------------------------------

PROGRAM = """
import asyncio, sys
from pathlib import Path
from handbell.channels.carrier import Carrier, serve
def ready(carrier):
    print(carrier.http_port, carrier.smtp_port, flush=True)
asyncio.run(serve(Carrier(auth_token="t", journal=Path(sys.argv[1])), ready=ready))
"""


@pytest.mark.slow
async def test_kill_9_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "carrier.jsonl"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PROGRAM, str(path), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    http_port, smtp_port = map(int, (await process.stdout.readline()).split())
    answered = asyncio.create_task(_send_until_it_dies(http_port))
    await aiosmtplib.send(
        b"Subject: x\r\n\r\nhello",
        sender="a@clinic.example",
        recipients=["pat@home.example"],
        hostname="127.0.0.1",
        port=smtp_port,
        start_tls=False,
    )
    await asyncio.sleep(0.8)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    sids = await answered
    async with staged(journal=path) as after:
        assert len(sids) > 20
        assert set(sids) <= set(after.carrier.truth.texts)
        assert len(after.carrier.mails_to("pat@home.example")) == 1
        await after.passes(60)
        counts = after.carrier.truth.received_counts()
        assert set(counts.values()) == {1}
        assert len(after.carrier.texts_to(PAT)) >= len(sids)


async def _send_until_it_dies(port: int) -> list[str]:
    sids: list[str] = []
    url = f"http://127.0.0.1:{port}/2010-04-01/Accounts/{REHEARSAL_ACCOUNT_SID}/Messages.json"
    form = {"To": PAT, "From": CLINIC, "Body": "Elm Clinic"}
    async with aiohttp.ClientSession(headers=basic(REHEARSAL_ACCOUNT_SID, "t")) as session:
        try:
            for number in range(100_000):
                callback = STATUS.replace("/41/", f"/{number}/").replace(
                    "https://", "http://127.0.0.1:9/"
                )
                async with session.post(url, data={**form, "StatusCallback": callback}) as reply:
                    sids.append((await reply.json())["sid"])
        except aiohttp.ClientError:
            pass
    return sids
