"""What misbehaves now, a form to ask for more, and the numbers that do so by themselves."""

from handbell.channels.carrier.behaviour import ABOUT, Aspect, Behaviour, Kind
from handbell.channels.carrier.conventions import CONVENTIONS
from handbell.channels.carrier.pages.markup import Markup, joined, tag
from handbell.channels.carrier.pages.shell import live, part, table, title

_GROUPS = {
    Aspect.PACE: "The answer to a request",
    Aspect.REQUEST: "The answer to a request",
    Aspect.RECEIPTS: "Receipts",
    Aspect.HANDSET: "Phones and texts",
    Aspect.REPLY: "Phones and texts",
    Aspect.PICKUP: "Phones and calls",
    Aspect.KEYS: "Phones and calls",
    Aspect.PATIENCE: "Phones and calls",
    Aspect.FILTER: "Filters",
    Aspect.MAILBOX: "Mailboxes",
}
_KINDS = {Kind.TEXT: "texts", Kind.CALL: "calls", Kind.MAIL: "e-mails", Kind.LOOK_UP: "look-ups"}

# Fields of the form: name, label, and what it means left empty or filled.
_WHO = (
    (
        "number",
        "Which phones or mailboxes",
        "Empty: everybody. *0190: those that end in 0190; *@full.example",
    ),
    ("sender", "From which sender", "Empty: any. One of the clinic's numbers or addresses"),
)
_HOW = (
    ("times", "How many times", "Empty: until taken back"),
    ("seconds", "Seconds", "Empty: the usual for this behaviour"),
    ("code", "Code", "Such as 30007, 21610, or 550 5.7.1"),
    ("text", "Text or keys", "What they reply or press"),
)


def misbehaviour_page(behaviours: tuple[Behaviour, ...], *, flaw: str = "") -> Markup:
    """Return the page's content; `flaw` says what was wrong with what was just asked."""
    return joined(
        title("Misbehaviour", "The carrier behaves well unless it is asked not to."),
        live("behaviours", _in_force(behaviours)),
        _ask_form(flaw),
        _conventions(),
    )


def _in_force(behaviours: tuple[Behaviour, ...]) -> Markup:
    if not behaviours:
        return part("In force", tag("p", "Nothing. Every message goes through."))
    rows = (
        tag("tr", *_described(behaviour), tag("td", _take_back(behaviour)))
        for behaviour in reversed(behaviours)
    )
    return part(
        "In force",
        tag("p", "Where two contradict each other the upper one wins.", class_="soft"),
        table(("Behaviour", "Who", "How often", ""), rows),
        tag(
            "form",
            tag("button", "Behave well again", class_="stop"),
            method="post",
            action="/misbehaviour/clear",
        ),
    )


def _described(behaviour: Behaviour) -> tuple[Markup, ...]:
    often = "always" if behaviour.times is None else f"the next {behaviour.times}"
    kind = f", {_KINDS[behaviour.kind]} only" if behaviour.kind is not None else ""
    return (
        tag("td", tag("strong", behaviour.does.replace("_", " ")), ": ", sentence(behaviour)),
        tag("td", _who(behaviour), kind),
        tag("td", often),
    )


def sentence(behaviour: Behaviour) -> str:
    """Return what it does, with its own values in place of the field names."""
    return (
        ABOUT[behaviour.does]
        .sentence.replace("`seconds`", f"{behaviour.seconds:g} s")
        .replace("`code`", behaviour.code)
        .replace("`text`", f"\u201c{behaviour.text}\u201d")
    )


def _who(behaviour: Behaviour) -> str:
    number = "everybody" if behaviour.number == "*" else behaviour.number
    return number if behaviour.sender == "*" else f"{number}, from {behaviour.sender}"


def _take_back(behaviour: Behaviour) -> Markup:
    button = tag("button", "Take back", aria_label=f"Take back {behaviour.does}")
    return tag("form", button, method="post", action=f"/misbehaviour/{behaviour.id}/remove")


def _ask_form(flaw: str) -> Markup:
    error = tag("p", f"Not done: {flaw}.", class_="chip bad all", role="alert") if flaw else None
    button = tag("div", tag("button", "Misbehave like this", class_="main"), class_="all")
    return part(
        "Ask for more",
        tag(
            "form",
            error,
            _field("does", "What it does", tag("select", *_choices(), name="does", id="does")),
            *(_field(name, label, _input(name), words) for name, label, words in _WHO),
            _field("kind", "Only for", tag("select", *_kinds(), name="kind", id="kind")),
            *(_field(name, label, _input(name), words) for name, label, words in _HOW),
            button,
            method="post",
            action="/misbehaviour",
            class_="grid",
        ),
    )


def _choices() -> list[Markup]:
    groups: dict[str, list[Markup]] = {}
    for does, about in ABOUT.items():
        words = f"{does.replace('_', ' ')}: {sentence(Behaviour.asked(does))}"
        groups.setdefault(_GROUPS[about.aspect], []).append(tag("option", words, value=does))
    return [tag("optgroup", *options, label=name) for name, options in groups.items()]


def _kinds() -> list[Markup]:
    every = tag("option", "all sending", value="")
    return [every, *(tag("option", words, value=kind) for kind, words in _KINDS.items())]


def _field(name: str, label: str, control: Markup, help_text: str = "") -> Markup:
    helped = tag("span", help_text, class_="help") if help_text else None
    return tag("div", tag("label", label, for_=name), control, helped, class_="field")


def _input(name: str) -> Markup:
    return tag("input", name=name, id=name, autocomplete="off")


def _conventions() -> Markup:
    rows = (
        tag("tr", tag("td", _who(each), class_="num"), tag("td", sentence(each)))
        for each in CONVENTIONS
    )
    return part(
        "Numbers that misbehave by themselves",
        tag("p", "Off until switched on. A ? stands for any digit.", class_="soft"),
        table(("Number or mailbox", "What it does"), rows),
        tag(
            "form",
            tag("button", "Switch these on"),
            method="post",
            action="/misbehaviour/conventions",
        ),
    )
