"""Row-level security: a query that forgets its practice still sees one practice only."""

from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from handbell.access import fence
from handbell.access.audit import record
from handbell.access.fence import build_fence, conditions, fence_holds, fenced, unfenced
from handbell.access.models import AuditEvent, Facility, Practice, StaffMember
from handbell.access.permissions import Action
from handbell.console.guard import StaffRequest, staff_page
from handbell.facts.models import Consent, ContactPoint, Patient
from handbell.outbox.models import Attempt, Message
from handbell.receipts.models import ProviderEvent
from handbell.vocabulary.words import AuditAct, Channel
from tests.console.desk import attempt, message, staff
from tests.world import Clinic, phone

NOW = datetime(2026, 11, 5, 15, 0, tzinfo=UTC)

#: Rooms' tables that belong to nobody's practice, and why.
COMMON = {
    "access_lockout": "hashes of what was tried, known or not",
    "receipts_mailboxplace": "how far the mailbox of returned mail was read, for all practices",
    "reputation_mark": "how far tables were looked through, for all practices at once",
}


@pytest.fixture
def ours(db: None) -> Clinic:
    return furnished(Clinic(now=NOW))


@pytest.fixture
def theirs(db: None) -> Clinic:
    return furnished(Clinic(now=NOW))


def furnished(clinic: Clinic) -> Clinic:
    sent = message(clinic, clinic.patient("Dorothy", mobile=phone(1), consents=[Channel.SMS]))
    attempt(sent, "You have a visit.")
    ProviderEvent.objects.create(
        provider="twilio",
        kind="receipt",
        key=f"k{sent.pk}",
        message=sent,
        payload={},
        received_at=NOW,
    )
    record(AuditAct.SIGNED_IN, practice_id=clinic.practice.pk, by=staff(clinic), now=NOW)
    return clinic


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        return str(cursor.fetchone()[0])


def test_the_fence_stands_after_the_migrations(db: None) -> None:
    assert fence_holds()
    assert build_fence()  # again: nothing to do, and it holds


def test_every_table_of_the_rooms_is_fenced_or_says_why_not() -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__.startswith("handbell.")
    }
    assert tables - set(conditions()) == set(COMMON)
    assert {"mfa_authenticator", "outbox_attempt", "receipts_providerevent"} <= set(conditions())


@pytest.mark.parametrize(
    "model",
    [
        Practice,
        Facility,
        StaffMember,
        AuditEvent,
        Patient,
        ContactPoint,
        Consent,
        Message,
        Attempt,
        ProviderEvent,
    ],
)
def test_a_query_without_any_filter_sees_one_practice(
    ours: Clinic, theirs: Clinic, model: type[Practice]
) -> None:
    everything = model.objects.count()
    with fenced(ours.practice.pk):
        here = set(model.objects.values_list("pk", flat=True))
    with fenced(theirs.practice.pk):
        there = set(model.objects.values_list("pk", flat=True))
    assert here
    assert there
    assert not here & there
    assert len(here | there) == everything == model.objects.count()


def test_nothing_of_another_practice_can_be_changed_or_added(ours: Clinic, theirs: Clinic) -> None:
    with fenced(ours.practice.pk):
        assert Patient.objects.update(first_name="X") == 1
        assert not Patient.objects.filter(practice_id=theirs.practice.pk).delete()[0]
        with pytest.raises(DatabaseError), transaction.atomic():
            Facility.objects.create(
                practice_id=theirs.practice.pk, external_id="x", name="X", time_zone="UTC"
            )
    assert not Patient.objects.filter(practice=theirs.practice, first_name="X").exists()


def test_a_connection_that_names_no_practice_sees_nothing(ours: Clinic) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {fence.ROLE}")
        cursor.execute("SELECT count(*) FROM facts_patient")
        assert cursor.fetchone() == (0,)
        cursor.execute("RESET ROLE")


def test_the_fence_falls_whatever_happens_within(ours: Clinic) -> None:
    before = role()
    with pytest.raises(ZeroDivisionError), fenced(ours.practice.pk):
        raise ZeroDivisionError
    assert role() == before


def test_the_fence_falls_after_a_statement_that_failed(ours: Clinic) -> None:
    before = role()
    with fenced(ours.practice.pk):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert role() == fence.ROLE
    assert role() == before


def test_a_search_may_step_out_and_is_back_within(ours: Clinic) -> None:
    with fenced(ours.practice.pk):
        with unfenced(ours.practice.pk):
            assert role() != fence.ROLE
        assert role() == fence.ROLE


def page(ours: Clinic, view: object) -> HttpResponse:
    request = RequestFactory().get("/")
    request.user = staff(ours)
    from django.contrib.sessions.backends.db import SessionStore

    request.session = SessionStore()
    return staff_page(Action.SEE_TODAY)(view)(request)  # type: ignore[arg-type, return-value]


def test_a_page_is_made_within_the_fence(ours: Clinic, theirs: Clinic) -> None:
    def forgetful(request: StaffRequest) -> HttpResponse:
        return HttpResponse(str(Patient.objects.count()))

    assert page(ours, forgetful).content == b"1"
    assert Patient.objects.count() == 2


def test_a_stream_is_read_within_the_fence_and_leaves_it(ours: Clinic, theirs: Clinic) -> None:
    def forgetful(request: StaffRequest) -> StreamingHttpResponse:
        def lines() -> Iterator[str]:
            for patient in Patient.objects.iterator():
                yield f"{patient.practice_id}\n"

        return StreamingHttpResponse(lines())

    before = role()
    answer = page(ours, forgetful)
    assert role() == before
    assert b"".join(answer.streaming_content) == f"{ours.practice.pk}\n".encode()  # type: ignore[attr-defined]
    assert role() == before


def test_a_stream_nobody_reads_to_the_end_leaves_the_fence_too(
    ours: Clinic, theirs: Clinic
) -> None:
    def endless(request: HttpRequest) -> StreamingHttpResponse:
        return StreamingHttpResponse(str(number) for number in range(1000))

    before = role()
    answer = page(ours, endless)
    next(iter(answer.streaming_content))  # type: ignore[attr-defined]
    assert role() == fence.ROLE
    # What close() does, without ending the tests' connection.
    for close in answer._resource_closers:  # type: ignore[attr-defined]
        close()
    assert role() == before


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_cannot_be_cleaned_is_not_used_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clinic = Clinic(now=NOW)
    monkeypatch.setattr(fence, "_LEAVE", "SELECT 1 / 0")
    with fenced(clinic.practice.pk):
        assert role() == fence.ROLE
    monkeypatch.undo()
    assert connection.connection is None
    assert role() != fence.ROLE


def test_without_its_role_pages_go_on_by_their_own_filters(
    ours: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        fence, "_ENTER", fence._ENTER.replace("rolname = 'handbell_page'", "rolname = 'nobody'")
    )
    before = role()
    with fenced(ours.practice.pk):
        assert role() == before


def test_a_user_who_may_not_make_roles_gets_no_fence_and_no_failure(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(cursor: object) -> None:
        raise DatabaseError from psycopg.errors.InsufficientPrivilege()

    monkeypatch.setattr(fence, "_make_role", refuse)
    assert build_fence() is False
