"""Who is the patient of a message (PID), and who is a minor's guardian (NK1)? Pure.

An empty field leaves what is known; `""` deletes it. DG1 and everything else that says why somebody
comes is never read.
"""

from datetime import date
from typing import Final

from handbell.importers.bad_value import BadValue
from handbell.importers.context import Context
from handbell.importers.facts import (
    CLEARED,
    Cleared,
    GuardianFact,
    Kind,
    PatientFact,
    Severity,
)
from handbell.importers.findings import Findings
from handbell.importers.hl7v2.message import Message, Segment, Value
from handbell.importers.hl7v2.telecom import Mention, mentions, settle_mentions
from handbell.importers.hl7v2.times import parse_stamp_day
from handbell.importers.values import (
    LONGEST_PERSON,
    parse_boolean,
    parse_id,
    parse_language,
    parse_text,
)
from handbell.importers.words import GUARDIAN_RELATIONS, plain
from handbell.vocabulary.words import ContactKind

#: athenahealth sends the mobile number unmarked in PID-14 and the preferred name in PID-9.
_ATHENA: Final = "ATHENANET"

#: Where a patient's number is: the list of identifiers, then the older fields beside it.
_IDENTIFIERS: Final = (3, 2, 4)


def patient_of(message: Message) -> str:
    """Return the patient's identifier, best a medical record number. Raises BadValue."""
    pid = message.first("PID")
    if pid is None:
        raise BadValue("segment", "no patient is named", "send a PID segment", field="PID")
    for number in _IDENTIFIERS:
        values = [value for value in pid.values(number) if value.component(1)]
        records = [value for value in values if value.component(5) == "MR"]
        for value in (*records, *values):
            return parse_id(value.component(1))
    cure = "send the medical record number in PID-3"
    raise BadValue("identifier", "the patient has no identifier", cure, field="PID-3")


def patient(message: Message, context: Context, findings: Findings) -> None:
    """Read the patient of a message, and for a minor the parents among the next of kin."""
    known, pid = patient_of(message), message.first("PID")
    assert pid is not None  # patient_of found it
    athena = message.header.text(3).upper() == _ATHENA
    reachable = _reach(pid, context, findings, athena=athena)
    given, family = _name(pid)
    born = _birth_date(pid, findings)
    findings.add(
        PatientFact(
            line=findings.line,
            patient=known,
            first_name=given,
            last_name=family,
            preferred_name=_preferred(pid) if athena else None,
            birth_date=born,
            language=_language(pid, findings),
            deceased=_deceased(pid, findings),
            mobile_phone=reachable.get(ContactKind.MOBILE_PHONE),
            home_phone=reachable.get(ContactKind.HOME_PHONE),
            email=reachable.get(ContactKind.EMAIL),
        )
    )
    if isinstance(born, date) and context.is_minor(born):
        _guardians(message, known, context, findings)


def _reach(
    pid: Segment, context: Context, findings: Findings, *, athena: bool
) -> dict[ContactKind, str]:
    found: list[Mention] = [*mentions(pid, 13, unmarked=ContactKind.HOME_PHONE)]
    at_work = ContactKind.MOBILE_PHONE if athena else None
    for number, unmarked in ((14, at_work), (40, None)):
        if not pid.deletes(number):  # nothing of a work number is kept that could be deleted
            found += mentions(pid, number, unmarked=unmarked)
    return settle_mentions(found, region=context.region, kind=Kind.PATIENTS, findings=findings)


def _name(pid: Segment) -> tuple[str | None, str | None]:
    """Return the given and the family name; None twice if the message says none."""
    values = pid.values(5)
    whole = [value for value in values if value.component(1) and value.component(2)]
    for value in (*whole, *values):
        given, family = value.component(2), value.component(1)
        if given or family:
            return _text(given, "PID-5"), _text(family, "PID-5")
    return None, None


def _preferred(pid: Segment) -> str | None:
    return "" if pid.deletes(9) else _text(pid.text(9), "PID-9") or None


def _text(text: str, name: str) -> str:
    try:
        return parse_text(text, longest=LONGEST_PERSON, what="name")
    except BadValue as bad:
        bad.field = name
        raise


def _birth_date(pid: Segment, findings: Findings) -> date | Cleared | None:
    if pid.deletes(7):
        return CLEARED
    if not pid.text(7):
        return None
    try:
        born, exact = parse_stamp_day(pid.text(7))
    except BadValue as bad:
        bad.field = "PID-7"
        raise
    if not exact:
        vague = BadValue("date", "only part of it is known", "nothing: its last day was taken")
        findings.flaw(Kind.PATIENTS, "PID-7", vague, Severity.VALUE)
    return born


def _language(pid: Segment, findings: Findings) -> str | None:
    if pid.deletes(15):
        return ""
    text = pid.text(15)
    if not text:
        return None
    return findings.leniently(Kind.PATIENTS, "PID-15", "", parse_language, text)


def _deceased(pid: Segment, findings: Findings) -> bool | None:
    """Return whether the patient has died: a time of death (PID-29) or the mark in PID-30."""
    if pid.text(29):
        return True
    if pid.deletes(30) or pid.deletes(29):
        return False
    if not pid.text(30):
        return None
    return findings.leniently(Kind.PATIENTS, "PID-30", None, parse_boolean, pid.text(30))


def _guardians(message: Message, known: str, context: Context, findings: Findings) -> None:
    for kin in message.all("NK1"):
        relation = kin.values(3)
        if relation and _is_guardian(relation[0]):
            found = list(mentions(kin, 5, unmarked=ContactKind.HOME_PHONE))
            reachable = settle_mentions(
                found, region=context.region, kind=Kind.GUARDIANS, findings=findings
            )
            if not any(reachable.values()):
                continue
            name = f"{kin.text(2, 2)} {kin.text(2)}".strip()
            findings.add(
                GuardianFact(
                    line=findings.line,
                    patient=known,
                    name=parse_text(name, longest=LONGEST_PERSON, what="name"),
                    mobile_phone=reachable.get(ContactKind.MOBILE_PHONE, ""),
                    home_phone=reachable.get(ContactKind.HOME_PHONE, ""),
                    email=reachable.get(ContactKind.EMAIL, ""),
                    weak=True,
                )
            )


def _is_guardian(relation: Value) -> bool:
    return any(plain(relation.component(number)) in GUARDIAN_RELATIONS for number in (1, 2))
