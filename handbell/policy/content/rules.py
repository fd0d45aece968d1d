"""What each finding means in plain words, what to do instead, and whose rule it is.

`why` and `instead` are read at a front desk: short, second person, no blame.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from handbell.policy.content.model import FindingKind

_TCPA: Final = "47 CFR 64.1200(f)(1) and (f)(13); CTIA Messaging Principles 5.2"
_HIPAA: Final = "45 CFR 164.501 and 164.508(a)(3)"
_MAIL: Final = "16 CFR 316.3(a)"
_MINIMUM: Final = "45 CFR 164.502(b) and 164.530(c)"
_ELSEWHERE: Final = (
    "Leave it out here. News and offers belong into a separate e-mail marketing tool, with a "
    "consent of their own; the Patient Email Report, under Reports, makes the files it imports."
)


#: What is added where the words of a text were weighed.
WEIGHED: Final = "What weighed most: %(words)s."


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the guard."""

    kind: FindingKind
    why: str
    instead: str
    source: str


def _refuse(why: str, instead: str, source: str) -> Rule:
    return Rule(FindingKind.REFUSE, why, instead, source)


def _promotion(why: str, source: str = f"{_TCPA}; {_HIPAA}") -> Rule:
    return _refuse(why, _ELSEWHERE, source)


RULES: Final[Mapping[str, Rule]] = {
    "promotion.offer": _promotion(
        "These words offer something: a price off, something free, a gift or a special. One offer "
        "makes the whole message advertising.",
        f"{_TCPA}; {_MAIL}",
    ),
    "promotion.service": _promotion(
        "These words tell patients about a service, a colleague, a place or hours they could use. "
        "That is advertising, even beside a reminder."
    ),
    "promotion.event": _promotion("These words invite people to an event or a class."),
    "promotion.newsletter": _promotion(
        "These words ask people to read, watch or follow something. It is not about this "
        "patient's visit or account."
    ),
    "promotion.review": _promotion(
        "These words ask for a review, a rating or an opinion. Carriers count that as promotion."
    ),
    "promotion.referral": _promotion("These words ask patients to bring or send other people."),
    "promotion.membership": _promotion("These words sell a membership, a package or a plan."),
    "promotion.reactivation": _promotion(
        "These words try to bring somebody back who has no visit booked. A reminder speaks of a "
        "visit that is on the schedule."
    ),
    "promotion.greeting": _promotion(
        "These words are a greeting. Kind as it is, nobody asked for it, and carriers count it "
        "as promotion."
    ),
    "promotion.fundraising": _promotion("These words ask for a donation or for help with one."),
    "promotion.benefits": _promotion(
        "These words use somebody's insurance or savings account to sell visits."
    ),
    "promotion.product": _promotion("These words sell or show a product."),
    "promotion.contest": _promotion("These words are about a prize or a contest."),
    "promotion.hiring": _promotion("These words look for staff or tenants, not for this patient."),
    "promotion.politics": _promotion("These words ask for a vote or for political support."),
    "promotion.loan": _promotion(
        "These words offer credit. Carriers forbid that outright.",
        "CTIA Messaging Principles 5.2; carriers' lists of forbidden content",
    ),
    "promotion.app": _promotion("These words ask people to install or use an app."),
    "promotion.persuasion": _promotion(
        "These words try to persuade somebody to want something. A message only says what is "
        "already agreed."
    ),
    "disguise.letters": _refuse(
        "These words are spelled with look-alike, hidden or spread-out letters. Carriers block "
        "that, whatever the words say.",
        "Type them in ordinary letters.",
        "CTIA Messaging Principles 5.3; carriers' rules on evading filters",
    ),
    "link.shortener": _refuse(
        "This link hides where it leads. Carriers block public link shorteners.",
        "Use {{ confirm_link }} or {{ payment_link }}, or a page on your own domain.",
        "CTIA Messaging Principles 5.3.1; carriers' rules on shared shorteners",
    ),
    "link.foreign": _refuse(
        "This link does not lead to your clinic's own site.",
        "Use {{ confirm_link }} or {{ payment_link }}, or a page on your own domain.",
        "CTIA Messaging Principles 5.3.1",
    ),
    "link.lookalike": _refuse(
        "This link looks like your clinic's site and is another one. That is how patients are "
        "deceived.",
        "Type your own domain again, letter by letter.",
        "CTIA Messaging Principles 5.3",
    ),
    "link.address": _refuse(
        "This link leads to a bare number instead of a name. Carriers block those.",
        "Use a page on your own domain.",
        "CTIA Messaging Principles 5.3.1",
    ),
    "link.several": _refuse(
        "There is more than one link. Filters take that for bulk mail.",
        "Keep the one link the patient needs.",
        "carriers' filtering rules; rules for links in one message",
    ),
    "patient.condition": _refuse(
        "These words say what is the matter with somebody. Others may read the message.",
        "Say that there is a visit, when and where. Leave out what it is for.",
        _MINIMUM,
    ),
    "patient.treatment": _refuse(
        "These words say what is done for somebody, or that results are in. Others may read the "
        "message.",
        "Say that there is a visit, or ask for a call. Leave out what it is for.",
        _MINIMUM,
    ),
    "patient.insurer": _refuse(
        "These words name somebody's insurer or plan.",
        'Say "your insurance card" without a name, or ask for a call.',
        _MINIMUM,
    ),
    "patient.record": _refuse(
        "This is a birth date, a code or a record number. It identifies somebody.",
        "Leave it out; your staff can ask for it on the phone.",
        f"{_MINIMUM}; 45 CFR 164.514(b)(2)",
    ),
    "balance.threat": _refuse(
        "These words threaten or sound like a collection agency. A balance alert is a courtesy "
        "from the clinic itself.",
        'Say "there is an open balance on your account" and how to settle or ask.',
        "12 CFR 1006.18; 940 CMR 7.04; carriers' rules on debt collection",
    ),
    "reply.taken": _refuse(
        "%(word)s stops or starts our messages and cannot mean anything else. A patient who "
        "answers it would get no more reminders.",
        "Let patients reply C to confirm, or call {{ phone }}.",
        "47 CFR 64.1200(a)(10); CTIA Messaging Principles 5.1.3",
    ),
    "shouting": _refuse(
        "Capital letters, rows of exclamation marks or of pictures look like spam to carriers.",
        "Write it in ordinary sentences.",
        "CTIA Messaging Principles 5.2; carriers' filtering rules",
    ),
    "unrecognised": Rule(
        FindingKind.HOLD,
        "It is not clear what this sentence has to do with a visit, an account or a closure. A "
        "second person must look at it.",
        "Say it in plainer words, leave it out, or ask a colleague to approve it.",
        "Handbell: a message says who, when, where, what to bring, how to reach us",
    ),
    "unreadable": Rule(
        FindingKind.HOLD,
        "Handbell reads English, Spanish and French, and knows few of these words. A second person "
        "must look at it.",
        "Write it in one of these languages, or ask a colleague who reads it to approve it.",
        "Handbell: what it cannot read it does not send unseen",
    ),
    "emphasis": Rule(
        FindingKind.HOLD,
        "So many capitals or pictures look like advertising to carriers. A second person must "
        "look at it.",
        "Write it in ordinary sentences.",
        "carriers' filtering rules",
    ),
}
