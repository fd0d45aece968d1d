"""Who is a Patient, and who is their guardian? Pure.

A Patient resource is the whole of what its system knows: a contact point it does not have is
removed. What protects somebody (a birth date, a death, a standing) is kept if it is not there.
"""

from calendar import monthrange
from datetime import date

from handbell.importers.bad_value import BadValue
from handbell.importers.facts import GuardianFact, HeardOf, Kind, PatientFact, Severity
from handbell.importers.fhir.documents import Entry
from handbell.importers.fhir.pick import (
    Resource,
    best_name,
    codes,
    full_name,
    given_and_family,
    has_ended,
    mapping,
    mappings,
    reference,
    string,
)
from handbell.importers.fhir.scope import Scope, id_of
from handbell.importers.fhir.telecom import Reach, reach
from handbell.importers.findings import Findings
from handbell.importers.times import parse_day
from handbell.importers.values import LONGEST_NAME, LONGEST_PERSON, parse_language, parse_text
from handbell.importers.words import GUARDIAN_RELATIONS, plain
from handbell.vocabulary.words import PatientStatus


def practitioner(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Note a practitioner's name for the visits that name them; there is no list of them."""
    one = entry.resource
    name = full_name(best_name(one.get("name"), scope.context.now))
    if not name:
        raise BadValue("name", "the practitioner has no name", "give it a name", field="name")
    identifiers = (string(part.get("value")) for part in mappings(one.get("identifier")))
    ids = (id_of(one), *filter(None, identifiers))
    name = parse_text(name, longest=LONGEST_NAME, what="name")
    scope.heard.practitioners.update(dict.fromkeys(ids, name))
    findings.add(HeardOf(entry.line, Kind.PRACTITIONERS, ids, name))


def patient(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Read a Patient, and for a minor the parents among its contacts."""
    one, now = entry.resource, scope.context.now
    known, name = id_of(one), best_name(one.get("name"), now)
    given, family = given_and_family(name)
    born = _birth_date(one, scope, findings)
    reachable = reach(
        one.get("telecom"),
        now=now,
        region=scope.context.region,
        kind=Kind.PATIENTS,
        findings=findings,
    )
    findings.add(
        PatientFact(
            line=entry.line,
            patient=known,
            first_name=_name(given) if name else None,
            last_name=_name(family) if name else None,
            preferred_name=_name(_preferred(one, given)),
            birth_date=born,
            language=findings.leniently(
                Kind.PATIENTS, "communication", "", parse_language, _language(one)
            ),
            status=_standing(one),
            deceased=_deceased(one),
            mobile_phone=reachable.mobile_phone,
            home_phone=reachable.home_phone,
            email=reachable.email,
        )
    )
    if scope.context.is_minor(born):
        for contact in mappings(one.get("contact")):
            if _is_guardian(contact) and not has_ended(contact, now):
                name = mapping(contact.get("name"))
                _guardian(contact, name, known, scope, findings, weak=True)


def related_person(entry: Entry, scope: Scope, findings: Findings) -> None:
    """Read a RelatedPerson, who is written to if they are the parent or guardian of a minor."""
    one, now = entry.resource, scope.context.now
    whose = reference(one.get("patient"), entry.aliases)
    if whose is None:
        raise BadValue("reference", "no patient is named", "name the patient", field="patient")
    if one.get("active") is False or has_ended(one, now):
        findings.not_used(Kind.GUARDIANS, "active", "this relation has ended")
    elif not _is_guardian(one):
        reason = "only the parents and guardians of minors are written to"
        findings.not_used(Kind.GUARDIANS, "relationship", reason)
    else:
        _guardian(one, best_name(one.get("name"), now), whose.id, scope, findings, weak=False)


def _guardian(
    person: Resource,
    name: Resource,
    patient_id: str,
    scope: Scope,
    findings: Findings,
    *,
    weak: bool,
) -> None:
    reachable = reach(
        person.get("telecom"),
        now=scope.context.now,
        region=scope.context.region,
        kind=Kind.GUARDIANS,
        findings=findings,
    )
    if weak and reachable == Reach():
        return
    findings.add(
        GuardianFact(
            line=findings.line,
            patient=patient_id,
            name=parse_text(full_name(name), longest=LONGEST_PERSON, what="name"),
            mobile_phone=reachable.mobile_phone,
            home_phone=reachable.home_phone,
            email=reachable.email,
            weak=weak,
        )
    )


def _is_guardian(person: Resource) -> bool:
    """Return whether any of somebody's relationships is a parent's or guardian's."""
    return any(
        plain(code) in GUARDIAN_RELATIONS
        for relation in mappings(person.get("relationship"))
        for code in codes(relation)
    )


def _birth_date(one: Resource, scope: Scope, findings: Findings) -> date | None:
    """Return the date of birth; of a year or a month alone, the last day it can be.

    So nobody who may be a minor is taken for an adult.
    """
    text = string(one.get("birthDate"))
    if not text:
        return None
    if len(text) in {4, 7}:
        text = _last_day(text)
        vague = BadValue("date", "only part of it is known", "nothing: its last day was taken")
        findings.flaw(Kind.PATIENTS, "birthDate", vague, Severity.VALUE)
    try:
        return parse_day(text, order=scope.context.order)
    except BadValue as bad:
        bad.field = "birthDate"
        raise


def _last_day(text: str) -> str:
    """Return the last day of a year (1980) or a month (1980-02); another text goes through."""
    year, _, month = text.partition("-")
    if not year.isdecimal() or (month and month not in {f"{n:02d}" for n in range(1, 13)}):
        return text
    if not month:
        return f"{year}-12-31"
    return f"{text}-{monthrange(int(year) or 1, int(month))[1]}"


def _name(text: str) -> str:
    return parse_text(text, longest=LONGEST_PERSON, what="name")


def _preferred(one: Resource, given: str) -> str:
    """Return what somebody is called: their nickname, else a usual name beside an official one."""
    names = list(mappings(one.get("name")))
    uses = {name.get("use") for name in names if isinstance(name.get("use"), str)}
    for use in ("nickname", "usual") if "official" in uses else ("nickname",):
        for name in names:
            called = given_and_family(name)[0]
            if name.get("use") == use and called and called != given:
                return called
    return ""


def _language(one: Resource) -> str:
    """Return the preferred language, else the only one."""
    spoken = list(mappings(one.get("communication")))
    preferred = [part for part in spoken if part.get("preferred") is True] or spoken[:1]
    return next(codes(preferred[0].get("language")), "") if preferred else ""


def _standing(one: Resource) -> PatientStatus | None:
    """Return whether the record is in use; None if it does not say."""
    if any(link.get("type") == "replaced-by" for link in mappings(one.get("link"))):
        return PatientStatus.INACTIVE
    if not isinstance(one.get("active"), bool):
        return None
    return PatientStatus.ACTIVE if one.get("active") else PatientStatus.INACTIVE


def _deceased(one: Resource) -> bool | None:
    if string(one.get("deceasedDateTime")):
        return True
    told = one.get("deceasedBoolean")
    return told if isinstance(told, bool) else None
