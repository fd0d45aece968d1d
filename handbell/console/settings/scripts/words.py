"""How are scripts, their variables and what the guard says of them told on screen?"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_noop as _

from handbell.console.words import Chip
from handbell.policy.content import Finding, FindingKind, Verdict
from handbell.scripts.models import Script
from handbell.vocabulary.words import Approval

#: What stands where a variable stands.
VARIABLES: Final[Mapping[str, str]] = {
    "clinic": _("the practice’s name"),
    "first_name": _("what the patient is called; left out where nobody knows"),
    "facility": _("the facility’s name"),
    "phone": _("the number to call: the facility’s, or else the practice’s"),
    "date": _("the day"),
    "time": _("the time of day"),
    "confirm_link": _("the patient’s own page, where one button confirms"),
    "account_link": _("the patient’s own page, where the amount is shown after the date of birth"),
    "how_to_settle": _("how to settle: your payment page if you have one, and the number to call"),
    "payment_link": _("your payment page"),
    "amount": _("what the patient owes at that moment"),
    "closure": _("what is closed, and when"),
}

KINDS: Final[Mapping[FindingKind, tuple[str, str]]] = {
    FindingKind.REFUSE: (_("Refused"), "no-symbol"),
    FindingKind.HOLD: (_("A second person decides"), "users"),
    FindingKind.FIX: (_("To mend"), "wrench"),
}

#: The part of Guidance that says what to do instead, by the first word of a rule's name.
_GUIDANCE: Final[Mapping[str, str]] = {
    "promotion": "instead",
    "patient": "never",
    "link": "never",
    "balance": "balance",
    "reply": "stop",
}


def guidance_for(rule: str) -> str:
    """Return the anchor of the part of Guidance that helps with a rule."""
    return _GUIDANCE.get(rule.partition(".")[0], "writing")


def say_why(said: str) -> str:
    """Return what is wrong, said in the language of the page, as a sentence."""
    said = said[:1].upper() + said[1:]
    return said if said.endswith((".", "?")) else f"{said}."


def say_verdict(findings: Sequence[Finding], verdict: Verdict) -> str:
    """Say what becomes of a text if it is saved as it is."""
    if verdict is Verdict.REFUSE:
        count = sum(one.kind is FindingKind.REFUSE for one in findings)
        return ngettext(
            "This text cannot be saved: %(count)d place in it must not be in a message, and "
            "nobody can overrule that.",
            "This text cannot be saved: %(count)d places in it must not be in a message, and "
            "nobody can overrule that.",
            count,
        ) % {"count": count}
    mend = sum(one.kind is FindingKind.FIX for one in findings)
    if mend:
        return ngettext(
            "%(count)d thing to mend before this text can be saved.",
            "%(count)d things to mend before this text can be saved.",
            mend,
        ) % {"count": mend}
    if verdict is Verdict.HOLD:
        return gettext(
            "A second person must look at this text. You can save it; until somebody other than "
            "you approves it, the text before it stays in use."
        )
    return gettext("Nothing stands against this text. Saved, it is in use at once.")


def state_chip(script: Script, *, in_use: int, newest: int) -> Chip:
    """Show whether a version is in use; `in_use` and `newest` are numbers of versions."""
    if script.version == in_use:
        return Chip(gettext("In use"), "check-circle", "good")
    if script.approval == Approval.DECLINED:
        return Chip(gettext("Declined"), "x-circle", "bad")
    if script.approval == Approval.AWAITING and script.version == newest:
        return Chip(gettext("Waiting for a second person"), "clock", "wait")
    if script.approval == Approval.AWAITING:
        return Chip(gettext("Replaced before anybody approved it"), "minus-circle", "soft")
    return Chip(gettext("Earlier"), "archive-box", "soft")
