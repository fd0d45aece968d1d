"""How many parts does a text take on the air? GSM 03.38 and UCS-2, as carriers count."""

# The basic set of GSM 03.38 (one septet each) and its extension table (two septets each).
_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")


def is_gsm(body: str) -> bool:
    """Whether every character is in GSM 03.38; one that is not makes the whole text UCS-2."""
    return all(letter in _BASIC or letter in _EXTENDED for letter in body)


def segments(body: str) -> int:
    """Return the number of parts: 160 or 153 each septets, 70 or 67 each 16-bit units."""
    if is_gsm(body):
        length = len(body) + sum(letter in _EXTENDED for letter in body)
        return 1 if length <= 160 else -(-length // 153)
    length = len(body.encode("utf-16-be")) // 2
    return 1 if length <= 70 else -(-length // 67)
