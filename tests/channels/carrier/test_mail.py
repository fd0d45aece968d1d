"""What an e-mail says to its reader, however it is written."""

from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.mail import message_id_in, read


def reminder() -> bytes:
    both = MIMEMultipart("alternative")
    both.attach(MIMEText("See you on Thursday, José.", "plain", "utf-8"))
    both.attach(MIMEText("<p>See you on <b>Thursday</b></p>", "html", "utf-8"))
    whole = MIMEMultipart("mixed")
    whole.attach(both)
    file = MIMEApplication(b"BEGIN:VCALENDAR", "ics")
    file.add_header("Content-Disposition", "attachment", filename="visit.ics")
    whole.attach(file)
    whole["Subject"] = "=?utf-8?q?Su_cita_ma=C3=B1ana?="
    whole["From"] = '"Elm Clinic" <frontdesk@clinic.example>'
    whole["Message-ID"] = "<hb.41.00ff@clinic.example>"
    whole["Auto-Submitted"] = "auto-generated"
    return whole.as_bytes()


def test_its_parts_are_found() -> None:
    found = read(reminder())
    assert found.subject == "Su cita mañana"
    assert found.text == "See you on Thursday, José."
    assert found.html == "<p>See you on <b>Thursday</b></p>"
    (file,) = found.attachments
    assert (file.filename, file.content_type, file.content) == (
        "visit.ics",
        "application/ics",
        b"BEGIN:VCALENDAR",
    )
    assert found.header("auto-submitted") == "auto-generated"
    assert found.header("Nothing") == ""


def test_the_message_id_is_found_without_reading_it_all() -> None:
    assert message_id_in(reminder()) == "<hb.41.00ff@clinic.example>"
    assert message_id_in(b"Subject: x\r\n\r\nMessage-ID: <no@x>") == ""


def test_an_unknown_charset_is_read_as_well_as_can_be() -> None:
    raw = b"Subject: x\nContent-Type: text/plain; charset=klingon\n\ncaf\xc3\xa9"
    assert read(raw).text == "café"


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    read(raw)
    message_id_in(raw)


def test_real_mails_that_broke_other_readers(bounces: list[Path]) -> None:
    assert len(bounces) > 100
    subjects = [read(path.read_bytes()).subject for path in bounces]
    assert sum(bool(subject) for subject in subjects) > 100


@pytest.mark.parametrize("header", ["From: <<>>", "To: =?x?y?=", "Subject: =?utf-8?b?!!!?="])
def test_broken_headers_do_not_hide_the_rest(header: str) -> None:
    found = read(f"{header}\nReply-To: a@x.example\n\nhello".encode())
    assert found.header("Reply-To") == "a@x.example"
    assert found.text == "hello"
