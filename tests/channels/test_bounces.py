"""Returned mail: real reports of many servers, and only those that are about our own mail."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.channels.email.smtp.receipt import read_bounce
from handbell.channels.receipt import ReceiptStatus

ID = "hb.41.0123456789abcdef@riverside.example"


def bounce(
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 no such user",
    message_id: str = f"<{ID}>",
    original: str = "message/rfc822",
) -> bytes:
    lines = [
        "From: MAILER-DAEMON@mail.example",
        "To: reminders@riverside.example",
        "Subject: Returned mail",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "MIME-Version: 1.0",
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "It did not arrive.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.example",
        "",
        "Final-Recipient: rfc822; pat@patients.example",
        f"Action: {action}",
        f"Status: {status}",
        f"Diagnostic-Code: {diagnostic}",
        "",
        "--b",
        f"Content-Type: {original}",
        "",
        "From: reminders@riverside.example",
        f"Message-ID: {message_id}",
        "Subject: Your visit",
        "",
        "Hello",
        "--b--",
        "",
    ]
    return "\r\n".join(lines).encode()


@pytest.mark.parametrize("original", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_came_back(original: str) -> None:
    found = read_bounce(bounce(original=original))
    assert found is not None
    assert (found.message_id, found.attempt) == (41, 0)
    assert (found.status, found.code) == (ReceiptStatus.UNDELIVERED, "5.1.1")
    assert found.provider_id == "hb.41.0123456789abcdef"
    assert found.key == "hb.41.0123456789abcdef:failed:5.1.1"


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("failed", ReceiptStatus.UNDELIVERED),
        ("failure", ReceiptStatus.UNDELIVERED),
        ("failed (gave up)", ReceiptStatus.UNDELIVERED),
        ("Delayed", ReceiptStatus.PENDING),
        ("delivered", ReceiptStatus.DELIVERED),
        ("relayed", ReceiptStatus.SENT),
        ("expanded", ReceiptStatus.SENT),
        ("pondered", ReceiptStatus.UNDELIVERED),  # not a word of RFC 3464: the Status decides
    ],
)
def test_actions(action: str, status: ReceiptStatus) -> None:
    found = read_bounce(bounce(action=action))
    assert found is not None
    assert found.status is status
    assert (found.code is not None) == (status is ReceiptStatus.UNDELIVERED)


@pytest.mark.parametrize(
    ("status", "diagnostic", "code"),
    [
        ("5.0.0", "smtp; 550 5.2.1 The account is inactive", "5.2.1-inactive"),
        ("5.7.1", "smtp; 553 5.7.1 [PH01] policy", "PH01"),
        ("5.2.2", "smtp; mailbox full", "5.2.2"),
        ("5.4.7", "", "5.4.7"),
        ("", "", "5.0.0"),
        ("5.1.1 (bad destination)", "X-Unix; 67", "5.1.1"),
    ],
)
def test_why(status: str, diagnostic: str, code: str) -> None:
    found = read_bounce(bounce(status=status, diagnostic=diagnostic))
    assert found is not None
    assert found.code == code


def test_somebody_elses_mail_is_not_ours() -> None:
    assert read_bounce(bounce(message_id="<20260301@other.example>")) is None


def test_an_answer_to_our_mail_is_no_bounce() -> None:
    answer = (
        b"From: pat@patients.example\r\nSubject: Out of office\r\n"
        b"In-Reply-To: <" + ID.encode() + b">\r\nAuto-Submitted: auto-replied\r\n\r\nI am away.\r\n"
    )
    assert read_bounce(answer) is None


def test_real_reports_about_our_mail_are_read(bounces: list[Path]) -> None:
    """The original Message-ID of each report is replaced by one of ours."""
    read, failed = 0, 0
    for path in bounces[::4]:
        raw = path.read_bytes()
        if b"message/delivery-status" not in raw.lower():
            continue
        before, mark, after = raw.partition(b"message/delivery-status")
        ours = re.sub(rb"(?im)^(message-id:\s*)<[^>]+>", rb"\1<" + ID.encode() + rb">", after)
        found = read_bounce(before + mark + ours)
        if found is None:
            continue
        read += 1
        assert found.message_id == 41
        if found.status is ReceiptStatus.UNDELIVERED:
            failed += 1
            assert found.code is not None
            assert "@" not in found.code
    assert read >= 50
    assert failed >= 45


@settings(max_examples=40)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_raise(raw: bytes) -> None:
    assert read_bounce(raw) is None


@settings(max_examples=60)
@given(st.integers(0, 800), st.binary(min_size=1, max_size=4))
def test_a_damaged_report_does_not_raise(place: int, damage: bytes) -> None:
    whole = bounce()
    found = read_bounce(whole[:place] + damage + whole[place:])
    assert found is None or found.message_id >= 0
