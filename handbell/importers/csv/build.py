"""Which fact do the cells of a row make? One function per kind; what takes two cells to judge is
judged here. Pure. The cells come checked and in the order of csv/columns.py.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import (
    AppointmentFact,
    FacilityFact,
    Fact,
    Kind,
    LedgerFact,
    PatientFact,
    SubscriptionFact,
)
from handbell.importers.times import settle, settle_often
from handbell.importers.values import check_amount
from handbell.vocabulary.words import Channel, ConsentKind


def _facility(line: int, cells: list[Any], context: Context) -> Fact:
    return FacilityFact(line, *cells)


def _patient(line: int, cells: list[Any], context: Context) -> Fact:
    (patient, first, last, preferred, birth, language, mobile, home, email) = cells[:9]
    (facility, status, deceased, zone, guardian, guardian_phone, guardian_email) = cells[9:16]
    (guarantor, guarantor_phone, guarantor_email) = cells[16:19]
    (caregiver, caregiver_phone, caregiver_email, with_agency) = cells[19:]
    return PatientFact(
        line=line,
        patient=patient,
        first_name=first,
        last_name=last,
        preferred_name=preferred,
        birth_date=birth,
        language=language,
        status=status,
        deceased=deceased,
        time_zone=zone,
        facility=facility,
        mobile_phone=mobile,
        home_phone=home,
        email=email,
        guardian_name=guardian,
        guardian_mobile_phone=guardian_phone,
        guardian_email=guardian_email,
        guarantor_name=guarantor,
        guarantor_phone=guarantor_phone,
        guarantor_email=guarantor_email,
        caregiver_name=caregiver,
        caregiver_phone=caregiver_phone,
        caregiver_email=caregiver_email,
        with_agency=with_agency,
    )


def _appointment(line: int, cells: list[Any], context: Context) -> Fact:
    appointment, patient, facility, provider, kind, starts, minutes, status, booked = cells
    facility = facility or context.places.only
    if facility is None:
        reason = (
            "the practice has no facility" if not context.places.zones else "no facility is named"
        )
        raise BadValue(
            "facility", reason, "import facilities.csv, and name one in every row", field="facility"
        )
    zone = context.zone_of(facility)
    try:
        starts_at = settle_often(starts, zone)
    except BadValue as bad:
        bad.field = "starts at"
        raise
    booked_at = settle(booked, zone) if booked else None
    # By position: a million of these are made in a row. No name: an unknown facility is a flaw.
    return AppointmentFact(
        line,
        appointment,
        patient,
        facility,
        None,
        provider,
        kind,
        starts_at,
        minutes,
        status,
        booked_at,
    )


def _ledger(line: int, cells: list[Any], context: Context) -> Fact:
    entry, patient, kind, amount, day, description = cells
    try:
        check_amount(kind, amount)
    except BadValue as bad:
        bad.field = "amount"
        raise
    return LedgerFact(line, entry, patient, kind, amount, day, description)


def _subscription(line: int, cells: list[Any], context: Context) -> Fact:
    patient, purpose, channels, at, how, by, whose = cells
    if not channels:
        return SubscriptionFact(
            line=line,
            patient=patient,
            purpose=purpose,
            channels=tuple(Channel),
            consent=ConsentKind.WITHDRAWN,
            at=at,
            how=how or "opt-out in the imported file",
            by=by or "import",
            of_caregiver=bool(whose),
        )
    for name, given in (("consented at", at), ("how", how), ("by", by)):
        if not given:
            raise BadValue(
                "consent",
                "a consent needs a time, a way and a person",
                "write when it was given, how (paper form) and who took it; none was recorded",
                field=name,
            )
    granted = ConsentKind.GRANTED
    return SubscriptionFact(line, patient, purpose, channels, granted, at, how, by, bool(whose))


BUILD: Final[Mapping[Kind, Callable[[int, list[Any], Context], Fact]]] = {
    Kind.FACILITIES: _facility,
    Kind.PATIENTS: _patient,
    Kind.APPOINTMENTS: _appointment,
    Kind.LEDGER: _ledger,
    Kind.SUBSCRIPTIONS: _subscription,
}
