"""Whatever happens, in whatever order: nobody is texted after STOP, twice, stale or at night."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handbell.channels.gateway import Accepted, Busy, HandOver, InDoubt, Outcome, Rejected
from handbell.channels.receipt import Inbound, ReceiptStatus
from handbell.dispatch.claim import claim
from handbell.dispatch.settle import settle
from handbell.dispatch.sweeper import sweep
from handbell.facts.models import Appointment, Consent, Suppression
from handbell.outbox.lifecycle import REACHED
from handbell.outbox.models import Attempt, Message, Sender
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.receipts.replies import receive_text
from handbell.vocabulary.words import AppointmentStatus, Channel
from tests.handed import URL, hear, provider_id, receipt
from tests.world import MONDAY, NEW_YORK, Clinic, at, move, phone

SMS, VOICE = Channel.SMS, Channel.VOICE
FAILS = ["30003", "30004", "30005", "30008", "21610"]


class Undone(Exception):
    """Ends a transaction without keeping anything."""


@dataclass
class World:
    """A clinic and its clock."""

    clinic: Clinic
    now: datetime = MONDAY
    texts: int = 0

    def pass_time(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    def plan(self, _: int) -> None:
        plan_due(now=self.now)
        sweep(now=self.now)
        withhold_due(now=self.now)
        expire(now=self.now)

    def offer(self, seed: int) -> None:
        outcomes: list[Callable[[HandOver], Outcome | None]] = [
            lambda message: Accepted(provider_id(message)),
            lambda message: Busy("20503"),
            lambda message: Rejected("21611"),
            lambda message: InDoubt("timeout"),
            lambda message: None,  # the worker dies
        ]
        for sender in Sender.objects.order_by("pk"):
            batch = claim(sender.pk, now=self.now, public_url=URL)
            if batch.sender is None:
                continue
            for message in batch.messages:
                self.check(message)
            found = [(m, outcomes[(seed + m.message_id) % 5](m)) for m in batch.messages]
            answers = [(message, outcome) for message, outcome in found if outcome is not None]
            settle(answers, sender=batch.sender, lease=batch.lease, now=self.now)

    def check(self, message: HandOver) -> None:
        """Look at one message the moment it leaves."""
        address = message.to.value
        assert time(8) <= self.now.astimezone(NEW_YORK).time() < time(20)
        row = Message.objects.get(pk=message.message_id)
        for visit in Message.objects.filter(merged_into=row) | Message.objects.filter(pk=row.pk):
            assert visit.appointment is not None
            assert visit.subject_revision == visit.appointment.revision
            assert visit.appointment.status == "booked"
        stops = Suppression.objects.filter(address=address, channel=message.channel)
        newest_stop = max((stop.at for stop in stops), default=None)
        if newest_stop is not None:
            consents = Consent.objects.filter(patient=row.patient, channel=message.channel)
            assert max(consent.at for consent in consents) > newest_stop
        self.check_tries(row)
        day = Message.objects.filter(
            address=address,
            channel=message.channel,
            handed_over_at__gt=self.now - timedelta(hours=20),
            state__in=[state.value for state in REACHED],
        )
        assert day.filter(merged_into=None).count() <= 2  # one, and one that corrects it

    def check_tries(self, row: Message) -> None:
        """Nothing is offered again unless the try before certainly did not arrive."""
        for attempt in Attempt.objects.filter(message=row, number__lt=row.attempts):
            said = {event.payload["status"] for event in row.events.filter(attempt=attempt.number)}
            assert "delivered" not in said
            assert attempt.outcome in {"busy", "rejected"} or "undelivered" in said

    def report(self, seed: int) -> None:
        for message in Message.objects.filter(attempts__gt=0):
            if (seed + message.pk) % 3 == 0:
                delivered = (seed + message.pk) % 2
                status = ReceiptStatus.DELIVERED if delivered else ReceiptStatus.UNDELIVERED
                code = None if delivered else FAILS[seed % len(FAILS)]
                hear(receipt(message, status, code), now=self.now)

    def text(self, seed: int) -> None:
        self.texts += 1
        words = ["STOP", "start", "C", "help", "what?"][seed % 5]
        ours = Sender.objects.get(channel="sms").address
        inbound = Inbound(f"SMin{self.texts}", ours, phone(seed % 3), words)
        receive_text(inbound, provider="rehearsal", now=self.now)

    def change_a_visit(self, seed: int) -> None:
        visits = Appointment.objects.order_by("pk")
        visit = visits[seed % len(visits)]
        if seed % 3 == 0:
            move(visit, visit.starts_at + timedelta(hours=seed % 30), now=self.now)
        else:
            status = [AppointmentStatus.CANCELLED, AppointmentStatus.CONFIRMED][seed % 2]
            Appointment.objects.filter(pk=visit.pk).update(status=status)
            if seed % 5:
                self.clinic.now = self.now
                self.clinic.changed(visit.patient)


def a_busy_week() -> World:
    """Three phones, two of them shared, texts and calls, visits on most days."""
    clinic = Clinic()
    for channel in (SMS, VOICE):
        clinic.sender(channel)
    clinic.step(days=1, channels=[SMS])
    clinic.step(days=2, channels=[SMS, VOICE])
    clinic.step(hours=4, channels=[SMS])
    for number in range(5):
        patient = clinic.patient(mobile=phone(number % 3), consents=[SMS, VOICE])
        for day in (3, 4, 6, 9):
            clinic.visit(patient, at(day, 10 + number))
    return World(clinic)


actions = st.lists(
    st.tuples(
        st.sampled_from(
            ["pass_time", "plan", "offer", "offer", "report", "text", "change_a_visit"]
        ),
        st.integers(0, 29),
    ),
    min_size=5,
    max_size=40,
)


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wishes=actions)
def test_nobody_is_ever_reached_who_should_not_be(wishes: list[tuple[str, int]]) -> None:
    try:
        with transaction.atomic():
            world = a_busy_week()
            for name, seed in [("plan", 0), *wishes, ("plan", 0), ("offer", 0)]:
                getattr(world, name)(seed)
            raise Undone
    except Undone:
        pass
