"""What a mail server's words mean. The texts are those the providers publish or send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.email.smtp.codes import rule_for
from handbell.channels.email.smtp.reply import Stage, code_of, outcome_of, provider_id
from handbell.channels.gateway import Accepted, Busy, InDoubt, Rejected
from tests.channels.samples import PAT_EMAIL

ID = "<hb.41.0123456789abcdef@riverside.example>"
GMAIL = "https://support.google.com/mail/?p=x - gsmtp"


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (550, f"5.1.1 The email account that you tried to reach does not exist. {GMAIL}", "5.1.1"),
        (550, f"5.2.1 The email account that you tried to reach is inactive. {GMAIL}",
         "5.2.1-inactive"),
        (550, f"5.2.1 The email account that you tried to reach is disabled. {GMAIL}",
         "5.2.1-inactive"),
        (550, "5.2.1 The user you are trying to contact is receiving mail at a rate that\n"
              "5.2.1 prevents additional messages from being delivered.", "5.2.1-rate"),
        (450, "4.2.1 The user you are trying to contact is receiving mail too quickly.",
         "4.2.1-rate"),
        (550, "5.2.1 Mailbox says no", "5.2.1"),
        (552, "5.2.2 The email account that you tried to reach is over quota.", "5.2.2"),
        (452, "4.2.2 The recipient's inbox is out of storage space.", "4.2.2"),
        (421, f"4.7.28 Gmail has detected an unusual rate of unsolicited mail. {GMAIL}", "4.7.28"),
        (550, "5.7.26 This mail has been blocked because the sender is unauthenticated.",
         "5.7.26"),
        (550, "5.7.515 Access denied, sending domain RIVERSIDE.EXAMPLE doesn't meet the level.",
         "5.7.515"),
        (421, "RP-001 (SNT004-MC1F1) Unfortunately, some messages weren't sent.", "RP-001"),
        (550, "SC-002 (BAY004-MC1F9) Unfortunately, messages weren't sent.", "SC-002"),
        (550, "5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. (S3150).", "S3150"),
        (421, "4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred", "TSS04"),
        (421, "4.7.0 [TS01] Messages from 192.0.2.1 temporarily deferred", "TS01"),
        (553, "5.7.1 [PH01] Email not accepted for policy reasons.", "PH01"),
        (554, "delivery error: dd This user doesn't have a yahoo.com account (x) [0]",
         "no-such-user"),
        (550, "No such user here", "no-such-user"),
        (550, "Requested action not taken: mailbox unavailable", "550"),
        (552, "1 Requested mail action aborted, mailbox not found", "no-such-user"),
        (451, "4.7.1 Greylisting in action, please come back later", "4.7.1"),
        (450, "try again", "450"),
        (421, "Service not available", "421"),
        # An enhanced status of another class than the reply is not believed.
        (550, "2.0.0 all is well", "550"),
        (450, "5.1.1 no such user", "450"),
        (550, "Version 5.1.1 of the rules forbids it", "550"),
        (500, "", "500"),
    ],
)  # fmt: skip
def test_the_code_in_a_reply(status: int, text: str, code: str) -> None:
    assert code_of(status, text) == code
    assert "none: unknown" not in rule_for(code, sender="reminders@riverside.example").source


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("2.0.0 Ok: queued as 4F2A91C0D", f"{ID} 4F2A91C0D"),
        ("OK id=1tX9Ab-0003kQ-2f", f"{ID} 1tX9Ab-0003kQ-2f"),
        ("Ok 0100018f3c1e-2f4a", f"{ID} 0100018f3c1e-2f4a"),
        ("2.0.0 Message accepted", ID),
        ("", ID),
        ("queued as " + "A" * 300, f"{ID} {'A' * 300}"[:120]),
    ],
)
def test_an_accepted_mail_is_found_by_our_name_and_theirs(text: str, name: str) -> None:
    assert outcome_of(250, text, stage=Stage.CONTENT, message_id=ID) == Accepted(name)
    assert provider_id(ID, text) == name


@pytest.mark.parametrize(
    ("status", "text", "stage", "code"),
    [
        (550, "5.1.1 sender unknown", Stage.SENDER, "sender-refused"),
        (553, "5.1.8 sender domain does not exist", Stage.SENDER, "sender-refused"),
        (554, "no service for you", Stage.HELLO, "sender-refused"),
        (550, "5.7.1 not allowed", Stage.SENDER, "5.7.1"),
        (550, "S3140 listed", Stage.SENDER, "S3140"),
        (550, "5.1.1 unknown", Stage.RECIPIENT, "5.1.1"),
    ],
)
def test_what_is_said_to_our_sender_is_not_held_against_the_patient(
    status: int, text: str, stage: Stage, code: str
) -> None:
    outcome = outcome_of(status, text, stage=stage, message_id=ID)
    assert outcome == Rejected(code)


@given(
    status=st.integers(-1, 999),
    text=st.text(max_size=40)
    | st.sampled_from([f"5.1.1 <{PAT_EMAIL.value}> unknown", "queued as X", "4.2.1 rate"]),
    stage=st.sampled_from(Stage),
)
def test_every_reply_has_an_outcome_and_nothing_of_the_patient_is_in_it(
    status: int, text: str, stage: Stage
) -> None:
    outcome = outcome_of(status, text, stage=stage, message_id=ID)
    assert PAT_EMAIL.value not in repr(outcome)
    if stage is not Stage.CONTENT:
        assert not isinstance(outcome, Accepted | InDoubt)
    elif not 200 <= status < 600 or 300 <= status < 400:
        assert outcome == InDoubt("unreadable")
    if isinstance(outcome, Busy | Rejected):
        assert len(outcome.code) <= 40
