"""How much faster does e-mail leave than with django-post_office, the queue Django clinics use?

Both are durable: PostgreSQL on the same server, the same SMTP sink, the same mails: words, HTML,
headers and calendar entry. The peer has them finished, ours are judged and rendered within the
time. It gets each of several settings in turn and counts with its best, though some write down
only once in a thousand mails what was sent; ours runs as it is shipped, in one process.
"""

import base64
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from handbell.bench import filling
from handbell.bench.figures.hand_over import (
    gateway_to,
    hand_over_all,
    messages_of,
    put_back,
    rate,
)
from handbell.bench.frame import Figure, Rounds, Size, Skipped
from handbell.bench.ground import fresh_database
from handbell.bench.sinks import Sinks, sinks
from handbell.channels.gateway import EmailContent, HandOver
from handbell.dispatch.providers import REHEARSAL
from handbell.vocabulary.words import Channel

#: Batch size, threads and processes: its defaults first, then what may be better.
SETTINGS = ((100, 5, 1), (1_000, 4, 1), (1_000, 16, 1), (4_000, 8, 2))


def _measure(size: Size) -> Rounds:
    if importlib.util.find_spec("post_office") is None:
        raise Skipped("django-post_office is not installed; `make dev` installs it")
    count, rounds = size.of(200, 2_000), size.of(1, 3)
    ours: list[float] = []
    theirs: dict[tuple[int, int, int], list[float]] = {}
    with fresh_database(), sinks() as sink:
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.EMAIL)
        filling.people(practice, facility, patients=count)
        filling.queued(practice, sender, Channel.EMAIL)
        mails = [_as_peer(message) for message in messages_of(sender)]
        for _ in range(rounds):
            for tuned in SETTINGS[:2] if size.quick else SETTINGS:
                theirs.setdefault(tuned, []).append(_peer(sink, mails, tuned))
            gateways = {(REHEARSAL, Channel.EMAIL): gateway_to(sink, Channel.EMAIL)}
            ours.append(rate(partial(hand_over_all, sender, gateways), count))
            put_back(sender)
    best = max(theirs, key=lambda tuned: statistics.median(theirs[tuned]))
    batch, threads, processes = best
    note = (
        f"{count} mails; its best: batch {batch}, {threads} threads, {processes} processes, "
        f"{statistics.median(theirs[best]):.0f} a second"
    )
    return Rounds(ours, theirs[best], note)


def _peer(sink: Sinks, mails: Sequence[dict[str, Any]], tuned: tuple[int, int, int]) -> float:
    with (
        fresh_database(empty=True) as url,
        tempfile.TemporaryDirectory(prefix="handbell-bench-") as place,
    ):
        path = Path(place, "mails.json")
        path.write_text(json.dumps(mails))
        command = [sys.executable, "-m", "handbell.bench.post_office", url, str(sink.smtp_port)]
        command += [str(path), *(str(number) for number in tuned)]
        told = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return len(mails) / float(told.stdout)


def _as_peer(message: HandOver) -> dict[str, Any]:
    """Return a mail as the peer's `mail.send` takes it; `files` are its attachments."""
    content = message.content
    assert isinstance(content, EmailContent)
    return {
        "recipients": [message.to.value],
        "sender": f'"{content.from_name}" <{message.sender}>',
        "subject": content.subject,
        "message": content.text,
        "html_message": content.html,
        "headers": {
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{content.preferences_url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
        "files": [
            (each.filename, each.content_type, base64.b64encode(each.content).decode("ascii"))
            for each in content.attachments
        ],
    }


FIGURES = (
    Figure(
        "email-peer",
        "durable e-mail, against django-post_office on the same sink and PostgreSQL",
        goal=10.0,
        at_least=True,
        unit="messages/s",
        measure=_measure,
    ),
)
