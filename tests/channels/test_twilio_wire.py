"""A provider that breaks in every way: what is certain is said, what is not is in doubt."""

import asyncio
import socket
import ssl
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from handbell.channels.gateway import Accepted, Busy, InDoubt, Rejected
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.voice.twilio.client import TwilioVoice
from tests.channels.loopback import (
    Loopback,
    Reaction,
    answering,
    answering_in_part,
    close,
    raw,
    reset,
    silence,
)
from tests.channels.samples import CALL, Account, call, text_message

SID = "SM" + "a" * 32
CALL_SID = "CA" + "a" * 32


async def test_a_text_that_is_taken(loopback: Loopback, sms: TwilioSms) -> None:
    loopback.then(answering(201, {"sid": SID, "status": "queued"}))
    assert await sms.hand_over(text_message()) == Accepted(SID)


async def test_a_call_that_is_taken(loopback: Loopback, voice: TwilioVoice) -> None:
    loopback.then(answering(201, {"sid": CALL_SID, "status": "queued"}))
    assert await voice.hand_over(call()) == Accepted(CALL_SID)


@pytest.mark.parametrize(
    ("reaction", "why"),
    [
        (silence, "timeout"),
        (reset, "disconnected"),
        (close, "disconnected"),
        (raw(b"I am no web server\r\n\r\n"), "unreadable"),
        (answering(500, {"code": 20500}), "server_error"),
        (answering(502, "<html>Bad Gateway</html>"), "server_error"),
        (answering(201, "{not json"), "unreadable"),
        (answering(201, ["a", "list"]), "unreadable"),
        (answering_in_part(201, f'{{"sid": "{SID}"'), "unreadable"),
    ],
    ids=["silence", "reset", "close", "garbage", "500", "502", "no-json", "list", "cut-short"],
)
async def test_what_may_have_left_is_in_doubt_and_offered_only_once(
    loopback: Loopback, sms: TwilioSms, reaction: Reaction, why: str
) -> None:
    loopback.then(reaction)
    assert await sms.hand_over(text_message()) == InDoubt(why)
    assert len(loopback.requests) == 1


async def test_429_says_when_to_come_back(loopback: Loopback, sms: TwilioSms) -> None:
    loopback.then(answering(429, {"code": 20429}, headers={"Retry-After": "3"}))
    assert await sms.hand_over(text_message()) == Busy("20429", timedelta(seconds=3))


async def test_a_refusal_is_certain_even_if_its_words_are_cut_short(
    loopback: Loopback, sms: TwilioSms
) -> None:
    loopback.then(answering_in_part(400, '{"code": 21211'))
    assert await sms.hand_over(text_message()) == Rejected("http-400")


async def test_a_redirect_is_not_followed(loopback: Loopback, sms: TwilioSms) -> None:
    loopback.then(answering(307, None, headers={"Location": "/elsewhere"}))
    assert await sms.hand_over(text_message()) == Rejected("http-307")
    assert len(loopback.requests) == 1


async def test_a_kept_connection_that_breaks_is_not_tried_again(
    loopback: Loopback, sms: TwilioSms
) -> None:
    loopback.then(answering(201, {"sid": SID}), close)
    assert await sms.hand_over(text_message()) == Accepted(SID)
    assert await sms.hand_over(text_message()) == InDoubt("disconnected")
    assert (loopback.connections, len(loopback.requests)) == (1, 2)


async def test_connections_are_kept(loopback: Loopback, sms: TwilioSms) -> None:
    loopback.then(*[answering(201, {"sid": SID})] * 5)
    for _ in range(5):
        await sms.hand_over(text_message())
    assert loopback.connections == 1


class TestCertainlyNotSent:
    async def test_refused(self) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))  # bound but not listening: refuses
            account = Account(base_url=f"http://127.0.0.1:{taken.getsockname()[1]}")
            gateway = TwilioSms(account)
            assert await gateway.hand_over(text_message()) == Busy("connect")
            await gateway.close()

    async def test_no_such_host(self) -> None:
        gateway = TwilioSms(Account(base_url="http://no-such-host.invalid"))
        assert await gateway.hand_over(text_message()) == Busy("connect")
        await gateway.close()

    async def test_not_tls(self, loopback: Loopback) -> None:
        port = loopback.account.base_url.rpartition(":")[2]
        gateway = TwilioSms(Account(base_url=f"https://127.0.0.1:{port}"), timeout_seconds=2)
        assert await gateway.hand_over(text_message()) == Busy("connect")
        assert loopback.requests == []
        await gateway.close()

    async def test_a_certificate_nobody_vouches_for(self, certificate: Path) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        heard: list[bytes] = []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.append(await reader.read(1))
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        port = server.sockets[0].getsockname()[1]
        gateway = TwilioSms(Account(base_url=f"https://localhost:{port}"))
        assert await gateway.hand_over(text_message()) == Busy("connect")
        await gateway.close()
        server.close()
        assert heard in ([], [b""])

    async def test_no_connection_free_in_time(self, loopback: Loopback) -> None:
        gateway = TwilioSms(loopback.account, timeout_seconds=1, connections=1)
        loopback.then(silence)
        first = asyncio.create_task(gateway.hand_over(text_message()))
        await asyncio.sleep(0.1)
        assert await gateway.hand_over(text_message()) == Busy("connect")
        assert await first == InDoubt("timeout")
        assert len(loopback.requests) == 1
        await gateway.close()


class TestSpeakingToAMachine:
    async def test_a_person_goes_on_listening(self, loopback: Loopback, voice: TwilioVoice) -> None:
        for answered_by in ("human", "unknown", "machine_start", ""):
            assert not await voice.speak_to_machine(
                CALL, provider_id=CALL_SID, answered_by=answered_by
            )
        assert loopback.requests == []

    async def test_a_call_that_is_over_cannot_be_changed(
        self, loopback: Loopback, voice: TwilioVoice
    ) -> None:
        loopback.then(answering(400, {"code": 21220}))
        assert not await voice.speak_to_machine(
            CALL, provider_id=CALL_SID, answered_by="machine_end_beep"
        )


async def test_a_gateway_can_be_closed_unused_and_twice(loopback: Loopback) -> None:
    gateway = TwilioSms(loopback.account)
    await gateway.close()
    await gateway.close()


def test_a_self_signed_certificate_is_at_hand(certificate: Path) -> None:
    shown = subprocess.run(
        ["openssl", "x509", "-in", certificate, "-noout", "-subject"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert "localhost" in shown.stdout
