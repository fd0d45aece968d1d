"""Every code of rules.md table B has a row, and a code without one is an alarm."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.codes import Action, CodeRule
from handbell.channels.email.smtp import codes as smtp
from handbell.channels.sms.twilio import codes as sms
from handbell.channels.twilio.codes import flagged, table
from handbell.channels.voice.twilio import codes as voice
from handbell.vocabulary.words import Channel, SuppressionKind
from tests.channels.samples import CLINIC, TOLL_FREE

# Written out by hand from rules.md 30, so that a row lost from a table is missed here.
TEXT_CODES = """
    21610 30004 21211 21217 21214 21612 21614 21635 30006 30003 30005 30007 30008 30001 21611
    30036 30017 30410 20429 30022 30025 30026 30023 30027 30032 30033 30034 30035 30450
    21408 13227 21215 21606 21703 21704 21603 21617 30002 10001 90010 20003 11200
"""
CALL_CODES = """
    13224 13225 21216 32203 busy no-answer sip-603 sip-607 sip-608
    21211 21217 21214 21215 13227 20429 20003 10001 90010 11200
"""
MAIL_CODES = """
    4.2.1 4.3.0 4.3.2 4.4.1 4.4.2 4.4.7 421 450 451 4.2.2 5.2.2 4.7.28
    RP-001 RP-002 RP-003 TSS04 TS01 TS02
    4.7.23 5.7.25 4.7.26 5.7.26 4.7.27 5.7.27 4.7.29 5.7.29 4.7.30 5.7.30
    4.7.31 4.7.40 5.7.40 4.7.32 5.7.32 5.7.515
    5.1.1 5.1.2 5.1.3 5.1.6 no-such-user 5.2.1 5.2.1-inactive 5.2.1-rate
    5.7.1 5.7.28 SC-001 SC-004 DY-001 OU-002 PH01 S3150 5.3.4 5.6.0
