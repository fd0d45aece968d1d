"""Mail that comes back, as it really comes back: two collections of real bounces and our own few.

`../shared/data/bounces` holds flufl.bounce's mails with what it expects of each, and sisimai's.
"""

import json
import re
import time

import pytest

from handbell.channels.codes import Action
from handbell.channels.email.returned.found import Kind, Ours, Returned
from handbell.channels.email.returned.read import read
from handbell.channels.email.returned.whose import verp
from handbell.channels.email.smtp.codes import rule_for
from handbell.channels.email.smtp.receipt import receipt_of
from handbell.vocabulary.words import SuppressionKind
from tests.channels.conftest import shared

#: Rows of flufl's that ask one detector alone; another one of its own finds the address.
OTHER_DETECTORS = {("simple_42.txt", "simplematch"), ("groupwise_02.txt", "groupwise")}

#: Addresses that are certainly dead, by reading the mail; and mails that say something else.
DEAD = """
lhost-sendmail-01 lhost-sendmail-03 lhost-sendmail-25 lhost-sendmail-17 lhost-sendmail-24
lhost-postfix-04 lhost-postfix-31 lhost-postfix-16 lhost-postfix-36 lhost-qmail-13 lhost-qmail-16
lhost-exim-30 lhost-exim-59 lhost-dragonfly-22 lhost-dragonfly-24 lhost-gmail-18 lhost-x1-02
lhost-verizon-02 lhost-apachejames-01 lhost-mfilter-01 lhost-opensmtpd-03 lhost-yahoo-10
"""
ALIVE = """
lhost-sendmail-08 lhost-sendmail-09 lhost-sendmail-33 lhost-sendmail-36 lhost-sendmail-38
lhost-postfix-08 lhost-postfix-39 lhost-postfix-63 lhost-postfix-70 lhost-qmail-08 lhost-qmail-19
lhost-exim-32 lhost-exim-33 lhost-dragonfly-03 lhost-dragonfly-12 lhost-dragonfly-25 lhost-x4-01
lhost-gmail-16 lhost-amazonses-03 lhost-amazonses-14 lhost-opensmtpd-11 rfc3464-01 rfc3464-08
"""


def is_dead(found: Returned) -> bool:
    """Whether what follows is that the address is never used again."""
    rules = [rule_for(one.code, sender="r@riverside.example") for one in found.reported if one.code]
    return any(
        Action.SUPPRESS in rule.actions and rule.suppress_as is SuppressionKind.HARD_BOUNCE
        for rule in rules
    )


@pytest.fixture(scope="module")
def sisimai() -> dict[str, Returned]:
    folder = shared("bounces", "sisimai", "bsd")
    return {path.stem: read(path.read_bytes()) for path in sorted(folder.iterdir())}


def is_bounce(name: str) -> bool:
    return not name.startswith(("arf-", "rfc3834-"))


def test_of_real_bounces_97_in_100_name_an_address(sisimai: dict[str, Returned]) -> None:
    bounces = {name: found for name, found in sisimai.items() if is_bounce(name)}
    named = [name for name, found in bounces.items() if found.reported]

    assert len(bounces) > 400
    assert len(named) / len(bounces) >= 0.97


def test_of_real_bounces_97_in_100_are_rightly_hard_or_soft(sisimai: dict[str, Returned]) -> None:
    """By the Status the report gives itself, where it gives one recipient a telling one."""
    folder = shared("bounces", "sisimai", "bsd")
    told, right = 0, 0
    for name, found in sisimai.items():
        raw = (folder / f"{name}.eml").read_bytes()
        given = re.findall(rb"(?im)^status:[ \t]*([245])\.\d+\.\d+", raw)
        if not is_bounce(name) or len(given) != 1 or not found.reported:
            continue
        told += 1
        soft = given[0] == b"4" or found.kind is Kind.DELAYED
        right += not found.is_hard if given[0] == b"2" else found.is_hard is not soft
    assert told >= 150
    assert right / told >= 0.97


