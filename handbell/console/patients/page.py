"""What does a patient's page tell? Who they are, what is switched on, what comes next and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.console.clock import say_day, say_moment
from handbell.console.patients.ahead import Coming, read_ahead
from handbell.console.patients.changes import channels_for
from handbell.console.patients.forms import BALANCE_ALERTS, BalanceAlertsForm, say_methods
from handbell.console.saying import say_cause, say_reason
from handbell.console.words import CHANNELS, PURPOSES_MANY, Words, say_status
from handbell.dispatch.forecast import Ahead, forecast
from handbell.facts.ledger import load_entries
from handbell.facts.models import (
    Appointment,
    Consent,
    ContactPoint,
    MarketingPermission,
    Patient,
    Suppression,
)
from handbell.facts.people import Person, load_people
from handbell.facts.queries import newest_marketing_permission
from handbell.outbox.models import Message
from handbell.outbox.queries import Wanted, messages_of, page_of
from handbell.planner.balances import balance_standing
from handbell.planner.touches import subscribed_channels
from handbell.policy.explain import Explanation
from handbell.policy.judge import ON_SCHEDULE, standing_objection
from handbell.policy.ledger import account
from handbell.vocabulary.words import (
    AppointmentStatus,
    BalanceFrequency,
    BalancePreference,
    Channel,
    ConsentKind,
    ContactKind,
    MessageState,
    Purpose,
    Recipient,
    SuppressionKind,
)

#: Visits and past messages the page shows; the rest is a link away.
MOST_VISITS: Final = 8
MOST_MESSAGES: Final = 20

KINDS: Final = Words(
    {
        ContactKind.MOBILE_PHONE: _("Mobile"),
        ContactKind.HOME_PHONE: _("Home"),
        ContactKind.EMAIL: _("E-mail"),
    }
)
FREQUENCIES: Final = Words(
    {
        BalanceFrequency.EVERY_TWO_WEEKS: _("every two weeks"),
        BalanceFrequency.EVERY_MONTH: _("every month"),
        BalanceFrequency.DONT_SEND: _("none"),
    }
)
_LIFTED: Final = {
    SuppressionKind.OPTED_OUT: (
        _("The person at this address asked to stop."),
        _("Only a new consent lifts it, given after that day by the patient it counts for."),
    ),
    SuppressionKind.HARD_BOUNCE: (
        _("This mailbox does not exist."),
        _("Ask for another address. If the mailbox exists now, use it again."),
    ),
    SuppressionKind.COMPLAINT: (
        _("A message was reported as spam from here."),
        _("Ask the patient for another address; this one is not written to again."),
    ),
    SuppressionKind.UNREACHABLE: (
        _("This number is unknown or cannot receive this."),
        _("Ask for another number. If it works now, use it again."),
    ),
}
_BY_STAFF: Final = frozenset({SuppressionKind.HARD_BOUNCE, SuppressionKind.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact point."""

    word: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Switch:
    """One purpose's switch, its methods, and the event that decided it."""

    purpose: Purpose
    word: str
    methods: str
    on: bool
    said: str


@dataclass(frozen=True, slots=True)
class Marketing:
    """Whether the clinic may promote itself to the patient elsewhere; nothing of ours asks it."""

    given: bool
    said: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One address that is not used on some channels, since when, why, and what lifts it."""

    id: int
    address: str = field(repr=False)
    channel: str
    sentence: str
    cause: str
    day: str
    cure: str
    may_lift: bool


@dataclass(frozen=True, slots=True)
class VisitRow:
    """One visit ahead."""

    id: int
    time: str
    facility: str
    provider: str
    status: str
    ahead: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything the page shows, in words."""

    own: Sequence[Contact]
    guardian: Sequence[Contact]
    guarantor: Sequence[Contact]
    caregiver: Sequence[Contact]
    caregiver_agreed: str  # "" for nothing
    recipient: str
    reminders: str
    switches: Sequence[Switch]
    marketing: Marketing
    balance_form: BalanceAlertsForm
    balance_said: str
    stops: Sequence[Stop]
    visits: Sequence[VisitRow]
    more_visits: int
    sees_balance: bool
    balance: Decimal | None
    no_alert: Explanation | None
    coming: Sequence[Coming]
    later: Sequence[Coming]
    answer: str
    past: Sequence[Message]
    more_past: bool


