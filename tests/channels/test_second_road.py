"""Amazon SES and Vonage: asked by their contract, and what they answer is never guessed."""

import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl

import pytest

from handbell.channels.email.ses.client import Ses
from handbell.channels.email.ses.codes import CODES as SES_CODES
from handbell.channels.email.ses.signature import signed_headers
from handbell.channels.gateway import (
    Accepted,
    Busy,
    Gateway,
    HandOver,
    InDoubt,
    NotReady,
    Ready,
    Rejected,
    Unanswered,
)
from handbell.channels.receipt import ReceiptStatus
from handbell.channels.sms.vonage import receipt
from handbell.channels.sms.vonage.client import VonageSms
from handbell.channels.sms.vonage.codes import CODES as VONAGE_CODES
from tests.channels.conftest import shared
from tests.channels.contract import FORM, Contract
from tests.channels.loopback import Loopback, answering, reset, silence
from tests.channels.samples import DIGEST_KEY, NOW, PAT, PAT_EMAIL, email, question, text_message

BASE = "https://handbell.riverside.example/hooks/vonage"


@dataclass(frozen=True, slots=True)
class Account:
    """Invented credentials for both."""

    base_url: str
    region: str = "us-east-1"
    access_key_id: str = "AKIDEXAMPLE"
    secret_access_key: str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    configuration_set: str = "handbell"
    api_key: str = "abcd1234"
    api_secret: str = "abcdef0123456789"


@pytest.fixture
async def ses(loopback: Loopback) -> AsyncIterator[Ses]:
    gateway = Ses(
        Account(loopback.account.base_url),
        digest_key=DIGEST_KEY,
        timeout_seconds=1,
        clock=lambda: NOW,
    )
    yield gateway
    await gateway.close()


@pytest.fixture
async def vonage(loopback: Loopback) -> AsyncIterator[VonageSms]:
    gateway = VonageSms(Account(loopback.account.base_url), timeout_seconds=1)
    yield gateway
    await gateway.close()


def sent(**more: str) -> dict[str, Any]:
    return {"message-count": "1", "messages": [{"status": "0", **more}]}


TAKEN_BY_VONAGE = sent(**{"message-id": "0A0000001234567B", "to": "12025550123"})
ROADS: list[tuple[str, HandOver, dict[str, Any], str]] = [
    ("ses", email(), {"MessageId": "0100018c-1234-abcd"}, "0100018c-1234-abcd"),
    ("vonage", text_message(callback_url=BASE), TAKEN_BY_VONAGE, "0A0000001234567B"),
]


@pytest.mark.parametrize(("name", "message", "taken", "known_as"), ROADS)
class TestBothRoads:
    """The outcomes every gateway must tell apart (channels/gateway.py)."""

    @pytest.fixture
    def gateway(self, name: str, ses: Ses, vonage: VonageSms) -> Gateway:
        return ses if name == "ses" else vonage

    async def test_taken_with_a_name(
        self, gateway: Gateway, loopback: Loopback, message: HandOver, taken: Any, known_as: str
    ) -> None:
        loopback.then(answering(200, taken))
        assert await gateway.hand_over(message) == Accepted(known_as)

    async def test_what_cannot_be_known_is_in_doubt(
        self, gateway: Gateway, loopback: Loopback, message: HandOver, taken: Any, known_as: str
    ) -> None:
        loopback.then(silence)
        assert await gateway.hand_over(message) == InDoubt("timeout")
        loopback.then(reset)
        assert await gateway.hand_over(message) == InDoubt("disconnected")
        loopback.then(answering(500, "{}"))
        assert await gateway.hand_over(message) == InDoubt("server_error")
        loopback.then(answering(200, "<html>"))
        assert await gateway.hand_over(message) == InDoubt("unreadable")

    async def test_turned_away_is_busy_and_refused_is_certain(
        self, gateway: Gateway, loopback: Loopback, message: HandOver, taken: Any, known_as: str
    ) -> None:
        for status in (429, 503):
            loopback.then(answering(status, "{}"))
            assert isinstance(await gateway.hand_over(message), Busy)
        for status in (301, 400, 403, 404):
            loopback.then(answering(status, "{}"))
            assert isinstance(await gateway.hand_over(message), Rejected)
        assert len(loopback.requests) == 6  # nothing is followed or repeated

    async def test_nobody_there_is_busy(
        self, name: str, message: HandOver, taken: Any, known_as: str
    ) -> None:
        nowhere = Account("http://127.0.0.1:9")
        gateway: Gateway = (
            Ses(nowhere, digest_key=DIGEST_KEY) if name == "ses" else VonageSms(nowhere)
        )
        assert await gateway.hand_over(message) == Busy("connect")
        assert await gateway.look() == NotReady("connect")
        assert await gateway.look_up(question(), now=NOW) == Unanswered()
        await gateway.close()


