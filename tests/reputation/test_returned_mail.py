"""What comes back by mail or by a provider's webhook, counted once, as far as the breaker."""

from datetime import timedelta

import pytest

from handbell.channels.gateway import HandOver
from handbell.outbox.models import Breaker, Message
from handbell.receipts.intake import fold_new
from handbell.receipts.returned import receive_mail
from handbell.reputation.counting import count_new
from handbell.reputation.models import Bucket
from handbell.reputation.operations import judge_all
from handbell.vocabulary.words import Channel
from tests.api.test_mail_events import post
from tests.handed import TEN, mailbox, name_of, offer, ready, sender_of
from tests.receipts.test_returned import bounce, report
from tests.world import Clinic

pytestmark = pytest.mark.django_db

SOON = TEN + timedelta(minutes=5)


def handed(number: int) -> tuple[Clinic, list[HandOver]]:
    """Return a clinic and so many e-mails that a mail server took."""
    clinic = ready(Channel.EMAIL, patients=number, provider="smtp")
    return clinic, offer(clinic)


def posted(one: HandOver, kind: str, **more: object) -> None:
    """Have Postmark report something about an e-mail."""
    payload = {
        "RecordType": kind, "Type": "HardBounce", "ID": one.message_id, "MessageID": "pm-1",
        "Details": "smtp;550 5.1.1 no such user", "Email": mailbox(1),
        "BouncedAt": "2026-11-03T15:00:00Z",
        "Metadata": {"handbell": name_of(one).split("@")[0]}, **more,
    }  # fmt: skip
    assert post("postmark", payload) == 204


def watch() -> None:
    count_new(now=SOON)
    judge_all(now=SOON)


def counted(column: str) -> int:
    return sum(Bucket.objects.values_list(column, flat=True))


def test_complaints_by_mail_and_by_webhook_are_counted_once_and_stop_the_sender() -> None:
    _, messages = handed(4)
    for one in messages[:2]:
        for _ in range(2):  # the mailbox provider tells it twice
            receive_mail(report(name_of(one), "abuse"), now=SOON)
    posted(messages[0], "SpamComplaint", Type="SpamComplaint")  # and so does ours
    posted(messages[2], "SpamComplaint", Type="SpamComplaint")
    fold_new(now=SOON)
    watch()
    assert (counted("sent"), counted("complaint"), counted("error")) == (4, 3, 0)
    breaker = Breaker.objects.get()
    assert (breaker.state, breaker.signal, breaker.count) == ("paused", "complaint", 3)


def test_bounces_by_mail_and_by_webhook_are_hard_bounces_of_the_sender() -> None:
    clinic, messages = handed(3)
    sender = sender_of(clinic, Channel.EMAIL)
    receive_mail(bounce(name_of(messages[0])), now=SOON)
    posted(messages[0], "Bounce")
    posted(messages[1], "Bounce")
    receive_mail(bounce(name_of(messages[2]), status="5.7.1"), now=SOON)
    fold_new(now=SOON)
    watch()
    assert (counted("sent"), counted("hard_bounce"), counted("filtered")) == (3, 2, 1)
    assert Message.objects.filter(sender=sender, state="undelivered").count() == 3
