"""The tables count what happened: worked out by hand, one of each kind."""

from datetime import date, timedelta
from typing import Any

import pytest

from handbell.access.models import StaffMember
from handbell.outbox.models import Message
from handbell.receipts.models import ProviderEvent, Reply
from handbell.reports.asked import NO_DAY, FilterFlaw, ask
from handbell.reports.catalog import REPORTS
from handbell.reports.intervals import wilson
from handbell.reports.models import Run
from handbell.vocabulary.words import (
    AppointmentStatus,
    Channel,
    LedgerKind,
    MessageState,
    Objection,
    Purpose,
)
from tests.closures.staged import close, send
from tests.console.desk import message, signed_in
from tests.reports.building import built, rows
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

S = AppointmentStatus


def test_delivery_counts_by_day_kind_channel_and_sender(clinic: Clinic, owner: StaffMember) -> None:
    patient = clinic.patient("A")
    days: dict[MessageState, Any] = {
        MessageState.DELIVERED: at(1, 23, 59),
        MessageState.ACCEPTED: at(1, 0, 0),
        MessageState.UNDELIVERED: at(1, 12),
        MessageState.IN_DOUBT: at(1, 12),
        MessageState.FAILED: at(1, 12),
        MessageState.WITHHELD: at(1, 12),
    }
    for state, due in days.items():
        message(clinic, patient, state=state, due_at=due)
    message(clinic, patient, state=MessageState.DELIVERED, due_at=at(2, 0, 0))
    message(clinic, patient, state=MessageState.DELIVERED, due_at=at(3, 0, 0))

    found = rows(built(owner, "delivery", from_="2026-11-01", to="2026-11-02"))

    assert [row["day"] for row in found] == ["2026-11-01", "2026-11-02"]
    assert list(found[0].values())[4:] == ["4", "1", "1", "1", "1", "1"]
    assert found[0]["sender"] == "+12025550199"


def test_failures_say_what_the_code_means_and_held_back_says_the_reason(
    clinic: Clinic, owner: StaffMember
) -> None:
    patient = clinic.patient("A")
    for _ in range(2):
        message(clinic, patient, state=MessageState.UNDELIVERED, detail="30006")
    message(clinic, patient, state=MessageState.WITHHELD, objection=Objection.OPTED_OUT)
    message(clinic, patient, state=MessageState.WITHHELD, objection=Objection.MERGED)
    message(clinic, patient, state=MessageState.QUEUED, objection=Objection.OPTED_OUT)

    (failed,) = rows(built(owner, "failures"))
    (held,) = rows(built(owner, "held-back"))

    assert (failed["code"], failed["messages"]) == ("30006", "2")
    assert failed["meaning"]
    assert (held["reason"], held["not_sent"], held["expected"]) == ("opted_out", "1", "1")


def test_attendance_by_what_the_patient_got(clinic: Clinic, owner: StaffMember) -> None:
    patient = clinic.patient("A")
    past = at(1, 10)

    def visit(
        status: AppointmentStatus, *, reminded: bool = False, confirmed: bool = False
    ) -> None:
        found = clinic.visit(patient, past, status=status)
        if not reminded and not confirmed:
            return
        sent = message(
            clinic,
            patient,
            state=MessageState.DELIVERED,
            due_at=past - timedelta(days=1),
            visit=found,
        )
        if confirmed:
            event = ProviderEvent.objects.create(
                provider="x", kind="inbound", key=str(sent.pk), payload={}, received_at=past
            )
            Reply.objects.create(
                practice=clinic.practice,
                event=event,
                channel=Channel.SMS,
                address=phone(1),
                message=sent,
                text="C",
                meaning="confirm",
                received_at=past,
            )

    for status in (S.COMPLETED, S.COMPLETED, S.NO_SHOW, S.CANCELLED):
        visit(status, reminded=True)
    visit(S.COMPLETED, confirmed=True)
    for status in (S.NO_SHOW, S.NO_SHOW, S.COMPLETED, S.BOOKED):
        visit(status)
    late = clinic.visit(patient, past, status=S.NO_SHOW)
    message(clinic, patient, state=MessageState.DELIVERED, due_at=past, visit=late)

    found = {row["standing"]: row for row in rows(built(owner, "attendance"))}

    told = {
        name: (row["visits"], row["came"], row["no_shows"], row["cancelled"])
        for name, row in found.items()
    }
    assert told == {
        "confirmed": ("1", "1", "0", "0"),
        "reminded": ("4", "2", "1", "1"),
        "not_reminded": ("4", "1", "3", "0"),
    }
    reminded = found["reminded"]
    assert float(reminded["no_show_share"]) == pytest.approx(1 / 3, abs=0.001)
    low, high = wilson(1, 3)
    assert float(reminded["no_show_low"]) == pytest.approx(low, abs=0.001)
    assert float(reminded["no_show_high"]) == pytest.approx(high, abs=0.001)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (5, 10, 0.2366, 0.7634), (0, 0, 0.0, 1.0)],
)
def test_intervals_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    assert list(wilson(hits, of)) == pytest.approx([low, high], abs=1e-4)


