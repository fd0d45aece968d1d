"""Which provider carries which channel, with what account, and what do its codes mean?

The rehearsal carrier speaks Twilio's language and SMTP, so it uses the same gateways with
another account: what is rehearsed is what will run.
"""

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from config.environment import Environment, SmtpAccount, TwilioAccount, secret
from handbell.channels.carrier import REHEARSAL_ACCOUNT_SID
from handbell.channels.codes import CodeRule, unknown_code
from handbell.channels.email.ses import codes as ses_codes
from handbell.channels.email.ses import receipt as ses_receipt
from handbell.channels.email.ses.client import Ses
from handbell.channels.email.smtp import codes as smtp_codes
from handbell.channels.email.smtp import receipt as smtp_receipt
from handbell.channels.email.smtp.client import Smtp
from handbell.channels.gateway import Gateway
from handbell.channels.receipt import ReceiptStatus
from handbell.channels.sms.twilio import codes as sms_codes
from handbell.channels.sms.twilio import receipt as sms_receipt
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.sms.vonage import codes as vonage_codes
from handbell.channels.sms.vonage import receipt as vonage_receipt
from handbell.channels.sms.vonage.client import VonageSms
from handbell.channels.voice.twilio import codes as voice_codes
from handbell.channels.voice.twilio import receipt as voice_receipt
from handbell.channels.voice.twilio.client import TwilioVoice
from handbell.vocabulary.words import Channel

REHEARSAL: Final = "rehearsal"
TWILIO: Final = "twilio"
SMTP: Final = "smtp"
SES: Final = "ses"
VONAGE: Final = "vonage"

#: What a sender may name as its provider.
PROVIDERS: Final[Mapping[Channel, tuple[str, ...]]] = {
    Channel.SMS: (TWILIO, VONAGE, REHEARSAL),
    Channel.VOICE: (TWILIO, REHEARSAL),
    Channel.EMAIL: (SMTP, SES, REHEARSAL),
}

Place = tuple[str, Channel]


class _Rule(Protocol):
    def __call__(self, code: str, *, sender: str) -> CodeRule: ...


_RULES: Final[Mapping[Channel, _Rule]] = {
    Channel.SMS: sms_codes.rule_for,
    Channel.VOICE: voice_codes.rule_for,
    Channel.EMAIL: smtp_codes.rule_for,
}

#: Where a channel's second provider has tables of its own.
_OWN_RULES: Final[Mapping[Place, _Rule]] = {
    (VONAGE, Channel.SMS): vonage_codes.rule_for,
    (SES, Channel.EMAIL): ses_codes.rule_for,
}

_STATUSES: Final[Mapping[Channel, Callable[[str], ReceiptStatus]]] = {
    Channel.SMS: sms_receipt.status_of,
    Channel.VOICE: voice_receipt.status_of,
    Channel.EMAIL: smtp_receipt.status_of,
}


_OWN_STATUSES: Final[Mapping[Place, Callable[[str], ReceiptStatus]]] = {
    (VONAGE, Channel.SMS): vonage_receipt.status_of,
    (SES, Channel.EMAIL): ses_receipt.status_of,
}


def rule_for(provider: str, channel: Channel, code: str, *, sender: str) -> CodeRule:
    """Return what a provider's code means; a provider nobody knows has only unknown codes."""
    if provider not in PROVIDERS[channel]:
        return unknown_code(code)
    rule = _OWN_RULES.get((provider, channel), _RULES[channel])
    return rule(code, sender=sender)


def status_of(provider: str, channel: Channel, word: str) -> ReceiptStatus:
    """Return what a provider's word for a message's state means."""
    return _OWN_STATUSES.get((provider, channel), _STATUSES[channel])(word)


def rehearsal_account(environment: Environment) -> TwilioAccount:
    """Return the account of the rehearsal carrier that runs beside this installation."""
    return TwilioAccount(
        base_url=environment.carrier_url,
        account_sid=REHEARSAL_ACCOUNT_SID,
        auth_token=secret(environment, "carrier_token"),
    )


