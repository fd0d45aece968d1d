"""The carrier's own STOP list: one word from a person, and the sender is refused."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.carrier.keywords import Keyword, keyword_in
from tests.channels.carrier.stage import CLINIC, INBOUND, PAT, SAM, Stage, staged

OTHER_CLINIC = "+12125550101"
TOLL_FREE = "+18885550100"


@pytest.mark.parametrize(
    "word", ["STOP", "stopall", " Unsubscribe ", "END", "quit", "Cancel", "REVOKE", "OptOut\n"]
)
def test_one_word_stops(word: str) -> None:
    assert keyword_in(word) is Keyword.STOP


@pytest.mark.parametrize("body", ["STOP PLEASE", "please stop", "STOP.", "C", "", "cancelled"])
def test_more_than_the_word_is_for_the_sender(body: str) -> None:
    assert keyword_in(body) is None


@given(st.sampled_from(["STOP", "START", "HELP", "YES"]), st.randoms(), st.text(" \t\n"))
def test_case_and_space_around_do_not_matter(word: str, random: Random, space: str) -> None:
    odd = "".join(random.choice([c.lower(), c.upper()]) for c in word)
    assert keyword_in(space + odd + space) is keyword_in(word)


async def test_stop_is_confirmed_by_the_carrier_and_the_sender_refused(stage: Stage) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    (answer,) = stage.carrier.texts_to(PAT)
    assert answer.body.startswith("You have successfully been unsubscribed.")
    status, fault = await stage.post("Messages.json", {"To": PAT, "From": CLINIC, "Body": "Hi"})
    assert (status, fault["code"]) == (400, 21610)


async def test_stop_holds_for_this_pair_only(stage: Stage) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.text(to=SAM)
    await stage.text(From=OTHER_CLINIC)


@pytest.mark.parametrize("word", ["START", "yes", "Unstop"])
async def test_start_lifts_it(stage: Stage, word: str) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.carrier.text_from(PAT, CLINIC, word)
    assert "re-subscribed" in stage.carrier.texts_to(PAT)[-1].body
    await stage.text()


async def test_yes_from_somebody_who_never_stopped_is_for_the_sender_alone(stage: Stage) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "YES")
    assert stage.carrier.texts_to(PAT) == ()
    assert [told["Body"] for told in stage.app.told(INBOUND)] == ["YES"]


async def test_help_is_answered_by_the_carrier_unless_stopped(stage: Stage) -> None:
    await stage.carrier.text_from(PAT, CLINIC, "HELP")
    assert len(stage.carrier.texts_to(PAT)) == 1
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.carrier.text_from(PAT, CLINIC, "HELP")
    assert len(stage.carrier.texts_to(PAT)) == 2


async def test_the_senders_own_answer_to_stop_is_dropped_with_21610(stage: Stage) -> None:
    stage.app.says(INBOUND, "<Response><Message>You are unsubscribed.</Message></Response>")
    await stage.carrier.text_from(PAT, CLINIC, "STOP")
    await stage.passes(60)
    assert len(stage.carrier.texts_to(PAT)) == 1
    dropped = [t for t in stage.carrier.truth.texts.values() if t.code == 21610]
    assert [t.body for t in dropped] == ["You are unsubscribed."]


async def test_a_toll_free_sender_learns_of_stop_by_30004() -> None:
    async with staged() as stage:
        await stage.carrier.text_from(PAT, TOLL_FREE, "STOP")
        assert stage.carrier.texts_to(PAT)[0].body.startswith("NETWORK MSG")
        sid = await stage.text(From=TOLL_FREE)
        await stage.passes(60)
        text = stage.carrier.truth.texts[sid]
        assert (text.status, text.code) == ("undelivered", 30004)
        assert len(stage.carrier.texts_to(PAT)) == 1


async def test_a_carrier_told_not_to_keep_a_list_leaves_all_to_the_sender() -> None:
    async with staged(honours_stop=False) as stage:
        stage.app.says(INBOUND, "<Response><Message>You are unsubscribed.</Message></Response>")
        await stage.carrier.text_from(PAT, CLINIC, "STOP")
        await stage.passes(60)
        assert [t.body for t in stage.carrier.texts_to(PAT)] == ["You are unsubscribed."]
        await stage.text()