class TestSes:
    async def test_the_mail_is_the_one_a_server_would_get(
        self, ses: Ses, loopback: Loopback
    ) -> None:
        loopback.then(answering(200, '{"MessageId": "0100018c-1234-abcd"}'))
        await ses.hand_over(email())
        (seen,) = loopback.requests
        body = json.loads(seen.body)
        mail = message_from_bytes(b64decode(body["Content"]["Raw"]["Data"]))

        assert (seen.method, seen.path) == ("POST", "/v2/email/outbound-emails")
        assert body["Destination"] == {"ToAddresses": [PAT_EMAIL.value]}
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert body["ConfigurationSetName"] == "handbell"
        (tag,) = body["EmailTags"]
        assert re.fullmatch(r"hb\.41\.[0-9a-f]{16}", tag["Value"])
        assert "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260302/us-east-1/ses" in (
            seen.authorization
        )

    @pytest.mark.parametrize(
        ("status", "error", "outcome"),
        [
            (400, "MessageRejected", Rejected("MessageRejected")),
            (400, "AccountSuspendedException", Rejected("AccountSuspendedException")),
            (400, "LimitExceededException", Rejected("LimitExceededException")),
            (429, "TooManyRequestsException", Busy("TooManyRequestsException")),
            (403, "SignatureDoesNotMatch", Rejected("not-authenticated")),
            (404, "NotFoundException", Rejected("NotFoundException")),
        ],
    )
    async def test_errors_are_named(
        self, ses: Ses, loopback: Loopback, status: int, error: str, outcome: Any
    ) -> None:
        loopback.then(
            answering(status, {}, headers={"x-amzn-ErrorType": f"{error}:http://internal/"})
        )
        assert await ses.hand_over(email()) == outcome
        code = outcome.code
        assert code in SES_CODES

    @pytest.mark.parametrize(
        ("body", "readiness"),
        [
            ({"SendingEnabled": True, "ProductionAccessEnabled": True}, Ready()),
            ({"SendingEnabled": True, "ProductionAccessEnabled": False}, NotReady("sandbox")),
            ({"SendingEnabled": False}, NotReady("SendingPausedException")),
        ],
    )
    async def test_whether_it_would_take_a_mail(
        self, ses: Ses, loopback: Loopback, body: Any, readiness: Any
    ) -> None:
        loopback.then(answering(200, body))
        assert await ses.look() == readiness

    def test_amazons_own_example_is_signed_as_amazon_signs_it(self) -> None:
        """The worked example of Amazon's page on Signature Version 4 (IAM, ListUsers)."""
        headers = signed_headers(
            "GET",
            "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
            b"",
            keys=Account(""),
            region="us-east-1",
            service="iam",
            now=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
            headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"},
        )
        assert headers["authorization"].endswith(
            "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
        )


def vonage_contract() -> Contract:
    """Return the part of Vonage's document that says what a text may hold; it is YAML."""
    text = shared("vonage", "sms.yml").read_text()
    section = text.partition("    NewMessage:\n")[2]
    section = section[: re.search(r"(?m)^    \w", section).start()]  # type: ignore[union-attr]
    required = re.findall(r"(?m)^        - (\S+)$", section.partition("      properties:")[0])
    properties: dict[str, dict[str, Any]] = {}
    for line in section.partition("      properties:\n")[2].splitlines():
        if name := re.fullmatch(r"        (\S+):", line):
            current = properties.setdefault(name[1], {})
        elif told := re.fullmatch(
            r"          (type|minLength|maxLength|minimum|maximum): (\S+)", line
        ):
            current[told[1]] = int(told[2]) if told[2].isdecimal() else told[2]
        elif one := re.fullmatch(r"            - (\w+)", line):
            current.setdefault("enum", []).append(int(one[1]) if one[1].isdecimal() else one[1])
    schema = {"properties": properties, "required": required}
    operation = {
        "parameters": [{"name": "format", "in": "path", "schema": {"enum": ["json", "xml"]}}],
        "requestBody": {"content": {FORM: {"schema": schema}}},
    }
    return Contract({"paths": {"/{format}": {"post": operation}}})


