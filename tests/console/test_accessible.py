"""No page has a fault axe-core finds (WCAG 2.2 AA), and none scrolls sideways, wide or narrow."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from handbell.access.models import StaffMember
from handbell.facts.models import Closure
from handbell.outbox.models import Breaker, Sender
from handbell.reputation.counting import count_new
from handbell.scripts.operations import save_script
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import (
    Channel,
    LedgerKind,
    MessageState,
    Objection,
    PermissionLevel,
    Purpose,
)
from tests.closures.staged import close, send
from tests.console.desk import attempt, message, staff
from tests.console.pictures import Camera
from tests.console.tour import sign_in
from tests.world import Clinic

PASSWORD = "a long enough password"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PAGES = (
    *("/", "/patients", "/patients?status=inactive", "/schedule", "/schedule?day=2020-01-01"),
    *("/schedule/add", "/balances", "/balances?expected=alerted", "/messages?from=&to="),
    *("/messages?from=2020-01-01&to=2020-01-02", "/guidance", "/account", "/account/password"),
    *("/account/app/add", "/account/recovery-codes", "/audit", "/audit?subject=patient+0"),
    *("/settings", "/settings/engagement", "/settings/engagement/steps/new", "/settings/scripts"),
    *("/settings/scripts/refused", "/settings/practice", "/settings/facilities"),
    *("/settings/facilities/add", "/settings/senders", "/settings/senders/add"),
    *("/settings/staff", "/settings/staff/add", "/settings/staff/signing-in"),
    *("/reports", "/reports/patient-email", "/reports/delivery", "/reports/held-back"),
    *("/reports/attendance", "/reports/week", "/reports/stops", "/emergency", "/emergency/close"),
    *("/health", "/settings/import", "/nowhere", "/logout", "/v/lost"),
    "/settings/scripts/appointment_reminder/sms/en",
    *(f"/settings/scripts/balance_alert/{channel.value}/es/edit" for channel in Channel),
)


@pytest.fixture
def member(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.BUSINESS_OWNER, password=PASSWORD)


def furnish(clinic: Clinic, member: StaffMember) -> tuple[str, ...]:
    """Make something of everything there is; return the addresses of what was made."""
    senders = clinic.senders()
    Sender.objects.filter(pk=senders[Channel.VOICE].pk).update(paused_reason="the number moves")
    born = (clinic.now - timedelta(days=14_000)).date()
    patient = clinic.patient("Dorothy", birth_date=born, mobile="+12025550123")
    clinic.consent(patient, Channel.SMS)
    visit = clinic.visit(patient, clinic.now + timedelta(days=2))
    clinic.visit(patient, clinic.now + timedelta(minutes=5))
    clinic.entry(patient, LedgerKind.RESPONSIBILITY, "45.00", clinic.now.date())
    sent = message(clinic, patient, state=MessageState.DELIVERED)
    attempt(sent, "Harbor PT: see you Thu 5 Nov at 10:00.")
    count_new(now=clinic.now + timedelta(minutes=1))
    Breaker.objects.create(
        sender=senders[Channel.SMS],
        purpose=Purpose.APPOINTMENT_REMINDER,
        state="paused",
        signal="error",
        count=12,
        out_of=100,
        since=clinic.now,
        until=clinic.now + timedelta(hours=4),
    )
    held = message(
        clinic, patient, state=MessageState.WITHHELD, objection=Objection.NO_CONTACT_POINT
    )
    doubt = message(clinic, patient, channel=Channel.EMAIL, state=MessageState.IN_DOUBT)
    save_script(
        practice_id=clinic.practice.pk,
        purpose=Purpose.APPOINTMENT_REMINDER,
        channel=Channel.SMS,
        language="en",
        text=Text(
            "{{ clinic }}: see you {{ date }} at {{ time }}. The choir sings old songs here."
        ),
        written_by="Noor Second",
    )
    closure = closed(clinic, member)
    return (
        f"/patients/{patient.pk}",
        f"/patients/{patient.pk}/details",
        f"/patients/{patient.pk}/subscribe/balance_alert",
        f"/patients/{patient.pk}/unsubscribe/appointment_reminder",
        f"/patients/{patient.pk}/marketing-permission",
        f"/patients/{patient.pk}/marketing-permission/end",
        *(f"/messages/{one.pk}" for one in (sent, held, doubt)),
        f"/schedule/visits/{visit.pk}",
        f"/schedule/visits/{visit.pk}/change",
        f"/schedule/add/{patient.pk}",
        f"/health/{senders[Channel.SMS].pk}/appointment_reminder/sent",
        f"/settings/staff/{member.pk}",
        f"/settings/facilities/{clinic.facility.pk}",
        *(f"/settings/senders/{one.pk}" for one in senders.values()),
        *(f"/settings/senders/{one.pk}/proof" for one in senders.values()),
        f"/emergency/{closure.pk}",
        *(f"/emergency/{closure.pk}/{part}" for part in ("people", "calls", "record")),
        f"/emergency/{closure.pk}/words/closing/email",
        *(f"/v/{sent.code}{rest}" for rest in ("", "/preferences", "?lang=es")),
    )


def closed(clinic: Clinic, member: StaffMember) -> Closure:
    """Close the facility for days, and send by text what the carrier will not be asked for here."""
    clinic.visit(clinic.patient("Nobody"), clinic.now + timedelta(days=1))
    closure = close(clinic, member, days=4, now=clinic.now)
    send(clinic, closure, member, now=clinic.now)
    return closure


@pytest.mark.parametrize("half", [0, 1])
def test_no_page_has_a_fault(
    clinic: Clinic,
    member: StaffMember,
    chromium: Browser,
    live_server: Any,
    tmp_path: Path,
    half: int,
) -> None:
    own = furnish(clinic, member)
    # Colours change at once, so that none is looked at halfway between light and dark.
    window = chromium.new_context(base_url=live_server.url, reduced_motion="reduce")
    camera = Camera(window.new_page(), tmp_path, "")
    camera.page.goto("/login")
    sign_in(camera.page, {"email": member.email, "password": PASSWORD})
    for address in (*PAGES, *own)[half::2]:
        camera.page.goto(address)
        for width, scheme in ((1440, "light"), (380, "dark")):
            camera.suffix = f"{width}-{scheme}"
            camera.page.set_viewport_size({"width": width, "height": 900})
            camera.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            camera.look()
    assert camera.findings == []
