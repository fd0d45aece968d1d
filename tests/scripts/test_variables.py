"""What may a script say? Blanks of a closed list, filled, and nothing that runs."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handbell.policy.content import Clinic
from handbell.scripts.starting_texts import STARTING_TEXTS
from handbell.scripts.variables import (
    MOST_SEGMENTS,
    REQUIRED,
    VARIABLES,
    check,
    render,
    without_name,
)
from handbell.vocabulary.words import Channel, Purpose

REMINDER = Purpose.APPOINTMENT_REMINDER
GOOD = "{{ clinic }}: {{ first_name }}, see you {{ date }} at {{ time }}."


def findings(body: str, *, subject: str = "", channel: Channel = Channel.SMS) -> list[str]:
    return check(purpose=REMINDER, channel=channel, subject=subject, body=body)


def test_a_good_script_has_no_findings() -> None:
    assert findings(GOOD) == []
    assert findings(GOOD, subject="Your visit", channel=Channel.EMAIL) == []
    assert findings("{{date}} {{   time   }}", channel=Channel.VOICE) == []


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("", "the text is empty"),
        (" \n ", "the text is empty"),
        (GOOD + " {{ diagnosis }}", "{{ diagnosis }} is not a variable"),
        (GOOD + " {{ amount }}", "{{ amount }} is not a variable"),
        (GOOD + " {{ payment_link }}", "{{ payment_link }} is not a variable"),
        (GOOD + " {{ Date }}", "a variable is written {{ name }}"),
        (GOOD + " {{ first-name }}", "a variable is written {{ name }}"),
        (GOOD + " {{ first_name.upper }}", "a variable is written {{ name }}"),
        (GOOD + " {{ date|upper }}", "a variable is written {{ name }}"),
        (GOOD + " {% for x in y %}", "a variable is written {{ name }}"),
        (GOOD + " {{", "a variable is written {{ name }}"),
        (GOOD + " }}", "a variable is written {{ name }}"),
        ("{{ date }} {{ time }}", "it must say {{ clinic }}"),
        ("{{ clinic }} {{ time }}", "it must say {{ date }}"),
        ("{{ clinic }} {{ date }}", "it must say {{ time }}"),
        (GOOD + "x" * 500, f"it is longer than {MOST_SEGMENTS} texts"),
        (GOOD + "ж" * 200, f"it is longer than {MOST_SEGMENTS} texts"),
    ],
)
def test_what_must_be_mended_is_said(body: str, finding: str) -> None:
    assert any(found.startswith(finding) for found in findings(body))


def test_subjects_are_for_mail_and_mail_needs_one() -> None:
    assert findings(GOOD, subject="Hello") == ["only an e-mail has a subject line: leave it out"]
    assert findings(GOOD, channel=Channel.EMAIL) == ["an e-mail needs a subject line"]
    with_blank = findings(GOOD, subject="{{ diagnosis }}", channel=Channel.EMAIL)
    assert any(found.startswith("{{ diagnosis }}") for found in with_blank)


def test_an_unknown_blank_is_named_once() -> None:
    assert len(findings(GOOD + " {{ x }} {{ x }}")) == 1


@pytest.mark.parametrize(
    "words",
    [
        "Reply YES to confirm.",
        "Reply CANCEL to cancel.",
        "Text 'Quit' to reschedule",
        "Send END if you cannot come",
        "Responda CANCELAR para cancelar su cita",
        "Reply STOP to cancel your appointment",
        "reply unsubscribe to move your visit",
        "Reply Y to confirm, CANCEL to cancel",
    ],
)
def test_words_that_stop_or_start_us_are_never_taught_as_answers(words: str) -> None:
    """rules.md, first finding: CANCEL unsubscribes the patient, and YES subscribes them."""
    assert findings(f"{GOOD} {words}") != []


@pytest.mark.parametrize(
    "words",
    [
        "Reply C to confirm or call {{ phone }}. STOP to opt out.",
        "Reply STOP to opt out.",
        "Reply STOP to unsubscribe.",
        "Responda STOP para no recibir.",
        "Call {{ phone }} to cancel or reschedule.",
        "Please call us at the end of the day.",
    ],
)
def test_how_to_stop_and_how_to_call_may_be_said(words: str) -> None:
    assert findings(f"{GOOD} {words}") == []


@pytest.mark.parametrize("purpose", Purpose)
def test_every_required_blank_is_one_that_may_be_used(purpose: Purpose) -> None:
    assert {name for names in REQUIRED[purpose] for name in names} <= VARIABLES[purpose]


@pytest.mark.parametrize("purpose", Purpose)
def test_no_blank_can_carry_what_must_not_be_said(purpose: Purpose) -> None:
    secrets = ("diagnos", "amount", "balance", "birth", "insur", "type", "reason", "last_name")
    assert not [name for name in VARIABLES[purpose] for secret in secrets if secret in name]


@pytest.mark.parametrize(
    ("purpose", "channel", "chosen", "allowed"),
    [
        (Purpose.BALANCE_ALERT, Channel.SMS, True, True),
        (Purpose.BALANCE_ALERT, Channel.EMAIL, True, True),
        (Purpose.BALANCE_ALERT, Channel.SMS, False, False),
        (Purpose.BALANCE_ALERT, Channel.VOICE, True, False),
        (Purpose.APPOINTMENT_REMINDER, Channel.SMS, True, False),
    ],
)
def test_the_amount_is_a_blank_only_where_a_practice_chose_so(
    purpose: Purpose, channel: Channel, *, chosen: bool, allowed: bool
) -> None:
    body = (
        "{{ clinic }}: {{ first_name }}, your balance is {{ amount }}. Please call {{ phone }}."
        if purpose is Purpose.BALANCE_ALERT
        else f"{GOOD} Your balance is {{{{ amount }}}}."
    )
    subject = "Your account" if channel is Channel.EMAIL else ""
    clinic = Clinic(amounts=chosen)
    found = check(purpose=purpose, channel=channel, subject=subject, body=body, clinic=clinic)
    assert (not found) is allowed


def test_a_blank_without_a_value_is_our_mistake_and_says_its_name_only() -> None:
    with pytest.raises(KeyError, match="time"):
        render("{{ date }} {{ time }}", {"date": "Monday"})


@given(name=st.text(max_size=60))
def test_a_name_is_only_ever_text(name: str) -> None:
    """Somebody called {{ phone }} stays called so: what is filled in is not filled again."""
    found = render("<{{ first_name }}|{{ phone }}>", {"first_name": name, "phone": "5"})
    assert found == f"<{name}|5>"


@given(text=st.text(max_size=200))
def test_any_text_can_be_checked(text: str) -> None:
    for channel in Channel:
        findings(text, subject=text, channel=channel)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello {{ first_name }},\n\nYour visit", "Hello,\n\nYour visit"),
        ("Hola, {{ first_name }}:\n\nSu cita", "Hola:\n\nSu cita"),
        ("Hi {{first_name}}! Your visit", "Hi! Your visit"),
        ("{{ clinic }}: {{ first_name }}, your visit", "{{ clinic }}: your visit"),
        ("{{ first_name }}, see you soon", "See you soon"),
        ("{{ clinic }}. {{ first_name }}, ven", "{{ clinic }}. Ven"),
        ("{{ first_name }}, {{ clinic }} is closed", "{{ clinic }} is closed"),
        ("A reminder for {{ first_name }}: your visit", "A reminder: your visit"),
        ("Un mensaje para {{ first_name }} sobre su cuenta", "Un mensaje sobre su cuenta"),
        ("No name at all, as before", "No name at all, as before"),
    ],
)
def test_a_script_greets_nobody_where_there_is_no_first_name(text: str, said: str) -> None:
    assert without_name(text) == said


def test_no_starting_text_is_left_with_a_hole_where_the_name_stood() -> None:
    for text in STARTING_TEXTS.values():
        said = without_name(text.body)
        assert "first_name" not in said
        assert not re.search(r"(^|[:.]\s*),|\s[,:.]|\bfor\b:|[ ]{2}", said), said
