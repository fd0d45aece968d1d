"""Whether a provider would take a message is asked without offering it one."""

import pytest

from handbell.channels.gateway import NotReady, Ready
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.voice.twilio.client import TwilioVoice
from tests.channels.loopback import Loopback, Reaction, answering, raw, reset, silence


async def test_an_open_account_is_ready(loopback: Loopback, sms: TwilioSms) -> None:
    loopback.then(answering(200, {"sid": "AC1", "status": "active"}))
    assert await sms.look() == Ready()
    (asked,) = loopback.requests
    assert asked.method == "GET"
    assert asked.path.endswith(".json")
    assert "Messages" not in asked.path


async def test_calls_ask_the_same(loopback: Loopback, voice: TwilioVoice) -> None:
    loopback.then(answering(200, {"sid": "AC1", "status": "active"}))
    assert await voice.look() == Ready()


@pytest.mark.parametrize(
    ("reaction", "code"),
    [
        (answering(200, {"status": "suspended"}), "30002"),
        (answering(200, {"status": "closed"}), "20003"),
        (answering(401, {"code": 20003}), "20003"),
        (answering(404, {"code": 20404}), "20003"),
        (answering(503, "busy"), "20503"),
        (answering(200, "<html>a hotel’s login page</html>"), "http-200"),
        (answering(302, ""), "http-302"),
        (silence, "connect"),
        (reset, "connect"),
        (raw(b"I am no web server\r\n\r\n"), "connect"),
    ],
    ids=["suspended", "closed", "401", "404", "503", "html", "302", "silence", "reset", "raw"],
)
async def test_what_would_take_nothing_says_why(
    loopback: Loopback, sms: TwilioSms, reaction: Reaction, code: str
) -> None:
    loopback.then(reaction)
    assert await sms.look() == NotReady(code)