def read_page(staff: StaffMember, patient: Patient, *, public_url: str, now: datetime) -> Shown:
    """Return the page as this staff member may see it; the same reads however much there is."""
    settings = practice_settings(patient.practice_id)
    person = load_people([patient.pk], now=now)[patient.pk]
    sees_alerts = may(staff, Action.SEE_BALANCE_ALERTS)
    everything = forecast(settings, patient.pk, public_url=public_url, now=now)
    seen = [
        one for one in everything if sees_alerts or one.touch.purpose is not Purpose.BALANCE_ALERT
    ]
    visits = _visits(patient, now)
    stops = _stops(patient, settings, now)
    coming = read_ahead(seen, visits=visits, settings=settings, stops=stops, now=now)
    balance = account(load_entries([patient.pk]).get(patient.pk, ()), now=now)
    messages = messages_of(
        patient.practice_id, Wanted(patient_ids=[patient.pk], without_balances=not sees_alerts)
    ).exclude(state=MessageState.QUEUED)
    past = page_of(messages, latest_first=True, size=MOST_MESSAGES)
    contacts = list(ContactPoint.objects.filter(patient=patient).order_by("-kind"))
    today = now.astimezone(settings.zone_of(patient.facility_id)).date()
    written_to = person.recipient_on(today)
    agreed = subscribed_channels(person, Purpose.APPOINTMENT_REMINDER, now, Recipient.CAREGIVER)
    return Shown(
        own=_contacts(contacts, Recipient.PATIENT),
        guardian=_contacts(contacts, Recipient.GUARDIAN),
        guarantor=_contacts(contacts, Recipient.GUARANTOR),
        caregiver=_contacts(contacts, Recipient.CAREGIVER),
        caregiver_agreed=say_methods(agreed) if agreed else "",
        recipient=gettext("the guardian, because the patient is under 18")
        if person.minor_on(today)
        else gettext("the caregiver, because the patient wants it so")
        if written_to is Recipient.GUARDIAN
        else gettext("the patient"),
        reminders=say_methods(subscribed_channels(person, Purpose.APPOINTMENT_REMINDER, now)),
        switches=_switches(patient, person, settings, now, sees_alerts=sees_alerts),
        marketing=_marketing(patient, settings, now),
        balance_form=BalanceAlertsForm(initial={"balance_alerts": patient.balance_alerts}),
        balance_said=_balance_said(person, settings),
        stops=stops,
        visits=[_visit(one, everything, settings, now) for one in visits[:MOST_VISITS]],
        more_visits=max(len(visits) - MOST_VISITS, 0),
        sees_balance=may(staff, Action.SEE_BALANCES),
        balance=balance.balance if may(staff, Action.SEE_BALANCES) else None,
        no_alert=_no_alert(person, settings, seen, patient, now) if sees_alerts else None,
        coming=coming[:6],
        later=coming[6:],
        answer=_answer(coming),
        past=past.rows,
        more_past=past.after is not None,
    )


def _answer(coming: Sequence[Coming]) -> str:
    """Return the whole section in one sentence: the answer first."""
    going = next((one for one in coming if one.goes), None)
    if going is not None:
        what = f"{going.title[:1].lower()}{going.title[1:]}"
        return gettext("Next: %(what)s, %(time)s.") % {"what": what, "time": going.time}
    if coming:
        return gettext("As things stand nothing goes out. Each line says why, and what mends it.")
    return gettext("Nothing is ahead: there is nothing to tell this patient at the moment.")


def _visits(patient: Patient, now: datetime) -> list[Appointment]:
    ahead = Appointment.objects.filter(
        practice_id=patient.practice_id, patient=patient, starts_at__gt=now
    )
    return list(ahead.select_related("facility", "type").order_by("starts_at", "id"))


def _visit(
    visit: Appointment, ahead: Sequence[Ahead], settings: PracticeSettings, now: datetime
) -> VisitRow:
    going = sum(
        one.objection is None and (one.touch.appointment_id == visit.pk or visit.pk in one.with_it)
        for one in ahead
    )
    excluded = visit.type is not None and not visit.type.reminders
    if excluded:
        said = gettext("No reminders: this kind of visit is excluded")
    elif visit.status not in ON_SCHEDULE:
        said = gettext("No reminders: off the schedule")
    else:
        said = ngettext("%(count)s reminder ahead", "%(count)s reminders ahead", going) % {
            "count": going
        }
        said = said if going else gettext("No reminder ahead")
    return VisitRow(
        id=visit.pk,
        time=say_moment(visit.starts_at, zone=settings.zone_of(visit.facility_id), now=now),
        facility=visit.facility.name,
        provider=visit.provider_name,
        status=say_status(AppointmentStatus(visit.status), by_patient=visit.confirmed_by_patient),
        ahead=said,
    )


def _contacts(rows: Sequence[ContactPoint], owner: Recipient) -> list[Contact]:
    return [Contact(KINDS[ContactKind(row.kind)], row.value) for row in rows if row.owner == owner]


