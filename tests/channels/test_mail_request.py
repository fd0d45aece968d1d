"""The bytes of a mail: what its reader finds in them, and that nobody can smuggle a header in."""

import email
import re
from dataclasses import replace
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.email.smtp.request import (
    AddressFlaw,
    HeaderFlaw,
    ascii_address,
    build,
    message_id_of,
    read_message_id,
)
from handbell.channels.gateway import Attachment, EmailContent, HandOver
from handbell.vocabulary.contact import EmailAddress
from tests.channels.samples import DIGEST_KEY, LETTER, NOW, PAT_EMAIL, text_message
from tests.channels.samples import email as mail

ICS = Attachment(
    filename="visit.ics",
    content_type="text/calendar; method=PUBLISH; charset=utf-8",
    content=b"BEGIN:VCALENDAR\r\nSUMMARY:Visit\r\nEND:VCALENDAR\r\n",
)
BREAKS = "\r\n\0\v\f\x1b\x1c\x7f\x85\u2028\u2029"


def written(message: HandOver) -> bytes:
    return build(message, now=NOW, digest_key=DIGEST_KEY).content


def name_of(message: HandOver) -> str:
    return message_id_of(message, digest_key=DIGEST_KEY)


def read(message: HandOver) -> EmailMessage:
    found = email.message_from_bytes(written(message), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    content: str = part.get_content()
    return content.replace("\r\n", "\n")  # SMTP's line ends; the reader's are its own


class TestHeaders:
    def test_says_what_a_mailbox_provider_wants_to_know(self) -> None:
        found = read(mail())
        assert found["From"] == "Riverside Physical Therapy <reminders@riverside.example>"
        assert found["To"] == PAT_EMAIL.value
        assert found["Subject"] == LETTER.subject
        assert found["Date"].datetime == NOW
        assert found["Reply-To"] == "desk@riverside.example"
        assert found["Auto-Submitted"] == "auto-generated"
        assert found["Feedback-ID"] == "appointment_reminder:riverside:email:handbell"
        assert found["MIME-Version"] == "1.0"

    def test_unsubscribing_takes_one_click(self) -> None:
        found = read(mail())
        assert found["List-Unsubscribe"] == "<https://handbell.riverside.example/p/abc>"
        assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    def test_without_a_preferences_page_nothing_is_promised(self) -> None:
        found = read(mail(replace(LETTER, preferences_url=None, reply_to=None)))
        assert found["List-Unsubscribe"] is None
        assert found["List-Unsubscribe-Post"] is None
        assert found["Reply-To"] is None

    def test_is_no_bulk_mail(self) -> None:
        found = read(mail())
        assert found["Precedence"] is None
        assert found["List-Id"] is None

    def test_each_header_is_there_once(self) -> None:
        names = [name.lower() for name in read(mail())]
        assert len(names) == len(set(names))

    @pytest.mark.parametrize(
        "name",
        ["Clínica del Río", "Riverside, PT & Co. (\"main\")", "=?utf-8?q?x?=", "理学療法",
         "A" * 2000, "Ä" * 400, "O'Brien; Ltd <office>"],
    )  # fmt: skip
    def test_any_name_and_subject_comes_out_as_it_went_in(self, name: str) -> None:
        found = read(mail(replace(LETTER, from_name=name, subject=name)))
        assert found["Subject"] == name
        # Not by the new policy: Python 3.11 shows a space where an encoded word was folded.
        raw = email.message_from_bytes(written(mail(replace(LETTER, from_name=name))))["From"]
        shown, address = parseaddr(raw)
        assert str(make_header(decode_header(shown))) == name
        assert address == "reminders@riverside.example"

    def test_a_name_may_be_missing(self) -> None:
        found = read(mail(replace(LETTER, from_name="")))
        assert found["From"] == "reminders@riverside.example"


class TestMessageId:
    def test_is_the_same_for_every_attempt(self) -> None:
        assert name_of(mail(attempt=1)) == name_of(mail(attempt=2))
        assert read(mail())["Message-ID"] == f"<{name_of(mail())}>"

    def test_differs_by_message_practice_and_person(self) -> None:
        one = mail()
        others = [
            replace(one, message_id=42),
            replace(one, practice="lakeside"),
            replace(one, to=EmailAddress.parse("sam@patients.example")),
        ]
        assert len({name_of(message) for message in [one, *others]}) == 4

    def test_who_knows_the_message_but_not_the_key_cannot_make_it(self) -> None:
        assert message_id_of(mail(), digest_key="a guess") != name_of(mail())

    def test_is_at_our_domain_and_says_nothing_of_the_person(self) -> None:
        found = name_of(mail())
        assert re.fullmatch(r"hb\.41\.[0-9a-f]{16}@riverside\.example", found)

    def test_can_be_read_again(self) -> None:
        found = f"<{name_of(mail())}>"
        assert read_message_id(f"References: {found} and more") == (41, found)
        assert read_message_id("<41.abc@riverside.example>") is None

    def test_stands_in_the_envelope_too(self) -> None:
        assert build(mail(), now=NOW, digest_key=DIGEST_KEY).message_id == f"<{name_of(mail())}>"


class TestBody:
    def test_has_both_readings_text_first(self) -> None:
        found = read(mail())
        assert found.get_content_type() == "multipart/alternative"
        assert [part.get_content_type() for part in found.iter_parts()] == [
            "text/plain", "text/html"
        ]  # fmt: skip
        assert text_of(found, "plain") == LETTER.text
        assert text_of(found, "html").rstrip("\n") == LETTER.html

    def test_carries_the_calendar_entry(self) -> None:
        found = read(mail(replace(LETTER, attachments=(ICS,))))
        assert found.get_content_type() == "multipart/mixed"
        parts = list(found.iter_attachments())
        assert [part.get_filename() for part in parts] == ["visit.ics"]
        assert parts[0].get_content_type() == "text/calendar"
        assert parts[0].get_param("method") == "PUBLISH"
        assert parts[0].get_payload(decode=True) == ICS.content
        assert text_of(found, "plain") == LETTER.text

    def test_a_file_may_have_any_name(self) -> None:
        named = replace(ICS, filename="cita médica.ics")
        found = read(mail(replace(LETTER, attachments=(named,))))
        assert [part.get_filename() for part in found.iter_attachments()] == ["cita médica.ics"]

    @pytest.mark.parametrize("kind", ["calendar", "text/calendar; method=A B", "text/x; y", "a/b;"])
    def test_a_file_of_no_known_kind_is_refused(self, kind: str) -> None:
        with pytest.raises(HeaderFlaw):
            build(
                mail(replace(LETTER, attachments=(replace(ICS, content_type=kind),))),
                now=NOW,
                digest_key=DIGEST_KEY,
            )

    def test_a_header_longer_than_a_line_may_be_is_refused(self) -> None:
        url = "https://handbell.riverside.example/p/" + "a" * 1000
        with pytest.raises(HeaderFlaw):
            build(mail(replace(LETTER, preferences_url=url)), now=NOW, digest_key=DIGEST_KEY)

    def test_the_same_message_is_the_same_bytes(self) -> None:
        message = mail(replace(LETTER, attachments=(ICS,)))
        assert written(message) == written(message)

    bodies = st.text(max_size=200) | st.text(st.sampled_from("ab .=\r\nä"), max_size=3000)

    @given(text=bodies, html=bodies)
    def test_any_text_survives_any_server(self, text: str, html: str) -> None:
        raw = written(mail(replace(LETTER, text=text, html=html, attachments=(ICS,))))
        assert raw.isascii()
        assert b"\0" not in raw
        lines = raw.split(b"\r\n")
        assert max(map(len, lines)) <= 998
        assert not any(b"\r" in line or b"\n" in line for line in lines)

        found = email.message_from_bytes(raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        for kind, given_text in (("plain", text), ("html", html)):
            part = found.get_body((kind,))
            assert isinstance(part, EmailMessage)
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            expected = re.sub(r"\r\n?", "\n", given_text)
            shown = payload.decode("utf-8", "surrogateescape").replace("\r\n", "\n")
            assert shown.rstrip("\n") == expected.rstrip("\n")


class TestNobodySmugglesAHeaderIn:
    """CR, LF, NUL and every other line break, in every value that comes from data."""

    values = st.builds(
        "{}{}{}".format, st.text(max_size=9), st.sampled_from(BREAKS),
        st.sampled_from(["Bcc: all@patients.example", "\n\n<script>", "x"]),
    )  # fmt: skip

    @given(value=values, place=st.sampled_from(["subject", "from_name", "reply_to",
                                                "preferences_url"]))  # fmt: skip
    def test_in_the_content(self, value: str, place: str) -> None:
        changed: dict[str, str] = {place: value}
        with pytest.raises(HeaderFlaw):
            build(mail(replace(LETTER, **changed)), now=NOW, digest_key=DIGEST_KEY)  # type: ignore[arg-type]

    @given(value=values, place=st.sampled_from(["filename", "content_type"]))
    def test_in_an_attachment(self, value: str, place: str) -> None:
        changed: dict[str, str] = {place: value}
        file = replace(ICS, **changed)  # type: ignore[arg-type]
        with pytest.raises(HeaderFlaw):
            build(mail(replace(LETTER, attachments=(file,))), now=NOW, digest_key=DIGEST_KEY)

    @given(value=values)
    def test_in_an_address(self, value: str) -> None:
        with pytest.raises(HeaderFlaw):
            build(mail(sender=f"{value}@riverside.example"), now=NOW, digest_key=DIGEST_KEY)
        with pytest.raises(HeaderFlaw):
            build(
                mail(to=EmailAddress(f"{value}@patients.example")), now=NOW, digest_key=DIGEST_KEY
            )

    @given(purpose=st.text(max_size=20), practice=st.text(max_size=20))
    def test_not_through_the_names_we_give_things(self, purpose: str, practice: str) -> None:
        found = read(replace(mail(), purpose=purpose, practice=practice))
        assert re.fullmatch(r"[\w-]*:[\w-]+:email:handbell", found["Feedback-ID"])

    @given(st.text(max_size=60), st.text(max_size=60))
    def test_what_is_not_refused_adds_no_header(self, subject: str, name: str) -> None:
        plain = set(read(mail()).keys())
        try:
            raw = written(mail(replace(LETTER, subject=subject, from_name=name)))
        except HeaderFlaw:
            return
        found = email.message_from_bytes(raw)
        assert set(found.keys()) == plain
        assert max(map(len, raw.split(b"\r\n"))) <= 998


class TestAddresses:
    @pytest.mark.parametrize(
        ("address", "written"),
        [
            ("pat@patients.example", "pat@patients.example"),
            ("pat@exämple.example", "pat@xn--exmple-cua.example"),
            ("pat+tag@patients.example", "pat+tag@patients.example"),
        ],
    )
    def test_are_written_in_ascii(self, address: str, written: str) -> None:
        assert ascii_address(address) == written

    @pytest.mark.parametrize(
        "address", ["pät@patients.example", "nobody", "a b@c.example", "a@b.example>, <c@d.example"]
    )
    def test_are_refused_if_they_cannot_be(self, address: str) -> None:
        with pytest.raises(AddressFlaw):
            ascii_address(address)


def test_a_text_is_no_mail() -> None:
    with pytest.raises(TypeError):
        build(text_message(), now=NOW, digest_key=DIGEST_KEY)


def test_a_mail_shows_nothing_in_its_repr() -> None:
    found = repr(build(mail(), now=NOW, digest_key=DIGEST_KEY))
    assert PAT_EMAIL.value not in found
    assert "Riverside" not in found
    assert isinstance(LETTER, EmailContent)
