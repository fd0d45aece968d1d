"""How often is one number or mailbox reached? Never more than the caps of rules.md 29 allow."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.caps import BALANCE, CAPS, EMAIL, PHONE, REMINDER, Cap, PastTouch, broken_cap
from handbell.vocabulary.words import Channel, Purpose

NEW_YORK = ZoneInfo("America/New_York")
APPOINTMENT, ALERT = Purpose.APPOINTMENT_REMINDER, Purpose.BALANCE_ALERT
SMS, VOICE, MAIL = Channel.SMS, Channel.VOICE, Channel.EMAIL
MONDAY = datetime(2026, 11, 2, 10, tzinfo=NEW_YORK).astimezone(UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def past(
    channel: Channel, at: datetime, *, touch: str = "a", purpose: Purpose = APPOINTMENT
) -> PastTouch:
    return PastTouch(purpose, channel, touch, at)


def broken(
    history: Sequence[PastTouch],
    channel: Channel,
    at: datetime,
    *,
    touch: str = "new",
    purpose: Purpose = APPOINTMENT,
    corrects: bool = False,
) -> Cap | None:
    return broken_cap(
        history,
        purpose=purpose,
        channel=channel,
        touch=touch,
        now=at,
        zone=NEW_YORK,
        corrects=corrects,
    )


sends = st.lists(
    st.tuples(
        st.integers(0, 40 * 24 * 4),
        st.sampled_from([APPOINTMENT, ALERT]),
        st.sampled_from(Channel),
        st.sampled_from("abcdefgh"),
    ),
    max_size=80,
)


@given(wishes=sends, start=st.sampled_from([MONDAY, MONDAY - 240 * DAY, MONDAY - 15 * DAY]))
def test_whatever_is_wished_no_period_ever_holds_more_touches_than_its_cap(
    wishes: list[tuple[int, Purpose, Channel, str]], start: datetime
) -> None:
    sent: list[PastTouch] = []
    for quarter, purpose, channel, touch in sorted(wishes, key=lambda wish: wish[0]):
        at = start + quarter * timedelta(minutes=15)
        if broken(sent, channel, at, touch=touch, purpose=purpose) is None:
            sent.append(past(channel, at, touch=touch, purpose=purpose))
    for cap in CAPS:
        ours = [s for s in sent if s.purpose in cap.purposes and s.channel in cap.channels]
        for last in ours:
            # A day of the cap may end an hour early, and one in spring is an hour short.
            period = [s for s in ours if last.at - cap.days * DAY + 2 * HOUR < s.at <= last.at]
            assert len({(s.purpose, s.touch) for s in period}) <= cap.most
            for channel in cap.channels:
                assert len([s for s in period if s.channel is channel]) <= cap.most


@pytest.mark.parametrize(
    ("channel", "purpose", "days", "most"),
    [
        (SMS, APPOINTMENT, 7, 3),
        (VOICE, APPOINTMENT, 7, 3),
        (MAIL, APPOINTMENT, 7, 5),
        (SMS, ALERT, 30, 2),
        (MAIL, ALERT, 30, 3),
    ],
)
def test_the_longer_caps_are_those_of_the_table(
    channel: Channel, purpose: Purpose, days: int, most: int
) -> None:
    step = days * DAY / (most + 1)
    history = [past(channel, MONDAY + n * step, touch=str(n), purpose=purpose) for n in range(most)]
    last = history[-1].at

    assert broken(history[:-1], channel, last, purpose=purpose) is None
    found = broken(history, channel, last + step * 0.99, purpose=purpose)
    assert found is not None
    assert (found.days, found.most) == (days, most)
    assert broken(history, channel, MONDAY + days * DAY, purpose=purpose) is None


def test_a_daily_reminder_a_few_seconds_early_is_not_the_second_of_a_day() -> None:
    yesterday = past(SMS, MONDAY + timedelta(seconds=3))
    assert broken([yesterday], SMS, MONDAY + DAY) is None
    assert broken([yesterday], SMS, MONDAY + 22 * HOUR) is not None


@pytest.mark.parametrize("night", [datetime(2026, 3, 7), datetime(2026, 10, 31)])  # noqa: DTZ001
def test_a_day_is_a_day_on_the_wall_when_the_clocks_change(night: datetime) -> None:
    ten = night.replace(hour=10, tzinfo=NEW_YORK)
    next_ten = (night + DAY).replace(hour=10, tzinfo=NEW_YORK)
    assert broken([past(SMS, ten)], SMS, next_ten) is None


def test_a_call_and_a_text_of_one_touch_count_once() -> None:
    history = [past(SMS, MONDAY, touch="1d/2026-11-03")]
    assert broken(history, VOICE, MONDAY + HOUR, touch="1d/2026-11-03") is None
    assert broken(history, VOICE, MONDAY + HOUR, touch="1d/2026-11-04") == Cap(
        REMINDER, PHONE, 1, 1
    )


def test_a_second_text_of_the_same_touch_is_one_more() -> None:
    """Somebody else of the household booked late for the same day: the phone rings again."""
    history = [past(SMS, MONDAY, touch="1d/2026-11-03")]
    assert broken(history, SMS, MONDAY + HOUR, touch="1d/2026-11-03") == Cap(REMINDER, PHONE, 1, 1)
    both = [*history, past(VOICE, MONDAY, touch="1d/2026-11-03")]
    assert broken(both, VOICE, MONDAY + HOUR, touch="1d/2026-11-03") == Cap(REMINDER, PHONE, 1, 1)


def test_texts_and_calls_share_a_cap_and_mail_has_its_own() -> None:
    history = [past(VOICE, MONDAY)]
    assert broken(history, SMS, MONDAY + HOUR) == Cap(REMINDER, PHONE, 1, 1)
    assert broken(history, MAIL, MONDAY + HOUR) is None


def test_a_correction_may_be_one_more_and_no_more_than_one() -> None:
    told = [past(SMS, MONDAY)]
    assert broken(told, SMS, MONDAY + HOUR, corrects=True) is None
    corrected = [*told, past(SMS, MONDAY + HOUR, touch="b")]
    assert broken(corrected, SMS, MONDAY + 2 * HOUR, corrects=True) is not None


def test_an_alert_and_a_reminder_are_two_contacts_of_a_day() -> None:
    history = [past(MAIL, MONDAY), past(MAIL, MONDAY, touch="b", purpose=ALERT)]
    found = broken(history, MAIL, MONDAY + HOUR)
    assert found is not None
    assert (found.days, found.most, found.purposes) == (1, 2, REMINDER | BALANCE)


def test_the_same_name_of_another_purpose_is_another_touch() -> None:
    history = [past(SMS, MONDAY, touch="x", purpose=ALERT)]
    assert broken(history, SMS, MONDAY + HOUR, touch="x", purpose=APPOINTMENT) is None
    assert broken(history, SMS, MONDAY + HOUR, touch="y", purpose=ALERT) == Cap(
        BALANCE, PHONE, 7, 1
    )


def test_emergencies_are_neither_capped_nor_counted() -> None:
    emergency = Purpose.EMERGENCY_NOTICE
    full = [past(SMS, MONDAY, touch=str(n)) for n in range(9)]
    assert broken(full, SMS, MONDAY, purpose=emergency) is None
    storm = [past(SMS, MONDAY, touch=str(n), purpose=emergency) for n in range(9)]
    assert broken(storm, SMS, MONDAY) is None


def test_every_cap_is_of_the_table() -> None:
    found = {(c.purposes, c.channels, c.days): c.most for c in CAPS}
    assert found == {
        (REMINDER, PHONE, 1): 1,
        (REMINDER, PHONE, 7): 3,
        (REMINDER, EMAIL, 1): 2,
        (REMINDER, EMAIL, 7): 5,
        (BALANCE, PHONE, 7): 1,
        (BALANCE, PHONE, 30): 2,
        (BALANCE, EMAIL, 7): 1,
        (BALANCE, EMAIL, 30): 3,
        (REMINDER | BALANCE, PHONE | EMAIL, 1): 2,
        (REMINDER | BALANCE, PHONE | EMAIL, 7): 6,
    }


def test_alerts_by_phone_stay_below_two_in_seven_days() -> None:
    """940 CMR 7.04(1)(f): two in seven days; kept everywhere, and stricter."""
    phones = [cap for cap in CAPS if cap.purposes == BALANCE and cap.channels == PHONE]
    assert {(cap.days, cap.most) for cap in phones} == {(7, 1), (30, 2)}
