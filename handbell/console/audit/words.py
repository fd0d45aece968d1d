"""What are the acts of the audit trail called, and how is one told? Pure."""

import re
from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from handbell.console.words import Words
from handbell.vocabulary.words import AuditAct

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


#: What events are about, and the words their details are told in; any other is shown as it is.
SUBJECTS: Final[Mapping[str, str]] = Words(
    {
        "patient": pgettext_lazy("audit", "patient"),
        "staff": pgettext_lazy("audit", "staff"),
        "script": pgettext_lazy("audit", "script"),
        "sender": pgettext_lazy("audit", "sender"),
        "facility": pgettext_lazy("audit", "facility"),
        "practice": pgettext_lazy("audit", "practice"),
        "reminder step": pgettext_lazy("audit", "reminder step"),
        "reminder set": pgettext_lazy("audit", "reminder set"),
        "appointment type": pgettext_lazy("audit", "kind of visit"),
        "reply": pgettext_lazy("audit", "reply"),
        "messages": pgettext_lazy("audit", "messages"),
        "signing in": pgettext_lazy("audit", "signing in"),
        "report": pgettext_lazy("audit", "report"),
    }
)
TOLD: Final[Mapping[str, str]] = Words(
    {
        "change": pgettext_lazy("audit", "change"),
        "added": pgettext_lazy("audit", "added"),
        "removed": pgettext_lazy("audit", "removed"),
        "changed": pgettext_lazy("audit", "changed"),
        "reactivated": pgettext_lazy("audit", "reactivated"),
        "deactivated": pgettext_lazy("audit", "deactivated"),
        "old": pgettext_lazy("audit", "old"),
        "new": pgettext_lazy("audit", "new"),
        "set": pgettext_lazy("audit", "set"),
        "level": pgettext_lazy("audit", "level"),
        "name": pgettext_lazy("audit", "name"),
        "renamed": pgettext_lazy("audit", "renamed"),
        "yes": pgettext_lazy("audit", "yes"),
        "no": pgettext_lazy("audit", "no"),
        "none": pgettext_lazy("audit", "none"),
        "sessions": pgettext_lazy("audit", "sessions"),
        "by": pgettext_lazy("audit", "by"),
        "why": pgettext_lazy("audit", "why"),
        "kind": pgettext_lazy("audit", "kind"),
        "to": pgettext_lazy("audit", "to"),
        "from": pgettext_lazy("audit", "from"),
        "purpose": pgettext_lazy("audit", "purpose"),
        "channel": pgettext_lazy("audit", "channel"),
        "channels": pgettext_lazy("audit", "channels"),
        "state": pgettext_lazy("audit", "state"),
        "reason": pgettext_lazy("audit", "reason"),
        "facility": pgettext_lazy("audit", "facility"),
        "searched": pgettext_lazy("audit", "searched"),
        "version": pgettext_lazy("audit", "version"),
        "suppression": pgettext_lazy("audit", "suppression"),
        "suppression lifted": pgettext_lazy("audit", "suppression lifted"),
        "password": pgettext_lazy("audit", "password"),
        "mfa": pgettext_lazy("audit", "mfa"),
        "totp": pgettext_lazy("audit", "totp"),
        "webauthn": pgettext_lazy("audit", "webauthn"),
        "recovery codes": pgettext_lazy("audit", "recovery codes"),
        "link": pgettext_lazy("audit", "link"),
        "second factor reset": pgettext_lazy("audit", "second factor reset"),
        "signed out everywhere": pgettext_lazy("audit", "signed out everywhere"),
        "signed out elsewhere": pgettext_lazy("audit", "signed out elsewhere"),
        "link for a new password": pgettext_lazy("audit", "link for a new password"),
        "app set up": pgettext_lazy("audit", "app set up"),
        "app removed": pgettext_lazy("audit", "app removed"),
        "passkey set up": pgettext_lazy("audit", "passkey set up"),
        "passkey removed": pgettext_lazy("audit", "passkey removed"),
        "new recovery codes": pgettext_lazy("audit", "new recovery codes"),
        "language": pgettext_lazy("audit", "language"),
        "wrong password": pgettext_lazy("audit", "wrong password"),
        "wrong code": pgettext_lazy("audit", "wrong code"),
        "locked out": pgettext_lazy("audit", "locked out"),
        "locked out, codes": pgettext_lazy("audit", "locked out, codes"),
        "not active": pgettext_lazy("audit", "not active"),
        "limit financial": pgettext_lazy("audit", "limit financial"),
        "limit messaging": pgettext_lazy("audit", "limit messaging"),
        "may run reports": pgettext_lazy("audit", "may run reports"),
        "second factor required": pgettext_lazy("audit", "second factor required"),
        "idle minutes": pgettext_lazy("audit", "idle minutes"),
        "front desk": pgettext_lazy("audit", "front desk"),
        "clinical staff": pgettext_lazy("audit", "clinical staff"),
        "therapy director": pgettext_lazy("audit", "therapy director"),
        "practice administrator": pgettext_lazy("audit", "practice administrator"),
        "business owner": pgettext_lazy("audit", "business owner"),
        "appointment reminder": pgettext_lazy("audit", "appointment reminder"),
        "balance alert": pgettext_lazy("audit", "balance alert"),
        "emergency notice": pgettext_lazy("audit", "emergency notice"),
        "sms": pgettext_lazy("audit", "sms"),
        "voice": pgettext_lazy("audit", "voice"),
        "email": pgettext_lazy("audit", "email"),
        "granted": pgettext_lazy("audit", "granted"),
        "withdrawn": pgettext_lazy("audit", "withdrawn"),
        "preferred name": pgettext_lazy("audit", "preferred name"),
        "status": pgettext_lazy("audit", "status"),
        "guardian name": pgettext_lazy("audit", "guardian name"),
        "to guardian": pgettext_lazy("audit", "to guardian"),
        "balance alerts": pgettext_lazy("audit", "balance alerts"),
        "mobile phone": pgettext_lazy("audit", "mobile phone"),
        "home phone": pgettext_lazy("audit", "home phone"),
        "patient": pgettext_lazy("audit", "patient"),
        "guardian": pgettext_lazy("audit", "guardian"),
        "active": pgettext_lazy("audit", "active"),
        "inactive": pgettext_lazy("audit", "inactive"),
        "referral": pgettext_lazy("audit", "referral"),
        "reminder mode": pgettext_lazy("audit", "reminder mode"),
        "normal": pgettext_lazy("audit", "normal"),
        "paused": pgettext_lazy("audit", "paused"),
        "reminder too late hours": pgettext_lazy("audit", "reminder too late hours"),
        "balance frequency": pgettext_lazy("audit", "balance frequency"),
        "balance at": pgettext_lazy("audit", "balance at"),
        "balance minimum": pgettext_lazy("audit", "balance minimum"),
        "windows": pgettext_lazy("audit", "windows"),
        "every two weeks": pgettext_lazy("audit", "every two weeks"),
        "every month": pgettext_lazy("audit", "every month"),
        "dont send": pgettext_lazy("audit", "dont send"),
        "days before": pgettext_lazy("audit", "days before"),
        "hours before": pgettext_lazy("audit", "hours before"),
        "at": pgettext_lazy("audit", "at"),
        "when confirmed": pgettext_lazy("audit", "when confirmed"),
        "reminders": pgettext_lazy("audit", "reminders"),
        "reminder set id": pgettext_lazy("audit", "reminder set id"),
        "practice": pgettext_lazy("audit", "practice"),
        "in": pgettext_lazy("audit", "in"),
        "out": pgettext_lazy("audit", "out"),
        "time zone": pgettext_lazy("audit", "time zone"),
        "phone": pgettext_lazy("audit", "phone"),
        "address": pgettext_lazy("audit", "address"),
        "domains": pgettext_lazy("audit", "domains"),
        "payment url": pgettext_lazy("audit", "payment url"),
        "region": pgettext_lazy("audit", "region"),
        "external id": pgettext_lazy("audit", "external id"),
        "signal": pgettext_lazy("audit", "signal"),
        "count": pgettext_lazy("audit", "count"),
        "out of": pgettext_lazy("audit", "out of"),
        "closed": pgettext_lazy("audit", "closed"),
        "warned": pgettext_lazy("audit", "warned"),
        "half open": pgettext_lazy("audit", "half open"),
        "hard bounce": pgettext_lazy("audit", "hard bounce"),
        "complaint": pgettext_lazy("audit", "complaint"),
        "opt out": pgettext_lazy("audit", "opt out"),
        "filtered": pgettext_lazy("audit", "filtered"),
        "error": pgettext_lazy("audit", "error"),
        "short call": pgettext_lazy("audit", "short call"),
        "emergency passes": pgettext_lazy("audit", "emergency passes"),
        "report": pgettext_lazy("audit", "report"),
        "form": pgettext_lazy("audit", "form"),
        "filters": pgettext_lazy("audit", "filters"),
        "rows": pgettext_lazy("audit", "rows"),
        "profile": pgettext_lazy("audit", "profile"),
        "permission": pgettext_lazy("audit", "permission"),
        "adults": pgettext_lazy("audit", "adults"),
        "merged": pgettext_lazy("audit", "merged"),
        "given": pgettext_lazy("audit", "given"),
        "taken back": pgettext_lazy("audit", "taken back"),
        "not asked": pgettext_lazy("audit", "not asked"),
        "page": pgettext_lazy("audit", "page"),
        "marketing permission": pgettext_lazy("audit", "marketing permission"),
        "patient-email": pgettext_lazy("audit", "patient-email"),
        "delivery": pgettext_lazy("audit", "delivery"),
        "failures": pgettext_lazy("audit", "failures"),
        "held-back": pgettext_lazy("audit", "held-back"),
        "stops": pgettext_lazy("audit", "stops"),
        "unreachable": pgettext_lazy("audit", "unreachable"),
        "attendance": pgettext_lazy("audit", "attendance"),
        "balance-alerts": pgettext_lazy("audit", "balance-alerts"),
        "emergencies": pgettext_lazy("audit", "emergencies"),
        "week": pgettext_lazy("audit", "week"),
        "mailchimp": pgettext_lazy("audit", "mailchimp"),
        "constant contact": pgettext_lazy("audit", "constant contact"),
        "marketing tool": pgettext_lazy("audit", "marketing tool"),
        "other system": pgettext_lazy("audit", "other system"),
        "letters or calls": pgettext_lazy("audit", "letters or calls"),
        "checking records": pgettext_lazy("audit", "checking records"),
        "law or audit": pgettext_lazy("audit", "law or audit"),
        "another": pgettext_lazy("audit", "another"),
        "not said": pgettext_lazy("audit", "not said"),
        "balances": pgettext_lazy("audit", "balances"),
    }
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
    if isinstance(value, bool):
        return TOLD["yes" if value else "no"]
    if isinstance(value, Mapping):
        return f"({say_detail(value)})"
    if isinstance(value, list | tuple):
        return ", ".join(_value(one) for one in value) or TOLD["none"]
    return TOLD["none"] if value is None else _plain(str(value))


def _plain(word: str) -> str:
    plain = word.replace("_", " ")
    return TOLD.get(plain, plain)
