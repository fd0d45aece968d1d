"""What is said on screen about imports? One word for each closed list. Pure."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from handbell.console.words import Chip
from handbell.importers.csv.chosen import FULL_NAME, PATIENT_ID, VISIT_DATE, VISIT_TIME
from handbell.importers.facts import Kind
from handbell.vocabulary.words import ImportState

S = ImportState

_CHIPS: Final[Mapping[ImportState, tuple[Promise, str, str]]] = {
    S.UPLOADED: (_("Uploaded"), "document", "soft"),
    S.CHECKING: (_("Being checked"), "arrow-path", "wait"),
    S.CHECKED: (_("Checked, not imported"), "eye", "wait"),
    S.IMPORTING: (_("Being imported"), "arrow-path", "wait"),
    S.IMPORTED: (pgettext_lazy("import", "Imported"), "check-circle", "good"),
    S.FAILED: (_("Failed, nothing stored"), "exclamation-triangle", "bad"),
    S.DISCARDED: (_("Thrown away"), "minus-circle", "soft"),
    S.TAKING_BACK: (_("Being taken back"), "arrow-path", "wait"),
    S.TAKEN_BACK: (_("Taken back"), "arrow-uturn-left", "soft"),
}

KINDS: Final[Mapping[str, Promise]] = {
    Kind.PRACTICE: _("Practice"),
    Kind.STEPS: _("Reminder steps"),
    Kind.SENDERS: _("Senders"),
    Kind.SCRIPTS: _("Scripts"),
    Kind.FACILITIES: _("Facilities"),
    Kind.PRACTITIONERS: _("Practitioners"),
    Kind.ACCOUNTS: _("Accounts"),
    Kind.PATIENTS: _("Patients"),
    Kind.GUARDIANS: _("Guardians"),
    Kind.APPOINTMENTS: _("Visits"),
    Kind.LEDGER: _("Balances"),
    Kind.SUBSCRIPTIONS: _("Consents"),
    Kind.OTHER: _("Other"),
}

PLACES: Final[Mapping[str, Promise]] = {
    "access_practice": _("Practice settings"),
    "access_facility": _("Facility"),
    "access_reminderstep": _("Reminder step"),
    "scripts_script": _("Script"),
    "outbox_sender": _("Sender"),
    "facts_patient": _("Patient"),
    "facts_contactpoint": _("Number or e-mail address"),
    "facts_appointmenttype": _("Kind of visit"),
    "facts_appointment": _("Visit"),
    "facts_ledgerentry": _("Balance entry"),
    "facts_consent": _("Consent"),
}

#: What a column may mean, beside the kind of row it belongs to.
_COLUMNS: Final[Mapping[str, Promise]] = {
    "facility": _("Facility"),
    "name": _("Name"),
    "phone": _("Telephone number"),
    "address": _("Address"),
    "time zone": _("Time zone"),
    "first name": _("First name"),
    "last name": _("Last name"),
    "preferred name": _("Preferred name"),
    "birth date": _("Date of birth"),
    "language": _("Language"),
    "mobile phone": _("Mobile number"),
    "home phone": _("Home number"),
    "email": _("E-mail address"),
    "status": _("Status"),
    "deceased": _("Deceased"),
    "guardian name": _("Guardian’s name"),
    "guardian phone": _("Guardian’s mobile number"),
    "guardian email": _("Guardian’s e-mail address"),
    "guarantor name": _("Guarantor’s name"),
    "guarantor phone": _("Guarantor’s mobile number"),
    "guarantor email": _("Guarantor’s e-mail address"),
    "caregiver name": _("Caregiver’s name"),
    "caregiver phone": _("Caregiver’s mobile number"),
    "caregiver email": _("Caregiver’s e-mail address"),
    "with agency": _("With a collection agency"),
    "appointment id": _("Visit number"),
    "provider": _("Provider"),
    "type": _("Kind of visit"),
    "starts at": _("Date and time"),
    "duration minutes": _("Length in minutes"),
    "booked at": _("Booked on"),
    "entry id": _("Entry number"),
    "kind": _("Kind of entry"),
    "amount": _("Amount"),
    "date": _("Date"),
    "description": _("Description"),
    "purpose": _("Purpose"),
    "channels": _("Channels"),
    "consented at": _("Agreed on"),
    "how": _("How it was given"),
    "by": _("Who took it"),
    "whose": _("Whose consent it is"),
}

_SPECIAL: Final[Mapping[str, Promise]] = {
    PATIENT_ID: _("Patient number"),
    FULL_NAME: _("Full name"),
    VISIT_DATE: _("Date (time in another column)"),
    VISIT_TIME: _("Time (date in another column)"),
}

_TROUBLES: Final[Mapping[str, Promise]] = {
    "files_gone": _(
        "The worker did not find the files. They lie in HANDBELL_HOME, which web and worker must "
        "share. Upload them again."
    ),
    "job_gone": _("The work was lost before it was done, and nothing was changed. Start it again."),
}


def chip_of(state: str) -> Chip:
    """Return how the state of an import is shown."""
    word, icon, tone = _CHIPS[ImportState(state)]
    return Chip(str(word), icon, tone)


def kind_word(kind: str) -> str:
    """Say what a row is about."""
    return str(KINDS.get(kind, kind))


def meaning_word(meaning: str) -> str:
    """Say what a column holds, without the kind of row."""
    if meaning in _SPECIAL:
        return str(_SPECIAL[meaning])
    name = meaning.partition(".")[2] or meaning
    return str(_COLUMNS.get(name, name.capitalize()))


def whole_meaning(meaning: str) -> str:
    """Say what a column holds, with the kind of row: "Visits: date and time"."""
    kind, dot, _name = meaning.partition(".")
    word = meaning_word(meaning)
    return f"{kind_word(kind)}: {word[:1].lower()}{word[1:]}" if dot else word


def trouble_said(trouble: str) -> str:
    """Say why an import could not be done, and what to do."""
    if not trouble:
        return ""
    if trouble in _TROUBLES:
        return str(_TROUBLES[trouble])
    said = gettext(
        "A fault of Handbell’s own stopped it (%(fault)s), and nothing was changed. Try once more, "
        "then tell whoever runs Handbell for you."
    )
    return said % {"fault": trouble}
