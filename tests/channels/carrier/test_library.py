"""Twilio's own Python library takes the carrier for Twilio."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from handbell.channels.carrier import Does
from tests.channels.carrier.stage import CALL_STATUS, CLINIC, PAT, STATUS, Stage

HELLO = "<Response><Say>Hello</Say></Response>"


@pytest.fixture
async def client(stage: Stage) -> AsyncIterator[Client]:
    found = Client(stage.carrier.account_sid, stage.carrier.auth_token)
    found.api.base_url = stage.carrier.base_url
    yield found
    found.http_client.session.close()


async def ask(function: Any, *args: Any, **more: Any) -> Any:
    """Call the library, which blocks, beside the carrier's loop."""
    return await asyncio.to_thread(function, *args, **more)


async def test_a_text_is_created_fetched_and_listed(stage: Stage, client: Client) -> None:
    created = await ask(
        client.messages.create, to=PAT, from_=CLINIC, body="Elm Clinic", status_callback=STATUS
    )
    assert (created.status, created.to, created.num_segments) == ("queued", PAT, "1")
    await stage.passes(5)
    fetched = await ask(client.messages(created.sid).fetch)
    assert (fetched.status, fetched.error_code) == ("delivered", None)
    assert fetched.date_sent.tzinfo is not None
    listed = await ask(client.messages.list, to=PAT, from_=CLINIC)
    assert [text.sid for text in listed] == [created.sid]


async def test_pages_are_walked_by_the_library(stage: Stage, client: Client) -> None:
    sent = [await stage.text() for _ in range(23)]
    listed = await ask(client.messages.list, page_size=5)
    assert [text.sid for text in listed] == sent[::-1]


async def test_dates_filter_as_the_library_writes_them(stage: Stage, client: Client) -> None:
    await stage.text()
    await stage.passes(5)
    day = datetime(2026, 11, 2, tzinfo=UTC)
    found = await ask(client.messages.list, date_sent_after=day)
    missed = await ask(client.messages.list, date_sent_after=day + timedelta(days=1))
    assert (len(found), missed) == (1, [])


async def test_a_refusal_is_the_librarys_exception(stage: Stage, client: Client) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    with pytest.raises(TwilioRestException) as refused:
        await ask(client.messages.create, to=PAT, from_=CLINIC, body="Hi")
    assert (refused.value.status, refused.value.code) == (400, 21610)
    stage.carrier.behave(Does.HTTP_429, times=1)
    with pytest.raises(TwilioRestException) as refused:
        await ask(client.messages.create, to=PAT, from_=CLINIC, body="Hi")
    assert (refused.value.status, refused.value.code) == (429, 20429)


async def test_wrong_credentials_are_the_librarys_exception(stage: Stage) -> None:
    client = Client(stage.carrier.account_sid, "wrong")
    client.api.base_url = stage.carrier.base_url
    with pytest.raises(TwilioRestException) as refused:
        await ask(client.messages.create, to=PAT, from_=CLINIC, body="Hi")
    assert (refused.value.status, refused.value.code) == (401, 20003)
    client.http_client.session.close()


async def test_a_call_is_created_watched_redirected_and_listed(
    stage: Stage, client: Client
) -> None:
    events = ["initiated", "ringing", "answered", "completed"]
    call = await ask(
        client.calls.create,
        to=PAT,
        from_=CLINIC,
        twiml='<Response><Pause length="60"/></Response>',
        status_callback=CALL_STATUS,
        status_callback_event=events,
        machine_detection="Enable",
        async_amd="true",
    )
    await stage.passes(5)
    assert (await ask(client.calls(call.sid).fetch)).status == "in-progress"
    await ask(client.calls(call.sid).update, twiml=HELLO)
    await stage.passes(60)
    (listed,) = await ask(client.calls.list, to=PAT, status="completed")
    assert listed.sid == call.sid
    assert stage.carrier.calls_to(PAT)[0].spoken == ("Hello",)
    assert len(stage.app.statuses(CALL_STATUS, "CallStatus")) == 4