def test_a_dead_address_is_told_from_one_that_only_refused(sisimai: dict[str, Returned]) -> None:
    dead, alive = set(DEAD.split()) & sisimai.keys(), set(ALIVE.split()) & sisimai.keys()

    assert [name for name in sorted(dead) if not is_dead(sisimai[name])] == []
    assert [name for name in sorted(alive) if is_dead(sisimai[name])] == []
    assert len(dead) + len(alive) >= 25


def test_every_code_of_a_real_bounce_is_in_our_table(sisimai: dict[str, Returned]) -> None:
    codes = {one.code for found in sisimai.values() for one in found.reported if one.code}
    unknown = {code for code in codes if rule_for(code, sender="").source.startswith("none")}

    assert unknown == set()
    assert not {code for code in codes if "@" in code}


def test_complaints_and_what_is_none(sisimai: dict[str, Returned]) -> None:
    kinds = {name: found.kind for name, found in sisimai.items() if name.startswith("arf-")}
    others = {"arf-12": Kind.OPT_OUT, "arf-26": Kind.OPT_OUT}
    others |= {"arf-19": Kind.AUTH_FAILURE, "arf-20": Kind.AUTH_FAILURE}

    assert kinds == {name: others.get(name, Kind.COMPLAINT) for name in kinds}
    assert len(kinds) >= 10


def test_answers_of_machines_are_no_bounces(sisimai: dict[str, Returned]) -> None:
    answers = [found for name, found in sisimai.items() if name.startswith("rfc3834-")]

    assert answers
    assert not [found for found in answers if found.is_bounce]


def test_nothing_else_is_taken_for_a_bounce() -> None:
    letters = sorted(shared("bounces", "sisimai", "not").iterdir())

    assert letters
    assert [path.name for path in letters if read(path.read_bytes()).is_bounce] == []


def test_real_reports_about_other_peoples_mail_are_not_ours(sisimai: dict[str, Returned]) -> None:
    assert [name for name, found in sisimai.items() if receipt_of(found) is not None] == []


def test_what_flufl_expects_of_its_mails_is_met() -> None:
    folder = shared("bounces", "flufl")
    rows = json.loads((folder / "expected.json").read_text())
    missed = []
    for row in rows:
        found = read((folder / row["file"]).read_bytes())
        named = {
            one.address for one in found.reported if (one.kind is Kind.DELAYED) is row["temporary"]
        }
        wanted = set(row["addresses"])
        if not wanted <= named or (not wanted and named):
            missed.append((row["file"], row["detector"]))

    assert len(rows) > 110
    assert set(missed) == OTHER_DETECTORS


def sent(*headers: str, body: str) -> bytes:
    return "\r\n".join((*headers, "", body)).encode()


def test_verp_names_our_message_where_the_report_quotes_nothing() -> None:
    address = verp("bounces@riverside.example", message_id=41, digest="0123456789abcdef")
    found = read(
        sent(
            "Return-Path: <>",
            "From: MAILER-DAEMON@mail.example",
            f"To: {address}",
            "Subject: failure notice",
            body="<pat@patients.example>:\r\n550 5.1.1 no such user here\r\n",
        )
    )

    assert address == "bounces+41.0123456789abcdef@riverside.example"
    assert found.ours == Ours(41, "0123456789abcdef")
    assert (found.kind, found.is_hard) == (Kind.FAILED, True)
    assert found.reported[0].address == "pat@patients.example"


def test_a_person_who_writes_about_a_bounce_is_not_one() -> None:
    letter = sent(
        "From: Pat <pat@patients.example>",
        "To: desk@riverside.example",
        "Subject: Undeliverable?",
        body="My mail to sam@patients.example came back: 550 5.1.1 user unknown. Can you help?",
    )
    assert read(letter).kind is Kind.LETTER


def test_full_is_soft_whatever_the_status_says() -> None:
    found = read(
        sent(
            "Return-Path: <>",
            "From: MAILER-DAEMON@mail.example",
            "Subject: Undelivered Mail Returned to Sender",
            body="<pat@patients.example>: host mx said: 550 5.1.1 mailbox is full",
        )
    )
    assert [one.code for one in found.reported] == ["5.2.2"]


