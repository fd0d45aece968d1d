"""What the planner reads, it reads by patient: a first import plans a million of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from handbell.planner import queries
from tests.world import Clinic


@pytest.mark.django_db
def test_messages_are_found_by_patient_though_nothing_is_known_of_the_table() -> None:
    """Before a table is analysed PostgreSQL guesses, and once guessed "all that wait" for each."""
    clinic = Clinic(now=datetime(2026, 11, 2, 13, tzinfo=UTC))
    plans: list[str] = []

    def explain(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        raw = connection.connection.cursor()
        raw.execute(f"EXPLAIN {sql}", params)
        plans.append("\n".join(row[0] for row in raw.fetchall()))
        return execute(sql, params, many, context)

    patient = clinic.patient("Dorothy")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    with connection.execute_wrapper(explain):
        queries.existing_messages(range(patient.pk, patient.pk + 500), now=clinic.now)
    assert "message_by_patient" in plans[0]
    assert "message_useful" not in plans[0]
