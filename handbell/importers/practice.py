"""What does practice.toml say? Settings checked key by key, or flaws that name the key. Pure.

Only `name` is required. A key that is not there leaves what is known, a key that is not known or
holds something else than it should is a flaw that says what to write.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any, Final, TypeVar

from handbell.dispatch.providers import PROVIDERS
from handbell.importers.bad_value import BadValue
from handbell.importers.facts import Kind, Severity
from handbell.importers.findings import Findings
from handbell.importers.practice_values import (
    MOST_HOURS,
    read_channels,
    read_clock,
    read_digest,
    read_domains,
    read_frequency,
    read_hourly_limit,
    read_hours,
    read_language,
    read_minimum,
    read_mode,
    read_one_of,
    read_payment_url,
    read_people,
    read_phone,
    read_rate,
    read_region,
    read_registration,
    read_reply_to,
    read_required_name,
    read_slug,
    read_table,
    read_text,
    read_whole,
    read_window,
    read_yes_or_no,
    read_zone,
)
from handbell.importers.values import parse_email, parse_phone
from handbell.vocabulary.words import Channel, Purpose, Registration

UNIT: Final = "line"

_SCRIPT: Final = re.compile(
    r"(?P<channel>sms|voice|email)(?P<subject>_subject)?(?:_(?P<language>[a-z]{2,3}))?"
)
MOST_DAYS: Final = 60

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class StepSetting:
    """One reminder of every visit."""

    key: str
    days_before: int | None
    hours_before: int | None
    at: time | None
    channels: tuple[Channel, ...]
    when_confirmed: bool


@dataclass(frozen=True, slots=True)
class SenderSetting:
    """A number or address the practice sends as."""

    channel: Channel
    address: str
    provider: str
    rate_per_second: float | None
    registration: Registration | None = None
    hourly_limit: int | None = None
    begins_slowly: bool | None = None


@dataclass(slots=True)
class ScriptSetting:
    """A text of the practice's own; its language is the practice's if it names none."""

    purpose: Purpose
    channel: Channel
    language: str
    body: str = ""
    subject: str = ""


@dataclass(slots=True)
class PracticeSetting:
    """What the file says. `columns` are the practice's own, by the name of the column."""

    name: str = ""
    slug: str = ""
    columns: dict[str, Any] = field(default_factory=dict)
    steps: list[StepSetting] | None = None
    steps_flawed: bool = False
    senders: list[SenderSetting] = field(default_factory=list)
    scripts: list[ScriptSetting] = field(default_factory=list)


def parse_practice(content: bytes, *, file: str) -> tuple[PracticeSetting | None, Findings]:
    """Return the settings of a practice.toml (None if it cannot be one) and its flaws."""
    findings = Findings(file, UNIT, 0)
    try:
        document = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        bad = BadValue("file", "it is not written in UTF-8", "save it as UTF-8")
        findings.flaw(Kind.PRACTICE, "", bad)
        return None, findings
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        findings.line = int(found[1]) if found else 0
        cure = "texts stand in quotation marks, lists in [ ], sections under [name]"
        findings.flaw(Kind.PRACTICE, "", BadValue("file", "this is not valid TOML", cure))
        return None, findings
    return _Reader(document, findings).read(), findings


