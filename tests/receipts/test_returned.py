"""Mail that came back: believed only with its proof; what follows for message and address."""

import hashlib
from dataclasses import replace

import pytest
from django.conf import settings
from django.db import OperationalError

from config.environment import secret
from handbell.channels.email.returned.found import Returned
from handbell.channels.email.returned.read import read
from handbell.channels.email.smtp.request import build, message_id_of
from handbell.channels.gateway import HandOver
from handbell.channels.receipt import ReceiptStatus
from handbell.facts.models import Suppression
from handbell.outbox.models import Message
from handbell.receipts.intake import fold_new
from handbell.receipts.mailbox import LOOKED_AT, MailboxFlaw, read_mailbox
from handbell.receipts.models import ProviderEvent
from handbell.receipts.returned import Did, receive_mail
from handbell.vocabulary.words import Channel, MessageState
from tests.handed import TEN, mailbox, name_of, offer, ready
from tests.receipts.imapserver import Mailbox, serving

pytestmark = pytest.mark.django_db


def handed() -> HandOver:
    """Return one e-mail that a mail server took."""
    (message,) = offer(ready(Channel.EMAIL, provider="smtp"))
    return message


def bounce(message_id: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    lines = [
        "Return-Path: <>",
        "From: MAILER-DAEMON@mail.example",
        "Subject: Undelivered Mail Returned to Sender",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.example",
        "",
        f"Final-Recipient: rfc822; {mailbox(1)}",
        f"Action: {action}",
        f"Status: {status}",
        "",
        "--b",
        "Content-Type: text/rfc822-headers",
        "",
        f"Message-ID: <{message_id}>",
        "--b--",
    ]
    return "\r\n".join(lines).encode()


def report(message_id: str, kind: str) -> bytes:
    lines = [
        "From: feedback@mailbox.example",
        "Subject: Report",
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
        "",
        "--b",
        "Content-Type: message/feedback-report",
        "",
        f"Feedback-Type: {kind}",
        f"Original-Rcpt-To: {mailbox(1)}",
        "",
        "--b",
        "Content-Type: message/rfc822",
        "",
        f"Message-ID: <{message_id}>",
        "Subject: Your visit",
        "",
        "--b--",
    ]
    return "\r\n".join(lines).encode()


def suppressed() -> list[tuple[str, str, str]]:
    return list(Suppression.objects.values_list("address", "channel", "kind"))


def test_a_dead_mailbox_ends_the_message_and_suppresses_the_address() -> None:
    mail = bounce(name_of(handed()))

    assert receive_mail(mail, now=TEN).did is Did.KEPT
    assert receive_mail(mail, now=TEN).did is Did.KNOWN
    fold_new(now=TEN)

    message = Message.objects.get()
    assert (message.state, message.detail) == (MessageState.UNDELIVERED, "5.1.1")
    assert suppressed() == [(mailbox(1), "email", "hard_bounce")]


def test_what_expired_in_a_queue_is_neither_sent_again_nor_suppressed() -> None:
    receive_mail(bounce(name_of(handed()), status="4.4.7"), now=TEN)
    fold_new(now=TEN)

    assert Message.objects.get().state == MessageState.UNDELIVERED
    assert suppressed() == []


def test_a_delay_is_noted_and_changes_nothing() -> None:
    receive_mail(bounce(name_of(handed()), status="4.4.1", action="delayed"), now=TEN)
    fold_new(now=TEN)

    assert Message.objects.get().state == MessageState.ACCEPTED
    assert ProviderEvent.objects.get().payload["status"] == ReceiptStatus.PENDING


def test_only_who_had_the_mail_is_believed() -> None:
    message = handed()
    forged = message_id_of(message, digest_key="what a stranger guesses")

    plain = hashlib.sha256(
        f"{message.message_id}\n{message.practice}\n{message.to.value}".encode()
    ).hexdigest()
    guessed = f"hb.{message.message_id}.{plain[:16]}@harborpt.example"

    assert receive_mail(bounce(forged), now=TEN).did is Did.NOT_OURS
    assert receive_mail(report(guessed, "abuse"), now=TEN).did is Did.NOT_OURS
    assert receive_mail(bounce("20261103@other.example"), now=TEN).did is Did.NOT_OURS
    assert not ProviderEvent.objects.exists()


def test_a_complaint_stops_e_mail_to_the_address_and_only_that() -> None:
    mail = report(name_of(handed()), "abuse")

    assert receive_mail(mail, now=TEN).did is Did.KEPT
    assert receive_mail(mail, now=TEN).did is Did.KNOWN
    assert suppressed() == [(mailbox(1), "email", "complaint")]
    assert ProviderEvent.objects.get().kind == "complaint"
    fold_new(now=TEN)
    assert Message.objects.get().state == MessageState.ACCEPTED


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("opt-out", [(mailbox(1), "email", "opted_out")]), ("auth-failure", []), ("not-spam", [])],
)
def test_other_feedback_is_no_complaint(kind: str, expected: list[tuple[str, str, str]]) -> None:
    receive_mail(report(name_of(handed()), kind), now=TEN)

    assert suppressed() == expected
    assert not ProviderEvent.objects.filter(kind="complaint").exists()


