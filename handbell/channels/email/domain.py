"""Would mailbox providers believe mail from a domain? SPF, DKIM, DMARC, PTR and TLS (rules.md 20).

Gmail, Yahoo and Microsoft refuse mail whose domain does not say who may send for it. What is asked
of the network comes through `Names` and `Server`, so that tests need neither.
"""

import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from ipaddress import ip_address, ip_network
from typing import Any, Final, Protocol

import dns.exception
import dns.resolver
import dns.reversename

from handbell.vocabulary.checks import Check, Light, Said, check

#: Selectors mail servers and providers use when nobody chose one.
USUAL_SELECTORS: Final = (
    "default", "selector1", "selector2", "google", "dkim", "mail", "smtp", "s1", "s2", "k1", "k2",
    "pm", "mte1", "mailjet", "resend", "brevo1", "pic", "mx",
)  # fmt: skip
MOST_LOOKUPS: Final = 10  # RFC 7208, 4.6.4: more is a permanent error
SHORTEST_KEY_BITS: Final = 1024
_SECONDS: Final = 4.0

SAID: Final[Mapping[str, Said]] = {
    "unanswered": (
        Light.AMBER,
        "the name server did not answer for %(name)s",
        "look again in a minute; if it stays so, see whether this machine can ask for names",
    ),
    "spf-missing": (
        Light.RED,
        "%(domain)s has no SPF record: nobody can tell who may send for it",
        "add a TXT record at %(domain)s that begins with v=spf1 and names your mail server",
    ),
    "spf-two": (
        Light.RED,
        "%(domain)s has more than one SPF record, which counts as none",
        "join them into one TXT record",
    ),
    "spf-open": (
        Light.RED,
        "the SPF record of %(domain)s lets everybody send (+all)",
        "end it with -all or ~all",
    ),
    "spf-many": (
        Light.RED,
        "the SPF record of %(domain)s asks for more than 10 names, which counts as an error",
        "take out the services you do not send by any more",
    ),
    "spf-elsewhere": (
        Light.AMBER,
        "the SPF record of %(domain)s does not name the addresses of %(host)s",
        "if %(host)s sends to the world itself, add it; if it relays, add whom it relays by",
    ),
    "spf-well": (Light.GREEN, "%(domain)s says who may send for it", ""),
    "dkim-missing": (
        Light.RED,
        "no DKIM key of %(domain)s was found at %(selectors)s",
        "let your mail server or provider sign, publish the key it gives you, and write its "
        "selector on the sender's page",
    ),
    "dkim-unknown": (
        Light.AMBER,
        "no DKIM key of %(domain)s was found at the usual names",
        "write the selector your mail server or provider signs with on the sender's page",
    ),
    "dkim-revoked": (
        Light.RED,
        "the DKIM key %(selector)s of %(domain)s is empty: it was taken back",
        "publish the key your mail server signs with now",
    ),
    "dkim-short": (
        Light.AMBER,
        "the DKIM key %(selector)s of %(domain)s is short",
        "make one of 2048 bits",
    ),
    "dkim-well": (Light.GREEN, "%(domain)s publishes the DKIM key %(selector)s", ""),
    "dmarc-missing": (
        Light.RED,
        "%(domain)s has no DMARC record",
        "add a TXT record at _dmarc.%(domain)s: v=DMARC1; p=none; rua=mailto:you@%(domain)s",
    ),
    "dmarc-broken": (
        Light.RED,
        "the DMARC record of %(domain)s cannot be read",
        "write it as v=DMARC1; p=none (or quarantine, or reject)",
    ),
    "dmarc-none": (
        Light.AMBER,
        "DMARC at %(domain)s is only watching (p=none)",
        "when its reports are clean, raise it to p=quarantine",
    ),
    "dmarc-well": (Light.GREEN, "%(domain)s asks for DMARC with p=%(policy)s", ""),
    "aligned-not": (
        Light.RED,
        "mail comes back to %(envelope)s, no part of %(domain)s: SPF proves nothing for it",
        "use an address for bounces at %(domain)s, or be sure that DKIM signs as %(domain)s",
    ),
    "aligned-strictly-not": (
        Light.RED,
        "DMARC at %(domain)s wants exactly this domain (aspf=s); mail comes back to %(envelope)s",
        "use an address for bounces at %(domain)s, or take out aspf=s",
    ),
    "aligned": (Light.GREEN, "mail comes back to %(envelope)s, which belongs to %(domain)s", ""),
    "ptr-missing": (
        Light.RED,
        "the address %(address)s of %(host)s has no name (PTR)",
        "ask whoever gives you the address to set its reverse name to %(host)s",
    ),
    "ptr-other": (
        Light.AMBER,
        "the address %(address)s of %(host)s is named %(name)s, which does not lead back to it",
        "let name and address point to each other",
    ),
    "ptr-well": (Light.GREEN, "%(host)s and its address name each other", ""),
    "host-missing": (
        Light.RED,
        "%(host)s has no address",
        "see that HANDBELL_SMTP_HOST is written rightly",
    ),
    "tls-none": (
        Light.RED,
        "%(host)s offers no encryption (STARTTLS)",
        "switch it on there; patients' mail must not travel in the open",
    ),
    "tls-broken": (
        Light.RED,
        "the certificate of %(host)s cannot be trusted",
        "renew it, for the name %(host)s",
    ),
    "tls-silent": (Light.RED, "%(host)s does not answer", "see that it runs and can be reached"),
    "tls-well": (Light.GREEN, "%(host)s encrypts (%(version)s)", ""),
}