class _Reader:
    """Reads a practice.toml; what is wrong goes to the findings."""

    def __init__(self, document: Mapping[str, Any], findings: Findings) -> None:
        self._document = document
        self._findings = findings
        self._setting = PracticeSetting()
        region = document.get("region")
        self._region = region if isinstance(region, str) else "US"

    def read(self) -> PracticeSetting | None:
        """Return the settings, None without a name."""
        readers: dict[str, Callable[[Any], None]] = {
            "reminders": self._reminders,
            "balance": self._balance,
            "windows": self._windows,
            "senders": self._senders,
            "scripts": self._scripts,
        }
        try:
            self._setting.name = read_required_name(self._document)
            self._setting.slug = read_slug(self._document.get("slug", ""))
        except BadValue as bad:
            self._findings.flaw(Kind.PRACTICE, "", bad)
            return None
        for key, value in self._document.items():
            if key in readers:
                readers[key](value)
            elif key in _TOP:
                self._column(key, *_TOP[key], value)
            elif key not in {"name", "slug"}:
                self._unknown(key, [*_TOP, "name", "slug", *readers])
        return self._setting

    def _column(self, key: str, column: str, parse: Callable[..., Any], value: object) -> None:
        """Read one of the practice's own columns."""
        try:
            given = (value, self._region) if parse is read_phone else (value,)
            self._setting.columns[column] = parse(*given)
        except BadValue as bad:
            bad.field = key
            self._findings.flaw(Kind.PRACTICE, key, bad, Severity.VALUE)

    def _unknown(self, key: str, known: list[str], kind: Kind = Kind.PRACTICE) -> None:
        cure = f"these are known: {', '.join(known)}"
        bad = BadValue("key", "this key is not known", cure)
        self._findings.flaw(kind, key[:60], bad, Severity.VALUE)

    def _section(
        self, name: str, value: object, keys: Mapping[str, tuple[str, Callable[..., Any]]]
    ) -> Mapping[str, Any]:
        """Read a section's columns; return the section, an empty one if it is none."""
        if not isinstance(value, dict):
            bad = BadValue("section", "it must be a section", f"write [{name}]")
            self._findings.flaw(Kind.PRACTICE, name, bad, Severity.VALUE)
            return {}
        for key, told in value.items():
            if key in keys:
                self._column(f"{name}.{key}", *keys[key], told)
            elif not (name == "reminders" and key == "steps"):
                more = ["steps"] if name == "reminders" else []
                self._unknown(f"{name}.{key}", [*keys, *more])
        return value

    def _reminders(self, value: object) -> None:
        steps = self._section("reminders", value, _REMINDERS).get("steps")
        if steps is None:
            return
        if not isinstance(steps, list):
            cure = 'write steps = [{days_before = 1, at = "10:00"}]'
            bad = BadValue("steps", "it must be a list", cure)
            self._findings.flaw(Kind.STEPS, "reminders.steps", bad)
            self._setting.steps_flawed = True
            return
        self._setting.steps = []
        for number, told in enumerate(steps, 1):
            self._step(number, told)

    def _step(self, number: int, told: object) -> None:
        assert self._setting.steps is not None
        try:
            step = _step(told)
            if any(step.key == other.key for other in self._setting.steps):
                cure = "put the channels of both into one"
                raise BadValue("step", "two steps are due at the same moment", cure)
            self._setting.steps.append(step)
        except BadValue as bad:
            self._setting.steps_flawed = True
            where = f"reminders.steps[{number}]"
            bad.field = f"{where}.{bad.field}" if bad.field else where
            self._findings.flaw(Kind.STEPS, where, bad)

    def _balance(self, value: object) -> None:
        self._section("balance", value, _BALANCE)

    def _windows(self, value: object) -> None:
        if not isinstance(value, dict):
            bad = BadValue("section", "it must be a section", "write [windows]")
            self._findings.flaw(Kind.PRACTICE, "windows", bad, Severity.VALUE)
            return
        windows: dict[str, list[str]] = {}
        for key, told in value.items():
            if key not in {channel.value for channel in Channel}:
                self._unknown(f"windows.{key}", [channel.value for channel in Channel])
                continue
            try:
                windows[key] = read_window(told)
            except BadValue as bad:
                bad.field = f"windows.{key}"
                self._findings.flaw(Kind.PRACTICE, key, bad, Severity.VALUE)
        self._setting.columns["windows"] = windows

    def _senders(self, value: object) -> None:
        for number, told in enumerate(value if isinstance(value, list) else [value], 1):
            try:
                self._setting.senders.append(_sender(told, self._region))
            except BadValue as bad:
                where = f"senders[{number}]"
                bad.field = f"{where}.{bad.field}" if bad.field else where
                self._findings.flaw(Kind.SENDERS, where, bad)

    def _scripts(self, value: object) -> None:
        purposes = {purpose.value: purpose for purpose in Purpose}
        for name, told in (value if isinstance(value, dict) else {"": value}).items():
            if name not in purposes or not isinstance(told, dict):
                self._unknown(f"scripts.{name}", list(purposes), Kind.SCRIPTS)
                continue
            self._setting.scripts += _scripts(purposes[name], told, self._findings)


