"""What does `handbell doctor` look at, and what does it advise? One function per question."""

import platform
import stat
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import Error as DatabaseError
from django.db import connection

from config.environment import Environment, SettingFlaw, read
from handbell.commands import ready, tables
from handbell.commands.workers import alive
from handbell.supervisor import programs
from handbell.supervisor.flaws import StartFlaw
from handbell.vocabulary.checks import Check, Light
from handbell.vocabulary.words import Channel

OLDEST_PYTHON = (3, 11)
BEST_MAJOR = 18
LARGEST_SKEW_SECONDS = 2.0  # leases and pacing compare the clocks of several hosts


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: what was looked at, whether it is well, and what to do if it is not."""

    check: str
    ok: bool
    text: str
    cure: str = ""
    light: Light = Light.GREEN


def of_check(found: Check, *, about: str) -> Finding:
    """Return a check of the rooms below as a finding; `about` names what was looked at."""
    name = f"{about}: {found.name}" if about else found.name
    return Finding(name, found.light is not Light.RED, found.text, found.cure, found.light)


def well(check: str, text: str) -> Finding:
    """Return that a check found nothing wrong."""
    return Finding(check, ok=True, text=text)


def ill(check: str, text: str, *, cure: str) -> Finding:
    """Return what a check found wrong, and what repairs it."""
    return Finding(check, ok=False, text=text, cure=cure, light=Light.RED)


def fair(check: str, text: str, *, cure: str) -> Finding:
    """Return what a check found that works and could be better."""
    return Finding(check, ok=True, text=text, cure=cure, light=Light.AMBER)


def findings() -> Iterator[Finding]:
    """Look at everything, from what needs nothing to what needs the database."""
    yield python()
    try:
        environment = read()
    except SettingFlaw as flaw:
        yield ill("settings", str(flaw), cure="change the setting as said")
        return
    yield well("settings", f"HANDBELL_HOME is {environment.home}")
    yield from secrets(environment)
    yield public_address(environment)
    yield from providers(environment)
    if not environment.database_url:
        yield postgresql(environment)
    yield from database(environment)


def python() -> Finding:
    """Is this Python new enough?"""
    if sys.version_info < OLDEST_PYTHON:
        cure = "install Python 3.11 or newer, remove .venv and run `make setup`"
        return ill("python", f"{platform.python_version()} is too old", cure=cure)
    return well("python", platform.python_version())


def secrets(environment: Environment) -> Iterator[Finding]:
    """Can anybody else read the secrets and the data under HANDBELL_HOME?"""
    if not environment.home.exists():
        yield well("secrets", "none yet: they are made on the first start")
        return
    kept = [environment.home, *environment.home.glob("*.txt"), *environment.home.glob("*.json*")]
    open_to_others = [
        path
        for path in kept
        if path.name != "socket_dir.txt" and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    for path in open_to_others:
        mode = 700 if path.is_dir() else 600
        yield ill("secrets", f"{path} can be read by others", cure=f"chmod {mode} {path}")
    if not open_to_others:
        yield well("secrets", "only their owner can read them")


def public_address(environment: Environment) -> Finding:
    """Can patients and providers reach us, safely, once messages are real?"""
    real = _real_providers(environment)
    url = environment.public_url
    if not real:
        return well("public address", f"{url}; no real provider, nothing leaves here")
    if not environment.is_public:
        return ill(
            "public address",
            f"{url} is not a public https address, but {' and '.join(real)} is configured",
            cure="put a proxy with TLS in front and set HANDBELL_PUBLIC_URL=https://...",
        )
    if environment.debug:
        text = "HANDBELL_DEBUG=1 shows patient data on error pages"
        return ill("public address", text, cure="unset HANDBELL_DEBUG")
    return well("public address", url)


def providers(environment: Environment) -> Iterator[Finding]:
    """Does each real provider answer, and take who we are?"""
    from handbell.dispatch.providers import place_of
    from handbell.dispatch.readiness import what_is_wrong

    for provider in _real_providers(environment):
        wrong = what_is_wrong(environment, place_of(provider))
        if wrong is None:
            yield well(provider, "answers, and would take our messages")
        else:
            cure = "see that its settings are right (docs/settings.md) and that it can be reached"
            yield ill(provider, f"{wrong.meaning} ({wrong.code})", cure=cure)


def _real_providers(environment: Environment) -> list[str]:
    return [
        name
        for name in ("twilio", "vonage", "smtp", "ses")
        if getattr(environment, name) is not None
    ]


def postgresql(environment: Environment) -> Finding:
    """Is there a PostgreSQL to run?"""
    try:
        found = programs.find(chosen=environment.pg_bin)
    except StartFlaw as flaw:
        return ill("postgresql", str(flaw), cure="do one of these")
    return well("postgresql", f"{found.version} in {found.directory}")


def database(environment: Environment) -> Iterator[Finding]:
    """Does the database answer, is it of this version, and does a worker work on it?"""
    try:
        with ready.server(command="handbell doctor") as started_for_this:
            yield server(started_for_this=started_for_this)
            yield (table := tables_found(started_for_this=started_for_this))
            if table.ok and not tables.pending():
                yield fence()
                yield from senders(environment)
                yield from proof(environment)
                yield mailbox(environment)
                yield mail_webhooks(environment)
                if not started_for_this:
                    yield workers()
    except (SettingFlaw, StartFlaw) as flaw:
        yield ill("database", str(flaw), cure="do as said")
    except DatabaseError:
        cure = "see whether DATABASE_URL is right and its server is up"
        if not environment.database_url:
            cure = "stop `handbell run`, start it again, and see HANDBELL_HOME/log/database.log"
        yield ill("database", "it does not answer", cure=cure)


def server(*, started_for_this: bool) -> Finding:
    """Which server answers, and does its clock agree with ours?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp()),"
            " current_setting('server_version_num')::int / 10000"
        )
        their_time, version = cursor.fetchone()
    skew = abs(time.time() - float(their_time))
    if version < programs.OLDEST_MAJOR:
        cure = f"use PostgreSQL {programs.OLDEST_MAJOR} or newer; 18 is best"
        return ill("database", f"PostgreSQL {version} is too old", cure=cure)
    if skew > LARGEST_SKEW_SECONDS:
        cure = "set both clocks by NTP: when messages go depends on them"
        return ill("database", f"its clock and ours differ by {skew:.0f} s", cure=cure)
    if version < BEST_MAJOR:
        text = f"PostgreSQL {version} answers; this version is tried most with {BEST_MAJOR}"
        return fair("database", text, cure=f"plan the step to PostgreSQL {BEST_MAJOR}")
    how = "not running now, started for this check" if started_for_this else "answers"
    return well("database", f"PostgreSQL {version}, {how}")


