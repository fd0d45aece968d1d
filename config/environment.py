"""The settings of an installation, read once from the environment.

Every name is documented in docs/settings.md (a test compares the two). Secrets come from the
environment or from a file only its owner can read; nothing secret has a default.
"""

import os
import re
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

_HERE = {"localhost", "127.0.0.1", "::1"}


class SettingFlaw(RuntimeError):
    """A setting is missing or wrong; the message names it and says what to write."""


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    """Where and as whom we speak Twilio's REST API; the base address is configurable."""

    base_url: str
    account_sid: str
    auth_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SmtpAccount:
    """The mail server that takes our e-mail. `starttls` False only for a server on this machine."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    starttls: bool = True


@dataclass(frozen=True, slots=True)
class SesAccount:
    """Where and as whom we speak to Amazon SES; the address follows from the region."""

    base_url: str
    region: str
    access_key_id: str
    secret_access_key: str = field(repr=False)
    configuration_set: str = ""


@dataclass(frozen=True, slots=True)
class VonageAccount:
    """Where and as whom we speak to Vonage, and what its webhooks are signed with."""

    base_url: str
    api_key: str
    api_secret: str = field(repr=False)
    signature_secret: str = field(default="", repr=False)
    signature_method: str = "md5hash"


@dataclass(frozen=True, slots=True)
class BounceMailbox:
    """The mailbox bounces go to, read by IMAP. `tls` False only for a server on this machine."""

    host: str
    port: int
    username: str
    password: str = field(repr=False)
    folder: str = "INBOX"
    tls: bool = True


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says. Built by `read`; passed on, never read again elsewhere."""

    home: Path
    database_url: str
    public_url: str
    web_host: str
    web_port: int
    carrier_port: int
    carrier_smtp_port: int
    debug: bool
    twilio: TwilioAccount | None
    smtp: SmtpAccount | None
    pg_bin: Path | None = None
    proxies: int = 0
    ses: SesAccount | None = None
    vonage: VonageAccount | None = None
    bounce_address: str = ""
    bounce_mailbox: BounceMailbox | None = None
    mail_webhook_keys: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def is_public(self) -> bool:
        """Whether patients and providers elsewhere can reach the address, safely."""
        url = urlsplit(self.public_url)
        return url.scheme == "https" and url.hostname not in _HERE

    @property
    def carrier_url(self) -> str:
        return f"http://127.0.0.1:{self.carrier_port}"


def read(names: dict[str, str] | None = None) -> Environment:
    """Return the installation's settings. Raises SettingFlaw for a value that cannot be used."""
    given = dict(os.environ) if names is None else names
    web_host = given.get("HANDBELL_WEB_HOST", "127.0.0.1")
    web_port = _port(given, "HANDBELL_WEB_PORT", 8000)
    public_url = given.get("HANDBELL_PUBLIC_URL", f"http://{web_host}:{web_port}").rstrip("/")
    return Environment(
        home=Path(given.get("HANDBELL_HOME", Path(__file__).parent.parent / "var")).resolve(),
        database_url=given.get("DATABASE_URL", ""),
        public_url=public_url,
        web_host=web_host,
        web_port=web_port,
        carrier_port=_port(given, "HANDBELL_CARRIER_PORT", 8025),
        carrier_smtp_port=_port(given, "HANDBELL_CARRIER_SMTP_PORT", 8026),
        debug=given.get("HANDBELL_DEBUG", "") == "1",
        twilio=_twilio(given),
        smtp=_smtp(given),
        pg_bin=Path(given["HANDBELL_PG_BIN"]) if given.get("HANDBELL_PG_BIN") else None,
        proxies=_proxies(given, public_url),
        ses=_ses(given),
        vonage=_vonage(given),
        bounce_address=_bounce_address(given),
        bounce_mailbox=_bounce_mailbox(given),
        mail_webhook_keys=_mail_webhook_keys(given),
    )


def secret(environment: Environment, name: str) -> str:
    """Return the secret `name`: from `HANDBELL_<NAME>`, else from a 0600 file made on first use.

    Raises SettingFlaw if the file can be read by others.
    """
    given = os.environ.get(f"HANDBELL_{name.upper()}")
    if given:
        return given
    path = environment.home / f"{name}.txt"
    if not path.exists():
        environment.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass  # another process of ours made it a moment ago
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise SettingFlaw(
            f"{path.name} in HANDBELL_HOME can be read by others: run chmod 600 on it"
        )
    return path.read_text().strip()


def _twilio(given: dict[str, str]) -> TwilioAccount | None:
    sid, token = given.get("HANDBELL_TWILIO_ACCOUNT_SID"), given.get("HANDBELL_TWILIO_AUTH_TOKEN")
    if not sid and not token:
        return None
    if not sid or not token:
        raise SettingFlaw(
            "set both HANDBELL_TWILIO_ACCOUNT_SID and HANDBELL_TWILIO_AUTH_TOKEN, or neither"
        )
    base = given.get("HANDBELL_TWILIO_BASE_URL", "https://api.twilio.com").rstrip("/")
    return TwilioAccount(base_url=base, account_sid=sid, auth_token=token)