def _step(value: object) -> StepSetting:
    keys = frozenset({"days_before", "hours_before", "at", "channels", "when_confirmed"})
    told = read_table(value, keys, "step")
    channels = read_channels(told.get("channels", []))
    confirmed = read_yes_or_no(told.get("when_confirmed", False))
    if ("days_before" in told) == ("hours_before" in told):
        cure = "write either days_before (with at) or hours_before"
        raise BadValue("step", "it must say days or hours before", cure)
    if "hours_before" in told:
        if "at" in told:
            cure = "leave at out: the hour follows from the visit"
            raise BadValue("step", "hours_before has no time of day", cure, field="at")
        hours = read_whole(told["hours_before"], 1, MOST_HOURS, "hours")
        return StepSetting(f"{hours}h", None, hours, None, channels, confirmed)
    days = read_whole(told["days_before"], 0, MOST_DAYS, "days")
    at = read_clock(told.get("at", "10:00"))
    return StepSetting(f"{days}d@{at:%H:%M}", days, None, at, channels, confirmed)


def _sender(value: object, region: str) -> SenderSetting:
    keys = frozenset(
        {
            "channel", "address", "provider", "rate_per_second", "registration", "hourly_limit",
            "begins_slowly",
        }
    )  # fmt: skip
    told = read_table(value, keys, "sender")
    channel = Channel(read_one_of(told.get("channel"), [c.value for c in Channel], "channel"))
    address = read_text(told.get("address", ""), 254)
    found = (
        parse_email(address) if channel is Channel.EMAIL else parse_phone(address, region=region)
    )
    if not found:
        raise BadValue("address", "it is empty", "write the number or address we send as")
    provider = read_one_of(
        told.get("provider", PROVIDERS[channel][0]), PROVIDERS[channel], "provider"
    )
    return SenderSetting(
        channel,
        found,
        provider,
        rate_per_second=_given(told, "rate_per_second", read_rate),
        registration=_given(told, "registration", read_registration),
        hourly_limit=_given(told, "hourly_limit", read_hourly_limit),
        begins_slowly=_given(told, "begins_slowly", read_yes_or_no),
    )


def _given(told: Mapping[str, Any], key: str, parse: Callable[[object], Read]) -> Read | None:
    """Return the value of a key, None where it is left out."""
    try:
        return parse(told[key]) if key in told else None
    except BadValue as bad:
        bad.field = key
        raise


def _scripts(purpose: Purpose, told: Mapping[str, Any], findings: Findings) -> list[ScriptSetting]:
    """Return the texts of a purpose: `sms`, `voice`, `email` with `email_subject`, and `sms_es`."""
    found: dict[tuple[Channel, str], ScriptSetting] = {}
    for key, text in told.items():
        match = _SCRIPT.fullmatch(key)
        subject = bool(match and match["subject"])
        if match is None or (subject and match["channel"] != "email"):
            cure = "write sms, voice, email or email_subject, with _es and the like for a language"
            bad = BadValue("key", "this key is not known", cure)
            findings.flaw(Kind.SCRIPTS, f"scripts.{purpose}.{key[:60]}", bad, Severity.VALUE)
            continue
        if not isinstance(text, str):
            bad = BadValue("text", "it must be a text", "put it in quotation marks")
            findings.flaw(Kind.SCRIPTS, f"scripts.{purpose}.{key}", bad, Severity.VALUE)
            continue
        channel, language = Channel(match["channel"]), match["language"] or ""
        script = found.setdefault((channel, language), ScriptSetting(purpose, channel, language))
        if subject:
            script.subject = text
        else:
            script.body = text
    return list(found.values())


_TOP: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "region": ("region", read_region),
    "language": ("language", read_language),
    "phone": ("phone", read_phone),
    "time_zone": ("time_zone", read_zone),
    "domains": ("domains", read_domains),
    "payment_url": ("payment_url", read_payment_url),
    "reply_to": ("reply_to", read_reply_to),
    "second_person_above": ("second_person_above", read_people),
}
_REMINDERS: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "mode": ("reminder_mode", read_mode),
    "too_late_hours": ("reminder_too_late_hours", read_hours),
    "change_notice": ("notify_changes", read_yes_or_no),
    "cancellation_notice": ("notify_cancellations", read_yes_or_no),
    "open_days_only": ("open_days_only", read_yes_or_no),
    "weekly_digest_from": ("weekly_digest_from", read_digest),
    "escalate": ("escalate", read_yes_or_no),
}
_BALANCE: Final[dict[str, tuple[str, Callable[..., Any]]]] = {
    "frequency": ("balance_frequency", read_frequency),
    "at": ("balance_at", read_clock),
    "minimum": ("balance_minimum", read_minimum),
    "by_voice": ("balance_by_voice", read_yes_or_no),
    "say_amount": ("balance_says_amount", read_yes_or_no),
}
