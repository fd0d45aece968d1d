"""The addresses we give a provider are the ones the web serves."""

import re

from handbell.channels import addresses


def test_every_address_given_out_is_a_route() -> None:
    base = addresses.hooks_base("https://handbell.riverside.example/")
    given = [
        addresses.sms_status(base, message_id=41, attempt=2),
        addresses.call_status(base, message_id=41, attempt=2),
        addresses.call_answered(base, message_id=41, attempt=2),
        addresses.keys(base, message_id=41, attempt=2),
        addresses.inbound(base),
        addresses.check(base),
    ]
    patterns = [
        re.sub(r"<int:\w+>", r"\\d+", f"{base}/{route}") for route in addresses.ROUTES.values()
    ]
    assert len(given) == len(patterns)
    for address in given:
        assert sum(re.fullmatch(pattern, address) is not None for pattern in patterns) == 1


def test_a_slash_too_many_does_no_harm() -> None:
    assert addresses.inbound("https://a.example/hooks/twilio/") == addresses.inbound(
        addresses.hooks_base("https://a.example")
    )
