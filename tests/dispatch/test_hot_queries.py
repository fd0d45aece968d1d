"""Does what runs all day cost the same whatever the history? No statement reads a growing table
from end to end, at a size where PostgreSQL would not do so out of laziness."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from handbell.bench import filling
from handbell.bench.figures.hand_over import PUBLIC_URL
from handbell.channels.gateway import Accepted, InDoubt, Rejected
from handbell.channels.receipt import Inbound, Receipt, ReceiptStatus
from handbell.dispatch.candidates import senders_with_due
from handbell.dispatch.claim import claim
from handbell.dispatch.resolver import due_for_look_up
from handbell.dispatch.settle import settle
from handbell.dispatch.sweeper import sweep
from handbell.facts.operations import mark_changed
from handbell.outbox.operations import expire, withhold_due
from handbell.planner.planner import plan_due
from handbell.receipts.intake import append_receipt, fold_new
from handbell.receipts.replies import receive_text
from handbell.reputation.counting import count_new
from handbell.reputation.operations import judge_all
from handbell.vocabulary.words import Channel

PATIENTS, EACH = 2_000, 6

#: Those that are filled here: of a table with three rows PostgreSQL rightly reads all.
GROWING = {
    "outbox_message",
    "outbox_attempt",
    "receipts_providerevent",
    "facts_contactpoint",
    "facts_consent",
}

_ATTEMPTS = """
INSERT INTO outbox_attempt (message_id, number, sender_id, subject, text, voicemail, language,
    segments, claimed_at, settled_at, outcome, provider_id, code)
SELECT id, 1, sender_id, '', 'Harbor PT', '', '', 1, due_at, due_at, 'accepted', 'SM' || id, ''
FROM outbox_message WHERE state = 'delivered'
"""
_EVENTS = """
INSERT INTO receipts_providerevent (provider, kind, key, message_id, attempt, payload, received_at,
    folded_at)
SELECT 'rehearsal', 'receipt', 'SM' || id, id, 1, '{"status": "delivered"}', due_at, due_at
FROM outbox_message WHERE state = 'delivered'
"""


class Watch:
    """Explains every statement before it runs, and remembers who reads a whole growing table."""

    def __init__(self) -> None:
        self.reading: set[tuple[str, str]] = set()
        self.statements = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        if sql.lstrip().split(None, 1)[0] in {"SELECT", "UPDATE", "INSERT", "DELETE", "WITH"}:
            self.statements += 1
            raw = connection.connection.cursor()
            raw.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
            found = raw.fetchone()[0]
            plan = json.loads(found) if isinstance(found, str) else found
            for table in _read_whole(plan[0]["Plan"]):
                self.reading.add((table, " ".join(sql.split())[:160]))
        return execute(sql, params, many, context)


def _read_whole(node: dict[str, Any]) -> Iterator[str]:
    if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING:
        yield node["Relation Name"]
    for child in node.get("Plans", ()):
        yield from _read_whole(child)


@pytest.fixture
def at_size(fresh_database: str, django_db_blocker: Any) -> Iterator[int]:
    """Yield a sender whose practice has a past; Django looks at a database of its own."""
    given = dict(connection.settings_dict)
    address, _, host = fresh_database.partition("?host=")
    connection.close()
    connection.settings_dict.update(NAME=address.rpartition("/")[2], HOST=host)
    with django_db_blocker.unblock():
        practice, facility = filling.practice()
        sender = filling.sender(practice, Channel.SMS)
        filling.people(practice, facility, patients=PATIENTS)
        filling.history(practice, sender, each=EACH)
        with connection.cursor() as cursor:
            cursor.execute(_ATTEMPTS)
            cursor.execute(_EVENTS)
        filling.queued(practice, sender, Channel.SMS)
        yield sender
        connection.close()
    connection.settings_dict.clear()
    connection.settings_dict.update(given)


@pytest.mark.slow
def test_nothing_that_runs_all_day_reads_a_growing_table_from_end_to_end(at_size: int) -> None:
    watch = Watch()
    now = timezone.now()
    counted_so_far()
    with connection.execute_wrapper(watch):
        sweep(now=now)
        withhold_due(now=now)
        expire(now=now)
        assert senders_with_due(now=now) == [at_size]
        batch = claim(at_size, now=now, public_url=PUBLIC_URL)
        assert batch.sender is not None
        one, two, three, *others = batch.messages
        answers: list[Any] = [(message, Accepted(f"SMx{message.message_id}")) for message in others]
        answers += [(one, Rejected("30003")), (two, InDoubt("timeout")), (three, Rejected("21610"))]
        settle(answers, sender=batch.sender, lease=batch.lease, now=now)
        for message in others[:3]:
            append_receipt(_delivered(message.message_id), provider="rehearsal", now=now)
        assert fold_new(now=now) == 3
        due_for_look_up(now=now)
        number = others[0].to.value
        receive_text(Inbound("SMy", number, "+12025550199", "STOP"), provider="rehearsal", now=now)
        assert count_new(now=now) > 0
        judge_all(now=now)
        mark_changed(range(1, 20), at=now)
        plan_due(now=now)

    assert watch.statements > 30
    assert not watch.reading


def counted_so_far() -> None:
    """Let the past be counted already, as it is on all days but the first."""
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO reputation_mark ("table", last)'
            " SELECT 'attempts', max(id) FROM outbox_attempt"
            " UNION ALL SELECT 'reports', max(id) FROM receipts_providerevent"
            " UNION ALL SELECT 'suppressions', 0"
        )


def _delivered(message_id: int) -> Receipt:
    return Receipt(
        message_id=message_id,
        attempt=1,
        key=f"SMx{message_id}:delivered",
        provider_id=f"SMx{message_id}",
        status=ReceiptStatus.DELIVERED,
        code=None,
        provider_word="delivered",
    )
