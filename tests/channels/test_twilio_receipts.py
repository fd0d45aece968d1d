"""What Twilio reports, in our words: every word of its contract, and none it may invent later."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.receipt import Inbound, KeyPress, Receipt, ReceiptStatus
from handbell.channels.sms.twilio import receipt as text_receipt
from handbell.channels.voice.twilio import receipt as call_receipt
from tests.channels.contract import Contract
from tests.channels.samples import CLINIC, PAT

SID = "SM" + "a" * 32
CALL_SID = "CA" + "a" * 32
FORMS = st.dictionaries(
    st.sampled_from(
        ["MessageSid", "SmsSid", "MessageStatus", "SmsStatus", "ErrorCode", "CallSid",
         "CallStatus", "AnsweredBy", "SipResponseCode", "Digits", "From", "To", "Body"]
    ),
    st.sampled_from(["", "delivered", "completed", "failed", "fax", "603", SID]) | st.text(),
)  # fmt: skip


def text_form(status: str, **more: str) -> dict[str, str]:
    return {
        "MessageSid": SID, "SmsSid": SID, "MessageStatus": status, "SmsStatus": status,
        "To": PAT.value, "From": CLINIC, **more,
    }  # fmt: skip


def call_form(status: str, **more: str) -> dict[str, str]:
    return {"CallSid": CALL_SID, "CallStatus": status, "To": PAT.value, "From": CLINIC, **more}


class TestText:
    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("accepted", ReceiptStatus.PENDING),
            ("queued", ReceiptStatus.PENDING),
            ("sending", ReceiptStatus.PENDING),
            ("sent", ReceiptStatus.SENT),
            ("delivered", ReceiptStatus.DELIVERED),
            ("read", ReceiptStatus.DELIVERED),
            ("undelivered", ReceiptStatus.UNDELIVERED),
            ("failed", ReceiptStatus.UNDELIVERED),
            ("canceled", ReceiptStatus.UNDELIVERED),
            ("on_its_way", ReceiptStatus.UNKNOWN),
            ("", ReceiptStatus.UNKNOWN),
        ],
    )
    def test_words(self, word: str, status: ReceiptStatus) -> None:
        found = text_receipt.read_status(text_form(word), message_id=41, attempt=2)
        assert (found.status, found.provider_word) == (status, word)
        assert (found.message_id, found.attempt, found.provider_id) == (41, 2, SID)

    def test_every_word_of_the_contract_is_known(self, contract: Contract) -> None:
        inbound = {"receiving", "received"}  # never of a text we sent
        assert contract.words("message_enum_status") - inbound == set(text_receipt.STATUSES)

    def test_why_it_did_not_arrive(self) -> None:
        form = text_form("undelivered", ErrorCode="30003")
        found = text_receipt.read_status(form, message_id=41, attempt=1)
        assert found == Receipt(
            41, 1, f"{SID}:undelivered:30003", SID, ReceiptStatus.UNDELIVERED,
            code="30003", provider_word="undelivered",
        )  # fmt: skip

    def test_without_a_reason_the_word_is_the_reason(self) -> None:
        found = text_receipt.read_status(text_form("failed"), message_id=41, attempt=1)
        assert found.code == "failed"

    def test_the_same_report_twice_has_one_key_and_another_has_another(self) -> None:
        forms = [text_form("sent"), text_form("delivered"), text_form("failed", ErrorCode="1")]
        keys = [text_receipt.read_status(f, message_id=1, attempt=1).key for f in forms * 2]
        assert keys[:3] == keys[3:]
        assert len(set(keys)) == 3

    def test_somebody_texted_us(self) -> None:
        form = {"MessageSid": SID, "From": PAT.value, "To": CLINIC, "Body": " Stop \n"}
        found = text_receipt.read_inbound(form)
        assert found == Inbound(key=SID, sender=CLINIC, address=PAT.value, text=" Stop \n")
        assert PAT.value not in repr(found)
        assert "Stop" not in repr(found)

    def test_a_reply_twilio_already_answered_says_so(self) -> None:
        form = {"MessageSid": SID, "Body": "stop", "OptOutType": "STOP"}
        assert text_receipt.read_inbound(form).taken_as == "STOP"


class TestCall:
    @pytest.mark.parametrize(
        ("word", "status", "code"),
        [
            ("queued", ReceiptStatus.PENDING, None),
            ("initiated", ReceiptStatus.PENDING, None),
            ("ringing", ReceiptStatus.SENT, None),
            ("in-progress", ReceiptStatus.SENT, None),
            ("completed", ReceiptStatus.DELIVERED, None),
            ("busy", ReceiptStatus.UNDELIVERED, "busy"),
            ("no-answer", ReceiptStatus.UNDELIVERED, "no-answer"),
            ("failed", ReceiptStatus.UNDELIVERED, "failed"),
            ("canceled", ReceiptStatus.UNDELIVERED, "canceled"),
            ("pondering", ReceiptStatus.UNKNOWN, None),
        ],
    )
    def test_words(self, word: str, status: ReceiptStatus, code: str | None) -> None:
        found = call_receipt.read_status(call_form(word), message_id=41, attempt=2)
        assert (found.status, found.code) == (status, code)
        assert (found.message_id, found.attempt, found.provider_id) == (41, 2, CALL_SID)

    def test_every_word_of_the_contract_is_known(self, contract: Contract) -> None:
        words = contract.words("call_enum_status") | contract.words("call_enum_event")
        assert words == set(call_receipt.STATUSES)

    @pytest.mark.parametrize("answered_by", ["human", "machine_end_beep", "unknown"])
    def test_who_answered(self, answered_by: str) -> None:
        form = call_form("completed", AnsweredBy=answered_by)
        found = call_receipt.read_status(form, message_id=41, attempt=1)
        assert (found.status, found.answered_by) == (ReceiptStatus.DELIVERED, answered_by)

    def test_a_fax_heard_nothing(self) -> None:
        form = call_form("completed", AnsweredBy="fax")
        found = call_receipt.read_status(form, message_id=41, attempt=1)
        assert (found.status, found.code) == (ReceiptStatus.UNDELIVERED, "fax")

    @pytest.mark.parametrize(
        ("form", "code"),
        [
            (call_form("failed", SipResponseCode="603"), "sip-603"),
            (call_form("failed", SipResponseCode="607", ErrorCode="32203"), "32203"),
            (call_form("failed", ErrorCode="13224"), "13224"),
            (call_form("busy", SipResponseCode="486"), "busy"),
            (call_form("no-answer", SipResponseCode="487"), "no-answer"),
        ],
    )
    def test_the_most_exact_reason_is_taken(self, form: dict[str, str], code: str) -> None:
        assert call_receipt.read_status(form, message_id=1, attempt=1).code == code

    def test_detection_reports_while_the_call_goes_on(self) -> None:
        form = {"CallSid": CALL_SID, "AnsweredBy": "machine_end_beep", "AccountSid": "AC"}
        found = call_receipt.read_answered(form, message_id=41, attempt=2)
        assert found.status is ReceiptStatus.SENT
        assert (found.answered_by, found.provider_id) == ("machine_end_beep", CALL_SID)
        assert found.key == f"{CALL_SID}:answered-by:machine_end_beep"

    def test_a_key(self) -> None:
        form = call_form("in-progress", Digits="9")
        assert call_receipt.read_keys(form, message_id=41, attempt=2) == KeyPress(
            41, 2, f"{CALL_SID}:keys:9", CALL_SID, "9"
        )

    def test_no_key(self) -> None:
        assert (
            call_receipt.read_keys(call_form("in-progress"), message_id=1, attempt=1).digits == ""
        )


@given(FORMS)
def test_no_form_whatever_raises(form: dict[str, str]) -> None:
    for read in (text_receipt.read_status, call_receipt.read_status, call_receipt.read_answered):
        found = read(form, message_id=1, attempt=1)
        if found.status is ReceiptStatus.UNDELIVERED:
            assert found.code
    call_receipt.read_keys(form, message_id=1, attempt=1)
    text_receipt.read_inbound(form)
