"""What a patient's page changes: details, consents, opt-outs; the audit trail has each."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages as notices
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from handbell.access.audit import record
from handbell.access.models import Practice
from handbell.access.permissions import Action, may
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.patients.forms import (
    CONTACT_FIELDS,
    BalanceAlertsForm,
    DetailsForm,
    SubscribeForm,
    UnsubscribeForm,
    methods_value,
    read_methods,
)
from handbell.console.patients.wording import wording
from handbell.console.words import LANGUAGES, PURPOSES_MANY
from handbell.facts.lifting import lift_suppression
from handbell.facts.models import ContactPoint, Patient, Suppression
from handbell.facts.operations import change_patient, record_consent
from handbell.facts.people import KINDS, load_people
from handbell.planner.touches import subscribed_channels
from handbell.scripts.starting_texts import language_of
from handbell.vocabulary.words import AuditAct, Channel, ConsentKind, Purpose, Recipient

#: The purposes that have a switch; an emergency notice has none.
SWITCHES: Final = (Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT)


def patient_of(request: StaffRequest, patient_id: int) -> Patient:
    """Return the practice's patient; nobody else's exists."""
    patient = (
        Patient.objects.filter(practice_id=request.user.practice_id, pk=patient_id)
        .select_related("facility", "practice")
        .first()
    )
    if patient is None:
        raise Http404
    return patient


def channels_for(purpose: Purpose, practice: Practice) -> tuple[Channel, ...]:
    """Return the methods a purpose knows: balance alerts are spoken only where a practice calls."""
    if purpose is Purpose.BALANCE_ALERT and not practice.balance_by_voice:
        return tuple(channel for channel in Channel if channel is not Channel.VOICE)
    return tuple(Channel)


def _sent(request: StaffRequest) -> Any:  # noqa: ANN401  (what a form takes)
    """Return what a form was sent with, an empty one included; None where it is only shown."""
    return request.POST if request.method == "POST" else None


def _purpose(request: StaffRequest, text: str) -> Purpose:
    purpose = next((one for one in SWITCHES if one == text), None)
    if purpose is None:
        raise Http404
    if purpose is Purpose.BALANCE_ALERT and not may(request.user, Action.SEE_BALANCE_ALERTS):
        raise PermissionDenied
    return purpose


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_PATIENTS)
def details(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Correct how a patient is reached, in which language, and who is written to."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    points = {
        (row.owner, row.kind): row.value for row in ContactPoint.objects.filter(patient=patient)
    }
    subscribed = _subscribed(patient, Purpose.APPOINTMENT_REMINDER, Recipient.PATIENT, now)
    shown: dict[str, Any] = {
        "preferred_name": patient.preferred_name,
        "status": patient.status,
        "language": patient.language,
        "guardian_name": patient.guardian_name,
        "to_guardian": patient.to_guardian,
        "guarantor_name": patient.guarantor_name,
        "caregiver_name": patient.caregiver_name,
        "caregiver_agreed": [c.value for c in _subscribed(patient, *_CAREGIVERS, now)],
        "with_agency": patient.with_agency,
        "reminders": methods_value(subscribed),
    } | {name: points.get((owner, kind), "") for name, owner, kind in CONTACT_FIELDS}
    form = DetailsForm(
        _sent(request), initial=shown, practice=request.user.practice, patient=patient
    )
    may_subscribe = may(request.user, Action.CHANGE_SUBSCRIPTIONS)
    if not may_subscribe:
        form.fields["reminders"].disabled = form.fields["caregiver_agreed"].disabled = True
    if not may(request.user, Action.SEE_BALANCE_ALERTS):
        del form.fields["with_agency"]
    if request.method == "POST" and form.is_valid():
        _save_details(request, patient, form, now)
        wanted = read_methods(form.cleaned_data["reminders"])
        if may_subscribe and set(wanted) != set(subscribed):
            return _to_the_consent(patient, wanted)
        notices.success(request, _("The details are saved."))
        return redirect("console:patient", patient.pk)
    return render(
        request,
        "console/patients/details.html",
        {"page": "patients", "patient": patient, "form": form},
    )


@transaction.atomic
def _save_details(
    request: StaffRequest, patient: Patient, form: DetailsForm, now: datetime
) -> None:
    given = form.cleaned_data
    names = (
        "preferred_name",
        "status",
        "language",
        "guardian_name",
        "to_guardian",
        "guarantor_name",
        "caregiver_name",
        "with_agency",
    )
    before = _subscribed(patient, *_CAREGIVERS, now)
    changed = change_patient(
        practice_id=patient.practice_id,
        patient_id=patient.pk,
        columns={name: given[name] for name in names if name in given},
        contacts={(owner, kind): given[name] for name, owner, kind in CONTACT_FIELDS},
        now=now,
    )
    if changed:
        _record(request, AuditAct.PATIENT_CHANGED, patient, {"changed": changed}, now)
    of_somebody_else = {
        channel
        for channel, kinds in KINDS.items()
        if any(f"{Recipient.CAREGIVER} {kind}" in changed for kind in kinds)
    }
    agreed = read_methods(",".join(given["caregiver_agreed"]))
    _save_caregiver(request, patient, agreed, of_somebody_else, before=before, now=now)


def _save_caregiver(
    request: StaffRequest,
    patient: Patient,
    agreed: Iterable[Channel],
    of_somebody_else: Collection[Channel],
    *,
    before: Collection[Channel],
    now: datetime,
) -> None:
    """Record what the caregiver agreed to, or takes back: a consent of their own.

    It ends with the number or address it was given for: whoever has the new one was not asked.
    """
    wanted, lost = set(agreed), set(before) & set(of_somebody_else)
    if lost & wanted:
        notices.warning(
            request,
            _(
                "The caregiver’s number or address is another. Ask whoever has it, and tick "
                "again what they agreed to."
            ),
        )
    for kind, channels in (
        (ConsentKind.GRANTED, wanted - set(before)),
        (ConsentKind.WITHDRAWN, (set(before) - wanted) | lost),
    ):
        if channels:
            record_consent(
                practice_id=patient.practice_id,
                patient_id=patient.pk,
                purpose=Purpose.APPOINTMENT_REMINDER,
                channels=sorted(channels),
                kind=kind,
                how="asked by staff, by the caregiver",
                by=request.user.name,
                wording="",
                now=now,
                of_caregiver=True,
            )
            told = {"caregiver": True, "kind": kind.value, "channels": sorted(channels)}
            _record(request, AuditAct.CONSENT_RECORDED, patient, told, now)


_CAREGIVERS: Final = (Purpose.APPOINTMENT_REMINDER, Recipient.CAREGIVER)


def _to_the_consent(patient: Patient, wanted: Iterable[Channel]) -> HttpResponse:
    """A new method needs a consent, no method an opt-out: each has its own form."""
    chosen = methods_value(wanted)
    name = "console:patient_subscribe" if chosen else "console:patient_unsubscribe"
    address = reverse(name, args=[patient.pk, Purpose.APPOINTMENT_REMINDER.value])
    return redirect(f"{address}?{urlencode({'methods': chosen})}" if chosen else address)


def _subscribed(
    patient: Patient, purpose: Purpose, recipient: Recipient, now: datetime
) -> list[Channel]:
    person = load_people([patient.pk], now=now)[patient.pk]
    return subscribed_channels(person, purpose, now, recipient)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SUBSCRIPTIONS)
def subscribe(request: StaffRequest, patient_id: int, purpose: str) -> HttpResponse:
    """Switch one purpose on for one patient, with their consent; or change its methods."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    about = _purpose(request, purpose)
    subscribed = _subscribed(patient, about, Recipient.PATIENT, now)
    suggested = read_methods(request.GET.get("methods", ""))
    form = SubscribeForm(
        _sent(request),
        possible=channels_for(about, patient.practice),
        subscribed=subscribed,
        initial={
            "methods": [c.value for c in suggested or subscribed],
            "language": language_of(patient.language, patient.practice.language),
        },
    )
    if request.method == "POST" and form.is_valid():
        _save_methods(request, patient, about, form, now)
        notices.success(request, _("%(what)s: saved.") % {"what": PURPOSES_MANY[about]})
        return redirect("console:patient", patient.pk)
    return render(
        request,
        "console/patients/subscribe.html",
        {
            "page": "patients",
            "patient": patient,
            "purpose": about,
            "form": form,
            "subscribed": subscribed,
            "wordings": [
                (code, word, wording(about, code, practice=patient.practice.name))
                for code, word in LANGUAGES.items()
            ],
        },
    )


