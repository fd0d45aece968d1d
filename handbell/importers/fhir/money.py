"""What does a patient owe according to an Invoice? Pure.

An Account says whose it is and no balance; an invoice that names only its account is that
patient's. An issued invoice is a responsibility of its gross total. One that is paid, called off
or was a mistake stands as an entry of nothing, so that a responsibility told before is lifted. An
invoice to an organisation (an insurer) is nobody's responsibility, and one in another currency
than the practice's is a flaw: amounts are never converted.
"""

from decimal import Decimal
from typing import Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import HeardOf, Kind, LedgerFact
from handbell.importers.fhir.documents import Entry
from handbell.importers.fhir.pick import Resource, mapping, mappings, reference, string
from handbell.importers.fhir.scope import Scope, id_of
from handbell.importers.findings import Findings
from handbell.importers.times import parse_day
from handbell.importers.values import check_amount
from handbell.vocabulary.words import LedgerKind

_NOTHING_OWED: Final = frozenset({"balanced", "cancelled", "entered-in-error"})
_LARGEST: Final = 10**9


def account(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Note whose account it is."""
    subjects = (
        reference(subject, entry.aliases) for subject in mappings(entry.resource.get("subject"))
    )
    patient = next((one for one in subjects if one and one.type in {"Patient", ""}), None)
    if patient is None:
        cure = "give it the patient as its subject"
        raise BadValue("reference", "the account is no patient's", cure, field="subject")
    known = id_of(entry.resource)
    scope.heard.accounts[known] = patient.id
    findings.add(HeardOf(entry.line, Kind.ACCOUNTS, (known,), patient.id))


def invoice(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Read an Invoice."""
    one = entry.resource
    status = string(one.get("status"))
    recipient = reference(one.get("recipient"), entry.aliases)
    if status == "draft":
        findings.not_used(Kind.LEDGER, "status", "a draft is not owed yet")
    elif recipient is not None and recipient.type == "Organization":
        findings.not_used(Kind.LEDGER, "recipient", "an organisation owes it, not the patient")
    elif status == "issued":
        amount = check_amount(LedgerKind.RESPONSIBILITY, _total(one, scope.context))
        findings.add(_entry(entry, scope, LedgerKind.RESPONSIBILITY, amount))
    elif status in _NOTHING_OWED:
        findings.add(_entry(entry, scope, LedgerKind.ADJUSTMENT, Decimal(0)))
    else:
        raise BadValue("status", "this is none of FHIR's states", "correct it", field="status")


def _entry(entry: Entry, scope: Scope, kind: LedgerKind, amount: Decimal) -> LedgerFact:
    one = entry.resource
    try:
        day = parse_day(string(one.get("date")), order=scope.context.order)
    except BadValue as bad:
        bad.field = "date"
        raise
    return LedgerFact(
        line=entry.line,
        entry=f"invoice:{id_of(one)}",
        patient=_owed_by(entry, scope),
        kind=kind,
        amount=amount,
        date=day,
    )


def _owed_by(entry: Entry, scope: Scope) -> str:
    subject = reference(entry.resource.get("subject"), entry.aliases)
    if subject is not None:
        return subject.id
    billed = reference(entry.resource.get("account"), entry.aliases)
    if billed is not None and billed.id in scope.heard.accounts:
        return scope.heard.accounts[billed.id]
    cure = "give the invoice the patient as its subject"
    raise BadValue("reference", "no patient is named", cure, field="subject")


def _total(one: Resource, context: Context) -> Decimal:
    total = mapping(one.get("totalGross")) or mapping(one.get("totalNet"))
    value, currency = total.get("value"), string(total.get("currency"))
    if currency and currency != context.currency:
        raise BadValue(
            "currency",
            "the invoice is in another currency than the practice's",
            f"bill in {context.currency}",
            field="totalGross",
        )
    cents = _cents(value)
    if cents is None:
        cure = "give a total with two decimals"
        raise BadValue("amount", "there is no usable total", cure, field="totalGross")
    return cents


def _cents(value: object) -> Decimal | None:
    """Return a JSON number as an amount; None if it is none, or would have to be rounded."""
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) >= _LARGEST:
        return None
    amount = Decimal(str(value))
    cents = amount.quantize(Decimal("0.01"))
    return cents if cents == amount else None
