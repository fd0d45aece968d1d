"""What does a cell say?"""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.importers import values
from handbell.importers.bad_value import BadValue
from handbell.vocabulary.words import AppointmentStatus, Channel, LedgerKind, PatientStatus


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", "12.50"),
        ("$1,234.50", "1234.50"),
        ("(12.50)", "-12.50"),
        ("($1,234.50)", "-1234.50"),
        ("-5", "-5"),
        ("5-", "-5"),
        ("12,50", "12.50"),
        ("1.234,50", "1234.50"),
        ("1,234", "1234"),
        ("USD 12", "12"),
        ("12 €", "12"),
        (" 40.00 ", "40.00"),
        (".50", "0.50"),
    ],
)
def test_reads_amounts_as_they_are_written(text: str, amount: str) -> None:
    assert values.parse_amount(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["", "ten", "1e5", "12.505", "1.234", "--5", "1 2 3 x", "1,23,4"])
def test_never_guesses_an_amount(text: str) -> None:
    with pytest.raises(BadValue):
        values.parse_amount(text)


def test_amounts_are_positive_but_for_adjustments() -> None:
    assert values.check_amount(LedgerKind.ADJUSTMENT, Decimal("-5")) == Decimal("-5")
    for kind in (LedgerKind.RESPONSIBILITY, LedgerKind.PAYMENT):
        with pytest.raises(BadValue, match="negative"):
            values.check_amount(kind, Decimal("-5"))
    for kind in LedgerKind:
        with pytest.raises(BadValue, match="zero"):
            values.check_amount(kind, Decimal(0))


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("", AppointmentStatus.BOOKED),
        ("Scheduled", AppointmentStatus.BOOKED),
        ("ACTIVE", AppointmentStatus.BOOKED),
        ("Confirmed", AppointmentStatus.CONFIRMED),
        ("Checked In", AppointmentStatus.ARRIVED),
        ("checked-in", AppointmentStatus.ARRIVED),
        ("Waiting", AppointmentStatus.ARRIVED),
        ("In Progress", AppointmentStatus.IN_PROGRESS),
        ("in_progress", AppointmentStatus.IN_PROGRESS),
        ("Complete", AppointmentStatus.COMPLETED),
        ("fulfilled", AppointmentStatus.COMPLETED),
        ("Canceled", AppointmentStatus.CANCELLED),
        ("Inactive", AppointmentStatus.CANCELLED),
        ("entered-in-error", AppointmentStatus.CANCELLED),
        ("Noshow", AppointmentStatus.NO_SHOW),
        ("no_show", AppointmentStatus.NO_SHOW),
        ("Broken", AppointmentStatus.NO_SHOW),
    ],
)
def test_knows_the_words_of_many_systems_for_a_visits_state(
    word: str, status: AppointmentStatus
) -> None:
    assert values.parse_appointment_status(word) is status


def test_an_unknown_state_is_never_taken_for_booked() -> None:
    with pytest.raises(BadValue, match="not known"):
        values.parse_appointment_status("perhaps")


def test_every_one_of_our_own_words_is_known() -> None:
    for status in AppointmentStatus:
        assert values.parse_appointment_status(status.value) is status
    for standing in PatientStatus:
        assert values.parse_patient_status(standing.value) is standing
    for kind in LedgerKind:
        assert values.parse_ledger_kind(kind.value) is kind


def test_channels_are_joined_by_plus() -> None:
    assert values.parse_channels("sms+email") == (Channel.SMS, Channel.EMAIL)
    assert values.parse_channels("Text + Call + text") == (Channel.SMS, Channel.VOICE)
    assert values.parse_channels("") == ()
    with pytest.raises(BadValue):
        values.parse_channels("sms+fax")


@pytest.mark.parametrize(
    ("text", "tag"),
    [("Spanish", "es"), ("spa", "es"), ("en_US", "en-US"), ("pt-BR", "pt-BR"), ("", "")],
)
def test_languages_by_name_and_code(text: str, tag: str) -> None:
    assert values.parse_language(text) == tag


def test_time_zones_by_their_us_names() -> None:
    assert values.parse_zone("Eastern Time (US & Canada)") == "America/New_York"
    assert values.parse_zone("US/Pacific") == "America/Los_Angeles"
    assert values.parse_zone("Europe/Berlin") == "Europe/Berlin"
    with pytest.raises(BadValue):
        values.parse_zone("Middle Earth")


def test_telephone_numbers_as_people_write_them(shared_data: Path) -> None:
    cases = json.loads((shared_data / "phone" / "normalisation_cases.json").read_text())["rows"]
    for case in cases:
        if case["is_valid"]:
            assert values.parse_phone(case["input"], region="US") == case["e164"], case["note"]
        else:
            with pytest.raises(BadValue):
                values.parse_phone(case["input"], region="US")


@given(st.text(max_size=60))
def test_no_reader_ever_raises_anything_else_or_repeats_the_text(text: str) -> None:
    readers = (
        values.parse_amount,
        values.parse_appointment_status,
        values.parse_boolean,
        values.parse_channels,
        values.parse_email,
        values.parse_id,
        values.parse_language,
        values.parse_ledger_kind,
        values.parse_minutes,
        values.parse_patient_status,
        values.parse_purpose,
        values.parse_zone,
        lambda cell: values.parse_phone(cell, region="US"),
        lambda cell: values.parse_text(cell, longest=20),
    )
    for read in readers:
        try:
            read(text)
        except BadValue as bad:
            said = f"{bad} {bad.value_kind} {bad.cure}"
            assert len(text) < 12 or text not in said
