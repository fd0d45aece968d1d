"""Receipts add up to one state: in any order, any number of times, together or one by one."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbell.channels.receipt import Receipt, ReceiptStatus
from handbell.facts.models import Suppression
from handbell.outbox.models import Attempt, Message
from handbell.receipts.fold import Folded, Heard, fold
from handbell.receipts.intake import append_receipt, fold_new
from handbell.receipts.models import ProviderEvent
from handbell.vocabulary.words import Channel, MessageState
from tests.handed import TEN, hear, offer, ready, receipt

PENDING, SENT = ReceiptStatus.PENDING, ReceiptStatus.SENT
DELIVERED, UNDELIVERED = ReceiptStatus.DELIVERED, ReceiptStatus.UNDELIVERED
UNKNOWN = ReceiptStatus.UNKNOWN
MINUTE = timedelta(minutes=1)

heard = st.builds(
    Heard,
    attempt=st.integers(1, 3),
    status=st.sampled_from(ReceiptStatus),
    code=st.sampled_from(["", "30003", "30005", "5.1.1"]),
)


class Undone(Exception):
    """Ends a transaction without keeping anything."""


@given(data=st.data(), some=st.lists(heard, max_size=8), channel=st.sampled_from(list(Channel)))
def test_order_and_repetition_change_nothing(
    data: st.DataObject, some: list[Heard], channel: Channel
) -> None:
    again = data.draw(
        st.permutations(
            some + data.draw(st.lists(st.sampled_from(some or [Heard(1, SENT)]))) if some else some
        )
    )
    assert fold(again, channel=channel) == fold(some, channel=channel)


@given(some=st.lists(heard, max_size=8), channel=st.sampled_from([Channel.SMS, Channel.VOICE]))
def test_what_a_handset_once_got_stays_delivered(some: list[Heard], channel: Channel) -> None:
    found = fold([*some, Heard(1, DELIVERED)], channel=channel)
    assert found.state is MessageState.DELIVERED


def test_nothing_heard_is_nothing_known() -> None:
    assert fold([], channel=Channel.SMS) == Folded(None)
    assert fold([Heard(1, UNKNOWN)], channel=Channel.SMS).state is None


@pytest.mark.parametrize(
    ("channel", "state"),
    [
        (Channel.SMS, MessageState.DELIVERED),
        (Channel.VOICE, MessageState.DELIVERED),
        (Channel.EMAIL, MessageState.UNDELIVERED),
    ],
)
def test_a_bounce_undoes_delivery_of_mail_only(channel: Channel, state: MessageState) -> None:
    both = [Heard(1, DELIVERED), Heard(1, UNDELIVERED, "5.1.1")]
    assert fold(both, channel=channel).state is state


def test_the_failure_of_an_older_try_is_old_news() -> None:
    tries = [Heard(1, UNDELIVERED, "30003"), Heard(2, SENT)]
    assert fold(tries, channel=Channel.SMS) == Folded(MessageState.ACCEPTED, "", 2)


def story(message: Message) -> list[Receipt]:
    return [
        receipt(message, PENDING),
        receipt(message, SENT),
        receipt(message, UNDELIVERED, "30005"),
        receipt(message, DELIVERED),
        receipt(message, UNKNOWN),
    ]


def end_of(receipts: list[Receipt], *, together: bool) -> tuple[str, str]:
    for one in receipts:
        append_receipt(one, provider="rehearsal", now=TEN)
        if not together:
            fold_new(now=TEN)
    fold_new(now=TEN)
    message = Message.objects.get()
    return message.state, message.detail


@pytest.mark.django_db
@pytest.mark.parametrize("parts", [[0, 1, 2], [0, 1, 3], [1, 2, 3], [2, 3, 4], [0, 2, 4], [1, 4]])
def test_the_database_ends_the_same_whatever_came_first(parts: list[int]) -> None:
    offer(ready())
    receipts = [story(Message.objects.get())[part] for part in parts]
    ends = set()
    for order in permutations(receipts):
        for together in (True, False):
            try:
                with transaction.atomic():
                    ends.add(end_of([*order, *order], together=together))
                    raise Undone
            except Undone:
                pass
    assert len(ends) == 1


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(parts=st.lists(st.integers(0, 4), max_size=8), settled_first=st.booleans())
def test_the_database_agrees_with_the_pure_fold(parts: list[int], settled_first: bool) -> None:
    try:
        with transaction.atomic():
            offer(ready())
            receipts = [story(Message.objects.get())[part] for part in parts]
            state, _ = end_of(receipts, together=settled_first)
            folded = fold([Heard(1, r.status, r.code or "") for r in receipts], channel=Channel.SMS)
            assert state == (folded.state or "accepted")
            raise Undone
    except Undone:
        pass


@pytest.mark.django_db
def test_a_replayed_receipt_is_not_even_kept() -> None:
    offer(ready())
    message = Message.objects.get()
    one = receipt(message, DELIVERED)
    assert append_receipt(one, provider="rehearsal", now=TEN)
    assert not append_receipt(one, provider="rehearsal", now=TEN)
    assert fold_new(now=TEN) == 1
    before = Message.objects.values().get()
    assert not append_receipt(one, provider="rehearsal", now=TEN + MINUTE)
    assert fold_new(now=TEN + MINUTE) == 0
    assert Message.objects.values().get() == before


@pytest.mark.django_db
def test_a_receipt_about_a_message_we_do_not_know_is_kept_and_changes_nothing() -> None:
    offer(ready())
    message = Message.objects.get()
    stranger = Receipt(message.pk + 1000, 1, "SMx:delivered:", "SMx", DELIVERED)
    hear(stranger)
    event = ProviderEvent.objects.get()
    assert (event.message_id, event.folded_at is not None) == (None, True)
    assert Message.objects.get().state == "accepted"


@pytest.mark.django_db
def test_a_bounced_mail_is_undelivered_though_a_server_had_taken_it() -> None:
    offer(ready(Channel.EMAIL))
    message = Message.objects.get()
    hear(receipt(message, DELIVERED, attempt=0))
    assert Message.objects.get().state == "delivered"
    hear(receipt(message, UNDELIVERED, "5.1.1", attempt=0))
    assert Message.objects.get().state == "undelivered"
    suppression = Suppression.objects.get()
    assert (suppression.kind, suppression.channel) == ("hard_bounce", "email")
    assert suppression.address == message.address
    assert Attempt.objects.get().outcome == "accepted"


@pytest.mark.django_db
def test_the_bounce_of_an_older_mail_does_not_end_a_newer_try() -> None:
    clinic = ready(Channel.EMAIL)
    offer(clinic)
    message = Message.objects.get()
    bounce = receipt(message, UNDELIVERED, "4.2.2", attempt=0)
    hear(bounce)
    assert Message.objects.get().state == "queued"  # a full mailbox: tried again
    offer(clinic, now=TEN + timedelta(hours=5))
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("accepted", 2)
    delayed = receipt(message, PENDING, attempt=0)
    hear(bounce, delayed, now=TEN + timedelta(hours=6))
    assert Message.objects.get().state == "accepted"
