"""Only what Twilio signed is believed: its vectors, its own library as an oracle, and forgeries."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from handbell.channels.sms.twilio.receipt import is_signed

TOKEN = "12345"
URL = "https://handbell.riverside.example/hooks/twilio/inbound"
SHA256 = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"

Pairs = list[tuple[str, str]]


def _pairs(vector: dict[str, Any], first: dict[str, Any]) -> Pairs:
    """Return a vector's form; "as first" and "as above" mean the first vector's."""
    if "params_list" in vector:
        return [(name, value) for name, value in vector["params_list"]]
    params = vector.get("params", {})
    return list((first["params"] if isinstance(params, str) else params).items())


def test_the_ten_vectors(signature_vectors: dict[str, Any]) -> None:
    vectors = signature_vectors["vectors"]
    assert len(vectors) == 10
    for vector in vectors:
        algorithm = vector.get("algorithm")
        given_form = {
            "url": vector.get("uri", signature_vectors["uri"]),
            "params": _pairs(vector, vectors[0]),
            "body": vector["body"].encode() if "body" in vector else None,
            "auth_token": signature_vectors["auth_token"],
            "settings_header": f"key=k1,algorithm={algorithm}" if algorithm else None,
        }
        right = vector["signature"]
        assert is_signed(**given_form, signature=right), vector["name"]
        assert not is_signed(**given_form, signature="A" + right[1:]), vector["name"]
        assert not is_signed(**{**given_form, "auth_token": "54321"}, signature=right)


def test_a_signature_made_with_the_port_fits_the_address_without_it_and_back() -> None:
    params = [("Body", "STOP")]
    for signed_as, seen_as in (
        ("https://a.example/x", "https://a.example:443/x"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("http://a.example/x", "http://a.example:80/x"),
        ("http://a.example:8000/x", "http://a.example:8000/x"),
    ):
        signature = RequestValidator(TOKEN).compute_signature(signed_as, dict(params))
        assert is_signed(url=seen_as, params=params, signature=signature, auth_token=TOKEN)


def test_another_port_scheme_host_or_path_does_not_fit() -> None:
    signature = RequestValidator(TOKEN).compute_signature("https://a.example/x", {})
    for url in (
        "https://a.example:444/x",
        "http://a.example/x",
        "https://b.example/x",
        "https://a.example/y",
        "https://a.example/x?y=1",
    ):
        assert is_signed(url=url, signature=signature, auth_token=TOKEN) is (
            # a port of its own is taken away too, as Twilio's library does
            url.startswith("https://a.example:444")
        )


@pytest.mark.parametrize(
    "header", ["", "key=k", "algorithm=", "algorithm=HMAC_SHA1", "key=k, algorithm = hmac_sha1"]
)
def test_without_another_algorithm_it_is_sha1(header: str) -> None:
    signature = RequestValidator(TOKEN).compute_signature(URL, {})
    assert is_signed(url=URL, signature=signature, auth_token=TOKEN, settings_header=header)


@pytest.mark.parametrize(
    "header", ["algorithm=NONE", "algorithm=HMAC_MD5", "algorithm=HMAC_SHA512"]
)
def test_an_algorithm_we_do_not_know_is_not_believed(header: str) -> None:
    for algorithm in ("HMAC_SHA1", "HMAC_SHA256"):
        signature = RequestValidator(TOKEN).compute_signature(URL, {}, algorithm)
        assert not is_signed(url=URL, signature=signature, auth_token=TOKEN, settings_header=header)


def test_an_empty_secret_or_signature_signs_nothing() -> None:
    signature = RequestValidator("").compute_signature(URL, {})
    assert not is_signed(url=URL, signature=signature, auth_token="")
    assert not is_signed(url=URL, signature="", auth_token=TOKEN)
    assert not is_signed(url=URL, signature="žluťoučký", auth_token=TOKEN)


def test_a_body_must_have_its_hash_in_the_signed_address() -> None:
    body = b'{"a": 1}'
    digest = RequestValidator(TOKEN).compute_hash(body.decode())
    with_hash = f"{URL}?bodySHA256={digest}"
    signature = RequestValidator(TOKEN).compute_signature(with_hash, {})
    plain = RequestValidator(TOKEN).compute_signature(URL, {})
    assert is_signed(url=with_hash, body=body, signature=signature, auth_token=TOKEN)
    assert not is_signed(url=with_hash, body=b'{"a": 2}', signature=signature, auth_token=TOKEN)
    assert not is_signed(url=URL, body=body, signature=plain, auth_token=TOKEN)


words = st.text(st.characters(codec="utf-8"), max_size=12)
forms = st.lists(st.tuples(st.sampled_from(["Body", "To", "From", "SmsSid", "A"]) | words, words))
urls = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https"]),
    st.sampled_from(["s", "a.example", "handbell.riverside.example", "127.0.0.1"]),
    st.sampled_from(["", ":80", ":443", ":8000"]),
    st.sampled_from(["/", "/hooks/twilio/inbound", "/x?a=1&b=%20", "/s"]),
)


class Many(dict[str, str]):
    """A form as Twilio's library reads one: several values by a name."""

    def __init__(self, pairs: Pairs) -> None:
        super().__init__(pairs)
        self._pairs = pairs

    def getall(self, name: str) -> list[str]:
        return [value for known, value in self._pairs if known == name]


@given(url=urls, pairs=forms, token=words.filter(bool), sha256=st.booleans())
def test_agrees_with_twilios_own_library(url: str, pairs: Pairs, token: str, sha256: bool) -> None:
    algorithm = "HMAC_SHA256" if sha256 else "HMAC_SHA1"
    oracle = RequestValidator(token)
    signature = oracle.compute_signature(url, Many(pairs), algorithm)
    header = SHA256 if sha256 else None

    assert oracle.validate(url, Many(pairs), signature, algorithm)
    assert is_signed(
        url=url, params=pairs, signature=signature, auth_token=token, settings_header=header
    )
    # One more field, or one fewer, and it is another request.
    more = [*pairs, ("To", "+12025550199x")]
    assert not is_signed(
        url=url, params=more, signature=signature, auth_token=token, settings_header=header
    )
