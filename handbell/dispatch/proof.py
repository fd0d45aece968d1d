"""Will what we send be believed? One sender's checks: its domain, its registration, its papers."""

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode, urlsplit

from config.environment import Environment, TwilioAccount
from handbell.channels.addresses import check as check_address
from handbell.channels.addresses import hooks_base
from handbell.channels.email.domain import Dns, Names, domain_checks, tls_check
from handbell.channels.twilio.signature import SIGNATURE_HEADER, sign
from handbell.dispatch.providers import REHEARSAL, SMTP, TWILIO
from handbell.outbox.models import Sender, SenderPapers
from handbell.policy.registration import Papers, causes
from handbell.vocabulary.checks import Check, Light, Said, check
from handbell.vocabulary.words import Channel, Registration

_SECONDS: Final = 5.0

SAID: Final[Mapping[str, Said]] = {
    "no-agreement": (
        Light.RED,
        "no business associate agreement with the provider is on file",
        "sign one with the provider, and write its day on the sender's page",
    ),
    "agreement": (Light.GREEN, "the business associate agreement is of %(day)s", ""),
    "hook-silent": (
        Light.RED,
        "nothing answers at %(address)s: no report and no STOP arrives by it",
        "let your proxy pass /hooks/ on to Handbell, and see that the name leads to it",
    ),
    "hook-open": (
        Light.RED,
        "something else answers at %(address)s (%(status)s)",
        "let your proxy pass /hooks/ on to Handbell",
    ),
    "hook-signature": (
        Light.RED,
        "a signed request does not arrive at %(address)s as it was signed",
        "set HANDBELL_PUBLIC_URL to exactly the address providers use, and let the proxy change "
        "neither path nor query",
    ),
    "hook-well": (Light.GREEN, "%(address)s is reached, and signatures are checked", ""),
}

Post = Callable[[str, Mapping[str, str], Mapping[str, str]], int | None]


@dataclass(frozen=True, slots=True)
class World:
    """What the checks ask of the network; tests put their own in its place."""

    names: Names
    tls: Callable[[str, int], Check]
    post: Post


def post(address: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int | None:
    """Return the status a form is answered with; None if nobody answers."""
    if urlsplit(address).scheme not in {"http", "https"}:
        return None
    request = urllib.request.Request(  # noqa: S310 -- http or https, seen above
        address, data=urlencode(form).encode(), headers=dict(headers), method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, http.client.HTTPException, ValueError):
        return None


def the_world() -> World:
    """Return the real one."""
    return World(names=Dns(), tls=tls_check, post=post)


def sender_checks(sender: Sender, environment: Environment, world: World) -> Iterator[Check]:
    """Look at everything about a sender that decides whether what it sends is believed."""
    if sender.provider == REHEARSAL:
        return
    noted = SenderPapers.objects.filter(sender=sender).first()
    if sender.channel == Channel.EMAIL:
        server = environment.smtp if sender.provider == SMTP else None
        yield from domain_checks(
            sender.address,
            names=world.names,
            selector=noted.dkim_selector if noted else "",
            bounce_address=environment.bounce_address,
            host=server.host if server is not None else "",
        )
        if server is not None:
            yield world.tls(server.host, server.port)
    elif sender.channel == Channel.SMS:
        yield from causes(papers_of(sender, noted))
    if noted is None or noted.agreement_on is None:
        yield check("agreement", SAID["no-agreement"])
    else:
        yield check("agreement", SAID["agreement"], day=noted.agreement_on.isoformat())


def papers_of(sender: Sender, noted: SenderPapers | None) -> Papers:
    """Return what was written down of how a number is registered."""
    registration = Registration(sender.registration)
    if noted is None:
        return Papers(registration)
    return Papers(
        registration,
        legal_name=noted.legal_name,
        own_tax_number=noted.own_tax_number,
        campaign=noted.campaign,
        privacy_url=noted.privacy_url,
        says_not_shared=noted.says_not_shared,
        says_how_to_stop=noted.says_how_to_stop,
        declares_links_and_phone=noted.declares_links_and_phone,
        consent_is_separate=noted.consent_is_separate,
    )


def webhook_checks(environment: Environment, world: World) -> Iterator[Check]:
    """Does what Twilio posts to our public address reach us, and arrive as it was signed?"""
    if environment.twilio is not None:
        yield _hook(environment.public_url, environment.twilio, world.post)


def _hook(public_url: str, account: TwilioAccount, ask: Post) -> Check:
    address = check_address(hooks_base(public_url))
    form = {"AccountSid": account.account_sid}
    unsigned = ask(address, form, {})
    if unsigned is None:
        return check(TWILIO, SAID["hook-silent"], address=address)
    if unsigned != 403:
        return check(TWILIO, SAID["hook-open"], address=address, status=str(unsigned))
    signature = sign(address, form, auth_token=account.auth_token)
    if ask(address, form, {SIGNATURE_HEADER: signature}) != 204:
        return check(TWILIO, SAID["hook-signature"], address=address)
    return check(TWILIO, SAID["hook-well"], address=address)