def returned(words: str, *, status: str = "5.0.0") -> bytes:
    """Return a report whose fields say little and whose server says more in its own language."""
    body = (
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; pat@patients.example\nAction: failed\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; {words}\n\n--b\nContent-Type: message/global-headers\n\n"
        "Message-ID: <hb.41.0123456789abcdef@riverside.example>\n\n--b--\n"
    )
    head = (
        "Return-Path: <>\nFrom: postmaster@mx.example\nSubject: =?utf-8?q?Unzustellbar?=\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    return (head + body).encode()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("550 Empfänger unbekannt", "no-such-user"),
        ("550 El usuario no existe", "no-such-user"),
        ("550 Cette adresse n'existe pas", "no-such-user"),
        ("550 Utente sconosciuto", "no-such-user"),
        ("550 Gebruiker onbekend", "no-such-user"),
        ("550 Skrzynka nie istnieje", "no-such-user"),
        ("550 Пользователь не найден", "no-such-user"),
        ("550 邮箱地址不存在", "no-such-user"),
        ("550 宛先不明", "no-such-user"),
        ("552 El buzón está lleno", "5.2.2"),
        ("552 La boîte aux lettres est pleine", "5.2.2"),
        ("552 Das Postfach ist voll", "5.2.2"),
        ("550 Pat wasn\u2019t found at patients.example", "no-such-user"),
        ("552 5.1.1 The mailbox of this customer is over its storage quota", "5.2.2"),
        ("550 Absender unbekannt", "5.0.0"),  # it is the sender it does not know
        ("554 5.7.0 Blocked", "5.7.1"),  # nobody can log in at a server that only reports
    ],
)
def test_other_languages_than_english(words: str, code: str) -> None:
    found = read(returned(words))
    assert [one.code for one in found.reported] == [code]
    assert found.ours == Ours(41, "0123456789abcdef")


def test_a_receipt_that_says_it_was_read_is_a_machines_answer() -> None:
    kind = 'multipart/report; report-type=disposition-notification; boundary="b"'
    mail = sent(
        "Return-Path: <>",
        "From: Pat <pat@patients.example>",
        "Subject: Gelesen: Ihr Termin",
        f"Content-Type: {kind}",
        body="--b\r\nContent-Type: text/plain\r\n\r\nGelesen\r\n--b--\r\n",
    )
    assert read(mail).kind is Kind.ANSWER


SERVER = (
    "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example\n"
    "Subject: Undelivered Mail Returned to Sender\n"
)


@pytest.mark.parametrize(
    ("unit", "where"),
    [("a", "text"), ("user ", "text"), ("user", "diagnostic"), ("<", "html"), ("user ", "from")],
)
def test_what_a_stranger_made_to_be_slow_is_read_in_seconds(unit: str, where: str) -> None:
    long = unit * (300_000 // len(unit))
    mail = {
        "text": f"{SERVER}\n{long}",
        "html": f"{SERVER}Content-Type: text/html\n\n{long}",
        "from": f"{SERVER.replace('MAILER', long)}\nno such user: <pat@patients.example>",
        "diagnostic": f"{SERVER}Content-Type: message/delivery-status\n\n"
        f"Final-Recipient: rfc822; pat@patients.example\nAction: failed\nStatus: 5.0.0\n"
        f"Diagnostic-Code: {long}",
    }
    began = time.process_time()
    read(mail[where].encode())
    assert time.process_time() - began < 15  # before: minutes


def test_a_report_of_thousands_of_recipients_is_read_in_seconds() -> None:
    blocks = "\n\n".join(
        f"Final-Recipient: rfc822; pat{n}@patients.example\nAction: failed\nStatus: 5.0.0"
        for n in range(9_000)
    )
    began = time.process_time()
    found = read(f"{SERVER}Content-Type: message/delivery-status\n\n{blocks}".encode())
    assert found.reported[0].address == "pat0@patients.example"
    assert time.process_time() - began < 15