class Unanswered(Exception):
    """The name server did not answer: nothing is known."""


class Names(Protocol):
    """What is asked of the name system. Each returns nothing where there is nothing."""

    def txt(self, name: str) -> Sequence[str]: ...
    def addresses(self, name: str) -> Sequence[str]: ...
    def names_of(self, address: str) -> Sequence[str]: ...


class Dns:
    """The name system, asked through this machine's resolver. Raises Unanswered."""

    def __init__(self, resolver: dns.resolver.Resolver | None = None) -> None:
        self._resolver = resolver
        self._seconds = _SECONDS

    def txt(self, name: str) -> Sequence[str]:
        found = self._ask(name, "TXT")
        return [b"".join(row.strings).decode("utf-8", "replace") for row in found]

    def addresses(self, name: str) -> Sequence[str]:
        return [str(row.address) for kind in ("A", "AAAA") for row in self._ask(name, kind)]

    def names_of(self, address: str) -> Sequence[str]:
        reverse = dns.reversename.from_address(address).to_text()
        return [str(row.target).rstrip(".") for row in self._ask(reverse, "PTR")]

    def _ask(self, name: str, kind: str) -> list[Any]:  # rows have the fields of their kind
        try:
            resolver = self._resolver or dns.resolver.Resolver()
            return list(resolver.resolve(name, kind, lifetime=self._seconds))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return []
        except (dns.exception.DNSException, OSError) as error:
            raise Unanswered(name) from error


def domain_checks(
    address: str,
    *,
    names: Names,
    selector: str = "",
    bounce_address: str = "",
    host: str = "",
) -> Iterator[Check]:
    """Look at everything that stands in the name system about mail from `address`.

    `host` is the server that hands mail to the world, empty where a provider does; then SPF must
    only be there.
    """
    domain = address.rpartition("@")[2].lower()
    for look in (
        lambda: _spf(domain, names, host),
        lambda: _dkim(domain, names, selector),
        lambda: _dmarc(domain, names),
    ):
        yield _asked(look, domain)
    envelope = (bounce_address or address).rpartition("@")[2].lower()
    yield _asked(lambda: _alignment(domain, envelope, names), domain)
    if host:
        yield _asked(lambda: _ptr(host, names), host)


def _asked(look: Callable[[], Check], name: str) -> Check:
    try:
        return look()
    except Unanswered as silent:
        return check("DNS", SAID["unanswered"], name=str(silent) or name)


def _spf(domain: str, names: Names, host: str) -> Check:
    records = [text for text in names.txt(domain) if _is_spf(text)]
    if not records:
        return check("SPF", SAID["spf-missing"], domain=domain)
    if len(records) > 1:
        return check("SPF", SAID["spf-two"], domain=domain)
    if re.search(r"(?i)(^|\s)\+?all(\s|$)", records[0]):
        return check("SPF", SAID["spf-open"], domain=domain)
    budget = [MOST_LOOKUPS]
    allowed = _allowed(domain, records[0], names, budget)
    if budget[0] < 0:
        return check("SPF", SAID["spf-many"], domain=domain)
    if host and not _names_one_of(names.addresses(host), allowed):
        return check("SPF", SAID["spf-elsewhere"], domain=domain, host=host)
    return check("SPF", SAID["spf-well"], domain=domain)


def _is_spf(text: str) -> bool:
    return re.match(r"(?i)v=spf1(\s|$)", text) is not None


def _allowed(domain: str, record: str, names: Names, budget: list[int]) -> set[str]:
    """Return the networks a record allows, following includes as far as RFC 7208 lets one."""
    found: set[str] = set()
    for term in record.split()[1:]:
        name, _, value = term.lstrip("+?~-").partition(":")
        word, value = name.lower(), value or domain
        if "=" in word:
            word, _, value = term.partition("=")
        if word in {"ip4", "ip6"}:
            found.add(value)
        elif word in {"include", "redirect", "a", "mx", "exists", "ptr"}:
            budget[0] -= 1
            if budget[0] < 0:
                return found
            if word in {"include", "redirect"}:
                inner = next((text for text in names.txt(value) if _is_spf(text)), "")
                found |= _allowed(value, inner, names, budget)
            elif word == "a":
                found.update(names.addresses(value.partition("/")[0]))
    return found


