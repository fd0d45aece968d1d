"""All patients and how they are reached: everybody at once, or the first few for a page.

{these} says of which patients the facts are gathered: of the whole practice for a file, of a
page's own for a page. Deceased patients are in no report.
"""

from datetime import date
from typing import Any, Final

from handbell.policy.judge import ADULT_AT
from handbell.reports.declared import Asked, Statement

# What is said of an address or a patient, each in a set of its own. The newest marketing
# permission decides, and on a tie that it was taken back. A caregiver speaks for themselves only.
_GATHERED: Final = """
WITH point AS (
    SELECT patient_id,
        max(value) FILTER (WHERE owner = 'patient' AND kind = 'email') AS email,
        max(value) FILTER (WHERE owner = 'patient' AND kind = 'mobile_phone') AS mobile,
        max(value) FILTER (WHERE owner = 'patient' AND kind = 'home_phone') AS home,
        max(value) FILTER (WHERE owner = 'guardian' AND kind = 'email') AS guardian_email,
        max(value) FILTER (WHERE owner = 'guardian' AND kind = 'mobile_phone') AS guardian_mobile
    FROM facts_contactpoint WHERE practice_id = %(practice)s AND {these} GROUP BY patient_id),
permission AS (
    SELECT DISTINCT ON (patient_id) patient_id, kind, at FROM facts_marketingpermission
    WHERE practice_id = %(practice)s AND at <= %(now)s AND {these}
    ORDER BY patient_id, at DESC, kind DESC),
mailbox AS (
    SELECT lower(address) AS address,
        bool_or(kind = 'complaint') AS complained,
        bool_or(kind IN ('hard_bounce', 'unreachable')) AS bounced,
        max(at) FILTER (WHERE kind = 'opted_out') AS stopped_at
    FROM facts_suppression
    WHERE practice_id = %(practice)s AND channel = 'email' AND at <= %(now)s
      AND (lifted_at IS NULL OR lifted_at > %(now)s)
    GROUP BY lower(address)),
withdrawn AS (
    SELECT patient_id, purpose, channel, at FROM facts_consent w
    WHERE practice_id = %(practice)s AND kind = 'withdrawn' AND at <= %(now)s AND {these}
      AND NOT of_caregiver AND NOT EXISTS (
        SELECT FROM facts_consent g WHERE g.patient_id = w.patient_id AND g.purpose = w.purpose
          AND g.channel = w.channel AND g.kind = 'granted' AND NOT g.of_caregiver
          AND g.at > w.at AND g.at <= %(now)s))
"""

_VISITS: Final = """,
visit AS (
    SELECT patient_id,
        max(starts_at) FILTER (
            WHERE starts_at <= %(now)s AND status NOT IN ('cancelled', 'no_show')) AS last_at,
        min(starts_at) FILTER (
            WHERE starts_at > %(now)s AND status IN ('booked', 'confirmed')) AS next_at
    FROM facts_appointment WHERE practice_id = %(practice)s AND {these} GROUP BY patient_id),
stopped AS (
    SELECT DISTINCT k.patient_id, s.channel FROM facts_suppression s
    JOIN facts_contactpoint k ON k.practice_id = s.practice_id AND k.value = s.address
    WHERE s.practice_id = %(practice)s AND s.kind = 'opted_out' AND s.at <= %(now)s
      AND (s.lifted_at IS NULL OR s.lifted_at > %(now)s) AND {these_points}
      AND k.owner <> 'caregiver' AND NOT EXISTS (
        SELECT FROM facts_consent g WHERE g.patient_id = k.patient_id AND g.channel = s.channel
          AND g.kind = 'granted' AND NOT g.of_caregiver AND g.at > s.at AND g.at <= %(now)s)),
off AS (
    SELECT patient_id, string_agg(DISTINCT said, ', ' ORDER BY said) AS said FROM (
        SELECT patient_id, CASE channel WHEN 'sms' THEN 'all texts' WHEN 'voice' THEN 'all calls'
                                        ELSE 'all e-mail' END AS said FROM stopped
        UNION ALL
        SELECT patient_id, CASE purpose WHEN 'appointment_reminder' THEN 'reminders'
                                        WHEN 'balance_alert' THEN 'balance alerts'
                                        ELSE 'emergency notices' END
            || CASE channel WHEN 'sms' THEN ' by text' WHEN 'voice' THEN ' by call'
                            ELSE ' by e-mail' END FROM withdrawn
        WHERE %(with_balances)s OR purpose <> 'balance_alert') AS each
    GROUP BY patient_id)
"""

