"""What does a TwiML document make happen? Reading it, and playing it as a score.

Pure but for the one `fetch` it is given: no clock, no sockets. `Score.next` returns the next
thing that happens on the line and is told what was pressed while the one before it lasted.
"""

import re
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from handbell.channels.carrier.callbacks import Params

# A person's pace: 150 words a minute; digits of a number are spoken one by one.
_SECONDS_A_WORD = 0.4
_SECONDS_A_SENTENCE = 0.3
_LONG_NUMBER = 5
_FAULT = "a flaw, where a verb should be"
_MOST_DOCUMENTS = 50  # a call that redirects for ever is ended, as Twilio ends it
_MOST_REPEATS = 20  # of a Say with loop="0", which is for ever

APPLICATION_ERROR = "We are sorry. An application error has occurred. Goodbye."


class TwimlFlaw(ValueError):
    """The document cannot be followed; `str()` says why, never what it says."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One instruction of a document."""

    name: str
    text: str
    attributes: dict[str, str]
    children: tuple["Verb", ...] = ()
    pause_seconds: float = 0


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happens on the line. `hears`: a pressed key counts and ends it."""

    kind: str
    text: str = ""
    seconds: float = 0
    hears: bool = False


Fetch = Callable[[str, str, Params], Awaitable[str]]


def read(document: str) -> tuple[Verb, ...]:
    """Return a voice document's verbs. Raises TwimlFlaw."""
    return tuple(_verb(element) for element in _response(document))


def read_messages(document: str) -> tuple[str, ...]:
    """Return the texts a messaging document answers with; none for an empty one."""
    if not document.strip():
        return ()
    found = _response(document).iter("Message")
    bodies = (each.findtext("Body") or "".join(each.itertext()) for each in found)
    return tuple(body.strip() for body in bodies if body.strip())


@lru_cache(maxsize=1024)  # most calls say most of the same
def speaking_seconds(text: str) -> float:
    """Return how long it takes to say `text`: an estimate at 150 words a minute."""
    words = text.split()
    long_digits = sum(
        count for word in words if (count := sum(map(str.isdigit, word))) >= _LONG_NUMBER
    )
    sentences = len(re.findall(r"[.!?;:](?:\s|$)", text))
    return round((len(words) + long_digits) * _SECONDS_A_WORD + sentences * _SECONDS_A_SENTENCE, 1)


@dataclass(slots=True)
class _Gathering:
    """A Gather under way: what is still to be said, and the digits so far."""

    verb: Verb
    prompts: deque[Verb]
    digits: str = ""
    listening: bool = False
    finished_on: str = ""

    @property
    def timeout(self) -> float:
        return _number(self.verb.attributes.get("timeout", ""), 5)

    @property
    def complete(self) -> bool:
        wanted = int(_number(self.verb.attributes.get("numDigits", ""), 0))
        return bool(self.finished_on) or (wanted > 0 and len(self.digits) >= wanted)

    def hear(self, keys: str) -> None:
        finish = self.verb.attributes.get("finishOnKey", "#")
        for key in keys:
            if self.complete:
                break
            if key in finish:
                self.finished_on = key
            else:
                self.digits += key


