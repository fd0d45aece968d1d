"""What does a reason mean, what mends it, and where does the rule come from?

Every `Objection` has one `Explanation` (a test says so). The sentences follow "Not sent: " on
screen and hold no patient data; pages add names and dates.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.vocabulary.words import Objection


@dataclass(frozen=True, slots=True)
class Explanation:
    """One reason in words: what is the case, what to do about it, whose rule it is."""

    sentence: str
    cure: str
    source: str


_EXPLANATIONS: Final[Mapping[Objection, Explanation]] = {
    Objection.NO_CONSENT: Explanation(
        "the patient has not agreed to this kind of message on this channel.",
        "Ask the patient and record the consent: who, when and how.",
        "47 CFR 64.1200(a)(1); CTIA Messaging Principles 5.1",
    ),
    Objection.OPTED_OUT: Explanation(
        "the patient asked to stop.",
        "Only a new consent from the patient lifts it. Phone the patient if it matters.",
        "47 CFR 64.1200(a)(10)",
    ),
    Objection.SUPPRESSED: Explanation(
        "messages to this address do not arrive or were reported as spam.",
        "Ask the patient for another number or e-mail address.",
        "mailbox providers' and carriers' sender rules",
    ),
    Objection.NO_CONTACT_POINT: Explanation(
        "there is no number or e-mail address on file for this channel.",
        "Add one to the patient's record.",
        "Handbell",
    ),
    Objection.MINOR_WITHOUT_GUARDIAN: Explanation(
        "the patient is under 18 and has no guardian on file.",
        "Add the guardian's name and number or e-mail address.",
        "45 CFR 164.502(g)(3)",
    ),
    Objection.DECEASED: Explanation(
        "the patient is recorded as deceased.", "Nothing to do.", "Handbell"
    ),
    Objection.INACTIVE: Explanation(
        "the patient is inactive.",
        "Set the patient to active if that is wrong.",
        "Handbell",
    ),
    Objection.NOT_BOOKED: Explanation(
        "the visit is no longer on the schedule.",
        "Book it again if that is wrong.",
        "Handbell: nothing stale is sent",
    ),
    Objection.CONFIRMED: Explanation(
        "the patient has already confirmed the visit.",
        "Nothing to do. A step can be set to go to confirmed visits too.",
        "the practice's reminder steps",
    ),
    Objection.MOVED: Explanation(
        "the visit was moved; its new time is announced instead.",
        "Nothing to do.",
        "Handbell: nothing stale is sent",
    ),
    Objection.OVER_CAP: Explanation(
        "this number or address has had enough: reminders 1 a day, 3 a week (e-mail 2, 5); "
        "balance alerts 1 a week, 2 in 30 days (e-mail 3); all 2 a day, 6 a week.",
        "Phone the patient, or set fewer reminder steps.",
        "47 CFR 64.1200(a)(9)(iv)(F), kept as our own limit",
    ),
    Objection.TOO_LATE: Explanation(
        "it could not leave early enough before the visit to be of use.",
        "Phone the patient if the visit is still ahead.",
        "the practice's too-late hours",
    ),
    Objection.MERGED: Explanation(
        "it went out together with another message to the same number or e-mail address.",
        "Nothing to do: the other message says both.",
        "Handbell: one message to a number for one day's visits",
    ),
    Objection.BELOW_MINIMUM: Explanation(
        "the balance is below the practice's minimum for an alert.",
        "Lower the minimum in the settings if that is wrong.",
        "the practice's settings",
    ),
    Objection.NO_RECENT_RESPONSIBILITY: Explanation(
        "nothing new became owed in the last 60 days.",
        "Alerts start again with the next responsibility. Phone the patient about older ones.",
        "Handbell: alerts follow a responsibility for 60 days",
    ),
    Objection.PAID: Explanation(
        "the balance is settled.", "Nothing to do.", "Handbell: alerts stop when the balance does"
    ),
    Objection.SWITCHED_OFF: Explanation(
        "this patient's balance alerts are switched off.",
        "Change the choice under Patient Engagement on the patient's page.",
        "the patient's own setting",
    ),
    Objection.WITH_AGENCY: Explanation(
        "the account is with a collection agency.",
        "Nothing to do while it is. Change the mark on the patient's page when it comes back.",
        "12 CFR 1006; 940 CMR 7.04",
    ),
    Objection.PAST_DUE_CALL: Explanation(
        "no automated call is made about a balance that is more than 30 days old.",
        "Nothing to do: texts and e-mails go on. Phone the patient yourself.",
        "940 CMR 7.04(1)(f), kept everywhere",
    ),
    Objection.MODE: Explanation(
        "automatic reminders are paused for the practice.",
        "Set the reminder mode back to normal in the practice's settings.",
        "the practice's settings",
    ),
    Objection.CONTENT: Explanation(
        "its text could not be sent as written.",
        "Mend the script: the guard says which words. If the script is right, look at the names "
        "of the practice, the facility and the patient.",
        "CTIA Messaging Principles 5; 47 CFR 64.1200(f); docs/guard.md",
    ),
    Objection.SCRIPT_PAUSED: Explanation(
        "its script is paused: carriers filtered it three times in a day, or the provider could "
        "not take it.",
        "Open the script in Settings: it says what paused it and when. Read it as a stranger "
        "would, and save a better one or let it leave again.",
        "carriers' filtering rules",
    ),
    Objection.NO_SENDER: Explanation(
        "the practice has no sender for this channel.",
        "Name a number or from-address among the senders in the practice's settings.",
        "Handbell",
    ),
    Objection.QUIET_HOURS: Explanation(
        "it was outside the hours at which this patient may be contacted.",
        "Nothing to do: it goes as soon as the window opens, if it is still useful.",
        "47 CFR 64.1200(c)(1), in every zone the patient may be in",
    ),
    Objection.SETTINGS_CHANGED: Explanation(
        "the reminder step it belonged to, or whom we write to for this patient, has changed.",
        "Nothing to do: what is wanted now is planned instead.",
        "the practice's settings",
    ),
    Objection.PROVIDER_REFUSED: Explanation(
        "the provider refused it.",
        "The code beside it says why; check the number or e-mail address.",
        "the provider's documented error codes",
    ),
    Objection.TRIES_SPENT: Explanation(
        "the provider could not take it, however often it was offered.",
        "Phone the patient; see whether the provider has trouble.",
        "the provider's documented error codes",
    ),
    Objection.CLOSED: Explanation(
        "reminders of this facility are held while it is closed.",
        "Nothing to do: it goes when the closure ends, if it is still useful then.",
        "the closure, on the Emergency page",
    ),
    Objection.HALTED: Explanation(
        "somebody at the practice paused or stopped this sending.",
        "Let a paused sending go on under Emergency. Phone the patient after a stopped one.",
        "the person named on the Emergency page",
    ),
}


def explain(objection: Objection) -> Explanation:
    """Return the explanation of a reason."""
    return _EXPLANATIONS[objection]
