"""One mailbox: each e-mail with the headers that matter, both readings, and its files."""

from urllib.parse import quote

from handbell.channels.carrier.mail import Reading, read
from handbell.channels.carrier.pages.icons import Icon
from handbell.channels.carrier.pages.markup import Markup, joined, tag
from handbell.channels.carrier.pages.shell import chip, counted, live, moment, title
from handbell.channels.carrier.records import Mail
from handbell.channels.carrier.truth import Truth

# What decides how a mail client treats it (rules.md 20 and 21).
_HEADERS = (
    "From",
    "To",
    "Reply-To",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Feedback-ID",
    "Precedence",
)


SANDBOX = "allow-same-origin allow-popups allow-popups-to-escape-sandbox"


def mailbox_page(truth: Truth, address: str) -> Markup:
    """Return the page's content, the latest e-mail first."""
    mails = truth.mailbox(address).received
    if not mails:
        return joined(title(address, "No e-mails."), tag("p", "This mailbox has received nothing."))
    return joined(
        title(address, f"{counted(len(mails), 'e-mail')}, the latest first."),
        live("mails", *(_mail(mail) for mail in reversed(mails)), class_="talk-mails"),
    )


def _mail(mail: Mail) -> Markup:
    reading = read(mail.raw)
    heading = tag(
        "div",
        tag("h2", reading.subject or "(no subject)"),
        tag("div", moment(mail.created_at), _state(mail), class_="meta"),
    )
    return tag(
        "article",
        heading,
        tag("div", _headers(mail, reading)),
        _html(mail, reading),
        _text(reading),
        _files(mail, reading),
        class_="mail",
    )


def _state(mail: Mail) -> Markup:
    security = (
        chip(Icon.DONE, "came encrypted", "good")
        if mail.encrypted
        else chip(Icon.WARNING, "came unencrypted", "wait")
    )
    if mail.acknowledged:
        return security
    why = "The server took it and cut the connection or never answered."
    return joined(security, chip(Icon.UNSURE, "the sender was never told", "wait", why=why))


def _headers(mail: Mail, reading: Reading) -> Markup:
    shown = [(name, reading.header(name)) for name in _HEADERS if reading.header(name)]
    pairs = [("Envelope from", mail.sender or "<>"), *shown]
    return tag("dl", *(joined(tag("dt", n), tag("dd", v)) for n, v in pairs), class_="heads")


def _html(mail: Mail, reading: Reading) -> Markup | None:
    if not reading.html:
        return None
    # Its own address, so that its own policy applies: nothing is loaded and no script runs.
    # The sandbox lets links open in a new tab and this page measure its height.
    source = f"/mailboxes/{quote(mail.mailbox)}/{mail.sid}/html"
    return tag("iframe", src=source, sandbox=SANDBOX, title="The e-mail as it is rendered")


def _text(reading: Reading) -> Markup | None:
    if not reading.text:
        return None
    words = tag("summary", "As plain text")
    return tag("details", words, tag("pre", reading.text), open=not reading.html)


def _files(mail: Mail, reading: Reading) -> Markup | None:
    if not reading.attachments:
        return None
    base = f"/mailboxes/{quote(mail.mailbox)}/{mail.sid}/files"
    links = (
        tag(
            "li",
            tag("a", file.filename, href=f"{base}/{number}"),
            f" {_about(file.content_type, len(file.content))}",
        )
        for number, file in enumerate(reading.attachments)
    )
    return tag("div", tag("h3", "Attached"), tag("ul", *links))


def _about(content_type: str, size: int) -> str:
    return f"({content_type}, {size:,} bytes)"
