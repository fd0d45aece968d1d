"""What holds of the guard whatever it is given."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handbell.policy.content import Clinic, Draft, FindingKind, Part, Verdict, is_a_name, review
from handbell.vocabulary.words import Channel, Purpose
from tests.guard.corpus import Sample, samples

REMINDER = Purpose.APPOINTMENT_REMINDER
PURPOSES, CHANNELS = st.sampled_from(Purpose), st.sampled_from(Channel)
WORDS = st.lists(
    st.sampled_from(
        [
            *[
                "free",
                "{{",
                "date",
                "}}",
                "your",
                "appointment",
                "is",
                "Tuesday",
                "at",
                "9",
                "AM",
                ".",
                "!",
                "offer",
                "STOP",
                "reply",
            ],
            *[
                "CANCEL",
                "bit.ly/x",
                "𝐡𝐚𝐥𝐟",
                "ѕаle",
                "f",
                "r",
                "e",
                "e",
                "{{",
                "first_name",
                "\u200b",
                "🎁",
                "Hi",
                "Sale",
                ",",
                "20%",
                "$5",
            ],
            *["knee", "rendez-vous", "l'heure"],
        ]
    ),
    max_size=30,
).map(" ".join)
ANYTHING = st.one_of(st.text(max_size=200), WORDS)

HONEST = [
    one
    for one in samples("tuning")
    if one.label is Verdict.ALLOW
    and one.draft.purpose is REMINDER
    and one.review.verdict is Verdict.ALLOW
]
PLAIN_OFFERS = [
    one
    for one in samples("tuning")
    if one.category == "offer"
    and one.language == "en"
    and one.draft.text.isascii()
    and review(Draft(REMINDER, Channel.SMS, one.draft.text), one.clinic).verdict is Verdict.REFUSE
]


def text_review(text: str, clinic: Clinic | None = None) -> Verdict:
    return review(Draft(REMINDER, Channel.SMS, text), clinic).verdict


@given(purpose=PURPOSES, channel=CHANNELS, text=ANYTHING, subject=ANYTHING, name=ANYTHING)
@settings(deadline=None)
def test_places_lie_inside_the_words_and_the_verdict_is_the_gravest(
    purpose: Purpose, channel: Channel, text: str, subject: str, name: str
) -> None:
    draft, clinic = Draft(purpose, channel, text, subject), Clinic((name,), ("clinic.example",))
    found = review(draft, clinic)
    for one in found.findings:
        assert 0 <= one.start <= one.end <= len(subject if one.part is Part.SUBJECT else text)
    kinds = {one.kind for one in found.findings}
    expected = (
        Verdict.REFUSE
        if FindingKind.REFUSE in kinds
        else Verdict.HOLD
        if FindingKind.HOLD in kinds
        else Verdict.ALLOW
    )
    assert found.verdict is expected
    assert review(draft, clinic) == found


HIDERS = {
    "zero width": "\u200b".join,
    "full width": lambda text: "".join(
        chr(ord(char) + 0xFEE0) if char.isalpha() else char for char in text
    ),
    "look-alikes": lambda text: text.translate(str.maketrans("aeopcxi", "аеорсхі")),
    "mathematical": lambda text: "".join(
        chr(0x1D41A + ord(char) - ord("a")) if "a" <= char <= "z" else char for char in text
    ),
    "spread out": lambda text: "  ".join(" ".join(word) for word in text.split()),
    "leet": lambda text: text.translate(str.maketrans("eaos", "3405")),
    "capitals": str.upper,
}


@pytest.mark.parametrize("hider", HIDERS)
@pytest.mark.parametrize("sample", PLAIN_OFFERS, ids=lambda one: one.id)
def test_a_refused_text_stays_refused_in_disguise(hider: str, sample: Sample) -> None:
    hidden = HIDERS[hider](sample.draft.text)
    assert text_review(hidden, sample.clinic) is Verdict.REFUSE


@given(
    sample=st.sampled_from(HONEST),
    offer=st.sampled_from(
        [
            "20% off your next massage.",
            "Refer a friend and get $20.",
            "Leave us a review on Google.",
            "Join our free workshop on Friday.",
            "Pregunte por nuestra promoción.",
            "Profitez de nos offres.",
        ]
    ),
    before=st.booleans(),
)
@settings(deadline=None)
def test_one_promotional_sentence_makes_an_honest_text_refused(
    sample: Sample, offer: str, before: bool
) -> None:
    said = sample.draft.text
    joined = f"{offer} {said}" if before else f"{said}\n{offer}"
    assert text_review(joined, sample.clinic) is Verdict.REFUSE


@given(
    name=st.sampled_from(
        ["Sale", "Promo", "Free", "Price", "Best", "Gift", "Deal", "Bonus", "Cash", "Offer", "Love"]
    )
)
def test_no_surname_stops_a_reminder(name: str) -> None:
    for text in (
        f"Harbor PT: Mr. {name}, your appointment is Tue, Nov 3 at 9:00 AM.",
        f"Hi {name}, your appointment is Tue, Nov 3 at 9:00 AM with Dr. {name}.",
    ):
        assert text_review(text) is Verdict.ALLOW


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("Sale", True),
        ("Mary Free", True),
        ("José Ángel", True),
        ("Freedom Physical Therapy", True),
        ("The Special Care Center", True),
        ("", True),
        ("20% off", False),
        ("Ana, get a free massage", False),
        ("bit.ly/x", False),
        ("Refer a friend today", False),
        ("Ana!", False),
    ],
)
def test_what_is_a_name(name: str, is_one: bool) -> None:
    assert is_a_name(name) is is_one


def test_the_clinics_name_is_not_read_as_words_and_words_are_no_name() -> None:
    text = "Free Massage 20% Off Today: your appointment is Tue, Nov 3 at 9:00 AM."
    assert text_review(text, Clinic(("Free Massage 20% Off Today",))) is Verdict.REFUSE
    text = "Bright Deals Health: your appointment is Tue, Nov 3 at 9:00 AM."
    assert text_review(text, Clinic(("Bright Deals Health",))) is Verdict.ALLOW


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("https://clinic.example/x", None),
        ("https://pay.clinic.example/x", None),
        ("https://bit.ly/x", "link.shortener"),
        ("https://other.example", "link.foreign"),
        ("http://192.0.2.7/x", "link.address"),
        ("https://c1inic.example/x", "link.lookalike"),
        ("https://clinic.example.evil.example/x", "link.lookalike"),
        ("https://clіnic.example/x", "link.lookalike"),
        ("https://clinic.example@evil.example/x", "link.lookalike"),
    ],
)
def test_where_a_link_may_lead(link: str, rule: str | None) -> None:
    text = f"Harbor PT: your appointment is Tue, Nov 3 at 9:00 AM. Confirm: {link}"
    found = review(Draft(REMINDER, Channel.SMS, text), Clinic((), ("clinic.example",)))
    assert [one.rule for one in found.findings if one.rule.startswith("link.")] == (
        [rule] if rule else []
    )


@pytest.mark.parametrize(
    ("purpose", "text", "missing"),
    [
        (REMINDER, "Harbor PT: you have an appointment.", 2),
        (REMINDER, "Your appointment is on Nov 3 at 9:00 AM.", 1),
        (REMINDER, "Harbor PT: your appointment is on Nov 3 at 9:00 AM.", 0),
        (Purpose.BALANCE_ALERT, "Harbor PT: there is a balance on your account.", 1),
        (Purpose.BALANCE_ALERT, "Harbor PT: your account has a balance. Call 555-0100.", 0),
        (Purpose.EMERGENCY_NOTICE, "Harbor PT: the clinic is closed.", 1),
        (Purpose.EMERGENCY_NOTICE, "Harbor PT: the clinic is closed today.", 0),
    ],
)
def test_what_a_finished_text_lacks_is_said_and_changes_no_verdict(
    purpose: Purpose, text: str, missing: int
) -> None:
    found = review(Draft(purpose, Channel.SMS, text), Clinic(("Harbor PT",)))
    assert len(found.of(FindingKind.FIX)) == missing
    assert found.verdict is Verdict.ALLOW


def test_an_explanation_shows_the_words_that_weighed() -> None:
    text = "Harbor PT: Tue, Nov 3 at 9:00 AM. Sweat, laugh and stretch with us upstairs."
    (one,) = review(Draft(REMINDER, Channel.SMS, text)).of(FindingKind.REFUSE)
    assert text[one.start : one.end].startswith("Sweat")
    assert '"stretch"' in one.why


def test_a_long_text_costs_as_its_length_does() -> None:
    def seconds(sentences: int) -> float:
        text = "Harbor PT: your visit is Tuesday at 9 AM. " * sentences
        began = time.process_time()
        review(Draft(Purpose.APPOINTMENT_REMINDER, Channel.EMAIL, text, subject="Your visit"))
        return time.process_time() - began

    seconds(100)
    assert min(seconds(2000) for _ in range(3)) < 10 * min(seconds(500) for _ in range(3))