def rehearsal_gateways(
    account: TwilioAccount, *, smtp_port: int, digest_key: str
) -> dict[Place, Gateway]:
    """Return the gateways to a rehearsal carrier on this machine. Call it in the event loop."""
    return {
        (REHEARSAL, Channel.SMS): TwilioSms(account),
        (REHEARSAL, Channel.VOICE): TwilioVoice(account),
        # It is on this machine and keeps everything here, so it needs no encryption.
        (REHEARSAL, Channel.EMAIL): Smtp(
            SmtpAccount("127.0.0.1", smtp_port, "", "", starttls=False), digest_key=digest_key
        ),
    }


def open_gateways(environment: Environment) -> dict[Place, Gateway]:
    """Return a gateway per provider and channel that is configured. Call it in the event loop.

    The rehearsal carrier is always there; a real provider only with its credentials.
    """
    digest_key = secret(environment, "mail_digest_key")
    gateways = rehearsal_gateways(
        rehearsal_account(environment),
        smtp_port=environment.carrier_smtp_port,
        digest_key=digest_key,
    )
    if environment.twilio is not None:
        gateways[TWILIO, Channel.SMS] = TwilioSms(environment.twilio)
        gateways[TWILIO, Channel.VOICE] = TwilioVoice(environment.twilio)
    if environment.smtp is not None:
        gateways[SMTP, Channel.EMAIL] = Smtp(
            environment.smtp, digest_key=digest_key, bounce_address=environment.bounce_address
        )
    if environment.ses is not None:
        gateways[SES, Channel.EMAIL] = Ses(environment.ses, digest_key=digest_key)
    if environment.vonage is not None:
        gateways[VONAGE, Channel.SMS] = VonageSms(environment.vonage)
    return gateways


def configured_places(environment: Environment) -> frozenset[Place]:
    """Return where messages can leave: the providers `open_gateways` has a gateway to."""
    places = {(REHEARSAL, channel) for channel in Channel}
    if environment.twilio is not None:
        places |= {(TWILIO, Channel.SMS), (TWILIO, Channel.VOICE)}
    if environment.smtp is not None:
        places.add((SMTP, Channel.EMAIL))
    if environment.ses is not None:
        places.add((SES, Channel.EMAIL))
    if environment.vonage is not None:
        places.add((VONAGE, Channel.SMS))
    return frozenset(places)


def place_of(provider: str) -> Place:
    """Return a channel the provider carries, to ask it something that is the same for all."""
    return provider, next(channel for channel in Channel if provider in PROVIDERS[channel])


def credentials(environment: Environment, provider: str) -> dict[str, bool]:
    """Return which settings a provider needs here, and whether each is set; never what it is."""
    twilio, smtp = environment.twilio, environment.smtp
    if provider == TWILIO:
        return {
            "HANDBELL_TWILIO_ACCOUNT_SID": twilio is not None,
            "HANDBELL_TWILIO_AUTH_TOKEN": twilio is not None,
        }
    if provider == SMTP:
        return {
            "HANDBELL_SMTP_HOST": smtp is not None,
            "HANDBELL_SMTP_USERNAME": smtp is not None and bool(smtp.username),
            "HANDBELL_SMTP_PASSWORD": smtp is not None and bool(smtp.password),
        }
    if provider == SES:
        ses = environment.ses
        return {
            "HANDBELL_SES_REGION": ses is not None,
            "HANDBELL_SES_ACCESS_KEY_ID": ses is not None,
            "HANDBELL_SES_SECRET_ACCESS_KEY": ses is not None,
            "HANDBELL_SES_CONFIGURATION_SET": ses is not None and bool(ses.configuration_set),
        }
    if provider == VONAGE:
        vonage = environment.vonage
        return {
            "HANDBELL_VONAGE_API_KEY": vonage is not None,
            "HANDBELL_VONAGE_API_SECRET": vonage is not None,
            "HANDBELL_VONAGE_SIGNATURE_SECRET": vonage is not None,
        }
    return {}
