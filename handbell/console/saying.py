"""What do the rooms below say, in the language of the page?

`policy`, `channels` and the rows write plain English sentences, and know no other language. Such a
sentence is its own name in the catalogue (docs/spanish.md says how they get there); one that is
not there, because a person or a clinic's own system wrote it, is shown as it is.
"""

from dataclasses import replace

from django.utils.translation import gettext, gettext_noop

from handbell.policy.content import Finding
from handbell.policy.explain import Explanation, explain
from handbell.vocabulary.words import Objection

#: What rows say of how somebody stopped or agreed, and who wrote it down.
CAUSES = (
    gettext_noop("replied STOP"),
    gettext_noop("pressed 9"),
    gettext_noop("texted START"),
    gettext_noop("stopped by the link in a message"),
    gettext_noop("method switched off on the patient's page"),
    gettext_noop("opt-out in the imported file"),
    gettext_noop("reported as unwanted"),
    gettext_noop("asked for no more by e-mail"),
    gettext_noop("unsubscribed with the mail provider"),
    gettext_noop("in person"),
    gettext_noop("on the telephone"),
    gettext_noop("on a signed form"),
    gettext_noop("in writing"),
    gettext_noop("the patient"),
    gettext_noop("the guardian"),
    gettext_noop("import"),
    gettext_noop("handbell"),
    gettext_noop("somebody"),
)

#: Why one may not decide about a held text (scripts.operations), and where a chain broke.
REFUSALS = (
    gettext_noop("this version does not await a decision"),
    gettext_noop("a decision needs the name of the person who made it"),
    gettext_noop("somebody other than its author must approve it"),
    gettext_noop("a newer version was saved"),
    gettext_noop("it is missing"),
    gettext_noop("it is not what was written"),
)


def said(sentence: str) -> str:
    """Return an English sentence of a room below in the language of the page."""
    return gettext(sentence) if sentence else ""


def say_reason(objection: Objection) -> Explanation:
    """Return what a reason means, what mends it and whose rule it is."""
    found = explain(objection)
    return Explanation(said(found.sentence), said(found.cure), say_source(found.source))


def say_finding(finding: Finding) -> Finding:
    """Return what the guard found, with its sentences in the language of the page."""
    why = " ".join(phrase.filled(said(phrase.pattern)) for phrase in finding.phrases)
    return replace(
        finding, why=why, instead=said(finding.instead), source=say_source(finding.source)
    )


def say_source(source: str) -> str:
    """Return whose rule it is; the numbers of laws are the same in every language."""
    return "; ".join(said(part) for part in source.split("; "))


def say_cause(how: str) -> str:
    """Return how somebody agreed or stopped: "in person, by the patient", "replied STOP"."""
    way, comma, who = how.partition(", by ")
    if not comma:
        return said(how)
    return gettext("%(how)s, by %(who)s") % {"how": said(way), "who": said(who)}
