"""What are the acts of the audit trail called, and how is one told? Pure."""

from collections.abc import Mapping
from typing import Any, Final

from handbell.vocabulary.words import AuditAct

A = AuditAct

ACTS: Final[Mapping[AuditAct, str]] = {
    A.SIGNED_IN: "Signed in",
    A.SIGN_IN_REFUSED: "Sign-in refused",
    A.SIGNED_OUT: "Signed out",
    A.ACCOUNT_CHANGED: "Own account changed",
    A.PATIENT_SEEN: "Patient seen",
    A.PATIENT_CHANGED: "Patient changed",
    A.CONSENT_RECORDED: "Consent recorded",
    A.SCHEDULE_CHANGED: "Schedule changed",
    A.SETTINGS_CHANGED: "Settings changed",
    A.SCRIPT_SAVED: "Script saved",
    A.SCRIPT_REFUSED: "Script refused",
    A.SCRIPT_APPROVED: "Script approved",
    A.SCRIPT_DECLINED: "Script declined",
    A.STAFF_CHANGED: "Staff changed",
    A.SENDER_CHANGED: "Sender changed",
    A.REPLY_SETTLED: "Reply marked as read",
    A.IMPORTED: "Imported",
    A.EXPORTED: "Exported",
    A.REPORT_RUN: "Report run",
    A.EMERGENCY_CHANGED: "Emergency changed",
    A.SENT: "Sent",
}


def say_act(act: str) -> str:
    """Name an act; one that a newer version wrote is shown as it is."""
    try:
        return ACTS[AuditAct(act)]
    except ValueError:
        return act


def say_detail(detail: Mapping[str, Any]) -> str:
    """Say what an event adds: "level: clinical staff; may run reports: yes"."""
    return "; ".join(f"{_plain(name)}: {_value(value)}" for name, value in detail.items())


def _value(value: Any) -> str:  # noqa: ANN401  (JSON)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return f"({say_detail(value)})"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value) or "none"
    return "none" if value is None else _plain(str(value))


def _plain(word: str) -> str:
    return word.replace("_", " ")