@transaction.atomic
def _save_methods(
    request: StaffRequest, patient: Patient, purpose: Purpose, form: SubscribeForm, now: datetime
) -> None:
    given = form.cleaned_data
    if form.added:
        read = wording(
            purpose, given["language"], practice=patient.practice.name, channels=form.added
        )
        how = f"{given['how']}, by {given['who']}"
        _consent(request, patient, purpose, form.added, ConsentKind.GRANTED, how, read, now)
    if form.ended:
        how = "method switched off on the patient's page"
        _consent(request, patient, purpose, form.ended, ConsentKind.WITHDRAWN, how, "", now)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SUBSCRIPTIONS)
def unsubscribe(request: StaffRequest, patient_id: int, purpose: str) -> HttpResponse:
    """Record that the patient wants no more messages of this kind."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    about = _purpose(request, purpose)
    subscribed = _subscribed(patient, about, Recipient.PATIENT, now)
    if not subscribed:
        notices.success(request, _("%(what)s are off already.") % {"what": PURPOSES_MANY[about]})
        return redirect("console:patient", patient.pk)
    form = UnsubscribeForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        how = f"{form.cleaned_data['how']}, by {form.cleaned_data['who']}"
        _consent(request, patient, about, subscribed, ConsentKind.WITHDRAWN, how, "", now)
        off = _("%(what)s are off. Nothing more of this kind goes out.")
        notices.success(request, off % {"what": PURPOSES_MANY[about]})
        return redirect("console:patient", patient.pk)
    return render(
        request,
        "console/patients/unsubscribe.html",
        {"page": "patients", "patient": patient, "purpose": about, "form": form},
    )


@transaction.atomic
def _consent(
    request: StaffRequest,
    patient: Patient,
    purpose: Purpose,
    channels: list[Channel],
    kind: ConsentKind,
    how: str,
    read: str,
    now: datetime,
) -> None:
    record_consent(
        practice_id=patient.practice_id,
        patient_id=patient.pk,
        purpose=purpose,
        channels=channels,
        kind=kind,
        how=how,
        by=request.user.name,
        wording=read,
        now=now,
    )
    told = {"purpose": purpose.value, "kind": kind.value, "channels": [c.value for c in channels]}
    _record(request, AuditAct.CONSENT_RECORDED, patient, told, now)


@require_POST
@staff_page(Action.CHANGE_BALANCE_ALERTS)
def balance_alerts(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Opt one patient in to balance alerts, out of them, or leave it to the practice."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    form = BalanceAlertsForm(request.POST)
    if not form.is_valid():
        notices.error(request, _("Choose one of the three ways for balance alerts."))
        return redirect("console:patient", patient.pk)
    chosen = form.cleaned_data["balance_alerts"]
    with transaction.atomic():
        changed = change_patient(
            practice_id=patient.practice_id,
            patient_id=patient.pk,
            columns={"balance_alerts": chosen},
            contacts={},
            now=now,
        )
        if changed:
            told = {"changed": changed, "to": chosen}
            _record(request, AuditAct.PATIENT_CHANGED, patient, told, now)
    notices.success(request, _("The choice for balance alerts is saved."))
    return redirect("console:patient", patient.pk)


@require_POST
@staff_page(Action.CHANGE_SUBSCRIPTIONS)
def lift(request: StaffRequest, patient_id: int, suppression_id: int) -> HttpResponse:
    """Use an address again that did not work; an opt-out is lifted by a consent only."""
    now, patient = datetime.now(UTC), patient_of(request, patient_id)
    own = ContactPoint.objects.filter(patient=patient).values_list("value", flat=True)
    found = Suppression.objects.filter(
        practice_id=patient.practice_id, pk=suppression_id, address__in=list(own)
    )
    if not found.exists():
        raise Http404
    with transaction.atomic():
        if not lift_suppression(
            practice_id=patient.practice_id, suppression_id=suppression_id, now=now
        ):
            raise PermissionDenied
        told = {"changed": ["suppression lifted"], "suppression": suppression_id}
        _record(request, AuditAct.PATIENT_CHANGED, patient, told, now)
    notices.success(
        request, _("The address is used again. If it fails once more, it is set aside.")
    )
    return redirect("console:patient", patient.pk)


def _record(
    request: StaffRequest, act: AuditAct, patient: Patient, detail: dict[str, Any], now: datetime
) -> None:
    record(
        act,
        practice_id=patient.practice_id,
        by=request.user,
        subject=f"patient {patient.pk}",
        detail=detail,
        now=now,
    )
