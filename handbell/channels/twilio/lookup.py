"""What does Twilio know of a message in doubt? Reads one text or call, or the list of them.

A list is asked for by our number and theirs only. Twilio's date filter looks at when a text was
sent, which a queued one has not been, so it could hide exactly the one we look for; two numbers
have few texts between them. A candidate was made in the window around the hand-over, by the API,
is not the known name of another attempt, and (a text) says what we said.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from handbell.channels.gateway import Answer, Known, LookUp, Unanswered, Unheard
from handbell.channels.twilio.wire import Answered, Exchange, Form, Wire

# Twilio's clock and ours may differ, and times are in whole seconds.
BEFORE: Final = timedelta(minutes=2)
# A request may wait in Twilio's front before it is stored; our own limit is 15 s.
AFTER: Final = timedelta(minutes=10)
# Twilio's lists lag behind what was accepted.
LIST_LAG: Final = timedelta(seconds=60)
PAGE_SIZE: Final = 200
MOST_PAGES: Final = 10


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of Twilio's list. `made_at` is None where its date cannot be read."""

    sid: str
    status: str
    code: str | None
    sender: str
    to: str = field(repr=False)
    direction: str
    made_at: datetime | None
    text: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """Where a resource lives ("Messages"), and the key its list is under ("messages")."""

    path: str
    key: str


async def look_up(
    wire: Wire,
    listing: Listing,
    question: LookUp,
    *,
    now: datetime,
    matches: Callable[[Entry, LookUp], bool],
) -> Answer:
    """Return what Twilio says. `matches` is what a candidate must also fulfil."""
    if question.provider_id:
        return await _by_sid(wire, listing, question.provider_id)
    entries = await _all_between(wire, listing, question)
    if entries is None:
        return Unanswered()
    return judge(entries, question, now=now, matches=matches)


def judge(
    entries: list[Entry],
    question: LookUp,
    *,
    now: datetime,
    matches: Callable[[Entry, LookUp], bool],
) -> Answer:
    """Return what a whole list says of the question. Pure."""
    near = [entry for entry in entries if _is_candidate(entry, question)]
    found = [entry for entry in near if matches(entry, question)]
    if len(found) == 1:
        return Known(provider_id=found[0].sid, status=found[0].status, code=found[0].code)
    if found or now - question.handed_over_at < LIST_LAG:
        return Unanswered()
    return Unheard()


def read_entry(row: dict[str, object]) -> Entry | None:
    """Return the row of a text or a call; None if it has no name or state."""
    sid, status = row.get("sid"), row.get("status")
    if not isinstance(sid, str) or not isinstance(status, str):
        return None
    code, text = row.get("error_code"), row.get("body")
    return Entry(
        sid=sid,
        status=status,
        code=str(code) if code is not None else None,
        sender=str(row.get("from") or ""),
        to=str(row.get("to") or ""),
        direction=str(row.get("direction") or ""),
        made_at=_time(row.get("date_created")),
        text=text if isinstance(text, str) else None,
    )


def _is_candidate(entry: Entry, question: LookUp) -> bool:
    made_at = entry.made_at or question.handed_over_at  # an undated row cannot be ruled out
    return (
        entry.sid not in question.known_ids
        and entry.direction == "outbound-api"
        and entry.to == question.to.value
        and entry.sender == question.sender
        and question.handed_over_at - BEFORE <= made_at <= question.handed_over_at + AFTER
    )


async def _by_sid(wire: Wire, listing: Listing, sid: str) -> Answer:
    match await wire.get(f"/{listing.path}/{sid}.json"):
        case Answered(status=200, body=dict() as row) if entry := read_entry(row):
            return Known(provider_id=entry.sid, status=entry.status, code=entry.code)
        case _:
            # Not even 404 is `Unheard`: Twilio named it, so it had it (and may have deleted it).
            return Unanswered()


async def _all_between(wire: Wire, listing: Listing, question: LookUp) -> list[Entry] | None:
    """Return every row between the two numbers; None unless the list was read to its end."""
    query: Form = (
        ("To", question.to.value),
        ("From", question.sender),
        ("PageSize", str(PAGE_SIZE)),
    )
    entries: list[Entry] = []
    page: Exchange = await wire.get(f"/{listing.path}.json", query)
    for _ in range(MOST_PAGES):
        rows, further = _read_page(page, listing)
        if rows is None:
            return None
        entries += rows
        if not further:
            return entries
        page = await wire.get_page(further)
    return None


def _read_page(page: Exchange, listing: Listing) -> tuple[list[Entry] | None, str]:
    """Return a page's rows and where the next one is ("" at the end); None if unreadable."""
    if not isinstance(page, Answered) or page.status != 200 or page.body is None:
        return None, ""
    rows, further = page.body.get(listing.key), page.body.get("next_page_uri") or ""
    if not isinstance(rows, list) or not isinstance(further, str):
        return None, ""
    entries = [read_entry(row) if isinstance(row, dict) else None for row in rows]
    if None in entries:
        return None, ""
    return [entry for entry in entries if entry is not None], further


def _time(text: object) -> datetime | None:
    """Return an RFC 2822 time with its offset, as Twilio writes them."""
    if not isinstance(text, str):
        return None
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
