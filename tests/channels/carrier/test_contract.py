"""Every answer has the fields and formats of Twilio's own OpenAPI document."""

import re
from email.utils import parsedate_to_datetime
from typing import Any

from tests.channels.carrier.stage import CLINIC, PAT, Stage
from tests.channels.contract import Contract

MESSAGE = "api.v2010.account.message"
CALL = "api.v2010.account.call"
DATES = ("date_created", "date_updated", "date_sent", "start_time", "end_time")


def flaws(contract: Contract, schema: str, row: dict[str, Any]) -> list[str]:
    """Return what is wrong with a resource: its schema, missing or unknown fields, dates."""
    known = set(contract.document["components"]["schemas"][schema]["properties"])
    found = contract.row_flaws(schema, row)
    found += [f"{name} is missing" for name in known - row.keys()]
    found += [f"{name} is not Twilio's" for name in row.keys() - known]
    for name in DATES:
        if row.get(name) is not None:
            parsedate_to_datetime(row[name])
            if not re.search(r" \+0000$", row[name]):
                found.append(f"{name} is not in UTC")
    return found


async def test_a_text_at_every_stage_of_its_life(stage: Stage, contract: Contract) -> None:
    _, created = await stage.post("Messages.json", {"To": PAT, "From": CLINIC, "Body": "Hi ✓"})
    seen = [created]
    for seconds in (0.3, 5):
        await stage.passes(seconds)
        seen.append((await stage.get(f"Messages/{created['sid']}.json"))[1])
    assert [row["status"] for row in seen] == ["queued", "sent", "delivered"]
    assert [flaws(contract, MESSAGE, row) for row in seen] == [[], [], []]


async def test_texts_that_failed_or_came_in(stage: Stage, contract: Contract) -> None:
    stage.carrier.behave("undelivered", times=1)
    await stage.text()
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.passes(60)
    _, listed = await stage.get("Messages.json")
    assert len(listed["messages"]) == 3
    assert [flaws(contract, MESSAGE, row) for row in listed["messages"]] == [[], [], []]


async def test_a_call_at_every_stage_of_its_life(stage: Stage, contract: Contract) -> None:
    sid = await stage.call("<Response><Say>Hello</Say></Response>", MachineDetection="Enable")
    statuses = []
    for seconds in (0, 1, 4, 30):
        await stage.passes(seconds)
        _, row = await stage.get(f"Calls/{sid}.json")
        assert flaws(contract, CALL, row) == []
        statuses.append(row["status"])
    assert statuses[0] in {"queued", "ringing"}
    assert statuses[1:] == ["ringing", "in-progress", "completed"]
    assert row["duration"].isdecimal()


async def test_lists_have_the_shape_of_the_document(stage: Stage, contract: Contract) -> None:
    for _ in range(3):
        await stage.text()
        await stage.call("<Response/>")
    for name in ("Messages", "Calls"):
        _, listed = await stage.get(f"{name}.json", PageSize="2")
        path = f"/2010-04-01/Accounts/{{AccountSid}}/{name}.json"
        answer = contract.document["paths"][path]["get"]["responses"]["200"]
        schema = answer["content"]["application/json"]["schema"]
        assert set(schema["properties"]) == set(listed)
        kinds = {"integer": int, "string": str, "array": list}
        for field, rule in schema["properties"].items():
            fits = isinstance(listed[field], kinds[rule["type"]])
            assert fits or (rule.get("nullable") and listed[field] is None), field


async def test_every_status_word_is_one_of_twilios(contract: Contract) -> None:
    words = {"queued", "sent", "delivered", "undelivered", "failed", "received"}
    assert words <= contract.words("message_enum_status")
    calls = {"queued", "ringing", "in-progress", "completed", "busy", "failed", "no-answer"}
    assert calls | {"canceled"} <= contract.words("call_enum_status")
