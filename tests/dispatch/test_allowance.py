"""What a sender's row lets leave: segments, hours, days, a reserve, one domain at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connections

from handbell.channels.gateway import Accepted, Busy, HandOver, Outcome
from handbell.dispatch.allowance import allowance_of, carriers_day, lock_sender
from handbell.dispatch.claim import claim
from handbell.dispatch.settle import settle
from handbell.outbox.models import Attempt, MailDomain, Message, Sender
from handbell.planner.planner import plan_due
from handbell.policy.budgets import hour_of
from handbell.vocabulary.words import Channel, Purpose, Registration
from tests.handed import TEN, URL, offer, provider_id, ready, sender_of
from tests.outbox.rows import put
from tests.world import MONDAY, NEW_YORK, Clinic, at, phone

pytestmark = pytest.mark.django_db


def taken(clinic: Clinic, now: datetime = TEN, channel: Channel = Channel.SMS) -> int:
    return len(claim(sender_of(clinic, channel).pk, now=now, public_url=URL).messages)


def test_a_long_text_costs_its_segments() -> None:
    clinic = ready(patients=4, rate_per_second=1.0, burst=3)
    type(clinic.practice).objects.update(name="Á" * 30)  # outside GSM-7: more segments
    first = claim(sender_of(clinic).pk, now=TEN, public_url=URL)
    segments = sum(Attempt.objects.values_list("segments", flat=True))
    each = segments // len(first.messages)
    assert each > 1
    assert segments - each < 3 <= segments  # it stops with the text that spends the last token
    sender = sender_of(clinic)
    assert (sender.tokens, sender.segments_today) == (3 - segments, segments)
    assert taken(clinic, TEN + timedelta(seconds=segments - 3)) == 0
    assert taken(clinic, TEN + timedelta(seconds=segments - 2)) == 1


def test_an_hour_holds_its_limit_less_the_reserve_and_the_next_begins_anew() -> None:
    clinic = ready(patients=10, hourly_limit=8)
    assert taken(clinic) == 6
    batch = claim(sender_of(clinic).pk, now=TEN, public_url=URL)
    assert (batch.messages, batch.again_at) == ((), TEN + timedelta(hours=1))
    assert taken(clinic, TEN + timedelta(hours=1)) == 4


def test_emergencies_may_use_the_reserve() -> None:
    clinic = ready(patients=1, daily_limit=4, sent_today=3, sent_on=TEN.date())
    put(clinic, purpose="emergency_notice", due_at=TEN, priority=0)
    row = lock_sender(sender_of(clinic).pk)
    assert row is not None
    allowance = allowance_of(row, now=TEN)
    allowance.keep_to(row.budgets(TEN, NEW_YORK), row.carrier_budget(TEN))
    assert (allowance.most, allowance.most_in_emergency) == (0, 1)


def test_the_carriers_day_begins_at_midnight_in_california() -> None:
    used = 3_000  # of the 4,000 of a low-volume campaign, a quarter is kept
    clinic = ready(
        patients=2,
        registration=Registration.DLC_LOW_VOLUME,
        carrier_day=TEN.date(),
        segments_today=used - 1,
    )
    assert taken(clinic) == 1
    batch = claim(sender_of(clinic).pk, now=TEN, public_url=URL)
    assert batch.again_at == at(4, 3)  # New York's three o'clock
    assert taken(clinic, at(4, 9)) == 1


def test_a_new_sender_begins_slowly() -> None:
    clinic = ready(patients=2, new_since=TEN.date(), sent_on=TEN.date(), sent_today=149)
    assert taken(clinic) == 1  # 200 on the first day, a quarter kept
    assert taken(clinic) == 0


def test_a_paused_sender_hands_over_nothing_but_emergencies_somebody_let_pass() -> None:
    clinic = ready(patients=1)
    Sender.objects.update(paused_reason="moving")
    assert taken(clinic) == 0
    Sender.objects.update(emergency_passes=True)
    assert taken(clinic) == 0
    row = lock_sender(sender_of(clinic).pk)
    assert row is not None
    assert allowance_of(row, now=TEN).purposes == [Purpose.EMERGENCY_NOTICE]


def test_a_mailbox_provider_that_asks_for_less_is_held_then_let_in_one_by_one() -> None:
    clinic = ready(Channel.EMAIL, patients=6)
    offer(clinic, Busy("4.7.28"), size=1)
    held = MailDomain.objects.get()
    assert (held.domain, held.held_until) == ("patients.example", TEN + timedelta(minutes=10))
    assert taken(clinic, TEN + timedelta(minutes=9), Channel.EMAIL) == 0
    sizes = [len(offer(clinic, now=TEN + timedelta(minutes=minute))) for minute in (11, 12, 13)]
    assert sizes == [1, 2, 3]


def test_what_one_mailbox_provider_thinks_of_us_holds_nobody_elses_mail() -> None:
    clinic = ready(Channel.EMAIL, patients=2)
    sam = clinic.patient(mobile=phone(9), email="sam@elsewhere.example", consents=[Channel.EMAIL])
    clinic.visit(sam, at(4, 14))
    plan_due(now=MONDAY)
    offer(clinic, Busy("4.7.28"), size=1)
    assert taken(clinic, TEN + timedelta(minutes=1), Channel.EMAIL) == 1


def test_one_mailbox_provider_is_given_the_connections_of_two_workers_whoever_claims() -> None:
    clinic = ready(Channel.EMAIL, patients=16)
    sam = clinic.patient(mobile=phone(99), email="sam@elsewhere.example", consents=[Channel.EMAIL])
    clinic.visit(sam, at(4, 14))
    plan_due(now=MONDAY)
    sender = sender_of(clinic, Channel.EMAIL)
    first, second, third = (claim(sender.pk, now=TEN, public_url=URL, size=5) for _ in range(3))
    assert [len(each.messages) for each in (first, second)] == [5, 5]
    assert [message.to.value for message in third.messages] == ["sam@elsewhere.example"]
    assert taken(clinic, TEN, Channel.EMAIL) == 0
    assert first.sender is not None
    answers: list[tuple[HandOver, Outcome]] = [
        (message, Accepted(provider_id(message))) for message in first.messages
    ]
    settle(answers, sender=first.sender, lease=first.lease, now=TEN)
    assert taken(clinic, TEN, Channel.EMAIL) == 6


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_one_budget_to_the_message() -> None:
    clinic = ready(patients=30, daily_limit=20, rate_per_second=1000, burst=1000)
    sender_id = sender_of(clinic).pk

    def work(_: int) -> int:
        try:
            return sum(
                len(claim(sender_id, now=TEN, public_url=URL, size=2).messages) for _ in range(60)
            )
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        counts = list(workers.map(work, range(2)))
    assert sum(counts) == 15  # twenty, a quarter kept
    assert Message.objects.filter(state="claimed").count() == 15
    assert Sender.objects.get().sent_today == 15


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_budgets_of_a_whole_day() -> None:
    clinic = ready(patients=40, hourly_limit=8, registration=Registration.DLC_SOLE_PROPRIETOR)
    sender = sender_of(clinic)
    # The carriers' day has twenty segments left; theirs ends at three in New York, asleep.
    Sender.objects.update(segments_today=1_480, carrier_day=carriers_day(TEN))
    half_hours = [at(3, 10) + n * timedelta(minutes=30) for n in range(50)]
    at_once = Barrier(2, timeout=30)

    def work(_: int) -> list[datetime]:
        left: list[datetime] = []
        try:
            for now in half_hours:
                at_once.wait()
                for _ in range(3):
                    batch = claim(sender.pk, now=now, public_url=URL, size=2)
                    if batch.sender is not None:
                        answers: list[tuple[HandOver, Outcome]] = [
                            (one, Accepted(provider_id(one))) for one in batch.messages
                        ]
                        settle(answers, sender=batch.sender, lease=batch.lease, now=now)
                        left += [now] * len(answers)
        finally:
            connections.close_all()
        return left

    with ThreadPoolExecutor(2) as workers:
        moments = sorted(moment for left in workers.map(work, range(2)) for moment in left)
    by_hour = Counter(hour_of(moment) for moment in moments)
    assert set(by_hour.values()) <= set(range(1, 7))  # eight an hour, a quarter kept
    first_day = [moment for moment in moments if moment < at(4, 3)]
    assert len(first_day) == 20
    assert at(4, 8) <= moments[20] < at(4, 12)  # after the night, and California's midnight
    assert Attempt.objects.count() == len(moments)
    assert Attempt.objects.values("message").distinct().count() == len(moments)
