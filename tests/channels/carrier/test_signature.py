"""The signature is exactly Twilio's: its own validator and its published vectors are the oracle."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from handbell.channels.carrier.callbacks import make_callback, signature
from tests.channels.carrier.stage import START

NAMES = st.text(st.characters(codec="ascii", categories=["Lu", "Ll", "Nd"]), min_size=1)
PARAMS = st.lists(st.tuples(NAMES, st.text(st.characters(exclude_categories=["Cs"]))))


def vectors(found: dict[str, Any]) -> list[tuple[str, str, tuple[tuple[str, str], ...], str]]:
    """Return (name, url, params, signature) of the vectors signed with HMAC-SHA1 over a form."""
    named = {vector["name"]: vector for vector in found["vectors"]}
    first = named["form post"]["params"]
    usable = []
    for vector in found["vectors"]:
        if "bodySHA256" in vector or vector.get("algorithm"):
            continue
        params = vector.get("params", {})
        pairs = vector.get("params_list") or list(
            (first if params == "as above" else params).items()
        )
        url = vector.get("uri", found["uri"])
        for port in ("443", "80"):
            if f"signed with :{port}" in vector["name"]:
                url = url.replace("mycompany.com/", f"mycompany.com:{port}/")
        usable.append((vector["name"], url, tuple(map(tuple, pairs)), vector["signature"]))
    return usable


def test_twilios_published_vectors(signature_vectors: dict[str, Any]) -> None:
    found = vectors(signature_vectors)
    assert len(found) >= 8
    token = signature_vectors["auth_token"]
    for name, url, params, expected in found:
        assert signature(token=token, url=url, params=params) == expected, name


@given(st.text(min_size=1), PARAMS)
def test_twilios_own_library_computes_the_same(token: str, params: list[tuple[str, str]]) -> None:
    class Form(dict[str, list[str]]):
        def getlist(self, name: str) -> list[str]:
            return self[name]

    form = Form()
    for name, value in params:
        form.setdefault(name, []).append(value)
    url = "https://clinic.example/hooks?x=1"
    theirs = RequestValidator(token.encode("utf-8", "ignore").decode() or "t")
    token = theirs.token.decode()
    assert signature(token=token, url=url, params=tuple(params)) == theirs.compute_signature(
        url, form
    )


@pytest.mark.parametrize("url", ["https://a.example/x", "https://a.example/x?y=1"])
def test_a_get_carries_its_parameters_in_the_address_it_signs(url: str) -> None:
    params = (("CallSid", "CA1"), ("Digits", "1 2"))
    callback = make_callback(
        url=url, params=params, method="GET", token="t", event_id="e", at=START
    )
    assert callback.params == ()
    assert callback.url.endswith("CallSid=CA1&Digits=1+2")
    given_signature = callback.headers["X-Twilio-Signature"]
    assert RequestValidator("t").validate(callback.url, {}, given_signature)
