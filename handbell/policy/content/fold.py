"""Read a text as an eye reads it: look-alike letters, hidden marks and styled letters undone.

Every folded character remembers where it came from, so that what is found can be marked in the
words as they were typed.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

#: Letters of other scripts, and rare Latin ones, that look like a plain letter.
_LOOKALIKE: Final = {
    **dict(zip("абеёзикмнорстухчьіїјѕԁԛԝһӏүғҝв", "abeezukmhopctyx4biijsdqwhlyfkb", strict=True)),
    **dict(zip("АВСЕНІЈКМОРЅТХУЗЬԀԚԜҺӀҮГ", "abcehijkmopstxy3bdqwhlyr", strict=True)),
    "г": "r", "д": "d", "л": "n", "ц": "u", "п": "n", "и": "u", "я": "r", "Я": "r", "И": "n",
    **dict(zip("αβγδεζηικνορστυχωϲϳ", "abydeznikvopotuxwcj", strict=True)),
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "abezhikmnoptyx", strict=True)),
    **dict(zip("ɑɓɗɛƒɡɦɩıȷʝɭɱɲŋøðđħłŀꜱʀʏɴʟ", "abdefghiijjlmnnoddhllsrynl", strict=True)),
    **dict(zip("ᴀᴄᴅᴇɢʜɪᴊᴋᴍᴏᴘᴛᴜᴠᴡᴢʙ", "acdeghijkmoptuvwzb", strict=True)),
    **dict(zip("ØÐĐĦŁƑŊℓ℮", "oddhlfnle", strict=True)),
    "ß": "ss", "æ": "ae", "œ": "oe", "Æ": "ae", "Œ": "oe", "ſ": "s", "№": "no",
}  # fmt: skip

#: Signs that say a word.
_SPEAKING: Final = {
    "🎁": " gift ",
    "🎉": " celebrate ",
    "🎊": " celebrate ",
    "🎂": " birthday ",
    "🎄": " christmas ",
    "🎃": " halloween ",
    "🔥": " hotdeal ",
    "💰": " money ",
    "💵": " money ",
    "💸": " savings ",
    "🤑": " savings ",
    "🆓": " free ",
    "🏷": " sale ",
    "🛍": " shopping ",
    "⭐": " stars ",
    "🌟": " stars ",
    "🏆": " winner ",
    "📣": " announcement ",
    "🎟": " tickets ",
}

_PLAIN: Final = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
    "•": "\n",
    "·": ".",
    "⁄": "/",
    "％": "%",
}

#: Nothing to see and nothing meant by it: what word processors and web pages leave behind.
_HARMLESS: Final = frozenset("\u00ad\ufeff\u200e\u200f\u2060\ufe0f\u200d")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain small letters, with the place each character came from."""

    plain: str  # small letters, no accents
    capitals: str  # the same length, in the case it was typed
    origin: Sequence[int]  # plain[i] came from source[origin[i]]
    disguised: tuple[tuple[int, int], ...]  # places in the source with look-alike or hidden marks
    signs: tuple[int, ...]  # places of emoji and other pictures

    @property
    def shouts(self) -> bool:
        """Return whether it is written in capitals, which tell no name then."""
        capitals = sum(map(str.isupper, self.capitals))
        return capitals > 12 and capitals > 0.6 * sum(map(str.isalpha, self.capitals))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where plain[start:end] stands in the text as it was typed."""
        if start >= end or not self.origin:
            return (0, 0)
        return self.origin[start], self.origin[end - 1] + 1


def fold(text: str) -> Folded:
    """Return the text as an eye reads it."""
    if text.isascii():
        return Folded(text.lower(), text, range(len(text)), (), ())
    return _fold_marked(text)


def _fold_marked(text: str) -> Folded:
    letters: list[str] = []
    origin: list[int] = []
    disguised: list[tuple[int, int]] = []
    signs: list[int] = []
    behind = 0  # what is plain already is copied
    for match in _MARKED.finditer(text):
        place = match.start()
        letters.append(text[behind:place])
        origin.extend(range(behind, place))
        behind = place + 1
        plain, is_odd, is_sign = _fold_character(match.group())
        if is_sign:
            signs.append(place)
        if is_odd and (plain or _inside_a_word(text, place)):
            disguised.append((place, place + 1))
        letters.append(plain)
        origin.extend([place] * len(plain))
    letters.append(text[behind:])
    origin.extend(range(behind, len(text)))
    capitals = "".join(letters)
    plain = capitals.lower()
    if len(plain) != len(capitals):  # a capital whose small letter is longer
        plain = "".join(c.lower() if len(c.lower()) == 1 else c for c in capitals)
    return Folded(plain, capitals, origin, tuple(disguised), tuple(signs))


_MARKED: Final = re.compile(r"[^\x00-\x7f]")


def _inside_a_word(text: str, place: int) -> bool:
    before, after = text[:place][-1:], text[place + 1 : place + 2]
    return before.isalpha() and after.isalpha()


@lru_cache(maxsize=4096)
def _fold_character(char: str) -> tuple[str, bool, bool]:
    """Return what a character reads as, whether it is a disguise, whether it is a picture."""
    if char.isascii():
        return char, False, False
    if char in _PLAIN:
        return _PLAIN[char], False, False
    if char in _SPEAKING:
        return _SPEAKING[char], False, True
    if char in _LOOKALIKE:
        return _with_case(char), char not in "ßæœÆŒ№øØ", False
    styled = _styled(char)
    if styled:
        return styled, True, False
    category = unicodedata.category(char)
    if category in {"Cf", "Cc", "Me", "Cn", "Co", "Cs"}:
        return "", char not in _HARMLESS, False
    if category == "Mn":
        return "", False, False
    if category in {"Zs", "Zl", "Zp"}:
        return (" " if category == "Zs" else "\n"), False, False
    return _decomposed(char, category)


def _with_case(char: str) -> str:
    plain = _LOOKALIKE[char]
    return plain.upper() if char.isupper() else plain


def _decomposed(char: str, category: str) -> tuple[str, bool, bool]:
    wide = unicodedata.normalize("NFKD", char)
    bare = "".join(part for part in wide if not unicodedata.combining(part))
    looks = "".join(_LOOKALIKE.get(part, part) for part in bare)
    if looks and looks.isascii():
        canonical = unicodedata.normalize("NFD", char)[:1].isascii()
        return looks, looks.isalnum() and not canonical and category != "No", False
    if category in {"So", "Sk", "Sm"}:
        return " ", False, category == "So"
    return bare, False, False


def _styled(char: str) -> str:
    """Return the letter in a box, a circle, a flag or a mathematician's alphabet."""
    code = ord(char)
    for first, letters in _STYLES:
        if first <= code < first + letters:
            return chr(ord("A") + (code - first) % 26)
    return ""


#: Boxed, circled and flag letters that NFKD leaves alone.
_STYLES: Final = (
    (0x1F130, 26),
    (0x1F150, 26),
    (0x1F170, 26),
    (0x1F1E6, 26),
)
