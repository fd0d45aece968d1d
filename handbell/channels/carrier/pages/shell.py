"""The frame of every page: title, what this is, where else to go; times and states in words."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from handbell.channels.carrier.pages.icons import Icon, drawn
from handbell.channels.carrier.pages.markup import Child, Markup, joined, tag

_STATIC = Path(__file__).parent / "static"
STYLE = (_STATIC / "carrier.css").read_text()
SCRIPT = (_STATIC / "carrier.js").read_text()

# Nothing is loaded from anywhere else, and no script of a mail can run.
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'"
)
_PLACES = (("/", "Phones and mailboxes"), ("/misbehaviour", "Misbehaviour"))


def page(title: str, *main: Child, here: str = "") -> web.Response:
    """Return a whole page."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", f"{title} - Rehearsal carrier"),
        tag("link", rel="stylesheet", href="/rehearsal/carrier.css"),
        tag("link", rel="icon", href="data:,"),
    )
    body = tag(
        "body",
        tag("a", "Skip to the content", href="#main", class_="skip"),
        _top(here),
        tag("main", *main, tag("p", id="connection", class_="note", role="status"), id="main"),
        tag("script", src="/rehearsal/carrier.js"),
    )
    return web.Response(
        text=f"<!doctype html>{tag('html', head, body, lang='en')}",
        content_type="text/html",
        headers={"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"},
    )


def title(text: str, sentence: Child) -> Markup:
    """Return the page's title and the one sentence under it."""
    return tag("div", tag("h1", text), tag("p", sentence, class_="soft"), class_="title")


def live(name: str, *children: Child, **attributes: str) -> Markup:
    """Return a part of the page that keeps itself up to date."""
    return tag("div", *children, id=name, data_live=True, **attributes)


def moment(at: datetime, *, show: str = "both") -> Markup:
    """Return a time. `show` is day, hour or both; the script turns UTC into local time."""
    texts = {"day": f"{at:%a} {at.day} {at:%b}", "hour": f"{at:%H:%M} UTC"}
    text = f"{texts['day']}, {texts['hour']}" if show == "both" else texts[show]
    return tag("time", text, datetime=at.isoformat(timespec="milliseconds"), data_show=show)


def part(heading: str, *children: Child) -> Markup:
    """Return a part of a page under its own heading."""
    return tag("section", tag("h2", heading), *children, class_="part")


def table(heads: tuple[str, ...], rows: Iterable[Markup]) -> Markup:
    """Return a table; on a phone each row becomes a block."""
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads)))
    return tag("table", head, tag("tbody", *rows))


def chip(icon: Icon, word: str, role: str = "", *, why: str | None = None) -> Markup:
    """Return a state: icon and word, and its reason on hover."""
    return tag("span", drawn(icon), f" {word}", class_=f"chip {role}".strip(), title=why)


def counted(count: int, word: str) -> str:
    """Return "1 text", "2 texts"."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def _top(here: str) -> Markup:
    links = [
        tag("a", name, href=href, aria_current="page" if href == here else None)
        for href, name in _PLACES
    ]
    name = joined(tag("span", drawn(Icon.BELL), class_="bell"), "Rehearsal carrier")
    inside = tag(
        "div",
        tag("a", name, href="/", class_="name"),
        tag("span", "Nothing here leaves this machine.", class_="promise"),
        tag("nav", *links, aria_label="Pages"),
    )
    return tag("header", inside, class_="top")
