"""What are the acts of the audit trail called, and how is one told? Pure."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from handbell.console.audit.told import SUBJECTS, TOLD
from handbell.console.clock import say_date
from handbell.console.words import Words
from handbell.vocabulary.words import AuditAct, ContactKind, Recipient

A = AuditAct

ACTS: Final[Mapping[AuditAct, str]] = Words(
    {
        A.SIGNED_IN: _("Signed in"),
        A.SIGN_IN_REFUSED: _("Sign-in refused"),
        A.SIGNED_OUT: _("Signed out"),
        A.ACCOUNT_CHANGED: _("Own account changed"),
        A.PATIENT_SEEN: _("Patient seen"),
        A.PATIENT_CHANGED: _("Patient changed"),
        A.CONSENT_RECORDED: _("Consent recorded"),
        A.SCHEDULE_CHANGED: _("Schedule changed"),
        A.SETTINGS_CHANGED: _("Settings changed"),
        A.SCRIPT_SAVED: _("Script saved"),
        A.SCRIPT_REFUSED: _("Script refused"),
        A.SCRIPT_APPROVED: _("Script approved"),
        A.SCRIPT_DECLINED: _("Script declined"),
        A.STAFF_CHANGED: _("Staff changed"),
        A.SENDER_CHANGED: _("Sender changed"),
        A.BREAKER_CHANGED: _("Slowed down, paused or let go on"),
        A.REPLY_SETTLED: _("Reply marked as read"),
        A.IMPORTED: _("Imported"),
        A.EXPORTED: _("Exported"),
        A.REPORT_RUN: _("Report run"),
        A.EMERGENCY_CHANGED: _("Emergency changed"),
        A.SENT: _("Sent"),
    }
)

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_TIME: Final = re.compile(r"\d\d:\d\d:\d\d")
#: A contact point that changed (facts.operations.change_patient): "guardian mobile phone".
_CONTACT: Final = re.compile(
    rf"(?P<owner>{'|'.join(Recipient)}) "
    rf"(?P<kind>{'|'.join(kind.replace('_', ' ') for kind in ContactKind)})"
)
_NUMBERED: Final = re.compile(r"(?P<kind>\D+?) (?P<number>\d+)")


def say_act(act: str) -> str:
    """Name an act; one that a newer version wrote is shown as it is."""
    try:
        return ACTS[AuditAct(act)]
    except ValueError:
        return act


def say_subject(subject: str) -> str:
    """Say what an event is about: "patient 12"."""
    found = _NUMBERED.fullmatch(subject)
    if found is None:
        return SUBJECTS.get(subject, subject)
    return f"{SUBJECTS.get(found['kind'], found['kind'])} {found['number']}"


def read_subject(typed: str) -> str:
    """Return the subject somebody typed in the language of the page, as events have it."""
    found = _NUMBERED.fullmatch(typed)
    kind = found["kind"] if found else typed
    known = next((one for one, word in SUBJECTS.items() if word.lower() == kind), kind)
    return f"{known} {found['number']}" if found else known


def say_detail(detail: Mapping[str, Any]) -> str:
    """Say what an event adds: "level: clinical staff; may run reports: yes"."""
    return "; ".join(f"{_plain(name)}: {_value(value)}" for name, value in detail.items())


def _value(value: Any) -> str:  # noqa: ANN401  (JSON)
    """Say one value; a day and a time are written as anywhere on the pages."""
    if isinstance(value, bool):
        return TOLD["yes" if value else "no"]
    if isinstance(value, Mapping):
        return f"({say_detail(value)})" if value else TOLD["none"]
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value) or TOLD["none"]
    if value is None:
        return TOLD["none"]
    text = str(value)
    if _DAY.fullmatch(text):
        return say_date(date.fromisoformat(text))
    return text[:5] if _TIME.fullmatch(text) else _plain(text)


def _plain(word: str) -> str:
    plain = word.replace("_", " ")
    contact = _CONTACT.fullmatch(plain)
    if contact is not None:
        return f"{TOLD[contact['kind']]} ({TOLD[contact['owner']]})"
    return TOLD.get(plain, plain)