def _names_one_of(addresses: Sequence[str], networks: set[str]) -> bool:
    """Whether one of the addresses lies in the networks; True where nothing can be compared."""
    ranges = []
    for text in networks:
        try:
            ranges.append(ip_network(text, strict=False))
        except ValueError:
            continue
    return any(ip_address(one) in network for one in addresses for network in ranges)


def _dkim(domain: str, names: Names, selector: str) -> Check:
    selectors = (selector,) if selector else USUAL_SELECTORS
    for one in selectors:
        records = [text for text in names.txt(f"{one}._domainkey.{domain}") if "p=" in text]
        if not records:
            continue
        key = re.sub(r"\s", "", (re.search(r"(?:^|;)\s*p=([^;]*)", records[0]) or ["", ""])[1])
        if not key:
            return check("DKIM", SAID["dkim-revoked"], domain=domain, selector=one)
        # A 1024-bit RSA key takes 216 characters; Ed25519 is short and strong.
        is_rsa = "k=ed25519" not in records[0].replace(" ", "")
        if is_rsa and len(key) < 300:
            return check("DKIM", SAID["dkim-short"], domain=domain, selector=one)
        return check("DKIM", SAID["dkim-well"], domain=domain, selector=one)
    if selector:
        return check("DKIM", SAID["dkim-missing"], domain=domain, selectors=selector)
    return check("DKIM", SAID["dkim-unknown"], domain=domain)


def _dmarc(domain: str, names: Names) -> Check:
    tags = _dmarc_tags(domain, names)
    if tags is None:
        return check("DMARC", SAID["dmarc-missing"], domain=domain)
    policy = tags.get("p", "").lower()
    if policy not in {"none", "quarantine", "reject"}:
        return check("DMARC", SAID["dmarc-broken"], domain=domain)
    said = SAID["dmarc-none" if policy == "none" else "dmarc-well"]
    return check("DMARC", said, domain=domain, policy=policy)


def _dmarc_tags(domain: str, names: Names) -> dict[str, str] | None:
    """Return the record of the domain, or of the one it belongs to; None if neither has any."""
    for place in dict.fromkeys((domain, organisation(domain))):
        for text in names.txt(f"_dmarc.{place}"):
            if re.match(r"(?i)v\s*=\s*dmarc1", text):
                pairs = (part.partition("=") for part in text.split(";"))
                return {name.strip().lower(): value.strip() for name, _, value in pairs}
    return None


def organisation(domain: str) -> str:
    """Return the domain somebody registered, as near as one can tell without a list of suffixes."""
    labels = domain.split(".")
    wide = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in {"co", "com", "org", "net"}
    return ".".join(labels[-3:] if wide else labels[-2:])


def _alignment(domain: str, envelope: str, names: Names) -> Check:
    tags = _dmarc_tags(domain, names) or {}
    values = {"domain": domain, "envelope": envelope}
    if tags.get("aspf", "r").lower() == "s" and envelope != domain:
        return check("alignment", SAID["aligned-strictly-not"], **values)
    if organisation(envelope) != organisation(domain):
        return check("alignment", SAID["aligned-not"], **values)
    return check("alignment", SAID["aligned"], **values)


def _ptr(host: str, names: Names) -> Check:
    addresses = names.addresses(host)
    if not addresses:
        return check("PTR", SAID["host-missing"], host=host)
    for address in addresses:
        called = names.names_of(address)
        if not called:
            return check("PTR", SAID["ptr-missing"], host=host, address=address)
        if not any(address in names.addresses(name) for name in called):
            values = {"host": host, "address": address, "name": called[0]}
            return check("PTR", SAID["ptr-other"], **values)
    return check("PTR", SAID["ptr-well"], host=host)


def tls_check(host: str, port: int, *, seconds: float = _SECONDS) -> Check:
    """Look whether a mail server encrypts with a certificate one may trust."""
    context = ssl.create_default_context()
    try:
        if port == 465:
            with smtplib.SMTP_SSL(host, port, timeout=seconds, context=context) as server:
                return _encrypted(host, server)
        with smtplib.SMTP(host, port, timeout=seconds) as server:
            server.ehlo()
            if not server.has_extn("starttls"):
                return check("TLS", SAID["tls-none"], host=host)
            server.starttls(context=context)
            return _encrypted(host, server)
    except ssl.SSLError:
        return check("TLS", SAID["tls-broken"], host=host)
    except (OSError, smtplib.SMTPException):
        return check("TLS", SAID["tls-silent"], host=host)


def _encrypted(host: str, server: smtplib.SMTP) -> Check:
    version = server.sock.version() if isinstance(server.sock, ssl.SSLSocket) else None
    return check("TLS", SAID["tls-well"], host=host, version=version or "TLS")