@dataclass(slots=True)
class Score:
    """A document being played, and those it leads to."""

    url: str
    fetch: Fetch
    verbs: deque[Verb] = field(default_factory=deque)
    gathering: _Gathering | None = None
    documents: int = 0

    def load(self, document: str) -> None:
        """Begin `document`. Raises TwimlFlaw."""
        self.gathering = None
        self.verbs = deque(read(document))

    async def follow(self, url: str, method: str, params: Params) -> None:
        """Go on with the document at `url`; one that cannot be used ends the call in words."""
        self.documents += 1
        self.gathering = None
        self.verbs.clear()
        try:
            target = self._resolve(url)
            document = await self.fetch(target, method, params)
            self.url = target
            self.load(document)
        except TwimlFlaw as flaw:
            self.fail(flaw)

    def fail(self, flaw: TwimlFlaw) -> None:
        """Nothing can be followed: say so as Twilio does, and end."""
        self.verbs = deque([Verb(_FAULT, str(flaw), {}), Verb("Say", APPLICATION_ERROR, {})])

    async def next(self, heard: str = "") -> Moment | None:
        """Return what happens next, None when the call is over."""
        if self.gathering is not None:
            moment = await self._go_on_gathering(self.gathering, heard)
            if moment is not None:
                return moment
        while self.verbs:
            moment = await self._begin(self.verbs.popleft())
            if moment is not None:
                return moment
        return None

    async def _begin(self, verb: Verb) -> Moment | None:
        match verb.name:
            case "Say" | "Play" | "Pause":
                return _sound(verb, hears=False)
            case "Gather":
                self.gathering = _Gathering(verb, deque(verb.children))
                return await self._go_on_gathering(self.gathering, "")
            case "Redirect":
                method = verb.attributes.get("method", "POST")
                await self.follow(verb.text, method, ())
                return None
            case "Hangup":
                self.verbs.clear()
                return Moment("hangup")
        return Moment("fault", verb.text) if verb.name == _FAULT else Moment("ignored", verb.name)

    async def _go_on_gathering(self, gathering: _Gathering, heard: str) -> Moment | None:
        gathering.hear(heard)
        if gathering.complete or (gathering.listening and not heard):
            await self._finish(gathering)
            return None
        if gathering.prompts and not heard and not gathering.digits:
            return _sound(gathering.prompts.popleft(), hears=True)
        gathering.listening = True
        return Moment("listen", seconds=gathering.timeout, hears=True)

    async def _finish(self, gathering: _Gathering) -> None:
        """Send what was pressed to the action; without a key the document goes on after it."""
        self.gathering = None
        attributes = gathering.verb.attributes
        if not gathering.digits and attributes.get("actionOnEmptyResult", "").lower() != "true":
            return
        params: Params = (("msg", "Gather End"), ("Digits", gathering.digits))
        if gathering.finished_on:
            params = (*params, ("FinishedOnKey", gathering.finished_on))
        action = attributes.get("action", "") or self.url
        await self.follow(action, attributes.get("method", "POST"), params)

    def _resolve(self, url: str) -> str:
        if self.documents > _MOST_DOCUMENTS:
            raise TwimlFlaw("the call was sent on too many times")
        target = urljoin(self.url, url.strip())
        if urlsplit(target).scheme not in ("http", "https"):
            raise TwimlFlaw("an address in the document is not a web address")
        return target


def _response(document: str) -> ET.Element:
    if "<!DOCTYPE" in document or "<!ENTITY" in document:
        raise TwimlFlaw("the document defines entities")
    try:
        root = ET.fromstring(document)  # noqa: S314  entities are refused above
    except ET.ParseError as error:
        raise TwimlFlaw("the document is not XML") from error
    if root.tag != "Response":
        raise TwimlFlaw("the document is not a <Response>")
    return root


def _verb(element: ET.Element) -> Verb:
    is_gather = element.tag == "Gather"
    return Verb(
        name=element.tag,
        text=" ".join("".join(element.itertext()).split()) if not is_gather else "",
        attributes=dict(element.attrib),
        children=tuple(_verb(child) for child in element) if is_gather else (),
        pause_seconds=sum(_break_seconds(each) for each in element.iter("break")),
    )


def _break_seconds(element: ET.Element) -> float:
    time = element.get("time", "1s")
    amount = _number(time.removesuffix("ms").removesuffix("s"), 1)
    return amount / 1000 if time.endswith("ms") else amount


def _sound(verb: Verb, *, hears: bool) -> Moment:
    match verb.name:
        case "Say":
            repeats = int(_number(verb.attributes.get("loop", ""), 1)) or _MOST_REPEATS
            seconds = repeats * (speaking_seconds(verb.text) + verb.pause_seconds)
            return Moment("say", verb.text, round(seconds, 1), hears)
        case "Pause":
            return Moment("pause", "", _number(verb.attributes.get("length", ""), 1), hears)
        case "Play":
            return Moment("play", verb.text or verb.attributes.get("digits", ""), 1, hears)
    return Moment("ignored", verb.name, 0, hears)


def _number(text: str, default: float) -> float:
    try:
        return max(float(text), 0)
    except ValueError:
        return default
