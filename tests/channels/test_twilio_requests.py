"""Every request is valid against Twilio's own OpenAPI document, path and parameters."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.gateway import Gateway, SmsContent
from handbell.channels.line import form_body
from handbell.channels.sms.twilio import request as text_request
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.voice.twilio import request as call_request
from handbell.channels.voice.twilio.client import TwilioVoice
from handbell.channels.voice.twilio.twiml import ScriptTooLong
from handbell.vocabulary.words import Channel
from tests.channels.contract import FORM, Contract
from tests.channels.loopback import Loopback, answering
from tests.channels.samples import BASE, CALL, CLINIC, NOW, TEXT, call, question, text_message

SID = "SM" + "a" * 32
CALL_SID = "CA" + "a" * 32


class TestWhatLeaves:
    """The bytes on the wire, taken apart again."""

    async def test_a_text_keeps_to_the_contract(
        self, contract: Contract, loopback: Loopback, sms: TwilioSms
    ) -> None:
        loopback.then(answering(201, {"sid": SID}))
        await sms.hand_over(text_message())

        seen = loopback.requests[0]
        pairs = parse_qsl(seen.body, keep_blank_values=True, strict_parsing=True)
        assert seen.content_type == FORM
        assert contract.flaws("POST", seen.path, content_type=FORM, pairs=pairs) == []
        assert dict(pairs)["Body"] == TEXT

    async def test_a_call_keeps_to_the_contract(
        self, contract: Contract, loopback: Loopback, voice: TwilioVoice
    ) -> None:
        loopback.then(answering(201, {"sid": CALL_SID}))
        await voice.hand_over(call())

        seen = loopback.requests[0]
        pairs = parse_qsl(seen.body, keep_blank_values=True, strict_parsing=True)
        assert contract.flaws("POST", seen.path, content_type=FORM, pairs=pairs) == []

    async def test_turning_a_call_to_a_machine_keeps_to_the_contract(
        self, contract: Contract, loopback: Loopback, voice: TwilioVoice
    ) -> None:
        loopback.then(answering(200, {"sid": CALL_SID}))
        changed = await voice.speak_to_machine(
            CALL, provider_id=CALL_SID, answered_by="machine_end_beep"
        )

        seen = loopback.requests[0]
        pairs = parse_qsl(seen.body)
        assert changed
        assert contract.flaws("POST", seen.path, content_type=FORM, pairs=pairs) == []
        assert CALL.voicemail in dict(pairs)["Twiml"]

    @pytest.mark.parametrize("channel", [Channel.SMS, Channel.VOICE])
    async def test_looking_up_keeps_to_the_contract(
        self,
        contract: Contract,
        loopback: Loopback,
        sms: TwilioSms,
        voice: TwilioVoice,
        channel: Channel,
    ) -> None:
        gateway: Gateway = sms if channel is Channel.SMS else voice
        key = "messages" if channel is Channel.SMS else "calls"
        sid = SID if channel is Channel.SMS else CALL_SID
        loopback.then(answering(200, {key: []}), answering(200, {"sid": sid, "status": "sent"}))
        await gateway.look_up(question(channel=channel), now=NOW)
        await gateway.look_up(question(channel=channel, provider_id=sid), now=NOW)

        listed, fetched = loopback.requests
        assert contract.flaws("GET", listed.path, pairs=parse_qsl(listed.query)) == []
        assert contract.flaws("GET", fetched.path, pairs=parse_qsl(fetched.query)) == []

    async def test_says_who_we_are_in_a_header_and_nowhere_else(
        self, loopback: Loopback, sms: TwilioSms
    ) -> None:
        loopback.then(answering(201, {"sid": SID}))
        await sms.hand_over(text_message())

        seen = loopback.requests[0]
        assert seen.authorization.startswith("Basic ")
        assert loopback.account.auth_token not in seen.path + seen.query + seen.body


class TestContractItself:
    """The check can fail: it is no use otherwise."""

    @pytest.mark.parametrize(
        "pair",
        [
            ("ValidityPeriod", "four hours"),
            ("SmartEncoded", "no"),
            ("StatusCallback", "not an address"),
            ("From", "202-555-0100"),
            ("Colour", "red"),
        ],
    )
    def test_a_wrong_parameter_is_found(self, contract: Contract, pair: tuple[str, str]) -> None:
        path = "/2010-04-01/Accounts/AC" + "0" * 32 + "/Messages.json"
        pairs = [("To", CLINIC), pair]
        assert contract.flaws("POST", path, content_type=FORM, pairs=pairs) != []

    def test_a_wrong_path_account_or_content_type_is_found(self, contract: Contract) -> None:
        good = "/2010-04-01/Accounts/AC" + "0" * 32
        pairs = [("To", CLINIC)]
        ok = f"{good}/Messages.json"
        assert contract.flaws("POST", ok, content_type=FORM, pairs=pairs) == []
        assert contract.flaws("POST", f"{good}/Message.json", content_type=FORM, pairs=pairs)
        assert contract.flaws(
            "POST", "/2010-04-01/Accounts/me/Messages.json", content_type=FORM, pairs=pairs
        )
        assert contract.flaws("POST", ok, content_type="application/json", pairs=pairs)


class TestText:
    def test_reports_go_to_the_address_of_the_attempt(self) -> None:
        form = dict(text_request.form_of(text_message(attempt=3)))
        assert form["StatusCallback"] == f"{BASE}/sms-status/41/3"

    def test_without_a_public_address_no_report_is_asked_for(self) -> None:
        assert "StatusCallback" not in dict(text_request.form_of(text_message(callback_url=None)))

    def test_twilio_is_told_not_to_reword(self) -> None:
        assert dict(text_request.form_of(text_message()))["SmartEncoded"] == "false"

    @pytest.mark.parametrize(
        ("valid_for", "seconds"),
        [
            (timedelta(hours=4), 14_400),
            (timedelta(0), 1),
            (timedelta(seconds=-5), 1),
            (timedelta(days=2), 36_000),
            (timedelta(seconds=90, milliseconds=900), 90),
        ],
    )
    def test_twilio_tries_as_long_as_it_is_of_use_within_its_limits(
        self, valid_for: timedelta, seconds: int
    ) -> None:
        form = dict(text_request.form_of(text_message(valid_for=valid_for)))
        assert form["ValidityPeriod"] == str(seconds)

    def test_a_script_for_a_call_is_our_own_mistake(self) -> None:
        with pytest.raises(TypeError):
            text_request.form_of(call())


class TestCall:
    def test_reports_detection_and_keys_have_their_own_addresses(self) -> None:
        form = dict(call_request.form_of(call()))
        assert form["StatusCallback"] == f"{BASE}/call-status/41/2"
        assert form["AsyncAmdStatusCallback"] == f"{BASE}/call-answered/41/2"
        assert f'action="{BASE}/keys/41/2"' in form["Twiml"]

    def test_every_event_of_a_call_is_asked_for(self) -> None:
        events = [
            value for name, value in call_request.form_of(call()) if name == "StatusCallbackEvent"
        ]
        assert events == ["initiated", "ringing", "answered", "completed"]

    def test_a_machine_is_detected_while_a_person_already_listens(self) -> None:
        form = dict(call_request.form_of(call()))
        assert (form["MachineDetection"], form["AsyncAmd"]) == ("DetectMessageEnd", "true")

    def test_no_call_lasts_longer_than_a_minute(self) -> None:
        assert dict(call_request.form_of(call()))["TimeLimit"] == "60"

    def test_a_call_whose_keys_could_not_be_heard_is_not_placed(self) -> None:
        with pytest.raises(TypeError):
            call_request.form_of(call(callback_url=None))
        with pytest.raises(TypeError):
            call_request.form_of(text_message())

    def test_the_script_is_refused_before_the_request_when_it_is_too_long(self) -> None:
        with pytest.raises(ScriptTooLong):
            call_request.form_of(call(replace(CALL, body="and then " * 80)))


def test_contents_do_not_show_in_a_repr() -> None:
    assert TEXT not in repr(text_message())
    assert TEXT not in repr(question())
    assert "Riverside" not in repr(call())
    assert isinstance(text_message().content, SmsContent)


@given(st.lists(st.tuples(st.text(), st.text())))
def test_a_form_is_written_as_the_standard_library_writes_it(form: list[tuple[str, str]]) -> None:
    assert form_body(form) == urlencode(form).encode()
