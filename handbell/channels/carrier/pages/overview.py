"""The first page: every phone and mailbox with its last item, the latest first."""

from datetime import datetime
from itertools import islice
from urllib.parse import quote

from handbell.channels.carrier.mail import read
from handbell.channels.carrier.pages.icons import Icon
from handbell.channels.carrier.pages.markup import Markup, joined, tag
from handbell.channels.carrier.pages.phone import call_state, national, text_state
from handbell.channels.carrier.pages.shell import chip, counted, live, moment, part, title
from handbell.channels.carrier.records import Call, Mail, Text
from handbell.channels.carrier.truth import Truth

_SHOWN = 100  # phones and mailboxes on one page; the search finds the others
_NAME = "Rehearsal carrier: nothing here leaves this machine"


def overview(truth: Truth, search: str) -> Markup:
    """Return the page's content; `search` is part of a number or address."""
    wanted = search.strip().lower()
    return joined(
        title(_NAME, "Every text, call and e-mail Handbell handed over, as the phones got them."),
        live("figures", _figures(truth)),
        _search(search),
        live("places", _places(truth, wanted)),
    )


def _figures(truth: Truth) -> Markup:
    figures = (
        ("text", "Texts received", truth.count_of(Text)),
        ("call", "Calls picked up", truth.count_of(Call)),
        ("mail", "E-mails received", truth.count_of(Mail)),
        ("refused", "Turned away", len(truth.refusals)),
        ("twice", "Received twice", len(truth.received_twice())),
    )
    links = (_figure(*figure) for figure in figures)
    return tag("div", *links, class_="figures")


def _figure(name: str, words: str, count: int) -> Markup:
    number = tag("strong", f"{count:,}", class_="alarm" if name == "twice" and count else None)
    return tag("a", tag("span", words), number, href=f"/log/{name}")


def _search(search: str) -> Markup:
    field = tag("input", type="search", name="q", id="q", value=search, autocomplete="off")
    label = tag("label", "Find a number or an address", for_="q")
    return tag(
        "form",
        tag("div", label, field, class_="field wide"),
        tag("button", "Find"),
        class_="line",
        role="search",
    )


def _places(truth: Truth, wanted: str) -> Markup:
    found = [place for place in truth.places() if wanted in place]
    if not found:
        return _nothing(wanted)
    rows = (tag("li", _row(truth, place)) for place in islice(found, _SHOWN))
    one = len(found) == 1
    heading = "1 phone or mailbox" if one else f"{len(found):,} phones and mailboxes"
    hidden = len(found) - _SHOWN
    more = f"The latest {_SHOWN} are shown; find the other {hidden:,} by number or address."
    return part(
        heading,
        tag("ul", *rows, class_="rows"),
        tag("p", more, class_="soft") if hidden > 0 else None,
    )


def _nothing(wanted: str) -> Markup:
    if wanted:
        return tag("p", "No phone or mailbox matches. Part of a number is enough.")
    return tag(
        "p",
        "Nothing has come yet. When Handbell hands over a text, a call or an e-mail, the phone "
        "or mailbox it went to appears here.",
    )


def _row(truth: Truth, place: str) -> Markup:
    if "@" in place:
        return _mailbox_row(truth, place)
    phone = truth.phone(place)
    last = phone.items[-1]
    texts = sum(isinstance(i, Text) for i in phone.items)
    calls = len(phone.items) - texts
    counts = [counted(n, word) for n, word in ((texts, "text"), (calls, "call")) if n]
    state = text_state(last) if isinstance(last, Text) else call_state(last)
    return _cells(
        href=f"/phones/{quote(place)}",
        who=national(place),
        state=state,
        words=_snippet(last),
        counts=", ".join(counts),
        at=last.created_at,
    )


def _mailbox_row(truth: Truth, address: str) -> Markup:
    mails: tuple[Mail, ...] = truth.mailbox(address).received
    return _cells(
        href=f"/mailboxes/{quote(address)}",
        who=address,
        state=chip(Icon.DONE, "received", "good"),
        words=read(mails[-1].raw).subject or "(no subject)",
        counts=counted(len(mails), "e-mail"),
        at=mails[-1].created_at,
    )


def _cells(*, href: str, who: str, state: Markup, words: str, counts: str, at: datetime) -> Markup:
    return tag(
        "a",
        tag("span", who, class_="who"),
        tag("span", tag("span", state, class_="state"), tag("span", words), class_="last"),
        tag("span", counts, class_="counts"),
        moment(at),
        href=href,
        class_="row",
    )


def _snippet(item: Text | Call) -> str:
    if isinstance(item, Text):
        return item.body if item.outbound else f"They wrote: {item.body}"
    return item.spoken[0] if item.spoken else ""
