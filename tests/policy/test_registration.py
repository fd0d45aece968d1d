"""What registries refuse a 10DLC registration for is said before they do."""

from dataclasses import replace

import pytest

from handbell.policy.registration import SAID, Papers, causes
from handbell.vocabulary.checks import Light
from handbell.vocabulary.words import Registration

WELL = Papers(
    Registration.DLC_LOW_VOLUME,
    legal_name="Harbor Physical Therapy LLC",
    own_tax_number=True,
    campaign="C123",
    privacy_url="https://harborpt.example/privacy",
    says_not_shared=True,
    says_how_to_stop=True,
    declares_links_and_phone=True,
    consent_is_separate=True,
)


def test_a_registration_nobody_refuses() -> None:
    assert [one.light for one in causes(WELL)] == [Light.GREEN]


@pytest.mark.parametrize(
    ("answers", "cause"),
    [
        ({"own_tax_number": False}, "710"),
        ({"legal_name": ""}, "710"),
        ({"registration": Registration.DLC_SOLE_PROPRIETOR}, "sole-proprietor"),
        ({"privacy_url": ""}, "privacy"),
        ({"privacy_url": "http://harborpt.example"}, "privacy"),
        ({"says_not_shared": False}, "805"),
        ({"says_how_to_stop": False}, "806"),
        ({"consent_is_separate": False}, "611"),
        ({"declares_links_and_phone": False}, "601"),
        ({"campaign": ""}, "no-campaign"),
    ],
)
def test_each_known_cause_is_named(answers: dict[str, object], cause: str) -> None:
    found = list(causes(replace(WELL, **answers)))  # type: ignore[arg-type]

    assert found[0].pattern == SAID[cause][1]
    assert found[0].cure


def test_nothing_written_down_is_red() -> None:
    assert [one.light for one in causes(Papers())] == [Light.RED]
