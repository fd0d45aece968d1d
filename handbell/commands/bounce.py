"""`handbell bounce`: take a mail that came back, as a mail server pipes it in."""

import json
import sys
from typing import IO

import click

from handbell.channels.email.returned.found import Returned
from handbell.channels.email.returned.read import MOST_BYTES, read
from handbell.commands import ready


@click.command()
@click.argument("files", type=click.File("rb"), nargs=-1)
@click.option("--look", is_flag=True, help="Only say what it is; needs no database, keeps nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, one object a mail.")
def bounce(*, files: tuple[IO[bytes], ...], look: bool, as_json: bool) -> None:
    """Take mails that came back (FILES, or one on standard input).

    A bounce or complaint about a message of ours is kept, and what follows from it follows: the
    address is not used again, staff are told. Everything else is left alone: automatic answers,
    mail of people, reports about mail that was not ours. Exits 0 whenever a mail could be taken, so
    that no mail server bounces a bounce.
    """
    mails = [file.read(MOST_BYTES) for file in files or (sys.stdin.buffer,)]
    if look:
        for mail in mails:
            _tell(read(mail), None, as_json=as_json)
        return
    with ready.database(command="handbell bounce"):
        from django.utils import timezone

        from handbell.receipts.returned import receive_mail

        for mail in mails:
            received = receive_mail(mail, now=timezone.now())
            _tell(received.returned, received.did.value, as_json=as_json)


def _tell(found: Returned, did: str | None, *, as_json: bool) -> None:
    """Print what a mail is. The address is shown only when somebody asks by --look --json."""
    if as_json:
        told = {
            "kind": found.kind.value,
            "hard": found.is_hard,
            "message": found.ours.message_id if found.ours else None,
            "recipients": [
                {"kind": one.kind.value, "code": one.code}
                | ({"address": one.address} if did is None else {})
                for one in found.reported
            ],
            "did": did,
        }
        click.echo(json.dumps(told))
        return
    codes = ", ".join(one.code for one in found.reported if one.code)
    whose = f"message {found.ours.message_id}" if found.ours else "no message of ours"
    click.echo(
        f"{found.kind.value}: {whose}{f', {codes}' if codes else ''}{f' ({did})' if did else ''}"
    )
