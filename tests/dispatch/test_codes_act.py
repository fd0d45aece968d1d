"""Every code of rules.md table B leads to the action of the table, through the real rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from handbell.channels.gateway import Busy, Rejected
from handbell.channels.receipt import ReceiptStatus
from handbell.facts.models import Suppression
from handbell.outbox.models import Message, Sender
from handbell.vocabulary.words import Channel
from tests.handed import TEN, hear, offer, ready, receipt
from tests.world import at

pytestmark = pytest.mark.django_db

SMS, VOICE, MAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL
HEARD = TEN + timedelta(minutes=1)
STOPPED = {("sms", "opted_out"), ("voice", "opted_out")}
BOTH = {("sms", "unreachable"), ("voice", "unreachable")}
TEXTS = {("sms", "unreachable")}
GONE = {("email", "hard_bounce")}
NOTHING: set[tuple[str, str]] = set()
TOLL_FREE = "+18005550199"


@dataclass(frozen=True)
class Row:
    """One row of the table: what was met, and what must follow from it the first time."""

    channel: Channel
    codes: str
    retry_minutes: float | None = None  # None: the message is over
    suppressed: frozenset[tuple[str, str]] = frozenset()
    pauses: str = ""  # "person": until somebody has looked; "midnight": the carriers' day
    alarm: bool = False
    sender: str = "+12025550199"


def row(channel: Channel, codes: str, **what: object) -> Row:
    suppressed = frozenset(what.pop("suppressed", NOTHING))  # type: ignore[call-overload]
    return Row(channel, codes, suppressed=suppressed, **what)  # type: ignore[arg-type]


PAUSED = 15  # a message that did nothing wrong is tried again every quarter of an hour

RECEIPTS = [
    row(SMS, "30004 30036 undelivered failed"),
    row(SMS, "30004", suppressed=STOPPED, sender=TOLL_FREE),
    row(SMS, "21610", suppressed=STOPPED, alarm=True),
    row(SMS, "30005", suppressed=BOTH),
    row(SMS, "30006 21614 21635", suppressed=TEXTS),
    row(SMS, "30003", retry_minutes=60),
    row(SMS, "30008", retry_minutes=30),
    row(SMS, "30001 21611 30017 30022", retry_minutes=5),
    row(SMS, "30450", retry_minutes=30, alarm=True),
    row(SMS, "30007 30410"),
    row(SMS, "30025 30026 canceled 11200", alarm=True),
    row(SMS, "30023 30027", retry_minutes=16 * 60 + 59, pauses="midnight", alarm=True),
    row(SMS, "30032 30033 30034 30035", retry_minutes=PAUSED, pauses="person", alarm=True),
    row(SMS, "30002", retry_minutes=PAUSED, pauses="person", alarm=True),
    row(SMS, "63038 99999", alarm=True),
    row(VOICE, "busy no-answer sip-486 sip-480", retry_minutes=120),
    row(VOICE, "failed 13224 sip-404 sip-603"),
    row(VOICE, "13225 21216 32203 13227 21215", alarm=True),
    row(VOICE, "sip-608", pauses="person", alarm=True),
    row(VOICE, "sip-607", suppressed=STOPPED),
    row(VOICE, "fax", suppressed={("voice", "unreachable")}),
    row(MAIL, "5.1.1 5.1.2 5.1.3 5.1.6 no-such-user 5.2.1-inactive", suppressed=GONE),
    row(MAIL, "5.2.1 5.2.2 5.7.1 SC-001 550"),
]

REJECTIONS = [
    row(SMS, "21211 21214 21217 21612"),
    row(SMS, "21610", suppressed=STOPPED, alarm=True),
    row(SMS, "21614 21635", suppressed=TEXTS),
    row(SMS, "21408 21617", alarm=True),
    row(SMS, "21606 21703 21704 21603 21212", retry_minutes=PAUSED, pauses="person", alarm=True),
    row(SMS, "20003 10001 90010 http-404", retry_minutes=PAUSED, pauses="person", alarm=True),
    row(SMS, "12345", alarm=True),
    row(VOICE, "21210 20003", retry_minutes=PAUSED, pauses="person", alarm=True),
    row(MAIL, "5.1.1 5.1.10 no-such-user", suppressed=GONE),
    row(MAIL, "5.7.26 5.7.25 5.7.515 tls-failed auth-refused sender-refused",
        retry_minutes=PAUSED, pauses="person", alarm=True),
    row(MAIL, "5.3.4 5.6.0", alarm=True),
    row(MAIL, "5.2.1-rate", retry_minutes=60),
    row(MAIL, "5.7.1 5.7.28 S3140 PH01 554"),
]  # fmt: skip

BUSY = [
    row(SMS, "20429 20503 connect", retry_minutes=1),
    row(SMS, "no-account", retry_minutes=5 / 60, alarm=True),
    row(MAIL, "421 450 451 4.3.2 4.4.1 4.2.1 4.7.1", retry_minutes=5),
    row(MAIL, "4.2.1-rate", retry_minutes=60),
    row(MAIL, "4.2.2", retry_minutes=240),
    row(MAIL, "4.7.28 RP-001 TSS04", retry_minutes=10),
    row(MAIL, "4.7.23 4.7.26 4.7.27 4.7.29 4.7.30 4.7.31 4.7.32 tls-failed",
        retry_minutes=60, pauses="person", alarm=True),
]  # fmt: skip


def cases(rows: list[Row]) -> list[object]:
    return [
        pytest.param(each, code, id=f"{each.channel} {code} {each.sender[:5]}")
        for each in rows
        for code in each.codes.split()
    ]


def check(
    expected: Row, logs: Sequence[Mapping[str, object]], *, over: str, since: datetime
) -> None:
    message, sender = Message.objects.get(), Sender.objects.get()
    if expected.retry_minutes is None:
        assert message.state == over
    else:
        assert message.state == "queued"
        assert message.due_at == since + timedelta(minutes=expected.retry_minutes)
    found = set(Suppression.objects.values_list("channel", "kind"))
    assert found == expected.suppressed
    assert {s.address for s in Suppression.objects.all()} <= {message.address}
    by_person = bool(sender.paused_reason) and sender.paused_until is None
    assert by_person is (expected.pauses == "person")
    if expected.pauses == "midnight":
        assert sender.paused_until == at(4, 3)  # midnight of the 4th in California
    assert any(line["event"] == "provider.code" for line in logs) is expected.alarm


@pytest.mark.parametrize(("expected", "code"), cases(RECEIPTS))
def test_what_was_accepted_and_not_delivered(expected: Row, code: str) -> None:
    address = "desk@harborpt.example" if expected.channel is MAIL else expected.sender
    offer(ready(expected.channel, address=address))
    message = Message.objects.get()
    with capture_logs() as logs:
        hear(receipt(message, ReceiptStatus.UNDELIVERED, code), now=HEARD)
    check(expected, logs, over="undelivered", since=HEARD)


@pytest.mark.parametrize(("expected", "code"), cases(REJECTIONS))
def test_what_the_provider_refused(expected: Row, code: str) -> None:
    clinic = ready(expected.channel)
    with capture_logs() as logs:
        offer(clinic, Rejected(code))
    check(expected, logs, over="failed", since=TEN)
    assert Message.objects.get().handed_over_at is None


@pytest.mark.parametrize(("expected", "code"), cases(BUSY))
def test_what_the_provider_could_not_take_now(expected: Row, code: str) -> None:
    clinic = ready(expected.channel)
    with capture_logs() as logs:
        offer(clinic, Busy(code))
    check(expected, logs, over="failed", since=TEN)
    assert Message.objects.get().handed_over_at is None


def test_no_code_in_the_log_carries_an_address() -> None:
    clinic = ready()
    with capture_logs() as logs:
        offer(clinic, Rejected("20003"))
    (line,) = logs
    assert set(line) == {"event", "log_level", "provider", "code", "sender_id"}
