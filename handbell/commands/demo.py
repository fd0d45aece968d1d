"""What does a newcomer look at? A believable clinic, made once, on the first start.

The data are the same on every installation, the dates are around `now`, the passwords are
random and kept in a file only its owner can read, so that `handbell run` can print them again.
No message is written: the planner plans them from these facts, as it would from a real clinic's.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction

from handbell.access.models import Facility, Practice, ReminderStep, StaffMember
from handbell.commands.demo_facts import write_facts
from handbell.facts.operations import mark_practice_changed
from handbell.outbox.models import Sender
from handbell.vocabulary.words import Channel, PermissionLevel

SLUG: Final = "maple-street"
LOGINS_FILE: Final = "demo_logins.json"

_STAFF: Final = (
    ("frontdesk", "Nora Quillfeather", PermissionLevel.FRONT_DESK),
    ("clinician", "Teo Marchbank", PermissionLevel.CLINICAL_STAFF),
    ("director", "Ruth Silverton", PermissionLevel.THERAPY_DIRECTOR),
    ("administrator", "Dale Netherton", PermissionLevel.PRACTICE_ADMINISTRATOR),
    ("owner", "Maple Wetherby", PermissionLevel.BUSINESS_OWNER),
)

#: No 0/O, 1/l/i: the password is read off a terminal and typed into a browser.
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """One login of the demo practice, as `handbell run` prints it."""

    email: str
    password: str = field(repr=False)
    level: PermissionLevel


def ensure_demo_practice(*, now: datetime) -> list[DemoLogin]:
    """Return the demo practice's logins, making the practice if this installation is new.

    Idempotent: a second call returns the same logins and touches nothing. Returns an empty list
    where the demo does not belong: another practice is there already. If the file with the
    logins is gone, the demo staff get new passwords.
    """
    path = _logins_path()
    practice = Practice.objects.filter(slug=SLUG).first()
    if practice is None:
        return [] if Practice.objects.exists() else _make(path, now)
    if path.exists():
        return _read(path)
    with transaction.atomic():
        return _new_passwords(practice, path)


def demo_logins() -> list[DemoLogin]:
    """Return the logins kept by the first start, without touching the database."""
    path = _logins_path()
    return _read(path) if path.exists() else []


def _logins_path() -> Path:
    home: Path = settings.ENVIRONMENT.home
    return home / LOGINS_FILE


@transaction.atomic
def _make(path: Path, now: datetime) -> list[DemoLogin]:
    practice = _make_practice()
    places = _make_facilities(practice)
    _make_steps(practice)
    _make_senders(practice)
    write_facts(practice=practice, places=places, now=now)
    mark_practice_changed(practice.pk, at=now)
    for name, person, level in _STAFF:
        StaffMember.objects.create_user(
            practice=practice, email=_email(name), name=person, level=level
        )
    return _new_passwords(practice, path)


def _make_practice() -> Practice:
    return Practice.objects.create(
        slug=SLUG,
        name="Maple Street Physical Therapy",
        phone="+12025550101",
        time_zone="America/New_York",
        domains=["maplestreet.example"],
        payment_url="https://pay.maplestreet.example/",
        balance_at=time(10, 30),
    )


def _make_facilities(practice: Practice) -> dict[str, Facility]:
    east = Facility.objects.create(
        practice=practice,
        external_id="maple",
        name="Maple Street",
        phone="+12025550101",
        address="14 Maple Street NW, Washington, DC 20001",
        time_zone="America/New_York",
    )
    lake = Facility.objects.create(
        practice=practice,
        external_id="lake",
        name="Lake Shore",
        phone="+13125550101",
        address="220 Lake Shore Walk, Chicago, IL 60601",
        time_zone="America/Chicago",
    )
    return {"east": east, "lake": lake}


def _make_steps(practice: Practice) -> None:
    """The patient's channels, in the afternoon three days ahead and a day ahead to the hour."""
    ReminderStep.objects.create(practice=practice, key="three_days", days_before=3, at=time(16, 30))
    ReminderStep.objects.create(practice=practice, key="day_before", hours_before=24)


def _make_senders(practice: Practice) -> None:
    for channel, address, rate in (
        (Channel.SMS, "+12025550100", 2.0),
        (Channel.VOICE, "+12025550102", 1.0),
        (Channel.EMAIL, "frontdesk@maplestreet.example", 5.0),
    ):
        Sender.objects.create(
            practice=practice,
            channel=channel,
            address=address,
            provider="rehearsal",
            rate_per_second=rate,
        )


def _new_passwords(practice: Practice, path: Path) -> list[DemoLogin]:
    """Give every demo login a new password; the file is written before the commit.

    A crash in between leaves a file without a practice, which the next start writes over.
    """
    logins = []
    for name, _, level in _STAFF:
        member = StaffMember.objects.get(practice=practice, email=_email(name))
        login = DemoLogin(email=member.email, password=_password(), level=level)
        member.set_password(login.password)
        member.save(update_fields=["password"])
        logins.append(login)
    _write(path, logins)
    return logins


def _email(name: str) -> str:
    return f"{name}@maplestreet.example"


def _password() -> str:
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(3))
    return "-".join(groups)


def _write(path: Path, logins: list[DemoLogin]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump([asdict(login) for login in logins], file, indent=1)
    draft.replace(path)


def _read(path: Path) -> list[DemoLogin]:
    return [
        DemoLogin(email=row["email"], password=row["password"], level=PermissionLevel(row["level"]))
        for row in json.loads(path.read_text())
    ]