def _switches(
    patient: Patient,
    person: Person,
    settings: PracticeSettings,
    now: datetime,
    *,
    sees_alerts: bool,
) -> list[Switch]:
    purposes = [Purpose.APPOINTMENT_REMINDER] + [Purpose.BALANCE_ALERT] * sees_alerts
    newest: dict[str, Consent] = {}
    events = Consent.objects.filter(patient=patient, at__lte=now, of_caregiver=False)
    for event in events.order_by("at", "id"):
        newest[event.purpose] = event
    possible = {one: channels_for(one, patient.practice) for one in purposes}
    return [_switch(one, person, newest.get(one), possible[one], settings, now) for one in purposes]


def _marketing(patient: Patient, settings: PracticeSettings, now: datetime) -> Marketing:
    event = newest_marketing_permission(patient.pk, now=now)
    if event is None:
        return Marketing(False, gettext("Never asked."))
    given = event.kind == ConsentKind.GRANTED
    return Marketing(given, _event_said(event, settings, now))


def _switch(
    purpose: Purpose,
    person: Person,
    event: Consent | None,
    possible: Sequence[Channel],
    settings: PracticeSettings,
    now: datetime,
) -> Switch:
    on = [c for c in subscribed_channels(person, purpose, now) if c in possible]
    said = gettext("Never agreed. Patients start without any subscription.")
    if event is not None:
        said = _event_said(event, settings, now)
    return Switch(
        purpose=purpose,
        word=PURPOSES_MANY[purpose]
        if purpose is Purpose.BALANCE_ALERT
        else gettext("Appointment reminders"),
        methods=say_methods(on),
        on=bool(on),
        said=said,
    )


def _event_said(
    event: Consent | MarketingPermission, settings: PracticeSettings, now: datetime
) -> str:
    zone = settings.zone
    day = say_day(event.at.astimezone(zone).date(), today=now.astimezone(zone).date())
    told = {"day": day, "how": say_cause(event.how), "by": say_cause(event.by)}
    if event.kind == ConsentKind.GRANTED:
        return gettext("Consent %(day)s, %(how)s; recorded by %(by)s.") % told
    return gettext("Taken back %(day)s, %(how)s; recorded by %(by)s.") % told


def _balance_said(person: Person, settings: PracticeSettings) -> str:
    if person.balance_alerts is BalancePreference.PRACTICE:
        return gettext("As the practice: %(frequency)s") % {
            "frequency": FREQUENCIES[settings.frequency]
        }
    return BALANCE_ALERTS[person.balance_alerts]


def _stops(patient: Patient, settings: PracticeSettings, now: datetime) -> list[Stop]:
    addresses = ContactPoint.objects.filter(patient=patient).values_list("value", flat=True)
    rows = Suppression.objects.filter(
        practice_id=patient.practice_id,
        address__in=list(addresses),
        at__lte=now,
        lifted_at__isnull=True,
    ).order_by("-at", "channel")
    return [_stop(row, settings.zone, now) for row in rows]


def _stop(row: Suppression, zone: ZoneInfo, now: datetime) -> Stop:
    sentence, cure = _LIFTED[SuppressionKind(row.kind)]
    return Stop(
        id=row.pk,
        address=row.address,
        channel=CHANNELS[Channel(row.channel)],
        sentence=str(sentence),
        cause=say_cause(row.source),
        day=say_day(row.at.astimezone(zone).date(), today=now.astimezone(zone).date()),
        cure=str(cure),
        may_lift=row.kind in _BY_STAFF,
    )


def _no_alert(
    person: Person,
    settings: PracticeSettings,
    ahead: Sequence[Ahead],
    patient: Patient,
    now: datetime,
) -> Explanation | None:
    """Return why somebody who owes gets no alert at all, where no line ahead says it."""
    state = account(load_entries([patient.pk]).get(patient.pk, ()), now=now)
    told = any(one.touch.purpose is Purpose.BALANCE_ALERT for one in ahead)
    if told or state.balance <= 0:
        return None
    standing = balance_standing(
        person,
        state,
        channel=Channel.SMS,
        settings=settings,
        has_sender=True,
        today=now.astimezone(settings.zone_of(patient.facility_id)).date(),
    )
    objection = standing_objection(standing, now=now)
    if settings.frequency is BalanceFrequency.DONT_SEND and standing.balance is not None:
        return Explanation(
            gettext("the practice sends no balance alerts."),
            gettext("Opt this patient in below, or set a frequency in the practice’s settings."),
            gettext("the practice’s settings"),
        )
    return say_reason(objection) if objection else None
