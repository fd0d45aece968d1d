"""How does a list of messages become a file? Line by line, in constant memory."""

import csv
from collections.abc import Iterator, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from handbell.console.words import CHANNELS, PURPOSES, RECIPIENTS, chip, reason_in_short
from handbell.outbox.models import Message
from handbell.reports.cells import safe
from handbell.vocabulary.words import Channel, Purpose, Recipient

COLUMNS: Final = (
    *("message", "due_at", "handed_over_at", "purpose", "channel", "patient_id"),
    *("last_name", "first_name", "recipient", "address", "state", "reason", "tries"),
)

#: Rows fetched at a time from the server-side cursor.
CHUNK: Final = 2_000


def csv_lines(rows: QuerySet[Message], *, zone: ZoneInfo) -> Iterator[str]:
    """Yield the file's lines, the earliest message first; times carry the practice's offset."""
    writer = csv.writer(Echo())
    yield writer.writerow(COLUMNS)
    ordered = rows.select_related("patient").order_by("due_at", "id")
    for message in ordered.iterator(chunk_size=CHUNK):
        yield writer.writerow(safe(_columns(message, zone)))


def _columns(message: Message, zone: ZoneInfo) -> Sequence[str]:
    handed_over = message.handed_over_at
    return (
        str(message.pk),
        f"{message.due_at.astimezone(zone):%Y-%m-%d %H:%M%z}",
        f"{handed_over.astimezone(zone):%Y-%m-%d %H:%M%z}" if handed_over else "",
        PURPOSES[Purpose(message.purpose)],
        CHANNELS[Channel(message.channel)],
        message.patient.external_id,
        message.patient.last_name,
        message.patient.first_name,
        RECIPIENTS[Recipient(message.recipient)],
        message.address,
        chip(message.state, message.objection).word,
        reason_in_short(message.objection),
        str(message.attempts),
    )


class Echo:
    """A file that gives each line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line
