"""What a person and a machine hear, and that it stays within the law and a minute."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import VoiceResponse

from handbell.channels.gateway import Rejected, VoiceContent
from handbell.channels.voice.twilio import twiml
from handbell.channels.voice.twilio.client import TwilioVoice
from tests.channels.samples import CALL, Account, call

KEYS = "https://handbell.riverside.example/hooks/twilio/keys/41/2"


def script(content: VoiceContent = CALL) -> ET.Element:
    return ET.fromstring(twiml.for_person(content, keys_url=KEYS))


def said(element: ET.Element) -> list[str]:
    return [say.text or "" for say in element.iter("Say")]


class TestPerson:
    def test_hears_who_calls_then_how_to_stop_then_the_message(self) -> None:
        assert said(script()) == [
            CALL.opening, CALL.stop_offer, CALL.body, CALL.confirm_offer, CALL.goodbye
        ]  # fmt: skip

    def test_nothing_but_the_name_is_said_before_the_way_to_stop(self) -> None:
        gather = script().find("Gather")
        assert gather is not None
        assert [child.tag for child in gather][:2] == ["Say", "Say"]
        assert said(gather)[:2] == [CALL.opening, CALL.stop_offer]

    def test_a_key_counts_from_the_first_word_to_five_seconds_after_the_last(self) -> None:
        gather = script().find("Gather")
        assert gather is not None
        assert gather.attrib == {
            "action": KEYS, "method": "POST", "input": "dtmf", "numDigits": "1", "timeout": "5"
        }  # fmt: skip
        assert said(gather)[0] == CALL.opening

    def test_without_a_key_the_call_ends_by_itself(self) -> None:
        tags = [child.tag for child in script()]
        assert tags[0] == "Gather"
        assert tags[1] == "Say"
        assert tags[-1] == "Hangup"

    def test_confirming_is_offered_only_where_it_makes_sense(self) -> None:
        assert CALL.confirm_offer not in said(script(replace(CALL, confirmable=False)))

    def test_the_line_stays_open_for_a_machines_long_greeting(self) -> None:
        pause = script(replace(CALL, body="Short.")).find("Pause")
        assert pause is not None
        assert 1 <= int(pause.attrib["length"]) <= 32
        assert script(replace(CALL, body="word " * 90)).find("Pause") is None

    @pytest.mark.parametrize(
        ("language", "attributes"),
        [
            ("en-US", {"language": "en-US", "voice": "Polly.Joanna"}),
            ("es", {"language": "es-US", "voice": "Polly.Lupe"}),
            ("vi-VN", {"language": "vi-VN"}),
        ],
    )
    def test_is_spoken_to_in_the_patients_language(
        self, language: str, attributes: dict[str, str]
    ) -> None:
        spoken = script(replace(CALL, language=language)).iter("Say")
        assert all(say.attrib == attributes for say in spoken)


class TestLength:
    def test_a_usual_script_takes_about_half_a_minute(self) -> None:
        seconds = twiml.spoken_seconds(CALL.opening, CALL.stop_offer, CALL.body, CALL.goodbye)
        assert 15 < seconds < 30

    def test_digits_are_spoken_one_by_one(self) -> None:
        assert twiml.spoken_seconds("202-555-0100") == twiml.spoken_seconds("one " * 10)

    def test_more_than_a_minute_is_refused(self) -> None:
        with pytest.raises(twiml.ScriptTooLong):
            script(replace(CALL, body="word " * 140))

    def test_more_than_a_request_can_carry_is_refused(self) -> None:
        with pytest.raises(twiml.ScriptTooLong):
            script(replace(CALL, body="&" * 1000))

    def test_a_voicemail_that_does_not_fit_is_refused(self) -> None:
        with pytest.raises(twiml.ScriptTooLong):
            script(replace(CALL, voicemail="word " * 90))

    async def test_such_a_call_is_not_placed(self) -> None:
        gateway = TwilioVoice(Account(base_url="http://127.0.0.1:1"))
        outcome = await gateway.hand_over(call(replace(CALL, body="word " * 140)))
        assert outcome == Rejected("script-too-long")
        await gateway.close()

    @given(st.integers(0, 130))
    def test_what_is_accepted_fits_into_a_minute(self, words: int) -> None:
        content = replace(CALL, body="word " * words)
        try:
            heard = said(script(content))
        except twiml.ScriptTooLong:
            assert words > 50
        else:
            assert twiml.spoken_seconds(*heard) + twiml.KEY_SECONDS <= 60


class TestMachine:
    @pytest.mark.parametrize(
        "answered_by", ["machine_end_beep", "machine_end_silence", "machine_end_other"]
    )
    def test_hears_the_voicemail_and_nothing_else(self, answered_by: str) -> None:
        words = twiml.for_machine(CALL, answered_by=answered_by)
        assert words is not None
        document = ET.fromstring(words)
        assert said(document) == [CALL.voicemail]
        assert [child.tag for child in document] == ["Say", "Hangup"]

    def test_a_fax_is_hung_up_on(self) -> None:
        words = twiml.for_machine(CALL, answered_by="fax")
        assert words is not None
        assert [child.tag for child in ET.fromstring(words)] == ["Hangup"]

    @pytest.mark.parametrize("answered_by", ["human", "unknown", "machine_start", "ghost", ""])
    def test_anybody_else_goes_on_hearing_the_script(self, answered_by: str) -> None:
        assert twiml.for_machine(CALL, answered_by=answered_by) is None


class TestXml:
    @given(st.text(max_size=60))
    def test_any_text_is_one_spoken_sentence(self, text: str) -> None:
        document = ET.fromstring(twiml.say(text, language="en-US"))
        assert [child.tag for child in document] in (["Say", "Hangup"], ["Hangup"])

    def test_markup_in_a_name_is_spoken_not_obeyed(self) -> None:
        evil = '</Say><Dial>+19005550100</Dial><Say a="'
        document = ET.fromstring(twiml.say(evil, language="en-US"))
        assert said(document) == [evil]
        assert document.find("Dial") is None

    def test_is_what_twilios_own_library_writes(self) -> None:
        response = VoiceResponse()
        gather = response.gather(action=KEYS, method="POST", input="dtmf", num_digits=1, timeout=5)
        voice = {"voice": "Polly.Joanna", "language": "en-US"}
        for text in (CALL.opening, CALL.stop_offer, CALL.body, CALL.confirm_offer):
            gather.say(text, **voice)
        response.say(CALL.goodbye, **voice)
        ours = script()
        pause = ours.find("Pause")
        assert pause is not None
        response.pause(length=pause.attrib["length"])
        response.hangup()

        assert ET.canonicalize(ET.tostring(ours)) == ET.canonicalize(str(response))
