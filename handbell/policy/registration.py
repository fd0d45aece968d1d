"""Would a 10DLC registration be refused? Checked for what registries refuse for (rules.md 17).

Pure: what the practice answered goes in, what is missing comes out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from handbell.vocabulary.checks import Check, Light, Said, check
from handbell.vocabulary.words import Registration

#: Words a sole proprietor's brand may not have: they name a company.
_COMPANY: Final = re.compile(
    r"\b(clinic|health(care)?|medical|therapy|rehab(ilitation)?|hospital|llc|inc|corp|pllc|p\.?c|"
    r"group|center|associates)\b",
    re.IGNORECASE,
)

SAID: Final[Mapping[str, Said]] = {
    "unregistered": (
        Light.RED,
        "nothing is written down of its registration; carriers block what is not registered",
        "register the number with your provider, and write what you registered on its page",
    ),
    "no-campaign": (
        Light.AMBER,
        "no campaign or verification number is written down",
        "copy it from your provider when the registration is approved",
    ),
    "710": (
        Light.RED,
        "the brand is not registered by the clinic's own tax number (cause 710 or 711)",
        "register the legal name and EIN of the clinic, not of an agency or another clinic",
    ),
    "sole-proprietor": (
        Light.RED,
        "a sole proprietor's brand cannot be called a clinic or company",
        "register as a standard or low-volume brand with the EIN",
    ),
    "805": (
        Light.RED,
        "the privacy policy does not say that numbers are not shared (cause 805)",
        "add: mobile numbers and consent are not shared with third parties for marketing",
    ),
    "privacy": (
        Light.RED,
        "there is no privacy policy on the web",
        "publish one on an https address and write it on the sender's page",
    ),
    "806": (
        Light.RED,
        "the sign-up text lacks HELP, STOP, how often, or that rates may apply (cause 806)",
        "add all four where patients agree",
    ),
    "601": (
        Light.AMBER,
        "what was said of links and telephone numbers does not fit the texts (cause 601)",
        "say yes to both at your provider: reminders hold a link, and the clinic's number",
    ),
    "611": (
        Light.RED,
        "consent is ticked beforehand or bundled with another (cause 611)",
        "ask for texts by a box of its own that is empty until somebody ticks it",
    ),
    "well": (Light.GREEN, "nothing speaks against it that registries refuse for", ""),
}


@dataclass(frozen=True, slots=True)
class Papers:
    """What a practice says of how a number is registered."""

    registration: Registration = Registration.UNKNOWN
    legal_name: str = ""
    own_tax_number: bool = False
    campaign: str = ""
    privacy_url: str = ""
    says_not_shared: bool = False
    says_how_to_stop: bool = False
    declares_links_and_phone: bool = False
    consent_is_separate: bool = False


def causes(papers: Papers) -> Iterator[Check]:
    """Yield what a registry would refuse for; one green line if it would not."""
    if papers.registration is Registration.UNKNOWN:
        yield check("registration", SAID["unregistered"])
        return
    found = list(_causes(papers))
    yield from found
    if all(one.light is not Light.RED for one in found):
        yield check("registration", SAID["well"])


def _causes(given: Papers) -> Iterator[Check]:
    if given.registration is Registration.DLC_SOLE_PROPRIETOR:
        if _COMPANY.search(given.legal_name):
            yield check("registration", SAID["sole-proprietor"])
    elif not given.own_tax_number or not given.legal_name:
        yield check("registration", SAID["710"])
    if not given.privacy_url.startswith("https://"):
        yield check("registration", SAID["privacy"])
    elif not given.says_not_shared:
        yield check("registration", SAID["805"])
    if not given.says_how_to_stop:
        yield check("registration", SAID["806"])
    if not given.consent_is_separate:
        yield check("registration", SAID["611"])
    if not given.declares_links_and_phone:
        yield check("registration", SAID["601"])
    if not given.campaign:
        yield check("registration", SAID["no-campaign"])
