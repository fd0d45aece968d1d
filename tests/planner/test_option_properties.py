"""Whatever happens: who is told of a change, of a week as one, and what follows a lost text."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from handbell.access.practice_settings import Options, Place, PracticeSettings
from handbell.facts.people import Person
from handbell.planner.change_notices import CANCELLED, CHANGE, notices
from handbell.planner.digest import digests, monday_of
from handbell.planner.history import NOTHING_YET, History
from handbell.planner.person import plan_person
from handbell.planner.touches import Frame, Touch, Visit
from handbell.policy.consent import ConsentEvent
from handbell.policy.timetable import Step
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalanceFrequency,
    Channel,
    ConsentKind,
    ContactKind,
    PatientStatus,
    Purpose,
    Recipient,
    ReminderMode,
)
from tests.world import NEW_YORK, at, phone

NOW = at(3, 11)
CLINIC = PracticeSettings(
    id=1,
    name="Harbor PT",
    phone="",
    language="en",
    zone=NEW_YORK,
    payment_url="",
    mode=ReminderMode.NORMAL,
    too_late_hours=2,
    frequency=BalanceFrequency.EVERY_TWO_WEEKS,
    balance_at=time(10),
    balance_minimum=Decimal(5),
    windows={},
    steps=(Step("1d@10:00", 1, None, time(10), (Channel.SMS,), when_confirmed=False),),
    places={1: Place(1, "Harbor PT", "+12025550190", "1 Harbor St", NEW_YORK)},
)
VISIT = Visit(1, 1, 1, at(4, 14), 45, AppointmentStatus.BOOKED, 1, None, True)

SMS = Channel.SMS
channels = st.sampled_from(Channel)
ways = st.frozensets(st.tuples(st.sampled_from(Recipient), channels))
statuses = st.sampled_from(AppointmentStatus)


def with_options(**options: Any) -> PracticeSettings:
    return replace(CLINIC, options=Options(**options))


@settings(max_examples=60, deadline=None)
@given(
    status=statuses, revision=st.integers(1, 4), told=st.integers(1, 4), by=ways,
    changes=st.booleans(), cancellations=st.booleans(),
)  # fmt: skip
def test_a_notice_goes_only_to_who_was_told_and_only_of_what_they_do_not_know(
    status: AppointmentStatus,
    revision: int,
    told: int,
    by: frozenset[tuple[Recipient, Channel]],
    *,
    changes: bool,
    cancellations: bool,
) -> None:
    visit = replace(VISIT, status=status, revision=revision)
    options = Options(notify_changes=changes, notify_cancellations=cancellations)
    found = list(notices(visit, options, History(told={1: dict.fromkeys(by, told)})))
    assert list(notices(visit, options, NOTHING_YET)) == []
    assert {way for _, way in found} <= by
    assert len(set(found)) == len(found)
    for name, _ in found:
        if name == CHANGE:
            assert changes
            assert told < revision
            assert status in {AppointmentStatus.BOOKED, AppointmentStatus.CONFIRMED}
        else:
            assert (name, status) == (CANCELLED, AppointmentStatus.CANCELLED)
            assert cancellations


@settings(max_examples=60, deadline=None)
@given(
    hours=st.lists(st.integers(1, 24 * 28), max_size=12),
    least=st.sampled_from([0, 2, 3, 4]),
    open_days=st.booleans(),
)
def test_a_digest_holds_a_whole_week_of_enough_visits_and_comes_before_all_of_them(
    hours: list[int], least: int, *, open_days: bool
) -> None:
    clinic = with_options(weekly_digest_from=least, open_days_only=open_days)
    visits = [
        replace(VISIT, id=number, starts_at=NOW + timedelta(hours=hour))
        for number, hour in enumerate(hours)
    ]
    found = digests(visits, settings=clinic, history=NOTHING_YET, now=NOW)
    weeks: dict[date, list[Visit]] = {}
    for visit in visits:
        weeks.setdefault(monday_of(visit, clinic), []).append(visit)
    for week in weeks.values():
        moments = {found.get(visit.id) for visit in week}
        assert len(moments) == 1  # all of a week together, or none
        moment = moments.pop()
        if moment is not None:
            assert len(week) >= least > 0
            assert NOW <= moment < min(visit.starts_at for visit in week)


@settings(max_examples=60, deadline=None)
@given(agreed=st.frozensets(channels), lost=st.frozensets(channels), escalates=st.booleans())
@example(agreed=frozenset({SMS, Channel.VOICE}), lost=frozenset({SMS}), escalates=True)
def test_what_follows_a_lost_text_was_agreed_to_and_goes_one_by_one(
    agreed: frozenset[Channel], lost: frozenset[Channel], *, escalates: bool
) -> None:
    plain = planned(agreed, History(), escalates=escalates)
    keys = {touch.channel: touch.key for touch in [*plain, *all_ways(plain)]}
    history = History(
        known=frozenset(keys.values()),
        lost=frozenset(key for channel, key in keys.items() if channel in lost),
        since={key: at(3, 10) for key in keys.values()},
    )
    going = [
        touch.channel
        for touch in planned(agreed, history, escalates=escalates)
        if touch.objection is None and touch.key not in history.lost
    ]
    assert set(going) <= agreed
    assert len(going) <= 1
    if not escalates:
        assert set(going) <= {Channel.SMS}
    if going and going[0] is not Channel.SMS:
        assert Channel.SMS in lost  # its consent may have been taken back since
    if escalates and Channel.SMS in agreed:
        assert len(going) == bool(agreed - lost)  # somebody is left to try: it is tried


def planned(agreed: frozenset[Channel], history: History, *, escalates: bool) -> list[Touch]:
    """Return the touches of a visit tomorrow, of somebody who agreed to these channels."""
    person = Person(
        id=1,
        practice_id=1,
        first_name="Alex",
        birth_date=date(1980, 1, 1),
        language="en",
        status=PatientStatus.ACTIVE,
        deceased=False,
        time_zone="",
        facility_id=1,
        contacts={
            (Recipient.PATIENT, ContactKind.MOBILE_PHONE): phone(1),
            (Recipient.PATIENT, ContactKind.EMAIL): "alex@patients.example",
        },
        consents=[
            ConsentEvent(
                Purpose.APPOINTMENT_REMINDER, channel, ConsentKind.GRANTED,
                datetime(2026, 10, 1, tzinfo=UTC),
            )
            for channel in sorted(agreed)
        ],
        suppressions={},
    )  # fmt: skip
    plan = plan_person(
        person,
        visits=[VISIT],
        entries=[],
        slots=[],
        history=history,
        next_consent_at=None,
        frame=Frame(with_options(escalate=escalates), frozenset(Channel), NOW),
    )
    return list(plan.touches)


def all_ways(plain: list[Touch]) -> list[Touch]:
    """Return the step's touch by every channel."""
    return [replace(touch, channel=channel) for touch in plain[:1] for channel in Channel]
