"""Marketing permission: asked for and recorded on its own, because nothing of ours depends on it.

It says whether the Patient Email Report may hand the patient's address to a marketing tool.
"""

from datetime import UTC, datetime

from django.contrib import messages as notices
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from handbell.access.audit import record
from handbell.access.permissions import Action
from handbell.console.guard import StaffRequest, staff_page
from handbell.console.patients.changes import patient_of
from handbell.console.patients.forms import MarketingForm, UnsubscribeForm
from handbell.console.patients.wording import marketing_wording
from handbell.console.words import LANGUAGES
from handbell.facts.models import Patient
from handbell.facts.operations import record_marketing_permission
from handbell.scripts.starting_texts import language_of
from handbell.vocabulary.words import AuditAct, ConsentKind


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SUBSCRIPTIONS)
def permit(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Ask one patient whether the clinic may promote itself to them, and record the yes."""
    patient = patient_of(request, patient_id)
    language = language_of(patient.language, patient.practice.language)
    sent = request.POST if request.method == "POST" else None
    form = MarketingForm(sent, initial={"language": language})
    name = patient.practice.name
    if sent is not None and form.is_valid():
        read = marketing_wording(form.cleaned_data["language"], practice=name)
        _write(request, patient, ConsentKind.GRANTED, _how(form.cleaned_data), read)
        notices.success(request, _("The marketing permission is recorded."))
        return redirect("console:patient", patient.pk)
    context = {
        "page": "patients",
        "patient": patient,
        "form": form,
        "wordings": [
            (code, word, marketing_wording(code, practice=name)) for code, word in LANGUAGES.items()
        ],
    }
    return render(request, "console/patients/marketing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Action.CHANGE_SUBSCRIPTIONS)
def take_back(request: StaffRequest, patient_id: int) -> HttpResponse:
    """Record that a patient wants no promotion, whether or not they had agreed."""
    patient = patient_of(request, patient_id)
    sent = request.POST if request.method == "POST" else None
    form = UnsubscribeForm(sent)
    if sent is not None and form.is_valid():
        _write(request, patient, ConsentKind.WITHDRAWN, _how(form.cleaned_data), "")
        notices.success(
            request,
            _("Recorded. Take the address out of your marketing tool too, if it is there."),
        )
        return redirect("console:patient", patient.pk)
    context = {"page": "patients", "patient": patient, "form": form}
    return render(request, "console/patients/marketing_end.html", context)


def _how(given: dict[str, str]) -> str:
    return f"{given['how']}, by {given['who']}"


@transaction.atomic
def _write(request: StaffRequest, patient: Patient, kind: ConsentKind, how: str, read: str) -> None:
    now = datetime.now(UTC)
    record_marketing_permission(
        practice_id=patient.practice_id,
        patient_id=patient.pk,
        kind=kind,
        how=how,
        by=request.user.name,
        wording=read,
        now=now,
    )
    record(
        AuditAct.CONSENT_RECORDED,
        practice_id=patient.practice_id,
        by=request.user,
        subject=f"patient {patient.pk}",
        detail={"purpose": "marketing_permission", "kind": kind.value},
        now=now,
    )
