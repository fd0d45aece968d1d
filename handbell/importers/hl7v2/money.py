"""What does a patient owe according to a DFT message? Pure; decided in docs/adr/0004.

An FT1 is a posting to an account, which insurers are billed for first. Only two say something about
the patient's own balance:

* a charge (CG) that says what the insurance takes (FT1-15): the rest is a responsibility;
* a payment (PY) without an insurance plan (FT1-14): the patient paid it.

Charges without FT1-15, credits, adjustments and insurers' payments are counted as not used.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import Kind, LedgerFact
from handbell.importers.findings import Findings
from handbell.importers.hl7v2.message import Message, Segment
from handbell.importers.hl7v2.people import patient_of
from handbell.importers.hl7v2.times import parse_stamp_day
from handbell.importers.values import LONGEST_KEY, check_amount, parse_amount, parse_id
from handbell.vocabulary.words import LedgerKind

_CURE: Final = "send what patients owe and pay as ledger.csv, or the insurance's part in FT1-15"


def postings(message: Message, context: Context, findings: Findings) -> None:
    """Read the postings (FT1) of a message."""
    for number, ft1 in enumerate(message.all("FT1"), 1):
        try:
            _posting(message, ft1, number, context, findings)
        except BadValue as bad:
            findings.flaw(Kind.LEDGER, "FT1", bad)


def _posting(
    message: Message, ft1: Segment, number: int, context: Context, findings: Findings
) -> None:
    sort = ft1.text(6).upper()
    if sort == "CG" and ft1.text(15):
        kind, amount = LedgerKind.RESPONSIBILITY, _total(ft1, context) - _money(ft1, 15, context)
        if amount <= 0:
            findings.not_used(Kind.LEDGER, "FT1-15", "the insurance takes the whole charge")
            return
    elif sort == "PY" and not ft1.text(14):
        kind, amount = LedgerKind.PAYMENT, abs(_total(ft1, context))
    else:
        reason = "this posting does not say what the patient owes or paid"
        findings.not_used(Kind.LEDGER, "FT1-6", reason, _CURE)
        return
    try:
        check_amount(kind, amount)
    except BadValue as bad:
        bad.field = "FT1-11"
        raise
    findings.add(
        LedgerFact(
            line=findings.line,
            entry=_identity(message, ft1, number),
            patient=patient_of(message),
            kind=kind,
            amount=amount,
            date=_day(ft1),
        )
    )


def _identity(message: Message, ft1: Segment, number: int) -> str:
    """Return the posting's identifier: its transaction number, else its place in the message."""
    own = ft1.text(2) or f"{message.header.text(10)}-{number}"
    return parse_id(f"{message.sender}:{own}", longest=LONGEST_KEY)


def _day(ft1: Segment) -> date:
    try:
        return parse_stamp_day(ft1.text(4))[0]
    except BadValue as bad:
        bad.field = "FT1-4"
        raise


def _total(ft1: Segment, context: Context) -> Decimal:
    """Return the whole amount: FT1-11, else the unit's (FT1-12) times the quantity (FT1-10)."""
    if ft1.text(11):
        return _money(ft1, 11, context)
    quantity = ft1.text(10) or "1"
    if not ft1.text(12) or not quantity.isdecimal() or len(quantity) > 6:
        raise BadValue("amount", "there is no amount", "send it in FT1-11", field="FT1-11")
    return _money(ft1, 12, context) * int(quantity)


def _money(ft1: Segment, number: int, context: Context) -> Decimal:
    """Return a price (quantity&currency). Raises BadValue for another currency than ours."""
    value = ft1.values(number)[0]
    currency = value.component(1, 2) or value.component(2)
    try:
        if currency and currency.upper() != context.currency:
            raise BadValue(
                "currency", "it is not the practice's currency", f"bill in {context.currency}"
            )
        return parse_amount(value.component(1))
    except BadValue as bad:
        bad.field = f"FT1-{number}"
        raise
