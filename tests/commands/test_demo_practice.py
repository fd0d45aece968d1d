"""The demo practice: believable, the same everywhere, made once, nobody's real data."""

import re
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core import serializers
from django.db import models

from handbell.access.models import Facility, Practice, StaffMember
from handbell.channels.carrier.behaviour import Does
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.commands.demo import LOGINS_FILE, demo_logins, ensure_demo_practice
from handbell.commands.demo_people import HOW_MANY, Money, Story, invent
from handbell.facts.models import (
    Appointment,
    Change,
    Consent,
    ContactPoint,
    LedgerEntry,
    Patient,
    Suppression,
)
from handbell.outbox.models import Message, Sender
from handbell.planner.planner import plan_due
from handbell.vocabulary.contact import PhoneNumber
from handbell.vocabulary.words import AppointmentStatus, Channel, PermissionLevel, Recipient

NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)
TABLES: tuple[type[models.Model], ...] = (
    *(Practice, Facility, StaffMember, Patient, ContactPoint, Consent, Suppression),
    *(LedgerEntry, Appointment, Change, Sender),
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_passwords(settings: Any) -> None:
    """Hash passwords in no time: five logins a test would take half a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def no_logins_kept() -> Iterator[Path]:
    path: Path = settings.ENVIRONMENT.home / LOGINS_FILE
    path.unlink(missing_ok=True)
    yield path
    path.unlink(missing_ok=True)


def everything() -> str:
    return "".join(
        serializers.serialize("json", table._default_manager.order_by("pk")) for table in TABLES
    )


def test_there_is_one_login_per_level_and_each_works() -> None:
    logins = ensure_demo_practice(now=NOW)
    assert [login.level for login in logins] == list(PermissionLevel)
    member = authenticate(username=logins[0].email, password=logins[0].password)
    assert isinstance(member, StaffMember)
    assert member.level == PermissionLevel.FRONT_DESK


def test_a_second_call_returns_the_same_logins_and_touches_nothing() -> None:
    first = ensure_demo_practice(now=NOW)
    before = everything()
    assert ensure_demo_practice(now=NOW + timedelta(days=3)) == first
    assert everything() == before
    assert demo_logins() == first


def test_the_logins_are_for_their_owner_s_eyes(no_logins_kept: Path) -> None:
    ensure_demo_practice(now=NOW)
    assert stat.S_IMODE(no_logins_kept.stat().st_mode) == 0o600


def test_passwords_are_random_and_never_shown_by_accident() -> None:
    login = ensure_demo_practice(now=NOW)[0]
    assert re.fullmatch(r"[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}", login.password)
    assert login.password not in repr(login)


def test_a_lost_file_gets_the_demo_staff_new_passwords(no_logins_kept: Path) -> None:
    first = ensure_demo_practice(now=NOW)
    no_logins_kept.unlink()
    second = ensure_demo_practice(now=NOW)
    assert [login.password for login in second] != [login.password for login in first]
    assert authenticate(username=second[4].email, password=second[4].password)


def test_no_demo_is_put_beside_a_real_practice() -> None:
    Practice.objects.create(slug="real", name="Harbor PT")
    assert ensure_demo_practice(now=NOW) == []
    assert Practice.objects.count() == 1


def test_the_people_are_the_same_on_every_installation() -> None:
    assert invent() == invent()
    assert len(invent()) == HOW_MANY


def test_every_story_and_every_kind_of_balance_is_there() -> None:
    people = invent()
    assert {person.story for person in people} == set(Story)
    assert {person.money for person in people} == set(Money)
    assert {person.language for person in people} == {"en", "es"}
    assert {channel for person in people for channel in person.channels} == set(Channel)


def test_every_number_is_fictitious_and_valid_and_every_mailbox_reserved() -> None:
    for person in invent():
        for number in filter(None, (person.mobile, person.home)):
            assert re.fullmatch(r"\+1\d{3}55501\d\d", number)
            assert PhoneNumber.parse(number).value == number
        assert not person.email or person.email.endswith("@mailbox.example")


def test_every_number_that_misbehaves_at_the_carrier_belongs_to_somebody() -> None:
    people = [person for person in invent() if person.story is Story.MISBEHAVING]
    assert [person.mobile[-4:] for person in people] == [f"019{digit}" for digit in range(10)]
    for convention in CONVENTIONS:
        if convention.does in {Does.MACHINE, Does.BUSY, Does.NO_ANSWER}:
            [person] = [p for p in people if fnmatchcase(p.mobile, convention.number)]
            assert person.channels == (Channel.VOICE,)


def test_households_share_a_number() -> None:
    people = invent()
    shared = [
        (before, person)
        for before, person in pairwise(people)
        if person.story is Story.SHARED_PHONE and before.mobile
    ]
    assert shared
    for before, person in shared:
        assert (person.mobile, person.last_name) == (before.mobile, before.last_name)


def test_children_are_written_to_through_their_guardian() -> None:
    ensure_demo_practice(now=NOW)
    for person in invent():
        row = Patient.objects.get(external_id=f"MS-{person.number:04}")
        owners = set(row.contact_points.values_list("owner", flat=True))
        assert row.birth_date is not None
        years = (NOW.date() - row.birth_date).days / 365.25
        if person.is_child:
            assert years < 18
            assert owners <= {Recipient.GUARDIAN}
        else:
            assert years > 18
            assert owners <= {Recipient.PATIENT}


def test_two_facilities_keep_two_clocks_and_their_own_hours() -> None:
    ensure_demo_practice(now=NOW)
    assert len(set(Facility.objects.values_list("time_zone", flat=True))) == 2
    for visit in Appointment.objects.select_related("facility"):
        local = visit.starts_at.astimezone(ZoneInfo(visit.facility.time_zone))
        assert 8 <= local.hour < (12 if local.weekday() == 5 else 18)
        assert local.weekday() != 6


def test_visits_lie_around_the_first_start_and_the_past_has_its_ends() -> None:
    ensure_demo_practice(now=NOW)
    starts = Appointment.objects.values_list("starts_at", flat=True)
    assert min(starts) > NOW - timedelta(days=5)
    assert max(starts) < NOW + timedelta(days=12)
    past = Appointment.objects.filter(starts_at__lt=NOW - timedelta(hours=1))
    assert set(past.values_list("status", flat=True)) == {
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
        AppointmentStatus.CANCELLED,
    }


@pytest.mark.parametrize("hour", [0, 3, 9, 15, 23])
def test_the_planner_finds_something_to_send_whenever_the_first_start_is(hour: int) -> None:
    now = NOW.replace(hour=hour)
    ensure_demo_practice(now=now)
    assert not Message.objects.exists()
    while plan_due(now=now):
        pass
    going = Message.objects.filter(state="queued", objection="", due_at__lt=now + timedelta(days=1))
    assert going.count() > 30
    assert set(going.values_list("channel", flat=True)) == set(Channel)
    reasons = set(Message.objects.exclude(objection="").values_list("objection", flat=True))
    assert {"no_consent", "opted_out", "suppressed", "no_contact_point", "confirmed"} <= reasons
