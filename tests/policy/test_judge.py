"""May this leave now? Every reason can be given, and the gravest one is."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handbell.policy.caps import PastTouch
from handbell.policy.consent import ConsentEvent, SuppressionEvent
from handbell.policy.judge import (
    Allow,
    Defer,
    Proposal,
    Refuse,
    Standing,
    is_minor,
    judge,
    standing_objection,
)
from handbell.policy.quiet_hours import Window
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    ConsentKind,
    Objection,
    PatientStatus,
    Purpose,
    Recipient,
    ReminderMode,
    SuppressionKind,
)

NEW_YORK = ZoneInfo("America/New_York")
NOON = datetime(2026, 11, 2, 12, tzinfo=NEW_YORK).astimezone(UTC)
LONG_AGO = NOON - timedelta(days=90)
AGREED = ConsentEvent(
    Purpose.APPOINTMENT_REMINDER, Channel.SMS, ConsentKind.GRANTED, NOON - timedelta(days=30)
)
GOOD = Standing(
    purpose=Purpose.APPOINTMENT_REMINDER,
    channel=Channel.SMS,
    recipient=Recipient.PATIENT,
    deceased=False,
    patient_status=PatientStatus.ACTIVE,
    minor=False,
    has_guardian=False,
    address="+12025550101",
    consents=(AGREED,),
    status=AppointmentStatus.BOOKED,
)


def suppressed(kind: SuppressionKind, at: datetime = NOON) -> dict[str, Any]:
    return {"suppressions": (SuppressionEvent(Channel.SMS, kind, at),)}


# Gravest first: of any two, the earlier one is named.
REASONS: list[tuple[Objection, dict[str, Any]]] = [
    (Objection.DECEASED, {"deceased": True}),
    (Objection.INACTIVE, {"patient_status": PatientStatus.INACTIVE}),
    (Objection.NOT_BOOKED, {"status": AppointmentStatus.CANCELLED}),
    (Objection.CONFIRMED, {"status": AppointmentStatus.CONFIRMED}),
    (Objection.MODE, {"mode": ReminderMode.PAUSED}),
    (Objection.PAID, {"balance": Objection.PAID}),
    (Objection.BELOW_MINIMUM, {"balance": Objection.BELOW_MINIMUM}),
    (Objection.NO_RECENT_RESPONSIBILITY, {"balance": Objection.NO_RECENT_RESPONSIBILITY}),
    (Objection.MINOR_WITHOUT_GUARDIAN, {"minor": True}),
    (Objection.NO_CONSENT, {"consents": ()}),
    (Objection.OPTED_OUT, {"consents": (replace(AGREED, kind=ConsentKind.WITHDRAWN),)}),
    (Objection.NO_CONTACT_POINT, {"address": ""}),
    (Objection.OPTED_OUT, suppressed(SuppressionKind.OPTED_OUT)),
    (Objection.SUPPRESSED, suppressed(SuppressionKind.UNREACHABLE)),
    (Objection.NO_SENDER, {"has_sender": False}),
]


def proposal(standing: Standing = GOOD, **changes: Any) -> Proposal:
    usual = Proposal(
        standing=standing,
        touch="1d@10:00/2026-11-03",
        useful_until=NOON + timedelta(days=1),
        window=Window(time(8), time(20)),
        zones=[NEW_YORK],
    )
    return replace(usual, **changes)


def test_nothing_speaks_against_it() -> None:
    assert standing_objection(GOOD, now=NOON) is None
    assert judge(proposal(), now=NOON) == Allow()


@pytest.mark.parametrize(("reason", "facts"), REASONS)
def test_each_reason_is_given(reason: Objection, facts: dict[str, Any]) -> None:
    assert standing_objection(replace(GOOD, **facts), now=NOON) is reason
    assert judge(proposal(replace(GOOD, **facts)), now=NOON) == Refuse(reason)


@pytest.mark.parametrize(
    ("graver", "lighter"),
    [
        pytest.param(graver, lighter, id=f"{graver[0]} before {lighter[0]}")
        for graver, lighter in combinations(REASONS, 2)
        if graver[1].keys() != lighter[1].keys()
    ],
)
def test_the_gravest_reason_is_named(
    graver: tuple[Objection, dict[str, Any]], lighter: tuple[Objection, dict[str, Any]]
) -> None:
    both = replace(GOOD, **{**lighter[1], **graver[1]})
    assert standing_objection(both, now=NOON) is graver[0]


@pytest.mark.parametrize("status", AppointmentStatus)
def test_only_booked_and_confirmed_visits_are_on(status: AppointmentStatus) -> None:
    found = standing_objection(replace(GOOD, status=status, when_confirmed=True), now=NOON)
    is_on = status in {AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED}
    assert found is (None if is_on else Objection.NOT_BOOKED)


def test_referrals_are_written_to() -> None:
    referred = replace(GOOD, patient_status=PatientStatus.REFERRAL)
    assert standing_objection(referred, now=NOON) is None


def test_a_guardian_of_a_minor_is_reached() -> None:
    assert standing_objection(replace(GOOD, minor=True, has_guardian=True), now=NOON) is None


def test_a_consent_after_the_stop_is_heard() -> None:
    stopped = replace(GOOD, **suppressed(SuppressionKind.OPTED_OUT, at=LONG_AGO))
    assert judge(proposal(stopped), now=NOON) == Allow()


def test_an_emergency_needs_no_consent_but_a_stop_still_stops() -> None:
    closing = replace(GOOD, purpose=Purpose.EMERGENCY_NOTICE, consents=(), status=None)
    assert standing_objection(closing, now=NOON) is None
    stopped = replace(closing, **suppressed(SuppressionKind.OPTED_OUT))
    assert standing_objection(stopped, now=NOON) is Objection.OPTED_OUT


def test_paused_reminders_pause_reminders_only() -> None:
    billing = replace(AGREED, purpose=Purpose.BALANCE_ALERT)
    alert = replace(
        GOOD,
        purpose=Purpose.BALANCE_ALERT,
        status=None,
        mode=ReminderMode.PAUSED,
        consents=(billing,),
    )
    assert standing_objection(alert, now=NOON) is None


def test_too_late_and_over_the_cap_are_refused_and_quiet_hours_only_defer() -> None:
    late = proposal(useful_until=NOON - timedelta(seconds=1))
    assert judge(late, now=NOON) == Refuse(Objection.TOO_LATE)
    same_day = PastTouch(
        Purpose.APPOINTMENT_REMINDER, Channel.VOICE, "x", NOON - timedelta(hours=2)
    )
    assert judge(proposal(past=[same_day]), now=NOON) == Refuse(Objection.OVER_CAP)
    assert judge(proposal(past=[same_day], corrects=True), now=NOON) == Allow()
    night = NOON + timedelta(hours=9)
    eight = datetime(2026, 11, 3, 8, tzinfo=NEW_YORK)
    assert judge(proposal(), now=night) == Defer(Objection.QUIET_HOURS, eight)


def test_what_can_only_wait_until_it_is_useless_is_too_late_now() -> None:
    night = NOON + timedelta(hours=9)
    soon = proposal(useful_until=night + timedelta(hours=2))
    assert judge(soon, now=night) == Refuse(Objection.TOO_LATE)


def test_useful_until_is_the_last_useful_moment() -> None:
    assert judge(proposal(useful_until=NOON), now=NOON) == Allow()


@pytest.mark.parametrize(
    ("born", "today", "minor"),
    [
        (date(2008, 11, 2), date(2026, 11, 1), True),
        (date(2008, 11, 2), date(2026, 11, 2), False),
        (date(2008, 2, 29), date(2026, 2, 28), True),
        (date(2008, 2, 29), date(2026, 3, 1), False),
        (date(2010, 12, 31), date(2028, 2, 29), True),
        (None, date(2026, 11, 2), False),
    ],
)
def test_eighteen_is_adult(born: date | None, today: date, minor: bool) -> None:
    assert is_minor(born, today=today) is minor


def test_no_address_shows_in_a_representation() -> None:
    assert "5550101" not in repr(proposal())