def _smtp(given: dict[str, str]) -> SmtpAccount | None:
    host = given.get("HANDBELL_SMTP_HOST")
    if not host:
        return None
    return SmtpAccount(
        host=host,
        port=_port(given, "HANDBELL_SMTP_PORT", 587),
        username=given.get("HANDBELL_SMTP_USERNAME", ""),
        password=given.get("HANDBELL_SMTP_PASSWORD", ""),
        starttls=given.get("HANDBELL_SMTP_STARTTLS", "required") != "off",
    )


def _ses(given: dict[str, str]) -> SesAccount | None:
    names = [f"HANDBELL_SES_{name}" for name in ("REGION", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY")]
    region, key, secret_key = (given.get(name, "") for name in names)
    if not any((region, key, secret_key)):
        return None
    if not all((region, key, secret_key)):
        raise SettingFlaw(f"set {', '.join(names)}, or none of them")
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", region):
        raise SettingFlaw(f"HANDBELL_SES_REGION must be a region such as us-east-1, not {region!r}")
    return SesAccount(
        base_url=f"https://email.{region}.amazonaws.com",
        region=region,
        access_key_id=key,
        secret_access_key=secret_key,
        configuration_set=given.get("HANDBELL_SES_CONFIGURATION_SET", ""),
    )


def _vonage(given: dict[str, str]) -> VonageAccount | None:
    key, secret_text = given.get("HANDBELL_VONAGE_API_KEY"), given.get("HANDBELL_VONAGE_API_SECRET")
    if not key and not secret_text:
        return None
    signing = given.get("HANDBELL_VONAGE_SIGNATURE_SECRET", "")
    if not key or not secret_text or not signing:
        raise SettingFlaw(
            "set HANDBELL_VONAGE_API_KEY, HANDBELL_VONAGE_API_SECRET and"
            " HANDBELL_VONAGE_SIGNATURE_SECRET, or none of them"
        )
    method = given.get("HANDBELL_VONAGE_SIGNATURE_METHOD", "md5hash").lower()
    if method not in {"md5hash", "md5", "sha1", "sha256", "sha512"}:
        raise SettingFlaw("HANDBELL_VONAGE_SIGNATURE_METHOD must be as at your Vonage account")
    base = given.get("HANDBELL_VONAGE_BASE_URL", "https://rest.nexmo.com").rstrip("/")
    return VonageAccount(base, key, secret_text, signing, method)


def _bounce_address(given: dict[str, str]) -> str:
    text = given.get("HANDBELL_BOUNCE_ADDRESS", "").strip()
    if text and not re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", text):
        raise SettingFlaw(
            "HANDBELL_BOUNCE_ADDRESS must be an e-mail address without a plus sign, such as"
            f" bounces@harborpt.example, not {text!r}"
        )
    return text


def _bounce_mailbox(given: dict[str, str]) -> BounceMailbox | None:
    host = given.get("HANDBELL_BOUNCE_IMAP_HOST")
    if not host:
        return None
    username = given.get("HANDBELL_BOUNCE_IMAP_USERNAME", "")
    password = given.get("HANDBELL_BOUNCE_IMAP_PASSWORD", "")
    if not username or not password:
        raise SettingFlaw(
            "set HANDBELL_BOUNCE_IMAP_USERNAME and HANDBELL_BOUNCE_IMAP_PASSWORD with"
            " HANDBELL_BOUNCE_IMAP_HOST, or none of them"
        )
    return BounceMailbox(
        host=host,
        port=_port(given, "HANDBELL_BOUNCE_IMAP_PORT", 993),
        username=username,
        password=password,
        folder=given.get("HANDBELL_BOUNCE_IMAP_FOLDER", "INBOX"),
        tls=given.get("HANDBELL_BOUNCE_IMAP_TLS", "required") != "off",
    )


def _mail_webhook_keys(given: dict[str, str]) -> dict[str, str]:
    """Return the keys mail providers sign their webhooks with: `mailgun=...,sendgrid=...`."""
    pairs = [
        pair for pair in given.get("HANDBELL_MAIL_WEBHOOK_KEYS", "").split(",") if pair.strip()
    ]
    keys = {}
    for pair in pairs:
        name, sign, key = pair.strip().partition("=")
        if not sign or not name or not key:
            raise SettingFlaw(
                "HANDBELL_MAIL_WEBHOOK_KEYS is written provider=key, with commas between several"
            )
        keys[name] = key
    return keys


def _proxies(given: dict[str, str], public_url: str) -> int:
    """How many proxies stand before us; we speak no TLS, so an https address needs one."""
    text = given.get("HANDBELL_PROXIES", "1" if public_url.startswith("https:") else "0")
    if not text.isdecimal() or int(text) > 9:
        raise SettingFlaw(f"HANDBELL_PROXIES must be a number from 0 to 9, not {text!r}")
    return int(text)


def _port(given: dict[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise SettingFlaw(f"{name} must be a port number between 1 and 65535, not {text!r}")
    return int(text)