class TestVonage:
    @pytest.mark.parametrize("valid_for", [timedelta(seconds=1), timedelta(days=30)])
    @pytest.mark.parametrize("text", ["Riverside PT: visit Tue 2:30 PM", "Ñandú: cita 日曜"])
    async def test_a_text_keeps_to_the_contract(
        self, vonage: VonageSms, loopback: Loopback, text: str, valid_for: timedelta
    ) -> None:
        loopback.then(answering(200, TAKEN_BY_VONAGE))
        await vonage.hand_over(text_message(text, callback_url=BASE, valid_for=valid_for))
        (seen,) = loopback.requests
        pairs = parse_qsl(seen.body)

        assert vonage_contract().flaws(
            "POST", seen.path.removeprefix("/sms"), content_type=seen.content_type, pairs=pairs
        ) == []  # fmt: skip
        form = dict(pairs)
        assert (form["to"], form["client-ref"]) == (PAT.value.removeprefix("+"), "41.1")
        assert form["callback"] == f"{BASE}/sms-status/41/1"
        assert form["type"] == ("text" if text.isascii() else "unicode")

    def test_a_wrong_field_is_found(self) -> None:
        pairs = [("api_key", "short"), ("from", "1"), ("to", "12025550123"), ("tll", "1")]
        assert len(vonage_contract().flaws("POST", "/json", content_type=FORM, pairs=pairs)) == 2

    @pytest.mark.parametrize(
        ("parts", "outcome"),
        [
            ([{"status": "1"}], Busy("1")),
            ([{"status": "5"}], Busy("5")),
            ([{"status": "4"}], Rejected("4")),
            ([{"status": "15"}], Rejected("15")),
            ([{"status": "0", "message-id": "0A0000001234567B"}, {"status": "1"}],
             Accepted("0A0000001234567B")),
            ([{"status": "0"}], InDoubt("unreadable")),
            ([], InDoubt("unreadable")),
            ([{"status": "Pat Doe"}], InDoubt("unreadable")),
        ],
    )  # fmt: skip
    async def test_the_status_of_the_parts_decides(
        self, vonage: VonageSms, loopback: Loopback, parts: Any, outcome: Any
    ) -> None:
        loopback.then(answering(200, {"messages": parts}))
        assert await vonage.hand_over(text_message()) == outcome

    @pytest.mark.parametrize(
        ("status", "body", "readiness"),
        [
            (200, {"value": 12.5}, Ready()),
            (200, {"value": 0}, NotReady("9")),
            (401, {}, NotReady("4")),
        ],
    )
    async def test_whether_it_would_take_a_text(
        self, vonage: VonageSms, loopback: Loopback, status: int, body: Any, readiness: Any
    ) -> None:
        loopback.then(answering(status, body))
        assert await vonage.look() == readiness

    @pytest.mark.parametrize(
        ("word", "number", "status", "code"),
        [
            ("delivered", "0", ReceiptStatus.DELIVERED, None),
            ("accepted", "0", ReceiptStatus.SENT, None),
            ("buffered", "0", ReceiptStatus.PENDING, None),
            ("failed", "6", ReceiptStatus.UNDELIVERED, "dlr-6"),
            ("rejected", "3", ReceiptStatus.UNDELIVERED, "dlr-3"),
            ("expired", "", ReceiptStatus.UNDELIVERED, "expired"),
            ("expired", "1", ReceiptStatus.UNDELIVERED, "expired"),
            ("expired", "2", ReceiptStatus.UNDELIVERED, "dlr-2"),
            ("pondered", "", ReceiptStatus.UNKNOWN, None),
        ],
    )
    def test_delivery_reports(
        self, word: str, number: str, status: ReceiptStatus, code: str | None
    ) -> None:
        form = {"messageId": "0A0000001234567B", "status": word, "err-code": number}
        found = receipt.read_status(form, message_id=41, attempt=1)
        assert (found.status, found.code) == (status, code)
        assert code is None or code in VONAGE_CODES

    @pytest.mark.parametrize("method", receipt.METHODS)
    def test_only_the_holder_of_the_secret_signs(self, method: str) -> None:
        form = {"msisdn": "12025550123", "text": "a=b&c", "timestamp": "1582650446"}
        form["sig"] = receipt.signature_of(form, secret="s3cret", method=method).upper()

        def signed(**changed: str) -> bool:
            return receipt.is_signed(form | changed, secret="s3cret", method=method)

        assert signed()
        assert not signed(text="STOP")
        assert not signed(sig="")
        assert not receipt.is_signed(form, secret="another", method=method)
        assert not receipt.is_signed(form, secret="", method=method)

    def test_a_text_somebody_sent(self) -> None:
        found = receipt.read_inbound(
            {"messageId": "0B1", "msisdn": "12025550123", "to": "12025550100", "text": "STOP"}
        )
        assert (found.address, found.sender, found.text) == (PAT.value, "+12025550100", "STOP")


def test_every_code_has_its_own_row() -> None:
    tables: list[Callable[[], Any]] = [lambda: SES_CODES, lambda: VONAGE_CODES]
    for table in tables:
        assert all(rule.meaning and rule.actions for rule in table().values())
