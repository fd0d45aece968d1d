"""What does an HL7 version 2 message say?"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.importers.context import Context, Places
from handbell.importers.facts import (
    CLEARED,
    AppointmentFact,
    Flaw,
    GuardianFact,
    Item,
    LedgerFact,
    PatientFact,
    Severity,
)
from handbell.importers.hl7v2.message import messages_of
from handbell.importers.hl7v2.parse import read_message
from handbell.importers.source import Line, Source, encoding_of, lines_of
from handbell.importers.times import Order
from handbell.vocabulary.words import AppointmentStatus, LedgerKind

CONTEXT = Context(
    now=datetime(2026, 11, 2, 17, tzinfo=UTC),
    region="US",
    zone=ZoneInfo("America/New_York"),
    currency="USD",
    places=Places(zones={"MAIN": ZoneInfo("America/New_York")}, names={"brockton": "MAIN"}),
    order=Order.MONTH_FIRST,
)


def read(content: str | bytes) -> list[Item]:
    source = Source(name="f.hl7", data=content.encode() if isinstance(content, str) else content)
    with source.open() as file:
        lines = lines_of(file, encoding_of(source))
        found = [read_message(m, CONTEXT, file="f.hl7") for m in messages_of(lines)]
    return [item for message in found for item in message]


def flaws(items: Iterable[Item]) -> list[tuple[str, str, Severity]]:
    return [(f.field, f.reason, f.severity) for f in items if isinstance(f, Flaw)]


def visits(items: Iterable[Item]) -> list[AppointmentFact]:
    return [item for item in items if isinstance(item, AppointmentFact)]


def header(event: str, app: str = "EHR", sent: str = "202611021200") -> str:
    return f"MSH|^~\\&|{app}|CLINIC|HB||{sent}||{event}|M1|P|2.5\r"


def pid(**fields: str) -> str:
    """Return a PID segment; `p13="..."` sets PID-13."""
    told = {"p3": "77^^^X^MR", "p5": "QUILL^ADA", "p7": "19800203", **fields}
    last = max(int(name[1:]) for name in told)
    return "PID|" + "|".join(told.get(f"p{n}", "") for n in range(1, last + 1)) + "\r"


def sch(status: str = "", *, start: str = "202611100900", ids: str = "P1|F1") -> str:
    fields = [ids, "", "", "", "", "knee pain", "ACL repair", "45", "min", f"^^^{start}"]
    return "SCH|" + "|".join([*fields, *[""] * 13, status]) + "\r"


AIL = "AIL|1||2^Brockton\r"


def message(event: str, status: str = "", **fields: str) -> str:
    return header(f"SIU^{event}") + sch(status) + pid(**fields) + AIL


class TestVisit:
    @pytest.mark.parametrize(
        ("event", "status", "expected"),
        [
            ("S12", "", AppointmentStatus.BOOKED),
            ("S12", "Confirmed", AppointmentStatus.CONFIRMED),
            ("S12", "Cancelled", AppointmentStatus.BOOKED),
            ("S13", "Booked", AppointmentStatus.BOOKED),
            ("S14", "", None),
            ("S14", "Sch^Scheduled^SCHEDULING", AppointmentStatus.BOOKED),
            ("S14", "Cancelled", AppointmentStatus.CANCELLED),
            ("S15", "Booked", AppointmentStatus.CANCELLED),
            ("S15", "NOSHOW", AppointmentStatus.CANCELLED),
            ("S16", "Dc", AppointmentStatus.CANCELLED),
            ("S17", "Booked", AppointmentStatus.CANCELLED),
            ("S26", "Booked", AppointmentStatus.NO_SHOW),
        ],
    )
    def test_the_trigger_event_wins_over_the_filler_status(
        self, event: str, status: str, expected: AppointmentStatus | None
    ) -> None:
        (found,) = visits(read(message(event, status)))

        assert found.status is expected

    def test_what_a_message_says_of_a_visit(self) -> None:
        provider = "AIP|1||1^Adams^Douglas^A\r"

        (found,) = visits(read(message("S12") + provider))

        assert found == AppointmentFact(
            line=1,
            appointment="EHR/CLINIC:F1",
            patient="77",
            facility="MAIN",
            facility_name="Brockton",
            provider="Douglas Adams",
            starts_at=datetime(2026, 11, 10, 14, tzinfo=UTC),
            duration_minutes=45,
            status=AppointmentStatus.BOOKED,
            booked_at=datetime(2026, 11, 2, 17, tzinfo=UTC),
        )

    @pytest.mark.parametrize(("ids", "known"), [("P1|F1", "F1"), ("P1|", "P1"), ("|F1", "F1")])
    def test_the_filler_identifies_a_visit_before_the_placer(self, ids: str, known: str) -> None:
        (found,) = visits(read(header("SIU^S12") + sch(ids=ids) + pid() + AIL))

        assert found.appointment == f"EHR/CLINIC:{known}"

    def test_a_visit_without_identifier_is_a_flaw(self) -> None:
        found = read(header("SIU^S12") + sch(ids="|") + pid() + AIL)

        assert flaws(found) == [("SCH-2", "the appointment has none", Severity.ROW)]

    @pytest.mark.parametrize(
        ("length", "minutes"),
        [("45|min", 45), ("2700|s", 45), ("10800|S", 180), ("1|hr", 60), ("45|", 45), ("45|m", 45)],
    )
    def test_lengths_in_any_unit(self, length: str, minutes: int) -> None:
        content = message("S12").replace("45|min", length)

        assert visits(read(content))[0].duration_minutes == minutes

    def test_a_start_may_stand_with_the_resources(self) -> None:
        content = header("SIU^S12") + sch(start="") + pid() + "AIL|1||2^Brockton|||202611100900\r"

        assert visits(read(content))[0].starts_at == datetime(2026, 11, 10, 14, tzinfo=UTC)

    def test_two_starts_are_told_and_the_schedules_is_taken(self) -> None:
        found = read(message("S12").replace(AIL, "AIL|1||2^Brockton|||202611110900\r"))

        assert flaws(found) == [("SCH-11", "the message gives more than one start", Severity.VALUE)]
        assert visits(found)[0].starts_at == datetime(2026, 11, 10, 14, tzinfo=UTC)

    def test_a_time_with_an_offset(self) -> None:
        content = header("SIU^S12") + sch(start="20261110093000+0215") + pid() + AIL

        assert visits(read(content))[0].starts_at == datetime(2026, 11, 10, 7, 15, tzinfo=UTC)

    def test_a_start_that_cannot_be_read_never_keeps_a_visit_on(self) -> None:
        broken = sch(start="2026111099").replace("2026111099", "2026-11-10")

        booked = read(header("SIU^S12") + broken + pid() + AIL)
        cancelled = read(header("SIU^S15") + broken + pid() + AIL)

        assert not visits(booked)
        assert visits(cancelled)[0].status is AppointmentStatus.CANCELLED

    def test_a_login_is_nobodys_name(self) -> None:
        content = message("S12") + "PV1|||||||13^kmurphy2\rAIP|1||kmurphy2\r"

        assert visits(read(content))[0].provider is None

    def test_why_somebody_comes_is_never_read(self) -> None:
        content = message("S12") + "DG1|1||S83|TORN LIGAMENT\rAIS|1||ACL^ACL repair\rNTE|1||limps\r"

        assert "repair" not in repr(visits(read(content)))
        assert "LIGAMENT" not in repr(read(content))
        assert visits(read(content))[0].type is None


class TestPatient:
    def one(self, content: str) -> PatientFact:
        (found,) = (item for item in read(content) if isinstance(item, PatientFact))
        return found

    @pytest.mark.parametrize("event", ["A04", "A08", "A28", "A31"])
    def test_events_that_tell_who_a_patient_is(self, event: str) -> None:
        found = self.one(header(f"ADT^{event}") + pid(p15="eng^English", p30="N"))

        assert (found.patient, found.first_name, found.last_name) == ("77", "ADA", "QUILL")
        assert (found.birth_date, found.language, found.deceased) == (date(1980, 2, 3), "en", False)

    @pytest.mark.parametrize(
        ("p13", "kind", "value"),
        [
            ("(202)555-0101", "home_phone", "+12025550101"),
            ("(202)555-0101^PRN^PH^^1^202^5550101", "home_phone", "+12025550101"),
            ("^PRN^PH^^1^202^5550101", "home_phone", "+12025550101"),
            ("(202)555-0101^ORN^CP^^1^202^5550101", "mobile_phone", "+12025550101"),
            ("2025550101^MOBILE", "mobile_phone", "+12025550101"),
            ("2025550101^HOME", "home_phone", "+12025550101"),
            ("ada@quill.example^NET^^ada@quill.example", "email", "ada@quill.example"),
            ("ada@quill.example^EMAIL", "email", "ada@quill.example"),
            ("(202)555-0101^^^ada@quill.example", "email", "ada@quill.example"),
            ("(202)555-0101^^^ada@quill.example", "home_phone", "+12025550101"),
            ("(202)555-0101^WPN^PH", "home_phone", None),
            ("(202)555-0101^PRN^FX", "home_phone", None),
        ],
    )
    def test_contact_points_in_all_their_places(
        self, p13: str, kind: str, value: str | None
    ) -> None:
        assert getattr(self.one(header("ADT^A08") + pid(p13=p13)), kind) == value

    def test_athena_sends_the_mobile_number_bare_in_the_work_field(self) -> None:
        fields = pid(p9="ADDIE", p13="(202)555-0101", p14="(202)555-0102")

        athena = self.one(header("ADT^A08", "ATHENANET") + fields)
        other = self.one(header("ADT^A08") + fields)

        assert (athena.mobile_phone, athena.preferred_name) == ("+12025550102", "ADDIE")
        assert (other.mobile_phone, other.preferred_name) == (None, None)

    def test_an_empty_field_says_nothing_and_quotation_marks_delete(self) -> None:
        empty = self.one(header("ADT^A08") + pid(p7=""))
        gone = self.one(header("ADT^A08") + pid(p7='""', p13='""', p15='""', p30='""'))
        one_gone = self.one(header("ADT^A08") + pid(p13='""^PRN^PH~2025550101^ORN^CP'))

        assert (empty.home_phone, empty.email, empty.birth_date) == (None, None, None)
        assert (gone.home_phone, gone.mobile_phone, gone.email) == ("", "", "")
        assert (gone.birth_date, gone.language, gone.deceased) == (CLEARED, "", False)
        assert (one_gone.home_phone, one_gone.mobile_phone) == ("", "+12025550101")

    def test_a_bad_number_is_a_flaw_and_the_patient_goes_in(self) -> None:
        found = read(header("ADT^A08") + pid(p13="(111)111-1111^PRN^PH"))

        assert flaws(found) == [("PID-13", "no such telephone number exists", Severity.VALUE)]
        assert isinstance(found[1], PatientFact)
        assert found[1].home_phone == ""

    def test_a_death(self) -> None:
        assert self.one(header("ADT^A08") + pid(p30="Y")).deceased is True
        assert self.one(header("ADT^A08") + pid(p29="20260101")).deceased is True
        assert self.one(header("ADT^A08") + pid()).deceased is None

    def test_the_medical_record_number_comes_first(self) -> None:
        assert self.one(header("ADT^A08") + pid(p3="5^^^X^SS~77^^^X^MR")).patient == "77"
        assert self.one(header("ADT^A08") + pid(p3="", p2="9^^^X")).patient == "9"
        nobody = read(header("ADT^A08") + pid(p3=""))
        assert flaws(nobody) == [("PID-3", "the patient has no identifier", Severity.ROW)]

    def test_a_minors_parent_among_the_next_of_kin(self) -> None:
        kin = "NK1|1|QUILL^DORA|MTH^Mother||2025550101^^CP\rNK1|2|FERN^EVE|FND^Friend||2025550102\r"

        minor = read(header("ADT^A08") + pid(p7="20150505") + kin)
        adult = read(header("ADT^A08") + pid() + kin)

        assert [g for g in minor if isinstance(g, GuardianFact)] == [
            GuardianFact(1, "77", "DORA QUILL", mobile_phone="+12025550101", weak=True)
        ]
        assert not [g for g in adult if isinstance(g, GuardianFact)]


class TestMoney:
    def read(self, ft1: str) -> list[Item]:
        return read(header("DFT^P03") + pid() + ft1 + "\r")[1:]

    def test_what_the_insurance_leaves_is_the_patients(self) -> None:
        ft1 = "FT1|1|T9|B|20261025|20261026|CG|99213|||1|100&USD||||60&USD"

        assert self.read(ft1) == [
            LedgerFact(
                1,
                "EHR/CLINIC:T9",
                "77",
                LedgerKind.RESPONSIBILITY,
                Decimal(40),
                date(2026, 10, 25),
            )
        ]

    def test_a_payment_without_an_insurer_is_the_patients(self) -> None:
        (found,) = self.read("FT1|1|T9||20261025||PY||||1|-25.00&USD")

        assert isinstance(found, LedgerFact)
        assert (found.kind, found.amount) == (LedgerKind.PAYMENT, Decimal(25))

    @pytest.mark.parametrize(
        "ft1",
        [
            "FT1|1|T9||20261025||CG|99213|||1|100&USD",
            "FT1|1|T9||20261025||CG|99213|||1|100&USD||||100&USD",
            "FT1|1|T9||20261025||PY||||1|25.00&USD|||INS1",
            "FT1|1|T9||20261025||AJ||||1|25.00&USD",
            "FT1|1|T9||20261025||CD||||1|25.00&USD",
        ],
    )
    def test_a_posting_that_is_not_the_patients_is_not_used(self, ft1: str) -> None:
        ((_, _, severity),) = flaws(self.read(ft1))

        assert severity is Severity.NOT_USED

    @pytest.mark.parametrize(
        "ft1",
        [
            "FT1|1|T9||20261025||PY||||1|25.00&EUR",
            "FT1|1|T9||20261025||PY||||1|",
            "FT1|1|T9||||PY||||1|25.00",
            "FT1|1|T9||20261025||PY||||1|0",
        ],
    )
    def test_a_posting_that_cannot_be_read_is_a_flaw(self, ft1: str) -> None:
        ((_, _, severity),) = flaws(self.read(ft1))

        assert severity is Severity.ROW


class TestFile:
    @pytest.mark.parametrize("ending", ["\r", "\n", "\r\n"])
    def test_lines_may_end_in_any_way(self, ending: str) -> None:
        assert len(visits(read(message("S12").replace("\r", ending)))) == 1

    def test_frames_batches_and_several_messages(self) -> None:
        framed = f"\x0b{message('S12')}\x1c\r"
        batch = f"FHS|^~\\&|X\rBHS|^~\\&|X\r{framed}{framed}{message('S15')}BTS|3\rFTS|1\r"

        assert [visit.line for visit in visits(read(batch))] == [1, 2, 3]

    def test_a_message_brings_its_own_separators(self) -> None:
        content = message("S12").translate(str.maketrans("|^", "#*"))

        assert visits(read(content))[0].facility == "MAIN"

    def test_escapes_are_resolved(self) -> None:
        (found,) = read(header("ADT^A08") + pid(p5="O\\T\\QUILL^A\\F\\DA\\X41\\"))

        assert isinstance(found, PatientFact)
        assert (found.first_name, found.last_name) == ("A|DA", "O&QUILL")

    def test_other_messages_are_counted_as_not_used(self) -> None:
        found = read(header("BAR^P01") + pid() + header("ADT^A60") + pid() + header("") + pid())

        assert flaws(found) == [
            ("MSH-9", "Handbell has no use for messages of type BAR^P01", Severity.NOT_USED),
            ("MSH-9", "Handbell has no use for messages of type ADT^A60", Severity.NOT_USED),
            ("MSH-9", "its type is missing", Severity.ROW),
        ]

    def test_a_broken_message_costs_itself(self) -> None:
        content = message("S12") + "MSH|^\r" + message("S13") + "junk\r"

        assert len(visits(read(content))) == 2
        assert flaws(read(content))[0][1] == "its header (MSH) is cut short"

    def test_the_splitter_agrees_with_python_hl7(self, shared_data: Path) -> None:
        import hl7

        compared = 0
        for path in sorted((shared_data / "hl7v2").rglob("*.hl7")):
            source = Source(name=path.name, path=path)
            with source.open() as file:
                (ours,) = messages_of(lines_of(file, encoding_of(source)))
            text = path.read_bytes().decode("utf-8-sig", "replace").strip("\x0b\x1c\r\n")
            theirs = hl7.parse("\r".join(part for part in text.splitlines() if part.strip()))
            assert [s.name for s in ours.segments] == [str(s[0]) for s in theirs]
            for mine, other in zip(ours.segments[1:], theirs[1:], strict=True):
                for number in range(1, len(other)):
                    assert mine.raw(number) == str(other[number]).strip()
                    compared += 1
        assert compared > 2000


SEGMENTS = st.sampled_from(
    ["MSH", "PID", "SCH", "AIL", "AIP", "FT1", "NK1", "EVN", "TQ1", "FHS", "", "zz"]
)
FIELDS = st.lists(
    st.text(max_size=10) | st.sampled_from(["SIU^S12", "ADT^A08", "77^^^X^MR", '""', "^^^2026"]),
    max_size=26,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(SEGMENTS, FIELDS), max_size=8))
def test_a_message_of_any_shape_is_facts_or_flaws(parts: list[tuple[str, list[str]]]) -> None:
    texts = ["|".join([name, *fields]) for name, fields in parts]
    lines = [Line(number, text + "\r") for number, text in enumerate(texts, 1)]

    for one in messages_of(lines):
        assert read_message(one, CONTEXT, file="f.hl7")


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(["SIU^S12", "SIU^S15", "ADT^A08", "DFT^P03"]), FIELDS, FIELDS, FIELDS)
def test_a_known_message_with_any_fields_is_facts_or_flaws(
    event: str, first: list[str], second: list[str], third: list[str]
) -> None:
    content = header(event) + "PID|" + "|".join(first) + "\rSCH|" + "|".join(second)

    assert read(content + "\rFT1|" + "|".join(third) + "\r")
