"""Cut a text into sentences and words, with blanks, links, numbers and dates as one word each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from handbell.policy.content.fold import Folded
from handbell.policy.content.phrases import atoms
from handbell.policy.content.words import words


@dataclass(slots=True)
class Token:
    """One word of a text. `word` starts with # where it stands for a kind of thing."""

    word: str
    start: int
    end: int
    capital: bool = False
    atoms: frozenset[str] = frozenset()
    hidden: bool = False  # spelled so that a machine would miss it


#: A word as a sentence is judged by it, wherever it stands: the word, its capital, its atoms.
Said = tuple[str, bool, frozenset[str]]


@dataclass(slots=True)
class Sentence:
    """A run of words up to a full stop, a line's end or the colon behind the clinic's name."""

    tokens: list[Token] = field(default_factory=list)

    @classmethod
    def of(cls, said: Sequence[Said]) -> "Sentence":
        """Return a sentence of words that stand nowhere."""
        return cls([Token(word, 0, 0, capital, atoms) for word, capital, atoms in said])

    @property
    def said(self) -> tuple[Said, ...]:
        return tuple([(token.word, token.capital, token.atoms) for token in self.tokens])

    @property
    def atoms(self) -> list[frozenset[str]]:
        return [token.atoms for token in self.tokens]


