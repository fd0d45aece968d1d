"""Where do the links of a text lead? One at most, to the clinic's own domain (rules.md 15, 26)."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from handbell.policy.content.fold import fold
from handbell.policy.content.words import words

_SHORTENERS: Final = words("lists", "shortener")
#: What browsers read as the name of a server, with what stands before an @ and the port.
_AUTHORITY: Final = re.compile(r"(?:https?:)?[/\\]*([^/\\?#\s]*)", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|0x[0-9a-f]+|\d{8,10}|\[[0-9a-f:]+\]?")
_SPOKEN: Final = re.compile(
    r"\b[a-z0-9-]+ (?:dot|punto|point) (?:com|org|net|example|info|io|co|biz|health|clinic)\b"
    r"|\b[a-z0-9-]+ ?\[\.\] ?[a-z]{2,}|\b[a-z0-9-]+ ?\(dot\) ?[a-z]{2,}|\bhxxps?://\S+"
)


def host_of(url: str) -> str:
    """Return the host of a link, in small letters, "" if there is none."""
    host = _authority(url).rpartition("@")[2].partition(":")[0].lower()
    return host.removeprefix("www.").rstrip(".,;:!?)'\"")


def rule_for(url: str, typed: str, domains: Sequence[str]) -> str | None:
    """Return which rule a link breaks. `typed` is the link before its letters were folded."""
    host = host_of(url)
    if "\\" in url or any(sign in _authority(url) for sign in "@%"):
        return "link.lookalike"  # programs differ on where such a link leads, and so do eyes
    if host in _SHORTENERS:
        return "link.shortener"
    own = [host_of(domain) for domain in domains if domain]
    if host_of(typed) == host and any(host == one or host.endswith("." + one) for one in own):
        return None
    if _NUMBERS.fullmatch(host):
        return "link.address"
    if host_of(typed) != host or "xn--" in host or any(_resembles(host, one) for one in own):
        return "link.lookalike"
    return "link.foreign"


def own_link_flaw(url: str) -> str | None:
    """Return which rule a link breaks that the clinic calls its own; None for most."""
    return rule_for(fold(url).plain, url, [url])


def spoken(plain: str, domains: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of addresses spelled out ("evil dot example"), the clinic's own excepted."""
    for match in _SPOKEN.finditer(plain):
        host = re.sub(r" (?:dot|punto|point) ", ".", match.group())
        if not any(host_of(one).split(".")[-2:] == host.split(".")[-2:] for one in domains):
            yield match.span()


def _authority(url: str) -> str:
    match = _AUTHORITY.match(url.strip())
    return match.group(1) if match else ""


def _resembles(host: str, own: str) -> bool:
    name, other = own.rsplit(".", 1)[0], host
    if name in other.replace("-", "") or name.replace("-", "") in other.replace("-", ""):
        return True
    return _apart(_skeleton(host), _skeleton(own)) <= 2


def _skeleton(host: str) -> str:
    plain = fold(host).plain.replace("rn", "m").replace("vv", "w")
    return plain.translate(str.maketrans("015", "ols"))


def _apart(one: str, other: str) -> int:
    """Return by how many letters two names differ, 9 where that is a lot."""
    if abs(len(one) - len(other)) > 2:
        return 9
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]