def test_payments_after_alerts_count_once_the_days_are_over(
    clinic: Clinic, owner: StaffMember
) -> None:
    def alert(day: int, month: int, paid_after: int | None, amount: str = "20.00") -> None:
        patient = clinic.patient("A")
        sent = at(day, 10, month=month)
        message(
            clinic,
            patient,
            purpose=Purpose.BALANCE_ALERT,
            state=MessageState.DELIVERED,
            due_at=sent,
        )
        if paid_after is not None:
            on = date(2026, month, day) + timedelta(days=paid_after)
            clinic.entry(patient, LedgerKind.PAYMENT, amount, on)

    alert(1, 9, 0)
    alert(1, 9, 8)
    alert(1, 9, None)
    alert(20, 10, 3)  # 13 days ago: only the first 7 are over
    alert(30, 10, 1)  # nothing is over

    found = rows(built(owner, "balance-alerts"))

    assert [(row["days"], row["alerts"], row["paid"], row["amount"]) for row in found] == [
        ("7", "4", "2", "40.00"),
        ("14", "3", "2", "40.00"),
        ("30", "3", "2", "40.00"),
    ]


def test_a_payment_after_two_alerts_is_one_payment(clinic: Clinic, owner: StaffMember) -> None:
    patient = clinic.patient("A")
    for day in (1, 3):
        message(
            clinic,
            patient,
            purpose=Purpose.BALANCE_ALERT,
            state=MessageState.DELIVERED,
            due_at=at(day, 10, month=9),
        )
    for amount in ("20.00", "5.00"):
        clinic.entry(patient, LedgerKind.PAYMENT, amount, date(2026, 9, 4))
    clinic.entry(patient, LedgerKind.PAYMENT, "1.00", date(2026, 9, 9))  # 7 days after one only

    found = rows(built(owner, "balance-alerts"))

    assert [(row["alerts"], row["paid"], row["amount"]) for row in found] == [
        ("2", "2", "26.00")
    ] * 3


def test_the_week_is_the_last_whole_one(clinic: Clinic, owner: StaffMember) -> None:
    patient = clinic.patient("A")
    for day, month in ((26, 10), (1, 11), (2, 11), (25, 10)):
        message(clinic, patient, state=MessageState.DELIVERED, due_at=at(day, 12, month=month))

    found = {row["measure"]: row for row in rows(built(owner, "week"))}

    assert (found["texts"]["last_week"], found["texts"]["week_before"]) == ("2", "1")


def test_a_page_s_facility_is_the_one_chosen_though_another_bears_its_number(
    clinic: Clinic, owner: StaffMember
) -> None:
    namesake = clinic.add_facility(str(clinic.facility.pk), "America/New_York")
    report = REPORTS["delivery"]

    def read(typed: str, *, strict: bool = False) -> str:
        given = {"facility": typed}
        return ask(report, given, staff=owner, strict=strict, now=MONDAY).values["facility"]

    assert read(str(clinic.facility.pk)) == str(clinic.facility.pk)
    assert read(str(clinic.facility.pk), strict=True) == str(namesake.pk)
    assert read("Main") == ""


def test_filters_nobody_knows_are_refused_by_name_where_it_is_asked(
    clinic: Clinic, owner: StaffMember
) -> None:
    report = REPORTS["delivery"]

    def given(**filters: str) -> None:
        ask(report, filters, staff=owner, strict=True, now=MONDAY)

    with pytest.raises(FilterFlaw, match="has no filter 'colour'; it has: facility, from, to"):
        given(colour="red")
    with pytest.raises(FilterFlaw, match="a day such as"):
        given(to="tomorrow")
    with pytest.raises(FilterFlaw, match="a facility's identifier"):
        given(facility="Nowhere")
    lenient = ask(report, {"to": "tomorrow"}, staff=owner, now=MONDAY)
    assert lenient.values["to"] == "2026-11-02"
    assert lenient.wrong == {"to": NO_DAY}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"from": "2026-11-02", "to": "2026-11-01"}, r"from \(2026-11-02\) is after to \(2026-11"),
        ({"from": "2199-01-01", "to": ""}, r"is after to \(today, 2026-11-02\)"),
        ({"from": "0001-01-01"}, "from takes a day such as 2026-11-02, from 1971 to 2199, not"),
        ({"to": "2026-11-31"}, "to takes a day"),
    ],
)
def test_days_that_cannot_be_meant_are_said_and_not_counted(
    clinic: Clinic, owner: StaffMember, given: dict[str, str], says: str
) -> None:
    with pytest.raises(FilterFlaw, match=says):
        ask(REPORTS["delivery"], given, staff=owner, strict=True, now=MONDAY)
    browser = signed_in(owner)
    sent = given | {"form": "csv"}

    page = browser.get("/reports/delivery", given)
    file = browser.post("/reports/delivery/file", sent)

    assert "Nothing is counted" in page.content.decode()
    assert (page.status_code, file.status_code) == (200, 422)
    for text in (page.content.decode(), file.content.decode()):
        assert 'aria-invalid="true"' in text
    browser.post("/reports/delivery/again", given)
    assert not Run.objects.exists()


def test_emergency_events_tell_who_was_told_and_what_became_of_it(
    clinic: Clinic, owner: StaffMember
) -> None:
    clinic.sender(Channel.SMS)
    for number in (1, 2):
        clinic.visit(clinic.patient(mobile=phone(number)), at(3, 9))
    clinic.visit(clinic.patient(), at(3, 10))
    send(clinic, close(clinic, owner), owner)
    Message.objects.filter(address=phone(1)).update(state="delivered")

    (row,) = rows(built(owner, "emergencies", from_="2026-11-01", to="2026-11-03"))

    assert (row["reason"], row["notice"], row["channel"]) == ("weather", "closing", "sms")
    assert (row["facilities"], row["sent_by"]) == (clinic.facility.name, owner.name)
    counts = ("people", "handed_over", "delivered", "not_sent", "telephoned")
    assert [row[name] for name in counts] == ["2", "1", "1", "1", "0"]
