"""How sure is a share? Pure."""

from math import sqrt
from typing import Final

#: Of the normal distribution, for 95 %.
_Z: Final = 1.959964


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927): honest for few and for extreme ones.

    Of nothing, nothing is known: 0 to 1.
    """
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    spread = _Z * sqrt(share * (1 - share) / of + _Z * _Z / (4 * of * of))
    middle = share + _Z * _Z / (2 * of)
    scale = 1 + _Z * _Z / of
    low, high = (middle - spread) / scale, (middle + spread) / scale
    return (0.0 if hits == 0 else low), (1.0 if hits == of else high)
