"""Asking Twilio about a message in doubt: found, certainly never had, or no answer."""

from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.gateway import Known, Unanswered, Unheard
from handbell.channels.sms.twilio.client import TwilioSms
from handbell.channels.sms.twilio.reply import says_the_same
from handbell.channels.twilio.lookup import judge, read_entry
from handbell.channels.voice.twilio.client import TwilioVoice
from handbell.vocabulary.words import Channel
from tests.channels.contract import Contract
from tests.channels.loopback import Loopback, Reaction, answering, reset, silence
from tests.channels.samples import CLINIC, NOW, PAT, TEXT, question

LATER = NOW + timedelta(minutes=5)


def sid(number: int, kind: str = "SM") -> str:
    return f"{kind}{number:032x}"


def row(
    number: int = 1,
    *,
    body: str | None = TEXT,
    at: datetime = NOW,
    status: str = "delivered",
    code: int | None = None,
    direction: str = "outbound-api",
    to: str = PAT.value,
) -> dict[str, Any]:
    return {
        "sid": sid(number),
        "status": status,
        "error_code": code,
        "from": CLINIC,
        "to": to,
        "body": body,
        "direction": direction,
        "date_created": format_datetime(at),
        "date_sent": None,
    }


def test_the_rows_used_here_keep_to_twilios_contract(contract: Contract) -> None:
    assert contract.row_flaws("api.v2010.account.message", row(code=30003)) == []
    assert contract.row_flaws("api.v2010.account.message", row() | {"status": "lost"}) != []


class TestByName:
    async def test_found(self, loopback: Loopback, sms: TwilioSms) -> None:
        loopback.then(answering(200, row(7, status="undelivered", code=30003)))
        answer = await sms.look_up(question(provider_id=sid(7)), now=LATER)
        assert answer == Known(sid(7), "undelivered", "30003")
        assert loopback.requests[0].path.endswith(f"/Messages/{sid(7)}.json")

    @pytest.mark.parametrize(
        "reaction", [answering(404, {"code": 20404}), answering(500), answering(200, "?"), reset]
    )
    async def test_no_answer_is_never_taken_for_never_had(
        self, loopback: Loopback, sms: TwilioSms, reaction: Reaction
    ) -> None:
        loopback.then(reaction, reaction)  # a GET may be repeated by the library
        assert await sms.look_up(question(provider_id=sid(7)), now=LATER) == Unanswered()


class TestByList:
    async def test_one_text_that_fits(self, loopback: Loopback, sms: TwilioSms) -> None:
        others = [
            row(2, body="Riverside PT: the clinic is closed today"),
            row(3, direction="inbound"),
            row(4, at=NOW - timedelta(days=7)),
            row(5, at=NOW + timedelta(hours=2)),
        ]
        loopback.then(answering(200, {"messages": [*others, row(1)], "next_page_uri": None}))
        assert await sms.look_up(question(), now=LATER) == Known(sid(1), "delivered")

    async def test_one_call_in_that_minute(self, loopback: Loopback, voice: TwilioVoice) -> None:
        found = {**row(status="no-answer"), "sid": sid(1, "CA")}
        loopback.then(answering(200, {"calls": [found]}))
        answer = await voice.look_up(question(channel=Channel.VOICE, text=None), now=LATER)
        assert answer == Known(sid(1, "CA"), "no-answer")

    async def test_none_in_a_whole_list(self, loopback: Loopback, sms: TwilioSms) -> None:
        loopback.then(answering(200, {"messages": [], "next_page_uri": None}))
        assert await sms.look_up(question(), now=LATER) == Unheard()

    async def test_every_page_is_read(self, loopback: Loopback, sms: TwilioSms) -> None:
        further = "/2010-04-01/Accounts/AC1/Messages.json?Page=1&PageToken=x"
        loopback.then(
            answering(200, {"messages": [row(2, body="other")], "next_page_uri": further}),
            answering(200, {"messages": [row(1)], "next_page_uri": None}),
        )
        assert await sms.look_up(question(), now=LATER) == Known(sid(1), "delivered")
        assert loopback.requests[1].query == "Page=1&PageToken=x"

    @pytest.mark.parametrize(
        "second", [answering(500), answering(200, {"calls": []}), silence,
                   answering(200, {"messages": [{"sid": None}]})],
        ids=["500", "another-list", "silence", "a-row-without-name"],
    )  # fmt: skip
    async def test_a_list_not_read_to_its_end_says_nothing(
        self, loopback: Loopback, sms: TwilioSms, second: Reaction
    ) -> None:
        loopback.then(answering(200, {"messages": [], "next_page_uri": "/more"}), second)
        assert await sms.look_up(question(), now=LATER) == Unanswered()

    async def test_an_endless_list_is_left(self, loopback: Loopback, sms: TwilioSms) -> None:
        page = answering(200, {"messages": [], "next_page_uri": "/more"})
        loopback.then(*[page] * 50)
        assert await sms.look_up(question(), now=LATER) == Unanswered()
        assert len(loopback.requests) <= 11


class TestJudgement:
    """The whole list is at hand; time and look-alikes decide."""

    def judged(self, *rows: dict[str, Any], now: datetime = LATER, **known: Any) -> object:
        entries = [entry for entry in map(read_entry, rows) if entry is not None]
        return judge(entries, question(**known), now=now, matches=says_the_same)

    def test_two_that_cannot_be_told_apart(self) -> None:
        assert self.judged(row(1), row(2)) == Unanswered()

    def test_the_one_we_know_by_name_is_not_the_other(self) -> None:
        known = frozenset({sid(2)})
        assert self.judged(row(1), row(2), known_ids=known) == Known(sid(1), "delivered")
        assert self.judged(row(2), known_ids=known) == Unheard()

    def test_a_young_message_is_not_yet_certainly_unheard(self) -> None:
        assert self.judged(now=NOW + timedelta(seconds=59)) == Unanswered()
        assert self.judged(now=NOW + timedelta(seconds=60)) == Unheard()

    def test_a_young_message_can_be_found(self) -> None:
        assert self.judged(row(1), now=NOW) == Known(sid(1), "delivered")

    def test_a_text_twilio_has_forgotten_may_be_ours(self) -> None:
        assert self.judged(row(1, body="")) == Known(sid(1), "delivered")

    def test_the_sentence_of_a_trial_account_is_not_ours(self) -> None:
        body = f"Sent from your Twilio trial account - {TEXT}"
        assert self.judged(row(1, body=body)) == Known(sid(1), "delivered")

    def test_without_our_words_the_minute_decides(self) -> None:
        assert self.judged(row(1, body="whatever"), text=None) == Known(sid(1), "delivered")

    def test_a_row_without_a_date_is_not_ruled_out(self) -> None:
        assert self.judged({**row(1), "date_created": "long ago"}) == Known(sid(1), "delivered")

    def test_somebody_elses_text_is_not_ours(self) -> None:
        assert self.judged(row(1, to="+12025550188")) == Unheard()

    @given(
        st.lists(
            st.builds(
                row,
                st.integers(1, 5),
                body=st.sampled_from([TEXT, "other", "", None]),
                at=st.integers(-40_000, 40_000).map(lambda s: NOW + timedelta(seconds=s)),
                direction=st.sampled_from(["outbound-api", "inbound", "outbound-reply"]),
            ),
            max_size=4,
        )
    )
    def test_never_unheard_while_one_in_the_window_fits(self, rows: list[dict[str, Any]]) -> None:
        ours = row(9)
        assert self.judged(*rows, ours) != Unheard()
