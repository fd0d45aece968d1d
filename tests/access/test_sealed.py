"""Secrets that must be read again are of no use to who has only the database."""

import pytest
from cryptography.fernet import InvalidToken
from django.test import override_settings

from handbell.access.sealed import is_sealed, seal, unseal

SEED = "JBSWY3DPEHPK3PXP"


def test_what_is_sealed_is_not_readable_and_comes_back() -> None:
    sealed = seal(SEED)
    assert SEED not in sealed
    assert is_sealed(sealed)
    assert not is_sealed(SEED)
    assert unseal(sealed) == SEED
    assert seal(SEED) != sealed


def test_another_secret_key_opens_nothing() -> None:
    sealed = seal(SEED)
    with override_settings(SECRET_KEY="another"), pytest.raises(InvalidToken):
        unseal(sealed)


def test_what_was_changed_on_the_way_is_refused() -> None:
    sealed = seal(SEED)
    changed = sealed[:-6] + ("AAAA" if sealed[-6:-2] != "AAAA" else "BBBB") + sealed[-2:]
    with pytest.raises(InvalidToken):
        unseal(changed)
