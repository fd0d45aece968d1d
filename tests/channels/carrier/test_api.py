"""The API's manners: who may ask, what is refused and with which code, lists in pages."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.twilio.resources import Span, span
from tests.channels.carrier.stage import (
    CLINIC,
    PAT,
    SAM,
    START,
    Stage,
    basic,
    staged,
)

TEXT = {"To": PAT, "From": CLINIC, "Body": "Elm Clinic: see you"}
CALL = {"To": PAT, "From": CLINIC, "Twiml": "<Response/>"}


@pytest.mark.parametrize("login", [{}, basic("AC" + "f" * 32, "x"), {"Authorization": "Bearer x"}])
async def test_who_does_not_log_in_gets_20003(stage: Stage, login: dict[str, str]) -> None:
    stage.session.headers.popall("Authorization")
    async with stage.session.get(stage.url("Messages.json"), headers=login) as reply:
        fault = await reply.json()
    assert (reply.status, fault["code"], fault["status"]) == (401, 20003, 401)
    assert reply.headers["WWW-Authenticate"].startswith("Basic")


async def test_another_account_is_not_mine(stage: Stage) -> None:
    path = f"/2010-04-01/Accounts/AC{'f' * 32}/Messages.json"
    status, fault = await stage.get(path)
    assert (status, fault["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": None}, 21604),
        ({"To": "not a number"}, 21211),
        ({"To": "+15558069773"}, 21211),
        ({"From": None}, 21603),
        ({"From": "0000"}, 21212),
        ({"Body": None}, 21602),
        ({"Body": "  "}, 21602),
        ({"Body": "x" * 1601}, 21617),
        ({"To": CLINIC}, 21266),
        ({"StatusCallback": "nowhere"}, 21609),
        ({"StatusCallback": "https://clinic.example/ä"}, 21609),
        ({"MessagingServiceSid": "MG" + "0" * 32}, 21701),
    ],
)
async def test_a_flawed_text_is_refused_in_twilios_shape(
    stage: Stage, change: dict[str, str | None], code: int
) -> None:
    form = {name: value for name, value in {**TEXT, **change}.items() if value is not None}
    status, fault = await stage.post("Messages.json", form)
    assert (status, fault["code"], fault["status"]) == (400, code, 400)
    assert fault["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert fault["message"]
    assert stage.carrier.truth.texts == {}
    assert [refusal.code for refusal in stage.carrier.truth.refusals] == [str(code)]


async def test_the_longest_body_is_taken(stage: Stage) -> None:
    status, answer = await stage.post("Messages.json", {**TEXT, "Body": "x" * 1600})
    assert (status, answer["num_segments"]) == (201, "11")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"To": None}, 21201),
        ({"To": "12"}, 21211),
        ({"From": None}, 21213),
        ({"From": "12"}, 21212),
        ({"Twiml": None}, 21205),
        ({"Twiml": None, "Url": "ftp://x.example/"}, 21205),
        ({"To": CLINIC}, 21266),
    ],
)
async def test_a_flawed_call_is_refused(
    stage: Stage, change: dict[str, str | None], code: int
) -> None:
    form = {name: value for name, value in {**CALL, **change}.items() if value is not None}
    status, fault = await stage.post("Calls.json", form)
    assert (status, fault["code"]) == (400, code)
    assert stage.carrier.truth.calls == {}


async def test_numbers_that_are_not_ours_cannot_send() -> None:
    async with staged(senders={CLINIC}) as stage:
        await stage.text()
        _, fault = await stage.post("Messages.json", {**TEXT, "From": SAM})
        assert fault["code"] == 21606
        _, fault = await stage.post("Calls.json", {**CALL, "From": SAM})
        assert fault["code"] == 21212


@pytest.mark.parametrize(
    "path", [f"Messages/SM{'0' * 32}.json", f"Calls/CA{'0' * 32}.json", "Fax.json"]
)
async def test_what_does_not_exist_is_20404(stage: Stage, path: str) -> None:
    status, fault = await stage.get(path)
    assert (status, fault["code"]) == (404, 20404)


async def test_a_national_number_is_understood(stage: Stage) -> None:
    sid = await stage.text(to="(202) 555-0123")
    assert stage.carrier.truth.texts[sid].number == PAT


async def test_no_number_and_no_word_reaches_a_log_or_a_repr(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    sid = await stage.text(body="Elm Clinic: secret")
    await stage.call("<Response><Say>secret</Say></Response>")
    await stage.carrier.text_from(PAT, CLINIC, "secret")
    await stage.post("Messages.json", {**TEXT, "To": "+15558069773"})
    await stage.passes(60)
    truth = stage.carrier.truth
    shown = [*truth.texts.values(), *truth.calls.values(), *truth.refusals, truth.phone(PAT)]
    seen = caplog.text + "".join(map(repr, [*shown, *stage.app.callbacks]))
    assert sid in seen
    for hidden in ("secret", PAT, "5558069773"):
        assert hidden not in seen


# -- lists --------------------------------------------------------------------------------


async def test_lists_filter_by_both_ends_newest_first(stage: Stage) -> None:
    first = await stage.text()
    await stage.text(to=SAM)
    await stage.text(From="+12125550199")
    last = await stage.text()
    await stage.carrier.text_from(PAT, CLINIC, "hello")
    assert await _sids(stage, To=PAT, From=CLINIC) == [last, first]
    assert len(await _sids(stage, To=CLINIC)) == 1
    assert len(await _sids(stage, From=CLINIC)) == 3
    assert len(await _sids(stage)) == 5


async def test_pages_follow_each_other_even_when_texts_keep_coming(stage: Stage) -> None:
    sent = [await stage.text() for _ in range(7)]
    seen: list[str] = []
    path: str | None = stage.url("Messages.json?PageSize=3").removeprefix(stage.carrier.base_url)
    while path:
        _, listed = await stage.get(path)
        seen += [row["sid"] for row in listed["messages"]]
        path = listed["next_page_uri"]
        await stage.text()
    assert seen == sent[::-1]


async def test_a_list_says_where_it_is(stage: Stage) -> None:
    for _ in range(3):
        await stage.text()
    _, listed = await stage.get("Messages.json", PageSize="2", To=PAT)
    assert (listed["page"], listed["page_size"], listed["start"], listed["end"]) == (0, 2, 0, 1)
    assert "To=%2B12025550123" in listed["first_page_uri"]


async def test_texts_are_found_by_the_day_they_were_sent(stage: Stage) -> None:
    old = await stage.text()
    await stage.passes(86_400)
    new = await stage.text()
    await stage.passes(5)
    assert await _sids(stage, DateSent="2026-11-02") == [old]
    assert await _sids(stage, **{"DateSent>": "2026-11-03"}) == [new]
    assert await _sids(stage, **{"DateSent<": "2026-11-02"}) == [old]
    assert await _sids(stage, **{"DateSent>": "2026-11-02T14:00:00Z"}) == [new, old]
    assert await _sids(stage, **{"DateSent>": "2026-11-02T14:00:01Z"}) == [new]


async def test_calls_are_found_by_number_status_and_start(stage: Stage) -> None:
    busy = stage.carrier.behave("busy", times=1)
    assert busy.times == 1
    await stage.call("<Response/>")
    await stage.passes(60)
    done = await stage.call("<Response/>")
    await stage.passes(60)
    _, listed = await stage.get("Calls.json", To=PAT, Status="completed")
    assert [row["sid"] for row in listed["calls"]] == [done]
    _, listed = await stage.get("Calls.json", **{"StartTime<": "2026-11-02T14:00:30Z"})
    assert [row["status"] for row in listed["calls"]] == ["busy"]


async def test_a_list_asked_for_with_nonsense_is_a_fault(stage: Stage) -> None:
    for query in ({"DateSent": "yesterday"}, {"PageSize": "many"}):
        status, fault = await stage.get("Messages.json", **query)
        assert (status, fault["code"]) == (400, 20001)


@given(st.integers(-400, 400))
def test_after_and_before_a_time_both_include_it(seconds: int) -> None:
    at = START + timedelta(seconds=seconds)
    text = START.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert span({"DateSent>": text}, "DateSent").holds(at) == (at >= START)
    assert span({"DateSent<": text}, "DateSent").holds(at) == (at <= START)
    assert Span().holds(at)


async def _sids(stage: Stage, **query: Any) -> list[str]:
    _, listed = await stage.get("Messages.json", **query)
    return [row["sid"] for row in listed["messages"]]
