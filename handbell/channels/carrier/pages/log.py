"""The lists behind the figures: what was received, what came twice, what was turned away."""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import quote

from handbell.channels.carrier.mail import read
from handbell.channels.carrier.pages.markup import Markup, joined, tag
from handbell.channels.carrier.pages.phone import national
from handbell.channels.carrier.pages.shell import live, moment, table, title
from handbell.channels.carrier.records import Call, Mail, Record, Text
from handbell.channels.carrier.truth import Truth

_SHOWN = 200


def log_page(truth: Truth, name: str) -> Markup | None:
    """Return the page's content, None if there is no such list."""
    found = _LISTS.get(name)
    if found is None:
        return None
    heading, sentence, heads, rows = found
    shown = list(islice(rows(truth), _SHOWN))
    nothing = tag("p", "None so far.")
    return joined(title(heading, sentence), live("log", table(heads, shown) if shown else nothing))


def _received(kind: type[Record]) -> Callable[[Truth], Iterator[Markup]]:
    def rows(truth: Truth) -> Iterator[Markup]:
        found = [record for record in truth.received() if isinstance(record, kind)]
        return (_row(record) for record in reversed(found))

    return rows


def _twice(truth: Truth) -> Iterator[Markup]:
    keys = truth.received_twice()
    return (_row(record) for record in truth.received() if record.key in keys)


def _row(record: Record) -> Markup:
    place, at, words = _place(record)
    return tag(
        "tr",
        tag("td", moment(at), class_="num"),
        tag("td", place, class_="num"),
        tag("td", words),
        tag("td", record.key, class_="num"),
    )


def _place(record: Record) -> tuple[Markup, datetime, str]:
    match record:
        case Text():
            return _phone(record.number), record.arrived_at or record.created_at, record.body
        case Call():
            at = record.answered_at or record.created_at
            return _phone(record.number), at, " ".join(record.spoken)
    link = tag("a", record.mailbox, href=f"/mailboxes/{quote(record.mailbox)}")
    return link, record.created_at, read(record.raw).subject


def _refused(truth: Truth) -> Iterator[Markup]:
    for refusal in reversed(truth.refusals):
        yield tag(
            "tr",
            tag("td", moment(refusal.at), class_="num"),
            tag("td", refusal.number, class_="num"),
            tag("td", refusal.why.replace("_", " ")),
            tag("td", refusal.code, class_="num"),
        )


def _phone(number: str) -> Markup:
    return tag("a", national(number), href=f"/phones/{quote(number)}")


_HEADS = ("When", "Who", "What", "Message")
_LISTS: dict[str, tuple[str, str, tuple[str, ...], Callable[[Truth], Iterator[Markup]]]] = {
    "text": ("Texts received", "The latest first.", _HEADS, _received(Text)),
    "call": (
        "Calls picked up",
        "By people and by machines.",
        _HEADS,
        _received(Call),
    ),
    "mail": ("E-mails received", "The latest first.", _HEADS, _received(Mail)),
    "twice": (
        "Received twice",
        "Messages that reached somebody more than once. There should be none.",
        _HEADS,
        _twice,
    ),
    "refused": (
        "Turned away",
        "Requests the carrier did not take: nobody received anything.",
        ("When", "Who", "Why", "Code"),
        _refused,
    ),
}