"""
# What our own code says of a provider.
OUR_CODES = {
    Channel.SMS: "connect 20503 http-404 undelivered failed canceled",
    Channel.VOICE: "connect 20503 http-404 failed canceled fax script-too-long sip-503",
    Channel.EMAIL: "connect disconnected starttls-missing tls-failed auth-refused sender-refused"
    " header-unsafe address-not-ascii",
}
RULES: dict[Channel, Callable[..., CodeRule]] = {
    Channel.SMS: sms.rule_for,
    Channel.VOICE: voice.rule_for,
    Channel.EMAIL: smtp.rule_for,
}


def rule(channel: Channel, code: str, sender: str = CLINIC) -> CodeRule:
    return RULES[channel](code, sender=sender)


def is_known(found: CodeRule) -> bool:
    return "none: unknown" not in found.source


@pytest.mark.parametrize(
    ("channel", "codes"),
    [
        (Channel.SMS, TEXT_CODES),
        (Channel.VOICE, CALL_CODES),
        (Channel.EMAIL, MAIL_CODES),
        *OUR_CODES.items(),
    ],
)
def test_every_code_has_a_row_of_its_own(channel: Channel, codes: str) -> None:
    missing = [code for code in codes.split() if not is_known(rule(channel, code))]
    assert missing == []
    assert all(rule(channel, code).code == code for code in codes.split())


@given(channel=st.sampled_from(Channel), code=st.text(max_size=12), sender=st.text(max_size=14))
def test_any_code_has_a_rule_and_an_unknown_one_tells_a_person(
    channel: Channel, code: str, sender: str
) -> None:
    found = rule(channel, code, sender)
    if not is_known(found):
        assert Action.ALERT in found.actions
        assert Action.RETRY not in found.actions


@pytest.mark.parametrize("table", [sms.CODES, voice.CODES, smtp.CODES])
def test_rows_are_whole(table: dict[str, CodeRule]) -> None:
    for code, row in table.items():
        assert row.code == code
        assert row.meaning
        assert row.actions
        assert (Action.RETRY in row.actions) == (row.retries > 0) == (row.retry_after is not None)
        assert (Action.SUPPRESS in row.actions) == (row.suppress_as is not None)
        assert (Action.SUPPRESS in row.actions) == bool(row.suppress_channels)
        pauses = {Action.PAUSE_ALL, Action.PAUSE_SENDER, Action.PAUSE_SCRIPT, Action.HOLD}
        assert not pauses & row.actions or Action.ALERT in row.actions, "nobody would know"


def test_a_code_never_has_two_rows() -> None:
    with pytest.raises(ValueError, match="two rows"):
        table(flagged("1", "a"), flagged("1", "b"))


class TestTexts:
    def test_an_opt_out_stops_texts_and_calls_and_is_not_retried(self) -> None:
        found = rule(Channel.SMS, "21610")
        assert found.suppress_as is SuppressionKind.OPTED_OUT
        assert set(found.suppress_channels) == {Channel.SMS, Channel.VOICE}
        assert Action.RETRY not in found.actions
        assert Action.ALERT in found.actions

    def test_30004_is_an_opt_out_from_a_toll_free_number_only(self) -> None:
        assert rule(Channel.SMS, "30004", TOLL_FREE).suppress_as is SuppressionKind.OPTED_OUT
        ordinary = rule(Channel.SMS, "30004", CLINIC)
        assert ordinary.suppress_as is SuppressionKind.UNREACHABLE
        assert ordinary.suppress_after == 2
        assert Action.FLAG in ordinary.actions

    @pytest.mark.parametrize("code", ["21614", "21635", "30006"])
    def test_a_landline_is_reached_another_way(self, code: str) -> None:
        found = rule(Channel.SMS, code)
        assert Action.OTHER_CHANNEL in found.actions
        assert found.suppress_channels == (Channel.SMS,)

    def test_filtered_texts_are_never_offered_again(self) -> None:
        found = rule(Channel.SMS, "30007")
        assert Action.RETRY not in found.actions
        assert Action.PAUSE_SCRIPT in found.actions
        assert found.alert_after == 3

    def test_what_may_have_been_delivered_is_never_offered_again(self) -> None:
        assert Action.RETRY not in rule(Channel.SMS, "30410").actions

    @pytest.mark.parametrize(
        ("code", "times", "wait"),
        [("30003", 1, timedelta(hours=1)), ("30008", 1, timedelta(minutes=30)),
         ("30450", 1, timedelta(minutes=30))],
    )  # fmt: skip
    def test_retries(self, code: str, times: int, wait: timedelta) -> None:
        found = rule(Channel.SMS, code)
        assert (found.retries, found.retry_after) == (times, wait)

    @pytest.mark.parametrize("code", ["20003", "10001", "90010", "30002"])
    def test_a_closed_account_stops_everything(self, code: str) -> None:
        assert Action.PAUSE_ALL in rule(Channel.SMS, code).actions

    @pytest.mark.parametrize("code", ["30032", "30033", "30034", "30035", "21606"])
    def test_an_unregistered_sender_is_paused(self, code: str) -> None:
        assert Action.PAUSE_SENDER in rule(Channel.SMS, code).actions


class TestCalls:
    @pytest.mark.parametrize("code", ["busy", "no-answer"])
    def test_one_more_try_two_hours_later(self, code: str) -> None:
        found = rule(Channel.VOICE, code)
        assert (found.retries, found.retry_after) == (1, timedelta(hours=2))

    def test_unwanted_is_an_opt_out_of_texts_too(self) -> None:
        found = rule(Channel.VOICE, "sip-607")
        assert found.suppress_as is SuppressionKind.OPTED_OUT
        assert set(found.suppress_channels) == {Channel.SMS, Channel.VOICE}

    @pytest.mark.parametrize("code", ["sip-603", "sip-608"])
    def test_a_blocked_caller_id_is_paused(self, code: str) -> None:
        assert Action.PAUSE_SENDER in rule(Channel.VOICE, code).actions

    @pytest.mark.parametrize("code", ["13225", "21216", "32203"])
    def test_the_providers_own_list_is_not_fought(self, code: str) -> None:
        assert rule(Channel.VOICE, code).actions == {Action.ALERT}


class TestMail:
    @pytest.mark.parametrize("code", ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.2.1-inactive",
                                      "no-such-user"])  # fmt: skip
    def test_a_dead_address_is_not_used_again(self, code: str) -> None:
        found = rule(Channel.EMAIL, code)
        assert found.suppress_as is SuppressionKind.HARD_BOUNCE
        assert found.suppress_channels == (Channel.EMAIL,)

    @given(st.from_regex(r"[45]\.7\.\d{1,3}", fullmatch=True))
    def test_policy_is_never_the_patients_fault(self, code: str) -> None:
        assert Action.SUPPRESS not in rule(Channel.EMAIL, code).actions

    @pytest.mark.parametrize("code", ["5.7.26", "4.7.31", "5.7.515", "starttls-missing"])
    def test_without_proof_of_origin_the_domain_is_paused(self, code: str) -> None:
        assert Action.PAUSE_SENDER in rule(Channel.EMAIL, code).actions

    @pytest.mark.parametrize("code", ["4.7.28", "RP-002", "TSS04"])
    def test_too_much_means_ten_minutes(self, code: str) -> None:
        found = rule(Channel.EMAIL, code)
        assert {Action.SLOW_DOWN, Action.RETRY} <= found.actions
        assert found.retry_after == timedelta(minutes=10)

    @pytest.mark.parametrize("code", ["4.2.2", "5.2.2"])
    def test_a_full_mailbox_is_given_up_at_the_third_time(self, code: str) -> None:
        assert rule(Channel.EMAIL, code).suppress_after == 3
