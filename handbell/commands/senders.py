"""`handbell senders`: which numbers and from-addresses there are, which pause, and release one."""

import json
from typing import Any

import click
from django.utils import timezone

from config.environment import SettingFlaw
from handbell.commands import ready


@click.command()
@click.option("--release", metavar="ADDRESS", help="Let a paused sender send again.")
@click.option("--pause", metavar="ADDRESS", help="Let nothing leave by a sender until released.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def senders(*, release: str | None, pause: str | None, as_json: bool) -> None:
    """List the senders, with what pauses them.

    A sender that the provider refused pauses until a person has looked. Mend the cause, then
    release it; its messages leave if they are still of use.
    """
    with ready.database(command="handbell senders"):
        if release:
            _set(release, "")
        if pause:
            _set(pause, "paused by hand")
        rows = _rows()
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['practice']}  {row['channel']:5}  {row['address']}  {row['standing']}")
    if not rows:
        click.echo("There are no senders yet: name them in practice.toml under [[senders]].")


def _set(address: str, reason: str) -> None:
    from handbell.access.audit import BY_HANDBELL
    from handbell.outbox.models import Sender
    from handbell.outbox.senders import pause_sender, release_sender

    found = list(Sender.objects.filter(address=address))
    if not found:
        raise SettingFlaw(f"no sender has the address {address}; `handbell senders` lists them")
    for sender in found:
        if reason:
            pause_sender(sender, reason, by=BY_HANDBELL, now=timezone.now())
        else:
            release_sender(sender, by=BY_HANDBELL, now=timezone.now())


def _rows() -> list[dict[str, Any]]:
    from handbell.outbox.models import Sender

    now = timezone.now()
    return [
        {
            "practice": sender.practice.slug,
            "channel": sender.channel,
            "address": sender.address,
            "provider": sender.provider,
            "standing": _standing(sender.retired, sender.is_paused(now), sender.paused_reason),
        }
        for sender in Sender.objects.select_related("practice").order_by("practice__slug", "id")
    ]


def _standing(retired: bool, paused: bool, reason: str) -> str:
    if paused:
        return f"paused: {reason or 'resting'}"
    return "retired" if retired else "in use"