_ROW: Final = """
SELECT p.external_id AS patient_id, p.first_name, p.last_name, p.preferred_name,
    point.email, point.mobile AS mobile_phone, point.home AS home_phone,
    p.guardian_name, point.guardian_email, point.guardian_mobile AS guardian_mobile_phone,
    f.name AS facility, p.language, p.status,
    (visit.last_at AT TIME ZONE %(zone)s)::date AS last_visit,
    (visit.next_at AT TIME ZONE %(zone)s)::date AS next_visit,
    CASE WHEN point.email IS NULL THEN NULL WHEN mailbox.complained THEN 'complained'
         WHEN mailbox.bounced THEN 'bounced' ELSE 'ok' END AS email_state,
    {off} AS messaging_opt_outs,
    CASE {kind} WHEN 'granted' THEN 'given' WHEN 'withdrawn' THEN 'taken_back'
                ELSE 'not_asked' END AS marketing_permission,
    ({at} AT TIME ZONE %(zone)s)::date AS marketing_permission_on
FROM facts_patient p
LEFT JOIN point ON point.patient_id = p.id
LEFT JOIN access_facility f ON f.id = p.facility_id
LEFT JOIN visit ON visit.patient_id = p.id
LEFT JOIN mailbox ON mailbox.address = lower(point.email)
LEFT JOIN off ON off.patient_id = p.id
LEFT JOIN permission ON permission.patient_id = p.id
{joined}
WHERE p.practice_id = %(practice)s AND {wanted}
ORDER BY p.last_name, p.first_name, p.id
"""
_OWN: Final = {"off": "off.said", "kind": "permission.kind", "at": "permission.at", "joined": ""}

# Who stands for an address several share, and what is true of it: the most restrictive of what
# everybody there said, whatever is asked, and of what was said of a child whose guardian's it is.
# Who gave permission stands for it before the newest.
_SHARED: Final = """,
refused AS (
    SELECT address, max(at) AS at FROM (
        SELECT COALESCE(lower(point.email), permission.patient_id::text) AS address, permission.at
        FROM permission LEFT JOIN point USING (patient_id) WHERE kind = 'withdrawn'
        UNION ALL
        SELECT lower(point.guardian_email), permission.at
        FROM permission JOIN point USING (patient_id) WHERE kind = 'withdrawn') AS each
    GROUP BY address),
shared AS (
    SELECT (array_agg(p.id ORDER BY COALESCE(permission.kind = 'granted', false) DESC, p.id DESC)
            FILTER (WHERE {wanted}))[1] AS patient_id,
        max(refused.at) AS no_at,
        nullif(array_to_string(ARRAY(SELECT DISTINCT one FROM unnest(
            string_to_array(string_agg(off.said, ', '), ', ')) AS one ORDER BY one), ', '), '')
            AS off
    FROM facts_patient p
    LEFT JOIN point ON point.patient_id = p.id
    LEFT JOIN off ON off.patient_id = p.id
    LEFT JOIN permission ON permission.patient_id = p.id
    LEFT JOIN refused ON refused.address = COALESCE(lower(point.email), p.id::text)
    WHERE p.practice_id = %(practice)s
    GROUP BY COALESCE(lower(point.email), p.id::text))
"""
_OF_ALL: Final = {
    "off": "shared.off",
    "kind": "CASE WHEN shared.no_at IS NULL THEN permission.kind ELSE 'withdrawn' END",
    "at": "COALESCE(shared.no_at, permission.at)",
    "joined": "JOIN shared ON shared.patient_id = p.id",
}
#: What the filter of permissions asks of an address.
_OF_ADDRESS: Final = {
    "": "true",
    "given": "permission.kind = 'granted' AND shared.no_at IS NULL",
    "taken_back": "shared.no_at IS NOT NULL",
    "not_asked": "permission.kind IS NULL AND shared.no_at IS NULL",
}