_TOP_LEVEL: Final = (
    "com|org|net|example|edu|gov|io|co|us|info|biz|clinic|health|care|me|ly|gl|gd|app|link|xyz|"
    "online|site|shop|store|click|top|club|fit|page|site|web|dev|ai|cc|tv|to|be|mx|es|fr|ca|uk|"
    "eu|de|cat|live|life|vip|win|loan|promo|deals|sale|gift|email|mobi|pro|name|test|lat|cl|pe|ar"
)
_TOKEN: Final = re.compile(
    # most words, with the space behind them; the rest is looked at closely
    r"(?P<plain>[a-z]{2,}(?![\w'.:@/$|!-]))(?: (?![-|~*]\s))?"
    r"|(?P<blank>\{\{\s*(?P<name>[^{}]*?)\s*\}\})"
    r"|(?P<url>(?:https?://|www\.)[^\s<>\"]+"
    r"|(?<![\w@.])(?:[a-z0-9][\w-]*\.)+(?:" + _TOP_LEVEL + r")(?:@[\w.-]+)?/[^\s<>\"]*"
    r"|(?<![\w@.])(?:[a-z0-9][\w-]*\.)+(?:com|org|net|example|edu|gov|io|ly|gl|clinic|xyz|info|biz|app"
    r"|co|shop|online|site|store|health|link)\b"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/[^\s<>\"]*)?)"
    r"|(?P<email>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<phone>(?:\+?1[ .-]?)?\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?:,?\s?(?:x|ext\.?|poste)\s?\d+)?"
    r"|\+\d[\d ().-]{7,}\d|\b\d{3}-\d{4}\b|\b(?:\d\d[ .]){4}\d\d\b)"
    r"|(?P<percent>\d+(?:[.,]\d+)?\s?%|%\s?\d+|\d+\s?(?:percent|por ciento|pour ?cent)\b)"
    r"|(?P<money>[$€£]\s?\d[\d,.]*\b|\b\d+(?:[.,]\d\d)?\s?(?:dollars?|usd|dolares|euros?|[$€£]|bucks))"
    r"|(?P<date>\b\d{4}-\d\d-\d\d\b|\b\d{1,2}/\d{1,2}(?:/\d{2,4})?\b|\b\d{1,2}\.\d{1,2}\.\d{2,4}\b)"
    r"|(?P<time>\b\d{1,2}(?::\d\d)?\s?(?:[ap]\.\s?m\.|[ap]\s?m\b)|\b\d{1,2}(?::\d\d)?[ap]\b(?!')|\b\d{1,2}:\d\d\s?h?\b"
    r"|\b\d{1,2}\s?h(?:\s?\d\d)?\b|\b\d{1,2} \d\d (?=[ap] ?m\b|in the))"
    r"|(?P<spaced>(?<![a-z0-9])[a-z](?:[ ._*|/~-][a-z]){3,}(?![a-z0-9]))"
    r"|(?P<mixed>(?=[a-z0-9$@!|]*[a-z])(?=[a-z0-9$@|]*[0-9$@|])[a-z0-9$@|]{2,}[!]?)"
    r"|(?P<word>[a-z]+(?:'[a-z]+)*)"
    r"|(?P<other>[^\W\d_a-z]+)"
    r"|(?P<number>\d[\d,.]*\d|\d)"
    r"|(?P<stop>[.!?;]+(?=\s|$|[\"')])|[\n\r]+|[!?]+|\s[-|~*]\s|(?<=[a-z)])\.(?=[a-z]{3}))"
    r"|(?P<colon>:)|(?P<comma>,)|(?P<amp>&)"
)
_ELISION: Final = re.compile(r"(?:l|d|n|j|m|s|t|c|qu|jusqu|lorsqu|puisqu)'")
_SHORT: Final = words("lists", "short")
_LEET: Final = str.maketrans("013457$@!|", "oieastsail")
_LEET_L: Final = str.maketrans("013457$@!|", "oleastsall")
_NAMED: Final = atoms("#clinic")
_MARKS: Final = {kind: frozenset({f"#{kind}"}) for kind in ("colon", "comma")}
_BLANKS: Final = {
    "date": "#date",
    "time": "#time",
    "phone": "#phone",
    "confirm_link": "#link",
    "account_link": "#link",
    "payment_link": "#link",
    "clinic": "#clinic",
    "facility": "#clinic",
    "first_name": "#name",
    "how_to_settle": "#settle",
    "closure": "#closure",
    "count": "#number",
    "visits": "#visits",
    "amount": "#money",
}


def cut(folded: Folded, known: frozenset[str], names: Sequence[tuple[int, int]]) -> list[Sentence]:
    """Return the sentences of a text; `names` are places of names known from elsewhere."""
    sentences = [Sentence()]
    named = _spread(names)
    for token in _tokens(folded, known):
        current = sentences[-1]
        if token.word == "#stop":
            if _ends(current, token, folded):
                sentences.append(Sentence())
            continue
        if name := named.get(token.start):
            last = current.tokens[-1] if current.tokens else None
            if last is not None and last.word == "#clinic" and named.get(last.start) == name:
                last.end = token.end
                continue
            token.word, token.atoms = "#clinic", _NAMED
        current.tokens.append(token)
    return [sentence for sentence in sentences if sentence.tokens]


def _spread(names: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Return for every place inside a name where the run of names ends that it is in."""
    named: dict[int, int] = {}
    for start, end in sorted(names):
        furthest = max(end, named.get(start, end))
        named.update(dict.fromkeys(range(start, furthest), furthest))
    return named


def _ends(sentence: Sentence, stop: Token, folded: Folded) -> bool:
    if folded.plain[stop.start : stop.end] != "." or not sentence.tokens:
        return True
    last = sentence.tokens[-1]
    return last.word not in _SHORT or last.end != stop.start


def _tokens(folded: Folded, known: frozenset[str]) -> Iterator[Token]:
    plain, capitals = folded.plain, folded.plain if folded.shouts else folded.capitals
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or ""
        start, end = match.span(kind)
        if kind == "plain":
            word = plain[start:end]
            yield Token(word, start, end, capitals[start] != word[0], atoms(word))
        elif kind in {"blank", "name"}:
            start, end = match.span()
            name = _BLANKS.get(match["name"].strip(), "#blank")
            yield Token(name, start, end, atoms=atoms(name))
        elif kind == "word":
            yield from _words(match.group(), start, capitals)
        elif kind == "mixed":
            yield _mixed(match.group(), start, end, known, capital=capitals[start].isupper())
        elif kind == "spaced":
            word = re.sub(r"[^a-z]", "", match.group())
            yield Token(word, start, end, atoms=atoms(word), hidden=True)
        elif kind in {"colon", "comma"}:
            yield Token(f"#{kind}", start, end, atoms=_MARKS[kind])
        elif kind == "amp":
            yield Token("and", start, end, atoms=atoms("and"))
        elif kind == "other":
            yield Token(match.group(), start, end, capital=True, atoms=atoms("#foreign"))
        else:
            yield Token(f"#{kind}", start, end, atoms=atoms(f"#{kind}"))


def _words(word: str, start: int, capitals: str) -> Iterator[Token]:
    elided = _ELISION.match(word)
    if elided:
        yield Token(word[: elided.end() - 1], start, start + elided.end())
        word, start = word[elided.end() :], start + elided.end()
    bare = word
    if "'" in word:
        head, _, tail = word.partition("'")
        bare = head if tail in {"s", "ll", "re", "ve", "d", "m", ""} else word.replace("'", "")
    capital = capitals[start : start + 1].isupper()
    yield Token(bare, start, start + len(word), capital, atoms(bare))


def _mixed(word: str, start: int, end: int, known: frozenset[str], *, capital: bool) -> Token:
    for table in (_LEET, _LEET_L):
        for given in (word, word.rstrip("!")):
            plain = given.translate(table)
            if plain.isalpha() and len(plain) > 2 and (plain in known or plain + "s" in known):
                return Token(plain, start, end, capital, atoms(plain), hidden=True)
    if re.fullmatch(r"[\do]+", word) and "o" in word:
        return Token("#number", start, end, atoms=atoms("#number"), hidden=True)
    return Token("#code", start, end, capital, atoms("#code"))
