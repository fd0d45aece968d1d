"""The forms of a report's page: its filters as fields, and what a file is asked for with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext as _

from handbell.access.models import Facility
from handbell.console.choices import Option
from handbell.console.reports.words import FORMS, REASONS
from handbell.console.saying import said
from handbell.reports.declared import Asked, FilterKind, Report
from handbell.vocabulary.words import ReportReason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: Ticked where a marketing tool may get those who were never asked.
NEVER_ASKED = "never_asked"
NOTE_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Field:
    """One filter on the page."""

    name: str
    label: str
    kind: str
    value: str
    help: str
    error: str
    options: Sequence[Option]


@dataclass(slots=True)
class Wish:
    """How a file is asked for, kept as it was typed, and what is still to be said."""

    form: str = "csv"
    why: str = ""
    note: str = ""
    never_asked: bool = False
    errors: "dict[str, StrOrPromise]" = field(default_factory=dict)


def fields_of(report: Report, asked: Asked, facilities: Sequence[Facility]) -> list[Field]:
    """Return the filters with what is chosen; one facility is no choice."""
    places = {str(one.pk): one.name for one in facilities}
    found = []
    for one in report.filters:
        if one.kind is FilterKind.FACILITY and len(places) < 2:
            continue
        value = asked.values.get(one.name, "")
        words: Mapping[str, str] = places if one.kind is FilterKind.FACILITY else one.options
        options = [
            Option(key, word if words is places else said(word), key == value)
            for key, word in words.items()
        ]
        error = said(asked.wrong.get(one.name, ""))
        found.append(
            Field(one.name, said(one.label), one.kind, value, said(one.help), error, options)
        )
    return found


def forms_of(report: Report, wish: Wish) -> list[Option]:
    """Return the forms a file may have, those of marketing tools among them."""
    words = [*FORMS.items(), *((one.name, one.word) for one in report.profiles)]
    return [Option(name, _said_of(report, name, word), name == wish.form) for name, word in words]


def _said_of(report: Report, name: str, word: str) -> str:
    if report.profile(name) is None:
        return word
    return _("For %(tool)s: a ZIP of the files it imports, one for each status") % {"tool": word}


def reasons_of(wish: Wish) -> list[Option]:
    """Return the reasons patients' contact data may be taken out for."""
    return [Option(reason.value, word, reason == wish.why) for reason, word in REASONS.items()]


def read_wish(report: Report, sent: QueryDict) -> Wish:
    """Return what a file is asked for with; what is missing is said beside its field."""
    wish = Wish(
        form=sent.get("form", ""),
        why=sent.get("why", ""),
        note=sent.get("note", "").replace("\0", "").strip()[:NOTE_LENGTH],
        never_asked=bool(sent.get(NEVER_ASKED)),
    )
    if wish.form not in FORMS and report.profile(wish.form) is None:
        wish.errors["form"] = _("Choose one of these forms.")
    if not report.has_contacts:
        return wish
    if wish.why not in {reason.value for reason in REASONS}:
        wish.errors["why"] = _("Say what the file is for: it holds patients’ contact data.")
    elif wish.why == ReportReason.ANOTHER and not wish.note:
        wish.errors["note"] = _("Say in a few words what it is for.")
    return wish


def filters_sent(report: Report, sent: QueryDict, wish: Wish) -> dict[str, str]:
    """Return the filters a file is asked for with.

    A marketing tool gets those who gave permission, unless somebody chose otherwise on purpose.
    """
    given = {one.name: sent.get(one.name, "") for one in report.filters if one.name in sent}
    is_list = report.profile(wish.form) is not None
    if is_list and not given.get("permission") and not wish.never_asked:
        given.pop("permission", None)
    return given