_FIRST: Final = """
SELECT p.id FROM facts_patient p WHERE p.practice_id = %(practice)s AND {wanted}
ORDER BY p.last_name, p.first_name, p.id LIMIT %(limit)s OFFSET %(after)s
"""

#: Who is in, whatever is asked: nobody is written to who is dead.
_LIVING: Final = "NOT p.deceased"
_HAS_EMAIL: Final = """EXISTS (SELECT FROM facts_contactpoint k
    WHERE k.patient_id = p.id AND k.kind = 'email')"""
_NEWEST: Final = """(SELECT m.kind FROM facts_marketingpermission m
    WHERE m.patient_id = p.id AND m.at <= %(now)s ORDER BY m.at DESC, m.kind DESC LIMIT 1)"""

#: What each filter asks of a patient. None of it is typed.
_CONDITIONS: Final = {
    ("active", "yes"): "p.status = 'active'",
    ("active", "no"): "p.status <> 'active'",
    ("email", "yes"): _HAS_EMAIL,
    ("email", "no"): f"NOT {_HAS_EMAIL}",
    ("permission", "given"): f"{_NEWEST} = 'granted'",
    ("permission", "taken_back"): f"{_NEWEST} = 'withdrawn'",
    ("permission", "not_asked"): f"{_NEWEST} IS NULL",
    ("adults", "yes"): "p.birth_date <= %(adult)s",
}


def conditions(asked: Asked, *, but: str = "") -> str:
    """Return what must be true of a patient `p`; the filter `but` is left out."""
    given = [_LIVING]
    for name, value in asked.values.items():
        if name != but and (name, value) in _CONDITIONS:
            given.append(_CONDITIONS[name, value])
    if asked.values.get("facility"):
        given.append("p.facility_id = %(facility)s")
    return " AND ".join(given)


def values_of(asked: Asked) -> dict[str, Any]:
    """Return the values the statements here speak of."""
    facility = asked.values.get("facility")
    return {
        "practice": asked.practice_id,
        "now": asked.now,
        "zone": asked.zone.key,
        "adult": born_until(asked.today),
        "facility": int(facility) if facility else None,
        "with_balances": asked.with_balances,
    }


def born_until(today: date) -> date:
    """Return the last birth date of somebody who is of age today (as policy.judge counts)."""
    try:
        return today.replace(year=today.year - ADULT_AT)
    except ValueError:  # 29 February: of age on 1 March
        return today.replace(year=today.year - ADULT_AT, day=28)


def all_patients(asked: Asked) -> Statement:
    """Return every patient who is asked for, by name; or one for each address."""
    gathered = (_GATHERED + _VISITS).format(these="true", these_points="true")
    if asked.values.get("merged") == "yes":
        shared = _SHARED.format(wanted=conditions(asked, but="permission"))
        wanted = _OF_ADDRESS[asked.values.get("permission", "")]
        sql = gathered + shared + _ROW.format(wanted=wanted, **_OF_ALL)
    else:
        sql = gathered + _ROW.format(wanted=conditions(asked), **_OWN)
    return Statement(sql, values_of(asked))


