"""How is a secret kept that must be read again, such as the seed of one-time codes?

Encrypted and authenticated (Fernet), with a key drawn from the installation's secret key: who
reads a copy of the database has no second factor of anybody. Under another secret key nothing that
was sealed can be opened.
"""

import base64
from typing import Final

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE: Final = b"handbell second factors"

#: What every sealed text begins with: Fernet's version byte and the first bytes of its time.
_MARK: Final = "gAAAAA"


def seal(text: str) -> str:
    """Return `text` encrypted, 4/3 as long and a hundred characters; never the same twice."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Return what was sealed. Raises cryptography.fernet.InvalidToken under another key."""
    return _box().decrypt(sealed.encode()).decode()


def is_sealed(text: str) -> bool:
    """Return whether this is the work of `seal` rather than a seed (base 32: capitals, 2 to 7)."""
    return text.startswith(_MARK)


def _box() -> Fernet:
    drawn = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return Fernet(base64.urlsafe_b64encode(drawn.derive(settings.SECRET_KEY.encode())))