def tables_found(*, started_for_this: bool) -> Finding:
    """Are the tables of this version?"""
    missing = len(tables.pending())
    if missing and started_for_this:
        return well("tables", "`handbell run` will bring them up to date")
    if missing:
        return ill("tables", f"{missing} steps are pending", cure="handbell migrate")
    return well("tables", "up to date")


def fence() -> Finding:
    """Does PostgreSQL keep each practice's rows from the pages of the others?"""
    from handbell.access.fence import ROLE, fence_holds

    if fence_holds():
        return well("row security", "a page's connection sees its own practice only")
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(session_user)")
        (user,) = cursor.fetchone()
    return ill(
        "row security",
        "its role is not there: pages keep practices apart by their own filters only",
        cure=f"as a superuser: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO {user}; "
        "then `handbell migrate`",
    )


def senders(environment: Environment) -> Iterator[Finding]:
    """Can what the practices send as be sent: is each sender's provider configured?"""
    from handbell.dispatch.providers import configured_places
    from handbell.outbox.models import Sender

    configured = configured_places(environment)
    stuck = [
        sender
        for sender in Sender.objects.select_related("practice").order_by("practice", "id")
        if (sender.provider, Channel(sender.channel)) not in configured
    ]
    for sender in stuck:
        text = f"{sender.practice}: {sender.channel} by {sender.provider} has no credentials here"
        yield ill("senders", text, cure="set the provider's settings (docs/settings.md)")
    if not stuck:
        yield well("senders", "each has a provider that is configured")


def proof(environment: Environment) -> Iterator[Finding]:
    """Is what each real sender sends believed: its domain, registration, papers, webhooks?"""
    from handbell.dispatch.proof import sender_checks, the_world, webhook_checks
    from handbell.outbox.models import Sender

    world = the_world()
    for found in webhook_checks(environment, world):
        yield of_check(found, about="webhook")
    for sender in Sender.objects.filter(retired=False).order_by("practice", "id"):
        for found in sender_checks(sender, environment, world):
            yield of_check(found, about=sender.address)


def mailbox(environment: Environment) -> Finding:
    """Does mail that comes back reach us?"""
    from handbell.receipts.mailbox import MailboxFlaw, open_mailbox

    account = environment.bounce_mailbox
    if account is None:
        if environment.smtp is None:
            return well("returned mail", "no real mail server, nothing comes back")
        text = "mail that comes back is not read"
        cure = "set HANDBELL_BOUNCE_IMAP_HOST, or let your server pipe it to `handbell bounce`"
        return fair("returned mail", text, cure=cure)
    try:
        open_mailbox(account).logout()
    except MailboxFlaw as flaw:
        cure = "see that HANDBELL_BOUNCE_IMAP_... are right"
        return ill("returned mail", f"{account.host}: {flaw}", cure=cure)
    return well("returned mail", f"the mailbox at {account.host} can be read")


def mail_webhooks(environment: Environment) -> Finding:
    """Is what a mail provider posts proven by its signature?"""
    from handbell.api.mailproof import proof_check

    return of_check(proof_check(environment), about="mail provider's webhook")


def workers() -> Finding:
    """Is a worker alive? Without one nothing is planned and nothing goes out."""
    count = alive()
    if not count:
        return ill("workers", "none is running: nothing goes out", cure="handbell worker")
    return well("workers", f"{count} running")
