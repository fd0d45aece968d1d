"""Who received what? The state of every phone and mailbox; the reference tests count by.

Pure: time is an argument, nothing is global. Every change goes through `put`, which hands the
record to `keep` (the journal) before anything else can see it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain

from handbell.channels.carrier.records import (
    CALL_FINAL,
    MESSAGE_FINAL,
    Call,
    Contract,
    Mail,
    Origin,
    Record,
    Refusal,
    Report,
    Text,
)


@dataclass(frozen=True, slots=True)
class StopMark:
    """Whether a person stopped a sender (True) or let it speak again (False)."""

    sender: str
    number: str = field(repr=False)
    stopped: bool


Kept = Record | StopMark


@dataclass(frozen=True, slots=True)
class Phone:
    """One person's phone: `items` in the order they came to be, `received` as they arrived."""

    number: str = field(repr=False)
    items: tuple[Text | Call, ...]

    @property
    def received(self) -> tuple[Text | Call, ...]:
        """What the person got: texts shown and calls picked up (by them or their machine)."""
        got = [item for item in self.items if item.arrival]
        return tuple(sorted(got, key=lambda item: item.arrival))


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One mailbox; what it received, in order."""

    address: str = field(repr=False)
    received: tuple[Mail, ...]


def forget(_kept: Kept) -> None:
    """Keep nothing: a carrier without a journal."""


class Truth:
    """All texts, calls and mails, and who stopped whom."""

    def __init__(self, *, keep: Callable[[Kept], None] = forget) -> None:
        self.texts: dict[str, Text] = {}
        self.calls: dict[str, Call] = {}
        self.mails: dict[str, Mail] = {}
        self.refusals: list[Refusal] = []
        self._keep = keep
        self._stopped: set[tuple[str, str]] = set()
        self._received: list[str] = []  # names, in order of arrival
        self._kinds: Counter[type[Record]] = Counter()
        self._counts: Counter[str] = Counter()
        self._twice: set[str] = set()
        self._wrote_at: dict[tuple[str, str], datetime] = {}
        self._contracts: dict[str, Contract] = {}
        self._phones: defaultdict[str, list[str]] = defaultdict(list)
        self._senders: defaultdict[str, list[str]] = defaultdict(list)
        self._mailboxes: defaultdict[str, list[str]] = defaultdict(list)
        # Newest activity last: a dict keeps its order, moving an entry costs O(1).
        self._touched: dict[str, None] = {}

    # -- changes --------------------------------------------------------------------------

    def put(self, record: Record) -> None:
        """Take in a new record, or the next version of a known one."""
        self._keep(record)
        self.restore(record)

    def restore(self, kept: Kept) -> None:
        """Take in what a journal kept, without keeping it again."""
        if isinstance(kept, StopMark):
            self._restore_stop(kept)
            return
        before = self._known(kept.sid)
        match kept:
            case Text():
                self.texts[kept.sid] = kept
                if not kept.outbound:
                    self._wrote_at[kept.number, kept.sender] = kept.created_at
                elif kept.origin is Origin.API:
                    self._contracts[kept.sender] = kept.contract
            case Call():
                self.calls[kept.sid] = kept
            case Mail():
                self.mails[kept.sid] = kept
        self._index(kept, before)

    def next_arrival(self) -> int:
        """Return the number of the next thing to reach anybody."""
        return len(self._received) + 1

    def arrive(self, sid: str, at: datetime) -> None:
        """The phone shows the text."""
        text = self.texts[sid]
        self.put(replace(text, arrived_at=at, arrival=self.next_arrival()))

    def set_status(self, sid: str, status: str, at: datetime, *, code: int | None = None) -> None:
        """Change what a look-up of the text says."""
        text = self.texts[sid]
        sent_at = text.sent_at or (at if status != "failed" else None)
        self.put(replace(text, status=status, code=code, sent_at=sent_at, updated_at=at))

    def report(self, sid: str, report: Report) -> None:
        """Note a callback we made about a text or call, taken or not."""
        record = self.texts.get(sid) or self.calls[sid]
        self.put(replace(record, reports=(*record.reports, report)))

    def refuse(self, refusal: Refusal) -> None:
        self.refusals.append(refusal)

    def stop(self, sender: str, number: str) -> None:
        """The person wants nothing more from this sender."""
        self._mark(StopMark(sender, number, stopped=True))

    def allow(self, sender: str, number: str) -> None:
        """The person lets this sender speak again."""
        self._mark(StopMark(sender, number, stopped=False))

    # -- questions ------------------------------------------------------------------------

    def is_stopped(self, sender: str, number: str) -> bool:
        return (sender, number) in self._stopped

    def wrote_at(self, number: str, sender: str) -> datetime | None:
        """Return when this person last texted this sender."""
        return self._wrote_at.get((number, sender))

    def contract_of(self, sender: str) -> Contract:
        """Return by whose interface the sender's last text came; Twilio's before the first."""
        return self._contracts.get(sender, Contract.TWILIO)

    def phone(self, number: str) -> Phone:
        """Return the phone, empty if nothing ever concerned it."""
        return Phone(number, tuple(self._items(self._phones.get(number, []))))

    def mailbox(self, address: str) -> Mailbox:
        """Return the mailbox, empty if nothing ever came."""
        sids = self._mailboxes.get(address.lower(), [])
        return Mailbox(address, tuple(self.mails[sid] for sid in sids))

    def texts_to(self, number: str) -> tuple[Text, ...]:
        """Return the texts this phone received, in the order they arrived."""
        received = self.phone(number).received
        return tuple(item for item in received if isinstance(item, Text) and item.outbound)

    def calls_to(self, number: str) -> tuple[Call, ...]:
        """Return every call placed to this phone, answered or not, in order."""
        return tuple(item for item in self.phone(number).items if isinstance(item, Call))

    def mails_to(self, address: str) -> tuple[Mail, ...]:
        return self.mailbox(address).received

    def received(self) -> Iterator[Record]:
        """Yield everything that reached anybody, in order: texts, answered calls, mails."""
        for sid in self._received:
            record = self._known(sid)
            assert record is not None
            yield record

    def records(self) -> Iterator[Record]:
        """Yield everything there is, whether or not it reached anybody."""
        yield from self.texts.values()
        yield from self.calls.values()
        yield from self.mails.values()

    def count_of(self, kind: type[Record]) -> int:
        """Return how many texts, calls or mails reached somebody."""
        return self._kinds[kind]

    def received_counts(self) -> Counter[str]:
        """Return how often each of the sender's messages reached somebody, by its key.

        A text typed by a person or written by the carrier is nobody's message and not counted.
        """
        return Counter(self._counts)

    def received_twice(self) -> dict[str, int]:
        """Return the messages that reached somebody more than once; empty is what we want."""
        return {key: self._counts[key] for key in self._twice}

    def untold(self) -> tuple[Record, ...]:
        """Return what reached somebody although the sender was never told that we had it."""
        return tuple(r for r in self.received() if not r.told and not _from_person(r))

    def failed_callbacks(self) -> tuple[Report, ...]:
        """Return the callbacks the sender did not take."""
        records: Iterator[Text | Call] = chain(self.texts.values(), self.calls.values())
        return tuple(report for r in records for report in r.reports if not report.told)

    def texts_open(self) -> tuple[Text, ...]:
        """Return the texts whose life is not over."""
        return tuple(t for t in self.texts.values() if t.status not in MESSAGE_FINAL)

    def calls_open(self) -> tuple[Call, ...]:
        """Return the calls that have not ended."""
        return tuple(call for call in self.calls.values() if call.status not in CALL_FINAL)

    def items_of(
        self, *, number: str | None = None, sender: str | None = None
    ) -> Iterator[Text | Call]:
        """Yield texts and calls, newest first, of a phone, of a sender, or all."""
        if number is not None:
            sids = self._phones.get(number, [])
        elif sender is not None:
            sids = self._senders.get(sender, [])
        else:
            return chain(reversed(self.texts.values()), reversed(self.calls.values()))
        return self._items(reversed(sids))

    def places(self) -> Iterator[str]:
        """Yield the numbers and mailboxes that ever had anything, the latest first."""
        return reversed(self._touched)

    # -- inside ---------------------------------------------------------------------------

    def _known(self, sid: str) -> Record | None:
        return self.texts.get(sid) or self.calls.get(sid) or self.mails.get(sid)

    def _index(self, record: Record, before: Record | None) -> None:
        if isinstance(record, Mail):
            self._mailboxes[record.mailbox].append(record.sid)
            self._touch(record.mailbox)
        else:
            if before is None:
                self._phones[record.number].append(record.sid)
                self._senders[record.sender].append(record.sid)
            self._touch(record.number)
        if record.arrival and not (before and before.arrival):
            self._count(record)

    def _count(self, record: Record) -> None:
        """Something has just reached somebody, for the first time."""
        self._received.append(record.sid)
        self._kinds[type(record)] += 1
        if record.key:
            self._counts[record.key] += 1
            if self._counts[record.key] > 1:
                self._twice.add(record.key)

    def _touch(self, place: str) -> None:
        self._touched.pop(place, None)
        self._touched[place] = None

    def _items(self, sids: Iterator[str] | list[str]) -> Iterator[Text | Call]:
        for sid in sids:
            yield self.texts[sid] if sid in self.texts else self.calls[sid]

    def _mark(self, mark: StopMark) -> None:
        self._keep(mark)
        self._restore_stop(mark)

    def _restore_stop(self, mark: StopMark) -> None:
        if mark.stopped:
            self._stopped.add((mark.sender, mark.number))
        else:
            self._stopped.discard((mark.sender, mark.number))


def _from_person(record: Record) -> bool:
    return isinstance(record, Text) and record.origin is Origin.PERSON
