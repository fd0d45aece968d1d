"""The JSON beside the pages: what programs ask and tell."""

from typing import Any

import pytest

from tests.channels.carrier.stage import CLINIC, INBOUND, PAT, Stage


async def ask(stage: Stage, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    url = f"{stage.carrier.base_url}/rehearsal/{path}"
    async with stage.session.request(method, url, json=body) as reply:
        is_json = reply.content_type == "application/json"
        return reply.status, await reply.json() if is_json else None


async def test_behaviours_are_asked_for_listed_and_taken_back(stage: Stage) -> None:
    wish = {"does": "http_429", "number": PAT, "times": 3, "seconds": 9}
    status, added = await ask(stage, "POST", "behaviours", wish)
    assert (status, added["does"], added["seconds"]) == (201, "http_429", 9)
    _, listed = await ask(stage, "GET", "behaviours")
    assert listed["behaviours"] == [added]
    assert (await ask(stage, "DELETE", f"behaviours/{added['id']}"))[0] == 204
    assert (await ask(stage, "DELETE", f"behaviours/{added['id']}"))[0] == 404
    await ask(stage, "POST", "conventions")
    assert len((await ask(stage, "GET", "behaviours"))[1]["behaviours"]) == 15
    assert (await ask(stage, "DELETE", "behaviours"))[0] == 204
    assert (await ask(stage, "GET", "behaviours"))[1]["behaviours"] == []


@pytest.mark.parametrize(
    "wish", [{}, {"does": "explodes"}, {"does": "slow", "colour": "red"}, [], "slow"]
)
async def test_a_wish_without_sense_is_refused_in_words(stage: Stage, wish: Any) -> None:
    status, answer = await ask(stage, "POST", "behaviours", wish)
    assert status == 400
    assert answer["flaw"]


async def test_what_is_not_json_is_refused(stage: Stage) -> None:
    url = f"{stage.carrier.base_url}/rehearsal/behaviours"
    async with stage.session.post(url, data=b"{") as reply:
        assert reply.status == 400


async def test_people_text_press_and_hang_up(stage: Stage) -> None:
    status, text = await ask(stage, "POST", f"phones/{PAT}/texts", {"to": CLINIC, "body": "C"})
    assert (status, text["body"], text["origin"]) == (201, "C", "person")
    assert len(stage.app.told(INBOUND)) == 1
    sid = await stage.call('<Response><Gather numDigits="3"/></Response>')
    await stage.passes(5)
    assert (await ask(stage, "POST", f"calls/{sid}/digits", {"digits": "9"}))[1] == {"heard": True}
    assert (await ask(stage, "POST", f"calls/{sid}/hang_up"))[0] == 204
    assert (await ask(stage, "POST", f"calls/{sid}/digits", {"digits": "9"}))[1] == {"heard": False}


@pytest.mark.parametrize("body", [{}, {"to": CLINIC}, []])
async def test_a_text_without_its_parts_is_refused(stage: Stage, body: Any) -> None:
    assert (await ask(stage, "POST", f"phones/{PAT}/texts", body))[0] == 400


async def test_who_received_what(stage: Stage) -> None:
    await stage.text()
    await stage.text()
    await stage.call("<Response><Say>Hello</Say></Response>")
    await stage.passes(60)
    _, received = await ask(stage, "GET", "received")
    assert (received["texts"], received["calls"], received["mails"]) == (2, 1, 0)
    assert received["counts"] == {"41": 2, "42": 1}
    assert received["twice"] == {"41": 2}
    assert (received["untold"], received["failed_callbacks"]) == ([], [])
    _, phone = await ask(stage, "GET", f"phones/{PAT}")
    assert [item["kind"] for item in phone["received"]] == ["text", "text", "call"]
    assert phone["received"][0]["key"] == "41"
    _, mailbox = await ask(stage, "GET", "mailboxes/pat@home.example")
    assert mailbox == {"address": "pat@home.example", "received": []}
