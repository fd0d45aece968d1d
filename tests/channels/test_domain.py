"""SPF, DKIM, DMARC, alignment and PTR, with a name system of our own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from handbell.channels.email.domain import SAID, Dns, Unanswered, domain_checks, tls_check
from handbell.vocabulary.checks import Check, Light

ADDRESS = "reminders@mail.harborpt.example"
DOMAIN = "mail.harborpt.example"
LONG_KEY = "v=DKIM1; k=rsa; p=" + "A" * 392


@dataclass
class Named:
    """Names as a test wants them; `silent` does not answer."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    hosts: dict[str, list[str]] = field(default_factory=dict)
    reverse: dict[str, list[str]] = field(default_factory=dict)
    silent: str = ""

    def txt(self, name: str) -> Sequence[str]:
        if name == self.silent:
            raise Unanswered(name)
        return self.texts.get(name, [])

    def addresses(self, name: str) -> Sequence[str]:
        return self.hosts.get(name, [])

    def names_of(self, address: str) -> Sequence[str]:
        return self.reverse.get(address, [])


def good() -> Named:
    return Named(
        texts={
            DOMAIN: ["v=spf1 include:_spf.provider.example ip4:192.0.2.0/28 -all", "other=1"],
            "_spf.provider.example": ["v=spf1 ip4:198.51.100.0/24 -all"],
            f"s1._domainkey.{DOMAIN}": [LONG_KEY],
            "_dmarc.harborpt.example": ["v=DMARC1; p=reject; rua=mailto:d@harborpt.example"],
        },
        hosts={"smtp.harborpt.example": ["192.0.2.4"]},
        reverse={"192.0.2.4": ["smtp.harborpt.example"]},
    )


def lights(names: Named, **more: str) -> dict[str, Check]:
    host = more.pop("host", "smtp.harborpt.example")
    found = domain_checks(ADDRESS, names=names, host=host, **more)
    return {one.name: one for one in found}


def test_a_domain_that_is_well() -> None:
    found = lights(good(), selector="s1", bounce_address="bounces@harborpt.example")

    assert {name: one.light for name, one in found.items()} == {
        "SPF": Light.GREEN,
        "DKIM": Light.GREEN,
        "DMARC": Light.GREEN,
        "alignment": Light.GREEN,
        "PTR": Light.GREEN,
    }


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([], "spf-missing"),
        (["v=spf1 -all", "v=spf1 mx -all"], "spf-two"),
        (["v=spf1 +all"], "spf-open"),
        (["v=spf1 all"], "spf-open"),
        (["v=spf1 " + " ".join(f"include:a{n}.example" for n in range(11)) + " -all"], "spf-many"),
        (["v=spf1 ip4:203.0.113.9 -all"], "spf-elsewhere"),
        (["v=spf1 a:smtp.harborpt.example -all"], "spf-well"),
        (["v=spf1 redirect=_spf.provider.example"], "spf-elsewhere"),
    ],
)
def test_spf(texts: list[str], said: str) -> None:
    names = good()
    names.texts[DOMAIN] = texts
    assert lights(names)["SPF"].pattern == SAID[said][1]


@pytest.mark.parametrize(
    ("selector", "record", "said"),
    [
        ("mine", None, "dkim-missing"),
        ("mine", "v=DKIM1; p=", "dkim-revoked"),
        ("mine", "v=DKIM1; k=rsa; p=" + "A" * 216, "dkim-short"),
        ("mine", "v=DKIM1; k=ed25519; p=" + "A" * 44, "dkim-well"),
        ("", None, "dkim-well"),  # s1 is a usual name
    ],
)
def test_dkim(selector: str, record: str | None, said: str) -> None:
    names = good()
    if record is not None:
        names.texts[f"mine._domainkey.{DOMAIN}"] = [record]
    assert lights(names, selector=selector)["DKIM"].pattern == SAID[said][1]


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("", "dmarc-missing"),
        ("v=DMARC1; p=watch", "dmarc-broken"),
        ("v=DMARC1; p=none", "dmarc-none"),
        ("v=DMARC1;p=quarantine", "dmarc-well"),
    ],
)
def test_dmarc(record: str, said: str) -> None:
    names = good()
    names.texts["_dmarc.harborpt.example"] = [record] if record else []
    assert lights(names)["DMARC"].pattern == SAID[said][1]


def test_alignment_is_by_organisation_unless_the_domain_is_strict() -> None:
    names = good()
    astray = lights(names, bounce_address="b@provider.example")["alignment"]
    assert (astray.light, astray.pattern) == (Light.RED, SAID["aligned-not"][1])
    names.texts["_dmarc.harborpt.example"] = ["v=DMARC1; p=none; aspf=s"]
    strict = lights(names, bounce_address="b@harborpt.example")["alignment"]
    assert strict.pattern == SAID["aligned-strictly-not"][1]


@pytest.mark.parametrize(
    ("reverse", "said"),
    [
        ([], "ptr-missing"),
        (["host-4.isp.example"], "ptr-other"),
        (["smtp.harborpt.example"], "ptr-well"),
    ],
)
def test_ptr(reverse: list[str], said: str) -> None:
    names = good()
    names.reverse["192.0.2.4"] = reverse
    assert lights(names)["PTR"].pattern == SAID[said][1]


def test_a_name_server_that_is_silent_is_no_verdict() -> None:
    names = good()
    names.silent = DOMAIN
    found = lights(names)
    assert (found["DNS"].light, found["DNS"].text) == (
        Light.AMBER,
        f"the name server did not answer for {DOMAIN}",
    )


def test_every_red_and_amber_line_says_what_to_do() -> None:
    assert all(cure or light is Light.GREEN for light, _, cure in SAID.values())


def test_a_server_that_is_not_there_is_said() -> None:
    assert tls_check("127.0.0.1", 9, seconds=0.5).pattern == SAID["tls-silent"][1]


def test_the_real_resolver_says_when_nobody_answers() -> None:
    import dns.resolver

    nobody = dns.resolver.Resolver(configure=False)
    nobody.nameservers, nobody.port = ["127.0.0.1"], 9
    names = Dns(nobody)
    names._seconds = 0.2
    with pytest.raises(Unanswered):
        names.txt("harborpt.example")
