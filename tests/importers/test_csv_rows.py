"""What do the rows of a CSV file say, however they are written?"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.importers import source
from handbell.importers.context import Context, Places
from handbell.importers.csv.parse import Rows, read_header
from handbell.importers.csv.records import Record, delimiter_of, records_of
from handbell.importers.csv.table import Table, Unreadable
from handbell.importers.facts import (
    AppointmentFact,
    Flaw,
    Item,
    LedgerFact,
    PatientFact,
    Severity,
    SubscriptionFact,
)
from handbell.importers.source import LONGEST_LINE, Block, Source, blocks_of, encoding_of
from handbell.importers.times import Order
from handbell.vocabulary.words import AppointmentStatus, Channel, ConsentKind, LedgerKind

NEW_YORK = ZoneInfo("America/New_York")
CONTEXT = Context(
    now=datetime(2026, 11, 2, 17, tzinfo=UTC),
    region="US",
    zone=NEW_YORK,
    currency="USD",
    places=Places(
        zones={"MAIN": NEW_YORK, "LAKE": ZoneInfo("America/Chicago")},
        names={"main street": "MAIN", "main": "MAIN"},
    ),
    order=Order.MONTH_FIRST,
)


def read(content: str | bytes, context: Context = CONTEXT) -> list[Item]:
    data = content.encode() if isinstance(content, str) else content
    source = Source(name="f.csv", data=data)
    with source.open() as file:
        table, records = read_header(blocks_of(file, encoding_of(source)), file="f.csv")
        assert isinstance(table, Table), table
        rows = Rows(table, context, file="f.csv").items(records)
        return [item for row in rows for item in row]


def flaws(items: Iterable[Item]) -> list[tuple[int, str, str, str]]:
    return [(f.line, f.field, f.reason, f.severity) for f in items if isinstance(f, Flaw)]


VISITS = "appointment_id,patient_id,facility,starts_at\n"


class TestCells:
    def test_a_visit_is_on_the_clock_of_its_facility(self) -> None:
        east, lake = read(VISITS + "1,7,MAIN,2026-11-10T09:00\n2,7,LAKE,2026-11-10T09:00\n")

        assert isinstance(east, AppointmentFact)
        assert isinstance(lake, AppointmentFact)
        assert east.starts_at == datetime(2026, 11, 10, 14, tzinfo=UTC)
        assert lake.starts_at == datetime(2026, 11, 10, 15, tzinfo=UTC)

    def test_a_facility_is_known_by_its_name_too(self) -> None:
        (visit,) = read(VISITS + "1,7,main street,2026-11-10T09:00\n")

        assert isinstance(visit, AppointmentFact)
        assert visit.facility == "MAIN"

    def test_an_unknown_facility_is_a_flaw_and_so_is_none_where_there_are_two(self) -> None:
        found = read(VISITS + "1,7,HARBOR,2026-11-10T09:00\n2,7,,2026-11-10T09:00\n")

        assert flaws(found) == [
            (2, "facility", "this facility is not known", Severity.ROW),
            (3, "facility", "no facility is named", Severity.ROW),
        ]

    def test_the_only_facility_needs_no_name(self) -> None:
        only = Context(
            now=CONTEXT.now,
            region="US",
            zone=NEW_YORK,
            currency="USD",
            places=Places(zones={"LAKE": ZoneInfo("America/Chicago")}),
            order=Order.MONTH_FIRST,
        )

        (visit,) = read("appointment_id,patient_id,starts_at\n1,7,2026-11-10T09:00\n", only)

        assert isinstance(visit, AppointmentFact)
        assert visit.facility == "LAKE"
        assert visit.starts_at == datetime(2026, 11, 10, 15, tzinfo=UTC)

    def test_columns_a_file_has_not_say_nothing_and_empty_cells_say_there_is_none(self) -> None:
        (short,) = read("patient_id,first_name\n7,Ada\n")
        (full,) = read("patient_id,first_name,mobile_phone,birth_date,deceased\n7,Ada,,,\n")

        assert isinstance(short, PatientFact)
        assert isinstance(full, PatientFact)
        assert short.mobile_phone is None
        assert full.mobile_phone == ""
        assert full.birth_date is None
        assert full.deceased is None

    def test_a_bad_number_costs_itself_and_a_bad_birth_date_the_row(self) -> None:
        head = "patient_id,first_name,mobile_phone,birth_date\n"
        found = read(head + "7,Ada,555-806-9773,1980-01-01\n8,Ben,,1980-13-01\n9,Cy,,2030-01-01\n")

        assert [type(item) for item in found] == [Flaw, PatientFact, Flaw, Flaw]
        assert isinstance(found[1], PatientFact)
        assert found[1].mobile_phone == ""
        assert flaws(found) == [
            (2, "mobile_phone", "no such telephone number exists", Severity.VALUE),
            (3, "birth_date", "there is no such day", Severity.ROW),
            (4, "birth_date", "it lies in the future", Severity.ROW),
        ]

    @pytest.mark.parametrize(
        ("cell", "deceased"),
        [
            *[(cell, True) for cell in ("true", "yes", "1", "2026-01-05", "1/5/2026")],
            *[(cell, False) for cell in ("false", "no", "0")],
            ("", None),
        ],
    )
    def test_a_death_is_said_in_many_ways(self, cell: str, deceased: bool | None) -> None:
        (patient,) = read(f"patient_id,first_name,deceased\n7,Ada,{cell}\n")

        assert isinstance(patient, PatientFact)
        assert patient.deceased is deceased

    def test_zero_and_negative_amounts_are_flaws(self) -> None:
        head = "entry_id,patient_id,kind,amount,date\n"
        found = read(
            head
            + "1,7,responsibility,0,2026-11-01\n2,7,payment,(5.00),2026-11-01\n"
            + "3,7,adjustment,(5.00),2026-11-01\n"
        )

        assert [flaw[1:3] for flaw in flaws(found)] == [
            ("amount", "it is zero"),
            ("amount", "a payment is negative"),
        ]
        assert found[2] == LedgerFact(
            4, "3", "7", LedgerKind.ADJUSTMENT, Decimal("-5.00"), date(2026, 11, 1)
        )

    def test_a_consent_needs_a_time_a_way_and_a_person(self) -> None:
        head = "patient_id,purpose,channels,consented_at,how,by\n"
        found = read(
            head
            + "7,reminders,sms,,form,Nora\n7,reminders,sms,2026-01-01,,Nora\n"
            + "7,reminders,sms,2026-01-01,form,\n7,reminders,sms+email,2026-01-01,form,Nora\n"
        )

        assert [flaw[1] for flaw in flaws(found)] == ["consented_at", "how", "by"]
        consent = found[3]
        assert isinstance(consent, SubscriptionFact)
        assert consent.consent is ConsentKind.GRANTED
        assert consent.channels == (Channel.SMS, Channel.EMAIL)

    def test_no_channels_is_an_opt_out_of_all_three(self) -> None:
        (out,) = read("patient_id,purpose,channels\n7,balance,\n")

        assert isinstance(out, SubscriptionFact)
        assert out.consent is ConsentKind.WITHDRAWN
        assert out.channels == tuple(Channel)
        assert out.at is None

    def test_patient_and_visit_in_one_row_are_two_facts(self) -> None:
        head = "appointment_id,patient_id,first_name,mobile_phone,facility,starts_at,status\n"
        patient, visit = read(head + "1,7,Ada,202-555-0101,MAIN,2026-11-10T09:00,Confirmed\n")

        assert isinstance(patient, PatientFact)
        assert isinstance(visit, AppointmentFact)
        assert patient.status is None, "the status is the visit's"
        assert visit.status is AppointmentStatus.CONFIRMED


class TestShapes:
    @pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
    def test_any_delimiter_and_any_line_end(self, mark: str, ending: str) -> None:
        rows = [["patient_id", "first_name"], ["7", "Ada"], ["8", "Ben"]]
        content = ending.join(mark.join(row) for row in rows)

        assert [p.patient for p in read(content) if isinstance(p, PatientFact)] == ["7", "8"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
    def test_any_encoding(self, encoding: str) -> None:
        (patient,) = read("patient_id,first_name\n7,Zoë\n".encode(encoding))

        assert isinstance(patient, PatientFact)
        assert patient.first_name == "Zoë"

    def test_excels_first_line_is_obeyed(self) -> None:
        (patient,) = read("sep=;\npatient_id;first_name\n7;Ada\n")

        assert isinstance(patient, PatientFact)

    def test_two_encodings_in_one_file_cost_the_lines_of_the_lesser(self) -> None:
        content = "patient_id,first_name\n7,Zoë\n".encode() + "8,Zoë\n".encode("cp1252")
        found = read(content + b"9,Cy\n")

        assert [type(item) for item in found] == [PatientFact, Flaw, PatientFact]
        assert "encoding" in flaws(found)[0][2]

    def test_cells_may_hold_line_breaks(self) -> None:
        found = read('patient_id,first_name,last_name\n7,"Ada\nMary",Q\n8,Ben,M\n')

        assert [p.line for p in found if isinstance(p, PatientFact)] == [2, 4]

    def test_short_and_long_rows_are_flaws_and_blank_lines_are_not(self) -> None:
        found = read("patient_id,first_name\n7\n\n8,Ben,x\n,\n9,Cy\n")

        assert [(line, reason) for line, _, reason, _ in flaws(found)] == [
            (2, "the row has fewer cells than the header has columns"),
            (4, "the row has more cells than the header has columns"),
        ]
        assert isinstance(found[-1], PatientFact)

    def test_a_quotation_mark_that_is_never_closed_costs_one_line(self) -> None:
        rows = "".join(f"{n},Ann\n" for n in range(300))
        found = read('patient_id,first_name\n7,"Ada\n' + rows)

        assert len([p for p in found if isinstance(p, PatientFact)]) == 300
        assert flaws(found) == [
            (2, "", "a quotation mark is opened and never closed", Severity.ROW)
        ]

    def test_nul_bytes_cost_their_line(self) -> None:
        found = read(b"patient_id,first_name\n7,A\0da\n8,Ben\n")

        assert [reason for _, _, reason, _ in flaws(found)] == ["it holds NUL bytes"]
        assert isinstance(found[1], PatientFact)

    def test_a_line_without_end_costs_itself_and_no_memory(self) -> None:
        found = read(b"patient_id,first_name\n7," + b"x" * (3 * LONGEST_LINE) + b"\n8,Ben\n")

        assert [reason for _, _, reason, _ in flaws(found)] == [
            f"it is longer than {LONGEST_LINE:,} characters"
        ]
        assert isinstance(found[1], PatientFact)

    def test_a_long_cell_is_refused(self) -> None:
        found = read("patient_id,first_name\n7," + "x" * 301 + "\n")

        assert flaws(found) == [(2, "first_name", "it is longer than 300 characters", Severity.ROW)]

    def test_a_header_that_lacks_something_says_what(self) -> None:
        blocks = iter([Block(1, ["patient_id,starts_at,status\n"], {})])

        unreadable, _ = read_header(blocks, file="f.csv")

        assert isinstance(unreadable, Unreadable)
        assert unreadable.missing == ("appointment_id",)


CELLS = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12
) | st.sampled_from(
    ["7", "MAIN", "2026-11-10T09:00", "sms", "(5)", '"', '""', "a,b", "202-555-0101"]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, max_size=7), max_size=12), st.sampled_from([",", ";", "\t"]))
def test_every_row_is_a_fact_or_a_flaw_whatever_it_says(rows: list[list[str]], mark: str) -> None:
    head = mark.join(["patient_id", "first_name", "mobile_phone", "birth_date", "status"])
    content = head + "\n" + "".join(mark.join(row) + "\n" for row in rows)
    source = Source(name="f.csv", data=content.encode())
    with source.open() as file:
        table, records = read_header(blocks_of(file, "utf-8-sig"), file="f.csv")
        assert isinstance(table, Table)
        for found in Rows(table, CONTEXT, file="f.csv").items(records):
            costly = [f for f in found if not isinstance(f, Flaw) or f.severity is Severity.ROW]
            assert len(costly) == 1


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=30)),
    st.integers(1, 5),
)
def test_no_line_is_lost_between_records(texts: list[str], size: int) -> None:
    lines = [f"{text}\n" for text in texts]
    blocks = [Block(at + 1, lines[at : at + size], {}) for at in range(0, len(lines), size)]

    seen = [record.line for record in records_of(iter(blocks), delimiter=",")]

    assert seen == sorted(seen)
    if '"' not in "".join(texts):
        filled = [n for n, text in enumerate(texts, 1) if text.replace(",", "").strip()]
        assert seen == filled


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from(["a,b", 'q,"x', 'y",z', '"m,n",o', "", "longer line,1", "é,ü"])),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-16", "cp1252"]),
    st.integers(1, 40),
)
def test_records_do_not_depend_on_where_the_file_was_cut(
    texts: list[str], ending: str, encoding: str, size: int
) -> None:
    content = ending.join(texts).encode(encoding)
    read_as = "utf-16" if encoding == "utf-16" else encoding

    def records(chunk: int) -> list[Record]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(source, "_CHUNK", chunk)
            return list(records_of(blocks_of(BytesIO(content), read_as), delimiter=","))

    assert records(size) == records(1 << 20)


def test_the_delimiter_is_the_mark_that_occurs_most_outside_quotation_marks() -> None:
    assert delimiter_of('a;b;"c,d,e"') == ";"
    assert delimiter_of("name") == ","
