"""How do a text and a call look in Twilio's API? Their JSON, and lists of them in pages."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from itertools import dropwhile, islice
from typing import TypeVar
from urllib.parse import urlencode

import phonenumbers

from handbell.channels.carrier.callreports import duration_seconds
from handbell.channels.carrier.records import Call, Origin, Text
from handbell.channels.carrier.segments import segments
from handbell.channels.carrier.twilio.told import API_VERSION

Json = dict[str, object]
Item = TypeVar("Item", Text, Call)

_MESSAGES_OF_CODES = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    30036: "Validity Period Expired",
    21610: "Attempt to send to unsubscribed recipient",
}
_DIRECTIONS = {
    Origin.API: "outbound-api",
    Origin.REPLY: "outbound-reply",
    Origin.CARRIER: "outbound-reply",
    Origin.PERSON: "inbound",
}
_CALL_PARTS = ("Notifications", "Recordings", "Payments", "Events", "Siprec", "Streams")
_DEFAULT_PAGE = 50
_LARGEST_PAGE = 1000


def message_json(text: Text, account_sid: str) -> Json:
    """Return the Message resource of a text."""
    uri = f"{_account(account_sid)}/Messages/{text.sid}"
    inbound = text.origin is Origin.PERSON
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": text.body,
        "date_created": _rfc2822(text.created_at),
        "date_sent": _rfc2822(text.sent_at),
        "date_updated": _rfc2822(text.updated_at),
        "direction": _DIRECTIONS[text.origin],
        "error_code": text.code,
        "error_message": None if text.code is None else message_of(text.code),
        "from": text.number if inbound else text.sender,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(segments(text.body)),
        "price": None,
        "price_unit": "USD",
        "sid": text.sid,
        "status": text.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": text.sender if inbound else text.number,
        "uri": f"{uri}.json",
    }


def call_json(call: Call, account_sid: str) -> Json:
    """Return the Call resource."""
    uri = f"{_account(account_sid)}/Calls/{call.sid}"
    seconds = duration_seconds(call)
    return {
        "account_sid": account_sid,
        "answered_by": call.answered_by,
        "api_version": API_VERSION,
        "caller_name": None,
        "date_created": _rfc2822(call.created_at),
        "date_updated": _rfc2822(call.updated_at),
        "direction": "outbound-api",
        "duration": None if seconds is None else str(seconds),
        "end_time": _rfc2822(call.ended_at),
        "forwarded_from": None,
        "from": call.sender,
        "from_formatted": _national(call.sender),
        "group_sid": None,
        "parent_call_sid": None,
        "phone_number_sid": None,
        "price": None,
        "price_unit": "USD",
        "queue_time": "0",
        "sid": call.sid,
        "start_time": _rfc2822(call.answered_at or call.ended_at),
        "status": call.status,
        "subresource_uris": {part.lower(): f"{uri}/{part}.json" for part in _CALL_PARTS},
        "to": call.number,
        "to_formatted": _national(call.number),
        "trunk_sid": None,
        "uri": f"{uri}.json",
    }


@dataclass(frozen=True, slots=True)
class Span:
    """A filter on time: `[from_at, until_at)`, either end open."""

    from_at: datetime | None = None
    until_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        return (self.from_at is None or at >= self.from_at) and (
            self.until_at is None or at < self.until_at
        )


def span(query: Mapping[str, str], name: str) -> Span:
    """Return the filter `name`, `name>` and `name<` make.

    A bare date is that day (UTC); `>` and `<` include the time they name, as Twilio's do.
    Raises ValueError for what is not a date or time.
    """
    if on := query.get(name):
        day = _moment(on).date()
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return Span(start, start + timedelta(days=1))
    after, before = query.get(f"{name}>"), query.get(f"{name}<")
    return Span(_moment(after) if after else None, _end_of(before) if before else None)


def page(
    *,
    name: str,
    path: str,
    query: Mapping[str, str],
    items: Iterator[Item],
    show: Callable[[Item], Json],
) -> Json:
    """Return one page of `items` (newest first).

    The next page starts after the last item of this one, by name, so that what arrives between
    two requests shifts nothing. Raises ValueError for a page size that is no number.
    """
    size = min(max(int(query.get("PageSize", _DEFAULT_PAGE)), 1), _LARGEST_PAGE)
    number = int(query.get("Page", 0))
    token = query.get("PageToken", "").removeprefix("PA")
    rest = items if not token else islice(dropwhile(lambda i: i.sid != token, items), 1, None)
    found = list(islice(rest, size + 1))
    shown, more = found[:size], len(found) > size

    def address(page_number: int, **extra: str) -> str:
        kept = {k: v for k, v in query.items() if k not in ("Page", "PageToken", "PageSize")}
        return f"{path}?{urlencode({**kept, 'PageSize': size, 'Page': page_number, **extra})}"

    following = address(number + 1, PageToken=f"PA{shown[-1].sid}") if more else None
    return {
        "end": number * size + max(len(shown) - 1, 0),
        "first_page_uri": address(0),
        "next_page_uri": following,
        "page": number,
        "page_size": size,
        "previous_page_uri": None,
        "start": number * size,
        "uri": address(number, **({"PageToken": f"PA{token}"} if token else {})),
        name: [show(item) for item in shown],
    }


def _account(account_sid: str) -> str:
    return f"/{API_VERSION}/Accounts/{account_sid}"


def message_of(code: int) -> str:
    """Return Twilio's words for an error code."""
    return _MESSAGES_OF_CODES.get(code, f"Error {code}")


@lru_cache(maxsize=1024)
def _rfc2822(at: datetime | None) -> str | None:
    return None if at is None else format_datetime(at.astimezone(UTC).replace(microsecond=0))


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _end_of(text: str) -> datetime:
    """The first moment after the one named: the next day for a date, the next second else."""
    is_date = len(text) == len("2026-01-01")
    return _moment(text) + (timedelta(days=1) if is_date else timedelta(seconds=1))


@lru_cache(maxsize=65_536)
def _national(number: str) -> str:
    parsed = phonenumbers.parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
