"""What an answer means: taken, refused, come back, or nobody knows. Never a guess."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.channels.gateway import Accepted, Busy, InDoubt, Outcome, Rejected
from handbell.channels.twilio.reply import outcome_of, wait_of
from handbell.channels.twilio.wire import Answered, NoAnswer, NotSent

SID = "SM" + "0123456789abcdef" * 2
CALL_SID = "CA" + "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answered(201, {"sid": SID, "status": "queued"}), Accepted(SID)),
        (Answered(201, {"sid": CALL_SID}), Accepted(CALL_SID)),
        (Answered(200, {"sid": SID}), Accepted(SID)),
        # Taken, perhaps, but by what name?
        (Answered(201, None), InDoubt("unreadable")),
        (Answered(201, {"sid": ""}), InDoubt("unreadable")),
        (Answered(201, {"sid": 17}), InDoubt("unreadable")),
        (Answered(201, {"sid": "<script>"}), InDoubt("unreadable")),
        (Answered(204, None), InDoubt("unreadable")),
        # Certainly refused, with Twilio's reason.
        (Answered(400, {"code": 21211, "message": "..."}), Rejected("21211")),
        (Answered(400, {"code": 21610}), Rejected("21610")),
        (Answered(400, {"code": 21611}), Rejected("21611")),
        (Answered(404, {"code": 20404}), Rejected("20404")),
        # ... or without one.
        (Answered(400, None), Rejected("http-400")),
        (Answered(400, {"code": "a text we did not ask for"}), Rejected("http-400")),
        (Answered(400, {"code": True}), Rejected("http-400")),
        (Answered(404, {}), Rejected("http-404")),
        (Answered(301, None), Rejected("http-301")),
        (Answered(401, {"code": 20003}), Rejected("20003")),
        (Answered(401, None), Rejected("20003")),
        (Answered(403, {}), Rejected("20003")),
        (Answered(403, {"code": 20006}), Rejected("20006")),
        # Turned away before it was looked at.
        (Answered(429, None), Busy("20429", None)),
        (Answered(429, {"code": 20429}, "7"), Busy("20429", timedelta(seconds=7))),
        (Answered(400, {"code": 20429}), Busy("20429", None)),
        (Answered(503, None, "30"), Busy("20503", timedelta(seconds=30))),
        (Answered(503, {"code": 20503}), Busy("20503", None)),
        # After it may have been stored.
        (Answered(500, None), InDoubt("server_error")),
        (Answered(500, {"code": 20500}), InDoubt("server_error")),
        (Answered(502, None), InDoubt("server_error")),
        (Answered(504, {"sid": SID}), InDoubt("server_error")),
        (NotSent(), Busy("connect")),
        (NoAnswer("timeout"), InDoubt("timeout")),
        (NoAnswer("disconnected"), InDoubt("disconnected")),
    ],
)
def test_the_table(answer: Answered | NotSent | NoAnswer, outcome: Outcome) -> None:
    assert outcome_of(answer) == outcome


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("5", timedelta(seconds=5)),
        (" 120 ", timedelta(seconds=120)),
        ("0", timedelta(0)),
        ("999999999", timedelta(days=1)),
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
        ("-3", None),
        ("1e3", None),
        ("٣", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, wait: timedelta | None) -> None:
    assert wait_of(header) == wait


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
answers = st.builds(
    Answered,
    status=st.integers(200, 599),
    body=st.none()
    | st.dictionaries(st.sampled_from(["sid", "code", "status", "more_info"]), json_values),
    retry_after=st.none() | st.text(max_size=12),
)


@given(answers)
def test_every_answer_has_an_outcome_and_only_a_2xx_is_taken(answer: Answered) -> None:
    outcome = outcome_of(answer)
    if 200 <= answer.status < 300:
        assert isinstance(outcome, Accepted | InDoubt | Busy)
    else:
        assert not isinstance(outcome, Accepted)
    if answer.status >= 500 and isinstance(outcome, Rejected):
        pytest.fail("a server that broke may have taken it")
