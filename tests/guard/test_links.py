"""Where a link leads, whatever is built around the name of its server."""

import re
from urllib.parse import urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handbell.access.values import ValueFlaw, check_payment_url
from handbell.policy.content.fold import fold
from handbell.policy.content.links import host_of, rule_for

OWN = "clinic.example"
PIECES = [
    OWN,
    "pay.clinic.example",
    "evil.example",
    "user:pw",
    ":8443",
    ":99999",
    ":",
    "@",
    "//",
    "/",
    "\\",
    "?",
    "#",
    ".",
    "%40",
    "%2f",
    "x",
    "\t",
    "\n",
    " ",
    "\u200b",
    "\uff0f",
]
SCHEMES = ["https://", "HTTPS://", "https:", "https:/", "https:///", "https:\\\\", ""]
LINKS = st.builds(
    lambda scheme, pieces: scheme + "".join(pieces),
    st.sampled_from(SCHEMES),
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=7),
)


def servers(link: str) -> set[str]:
    """Return where the programs that open links go: a browser, and one that goes by RFC 3986."""
    seen = re.sub(r"[\t\r\n]", "", link.strip())
    rest = re.sub(r"^(https?:)?[/\\]*", "", seen, flags=re.IGNORECASE)
    by_browser = re.split(r"[/\\?#]", rest)[0]
    by_the_book = re.split(r"[/?#]", rest)[0]
    return {one.split("@")[-1].split(":")[0].lower() for one in (by_browser, by_the_book)}


@given(LINKS)
@example("https://pay.clinic.example@evil.example//x")
@example("https://pay.clinic.example:pw@evil.example//@x")
@example("https://evil.example\\@clinic.example/x")
@example("https://evil.example\\.clinic.example/x")
@example("https:///pay.clinic.example@evil.example//x")
def test_a_link_without_a_flaw_leads_to_the_clinic(link: str) -> None:
    shown = "".join(link.split()[:1])  # a link in a text ends at a space
    if rule_for(fold(shown).plain, shown, [OWN]) is None:
        assert all(f".{one}".rstrip(".").endswith(f".{OWN}") for one in servers(shown))


@given(LINKS)
@example("https://pay.clinic.example@evil.example//x")
@example("https://evil.example\\.clinic.example/x")
@example("https://pay.clinic.example\t@evil.example/")
@example("https://https://evil.example/")
def test_a_payment_link_says_whose_it_is(link: str) -> None:
    try:
        kept = check_payment_url(link)
    except ValueFlaw:
        return
    assert kept == "" or "@" not in urlsplit(kept).netloc
    assert servers(kept) == {urlsplit(kept).hostname or ""}
    assert host_of(kept) == (urlsplit(kept).hostname or "").removeprefix("www.")


@pytest.mark.parametrize(
    "link",
    [
        "https://clinic.example/x",
        "HTTPS://CLINIC.EXAMPLE/x",
        "https://pay.clinic.example:8443/x?to=desk@clinic.example#@",
        "https://clinic.example//@x",
        "clinic.example/x@y",
    ],
)
def test_an_at_or_a_slash_after_the_server_is_no_flaw(link: str) -> None:
    assert rule_for(fold(link).plain, link, [OWN]) is None


@pytest.mark.parametrize(
    "link",
    [
        "https://pay.clinic.example@evil.example//x",
        "https://pay.clinic.example:8443@evil.example/",
        "https://evil.example@pay.clinic.example//",
        "https://pay.clinic.example\\@evil.example/",
        "https://evil.example\\.clinic.example/",
        "https://evil.example%2f.clinic.example/",
        "https://pay.clinic.example\t/",
        "https://pay.clinic.example:99999/",
        "https:///pay.clinic.example/",
        "https://https://pay.clinic.example/",
        "https:\\\\pay.clinic.example/",
    ],
)
def test_a_payment_link_in_disguise_is_refused(link: str) -> None:
    with pytest.raises(ValueFlaw):
        check_payment_url(link)