def some_patients(asked: Asked, limit: int, after: int) -> Statement:
    """Return so many patients after others, by name: they are found first, then their facts.

    Those who share an address are each for themselves here: to merge them is a file's work.
    """
    found = _FIRST.format(wanted=conditions(asked))
    sql = f"WITH those AS MATERIALIZED ({found})," + _GATHERED.replace("WITH", "", 1) + _VISITS
    sql = (sql + _ROW).format(
        these="patient_id IN (SELECT id FROM those)",
        these_points="k.patient_id IN (SELECT id FROM those)",
        wanted="p.id IN (SELECT id FROM those)",
        **_OWN,
    )
    return Statement(sql, values_of(asked) | {"limit": limit, "after": after})


def how_many(asked: Asked) -> Statement:
    """Return how many patients the practice has: what a bar counts towards."""
    return Statement(
        "SELECT count(*) FROM facts_patient WHERE practice_id = %(practice)s", values_of(asked)
    )


# One row for each address of everybody who is not dead, whatever is asked, so that a "no" of one
# who shares it counts: one's permission takes back no "no" of another. A minor's address is the
# guardian's, and so is the name; what was said of a minor holds for their own address as well.
_ADDRESSES: Final = """,
people AS (
    SELECT p.id, by_guardian, {wanted} AND mail.is_theirs AS wanted, mail.address,
        CASE WHEN by_guardian THEN regexp_replace(trim(p.guardian_name), '\\s+\\S+$', '')
             ELSE p.first_name END AS first_name,
        CASE WHEN by_guardian THEN COALESCE(substring(trim(p.guardian_name) from '\\s(\\S+)$'), '')
             ELSE p.last_name END AS last_name,
        permission.kind AS permission, permission.at AS permitted_at,
        (SELECT max(w.at) FROM withdrawn w
         WHERE w.patient_id = p.id AND w.channel = 'email') AS withdrawn_at
    FROM facts_patient p
    CROSS JOIN LATERAL (
        SELECT p.to_guardian OR COALESCE(p.birth_date > %(adult)s, false) AS by_guardian) AS who
    JOIN point ON point.patient_id = p.id
    CROSS JOIN LATERAL (VALUES (point.email, NOT by_guardian),
        (point.guardian_email, by_guardian)) AS mail (address, is_theirs)
    LEFT JOIN permission ON permission.patient_id = p.id
    WHERE p.practice_id = %(practice)s AND mail.address IS NOT NULL)
SELECT (array_agg(people.address ORDER BY people.id))[1] AS address,
    (array_agg(first_name ORDER BY {first}) FILTER (WHERE wanted))[1],
    (array_agg(last_name ORDER BY {first}) FILTER (WHERE wanted))[1],
    CASE WHEN bool_or(permission = 'withdrawn') OR bool_or(mailbox.complained)
           OR bool_or(GREATEST(mailbox.stopped_at, withdrawn_at) >=
              CASE permission WHEN 'granted' THEN permitted_at ELSE '-infinity' END)
         THEN 'unsubscribed'
         WHEN bool_or(mailbox.bounced) THEN 'cleaned'
         WHEN bool_or(wanted AND permission = 'granted') THEN 'subscribed'
         ELSE 'not_asked' END AS state
FROM people LEFT JOIN mailbox ON mailbox.address = lower(people.address)
GROUP BY lower(people.address) HAVING bool_or(wanted)
ORDER BY lower(people.address)
"""


#: Whose name an address gets: who gave permission, then grown-ups, then the newest.
_FIRST_NAMED: Final = "COALESCE(permission = 'granted', false) DESC, by_guardian, people.id DESC"


def addresses(asked: Asked) -> Statement:
    """Return every address once, with a name and whether a marketing tool may write to it.

    Who gave permission and who was not asked is for the caller to tell apart: a "no" is a "no"
    whatever the filters.
    """
    wanted = conditions(asked, but="permission")
    sql = (_GATHERED + _ADDRESSES).format(these="true", wanted=wanted, first=_FIRST_NAMED)
    return Statement(sql, values_of(asked))