def test_the_envelope_names_the_message_where_nothing_is_quoted() -> None:
    mail = build(
        handed(),
        now=TEN,
        digest_key=secret(settings.ENVIRONMENT, "mail_digest_key"),
        bounce_address="bounces@harborpt.example",
    )
    plain = (
        f"Return-Path: <>\r\nFrom: MAILER-DAEMON@mail.example\r\nTo: {mail.sender}\r\n"
        f"Subject: failure notice\r\n\r\n<{mailbox(1)}>:\r\n550 5.1.1 no such user\r\n"
    )

    assert receive_mail(plain.encode(), now=TEN).did is Did.KEPT


def test_the_mailbox_is_read_once_and_people_keep_their_mail() -> None:
    letter = b"From: pat@patients.example\r\nSubject: Tuesday\r\n\r\nMay I come later?\r\n"
    held = Mailbox([bounce(name_of(handed())), letter])
    with serving(held) as account:
        assert read_mailbox(account, now=TEN) == {Did.KEPT: 1, Did.LEFT: 1}
        assert not read_mailbox(account, now=TEN)

    assert held.flags == {1: {LOOKED_AT, "\\Seen"}, 2: {LOOKED_AT}}


def nested(depth: int) -> bytes:
    """Return a mail of multiparts, each in the other."""
    lines = ["From: stranger@mail.example", "Subject: Undelivered"]
    for number in range(depth):
        lines += [f'Content-Type: multipart/mixed; boundary="b{number}"', "", f"--b{number}"]
    return "\r\n".join([*lines, "Content-Type: text/plain", "", "hello"]).encode()


def test_a_mail_made_to_break_the_reader_is_a_letter_and_stands_in_nobodys_way() -> None:
    held = Mailbox([nested(1_200), bounce(name_of(handed()))])
    with serving(held) as account:
        assert read_mailbox(account, now=TEN) == {Did.LEFT: 1, Did.KEPT: 1}
        assert not read_mailbox(account, now=TEN)


def test_a_mail_we_stumble_over_is_left_for_a_person_and_the_next_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumbling(raw: bytes) -> Returned:
        if b"odd" in raw:
            raise NotImplementedError
        return read(raw)

    monkeypatch.setattr("handbell.receipts.returned.read", stumbling)
    held = Mailbox([b"Subject: odd\r\n\r\n", bounce(name_of(handed()))])
    with serving(held) as account:
        assert read_mailbox(account, now=TEN) == {Did.BROKEN: 1, Did.KEPT: 1}
        assert not read_mailbox(account, now=TEN)

    assert held.flags[1] == {LOOKED_AT}


def test_while_the_database_is_away_no_mail_counts_as_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def away(raw: bytes) -> Returned:
        raise OperationalError

    monkeypatch.setattr("handbell.receipts.returned.read", away)
    held = Mailbox([b"Subject: x\r\n\r\n"])
    with serving(held) as account, pytest.raises(OperationalError):
        read_mailbox(account, now=TEN)

    assert held.flags == {}


def test_where_the_server_keeps_no_keywords_it_is_read_on_from_where_we_were(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("handbell.receipts.mailbox.MOST_AT_ONCE", 2)
    letter = b"Subject: Tuesday\r\n\r\nMay I come later?\r\n"
    held = Mailbox([letter, letter, bounce(name_of(handed()))], keywords=False)
    with serving(held) as account:
        assert read_mailbox(account, now=TEN) == {Did.LEFT: 2}
        assert read_mailbox(account, now=TEN) == {Did.KEPT: 1}
        assert not read_mailbox(account, now=TEN)
        held.mails.append(letter)
        assert read_mailbox(account, now=TEN) == {Did.LEFT: 1}
        held.validity = 8  # numbered anew
        assert read_mailbox(account, now=TEN) == {Did.LEFT: 2}

    assert held.flags == {3: {"\\Seen"}}


def test_a_mailbox_that_cannot_be_read_says_why() -> None:
    with serving(Mailbox()) as account, pytest.raises(MailboxFlaw, match="name or password"):
        read_mailbox(replace(account, password="wrong"), now=TEN)
    with pytest.raises(MailboxFlaw, match="does not answer"):
        read_mailbox(account, now=TEN)
