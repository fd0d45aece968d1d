"""Who are the demo practice's patients? Invented people, the same ones every time.

Pure. Each patient has a story that shows one thing a clinic meets: a child with a guardian, a
couple with one telephone, somebody who said STOP, somebody with no number at all. Numbers are
555-01xx (never given to anybody), mailboxes end in `.example` (reserved).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count
from random import Random
from typing import Final, TypeVar

from handbell.vocabulary.words import Channel, PatientStatus

SEED: Final = 1858
HOW_MANY: Final = 120

Kind = TypeVar("Kind", bound=StrEnum)


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST_EN: Final = _names(
    "Ada Bram Cora Dexter Edith Felix Greta Hollis Ines Jasper Keziah Linus Mabel Nolan Odette "
    "Percy Quinn Rosalind Silas Thea Ulric Vera Wendell Xenia Yorick Zelda Amos Bettina Clement "
    "Dora Emmett Flora Gideon Hattie Ivor Juno Kirby Leonie Milo Nell"
)
_FIRST_ES: Final = _names(
    "Alma Bruno Candela Diego Elvira Fermín Gloria Hernán Irene Joaquín Lucía Martín Nieves "
    "Octavio Pilar Ramiro Sofía Tomás Úrsula Vicente"
)
_LAST_EN: Final = _names(
    "Ashgrove Birchwood Cobbler Dunmore Elderfield Fairbrook Gladwell Hathersage Inkpen Juniper "
    "Kestrel Larkspur Marchbank Netherton Oakhurst Pemberly Quillfeather Rookwood Silverton "
    "Thistledown Underhill Vantrell Wetherby Yarrow Applegarth Brackenbury Copperfield Driftwood"
)
_LAST_ES: Final = _names(
    "Almendro Bellavista Cantero Delmar Encinares Floresta Granado Hinojal Jazminero Laguna "
    "Montecillo Naranjal Olivares Peñalba"
)

_AREA_CODES: Final = {"east": ("202", "301", "703", "571"), "lake": ("312", "773", "847")}


class Story(StrEnum):
    """What a demo patient is there to show."""

    USUAL = "usual"
    CHILD = "child"  # under 18, a guardian is written to
    CHILD_ALONE = "child_alone"  # under 18, nobody on file
    SHARED_PHONE = "shared_phone"  # the number of the patient before
    UNSUBSCRIBED = "unsubscribed"  # never asked
    OPTED_OUT = "opted_out"  # replied STOP
    BOUNCED = "bounced"  # the mailbox does not exist
    NO_CONTACT = "no_contact"
    INACTIVE = "inactive"
    DECEASED = "deceased"
    REFERRAL = "referral"
    TRAVELLING = "travelling"  # lives in another zone than the clinic
    MISBEHAVING = "misbehaving"  # a telephone that bounces, is busy, asks who is there


class Money(StrEnum):
    """What a demo patient owes."""

    NOTHING = "nothing"
    RECENT = "recent"
    PART_PAID = "part_paid"
    SMALL = "small"  # under the practice's minimum
    OLD = "old"  # nothing new for 75 days
    PAID = "paid"
    CREDIT = "credit"
    WRITTEN_OFF = "written_off"


#: The numbers that misbehave at the rehearsal carrier (channels/carrier/conventions.py): one
#: bounces, one replies STOP, one asks who is there. Those that concern calls choose calls.
_MISBEHAVING: Final = tuple(f"+1202555019{digit}" for digit in range(10))
_MISBEHAVING_CALLS: Final = frozenset(_MISBEHAVING[6:9])  # a machine, a busy line, nobody home

#: How many of each in a hundred and twenty; the rest are USUAL and owe NOTHING.
_STORIES: Final = {
    Story.CHILD: 9,
    Story.CHILD_ALONE: 2,
    Story.SHARED_PHONE: 7,
    Story.UNSUBSCRIBED: 10,
    Story.OPTED_OUT: 5,
    Story.BOUNCED: 3,
    Story.NO_CONTACT: 3,
    Story.INACTIVE: 2,
    Story.DECEASED: 1,
    Story.REFERRAL: 3,
    Story.TRAVELLING: 4,
    Story.MISBEHAVING: 10,
}
_MONEY: Final = {
    Money.RECENT: 16,
    Money.PART_PAID: 6,
    Money.SMALL: 4,
    Money.OLD: 5,
    Money.PAID: 7,
    Money.CREDIT: 2,
    Money.WRITTEN_OFF: 2,
}

#: The channels people choose, and how often.
_CHANNELS: Final[Mapping[tuple[Channel, ...], int]] = {
    (Channel.SMS,): 9,
    (Channel.SMS, Channel.EMAIL): 6,
    (Channel.EMAIL,): 3,
    (Channel.VOICE,): 2,
    (Channel.VOICE, Channel.EMAIL): 1,
}

#: Where the story is about one channel, the patient has chosen it.
_STORY_CHANNELS: Final[Mapping[Story, tuple[Channel, ...]]] = {
    Story.OPTED_OUT: (Channel.SMS,),
    Story.MISBEHAVING: (Channel.SMS,),
    Story.BOUNCED: (Channel.EMAIL,),
}


@dataclass(frozen=True, slots=True)
class Invented:
    """One demo patient. Empty strings where the clinic knows nothing."""

    number: int
    story: Story
    money: Money
    place: str  # "east" or "lake"
    first_name: str = field(repr=False)
    last_name: str = field(repr=False)
    preferred_name: str = field(repr=False)
    language: str
    age: int
    mobile: str = field(repr=False)
    home: str = field(repr=False)
    email: str = field(repr=False)
    guardian_name: str = field(repr=False)
    channels: tuple[Channel, ...]
    time_zone: str = ""

    @property
    def is_child(self) -> bool:
        return self.story in {Story.CHILD, Story.CHILD_ALONE}

    @property
    def status(self) -> PatientStatus:
        match self.story:
            case Story.INACTIVE:
                return PatientStatus.INACTIVE
            case Story.REFERRAL:
                return PatientStatus.REFERRAL
            case _:
                return PatientStatus.ACTIVE


def invent() -> list[Invented]:
    """Return the demo patients, the same list on every call."""
    random = Random(SEED)  # noqa: S311  (the same people every time is the point)
    stories = _shuffled(_STORIES, Story.USUAL, random)
    monies = _shuffled(_MONEY, Money.NOTHING, random)
    numbers = {place: _phone_numbers(codes) for place, codes in _AREA_CODES.items()}
    numbers["misbehaving"] = iter(_MISBEHAVING)
    people: list[Invented] = []
    for number, (story, money) in enumerate(zip(stories, monies, strict=True), start=1):
        before = people[-1] if people else None
        people.append(_invent_one(number, story, money, before, numbers, random))
    return people


def _shuffled(wanted: Mapping[Kind, int], usual: Kind, random: Random) -> list[Kind]:
    listed = [kind for kind, times in wanted.items() for _ in range(times)]
    listed += [usual] * (HOW_MANY - len(listed))
    random.shuffle(listed)
    return listed


def _phone_numbers(area_codes: tuple[str, ...]) -> Iterator[str]:
    """Yield distinct 555-01xx numbers; the first hundred-block's low end is the clinic's own."""
    for last_two in count(20):
        for code in area_codes:
            yield f"+1{code}55501{last_two:02}"


def _invent_one(
    number: int,
    story: Story,
    money: Money,
    before: Invented | None,
    numbers: dict[str, Iterator[str]],
    random: Random,
) -> Invented:
    spanish = random.random() < 0.22
    place = "lake" if random.random() < 0.35 else "east"
    first = random.choice(_FIRST_ES if spanish else _FIRST_EN)
    last = random.choice(_LAST_ES if spanish else _LAST_EN)
    if story is Story.SHARED_PHONE and before:
        last, place = before.last_name, before.place
    child = story in {Story.CHILD, Story.CHILD_ALONE}
    reachable = story not in {Story.NO_CONTACT, Story.CHILD_ALONE}
    lines = numbers["misbehaving" if story is Story.MISBEHAVING else place]
    mobile, home = _telephones(story, before, lines, random) if reachable else ("", "")
    return Invented(
        number=number,
        story=story,
        money=Money.NOTHING if child else money,
        place=place,
        first_name=first,
        last_name=last,
        preferred_name=first[:3] if random.random() < 0.08 else "",
        language="es" if spanish else "en",
        age=random.randint(7, 16) if child else random.randint(19, 88),
        mobile=mobile,
        home=home,
        email=_mailbox(first, last, number) if reachable and _has_mailbox(story, random) else "",
        guardian_name=f"{random.choice(_FIRST_EN)} {last}" if story is Story.CHILD else "",
        channels=_chosen_channels(story, mobile, random),
        time_zone="America/Denver" if story is Story.TRAVELLING else "",
    )


def _has_mailbox(story: Story, random: Random) -> bool:
    return random.random() < 0.8 or story is Story.BOUNCED


def _chosen_channels(story: Story, mobile: str, random: Random) -> tuple[Channel, ...]:
    if mobile in _MISBEHAVING_CALLS:
        return (Channel.VOICE,)
    if story in _STORY_CHANNELS:
        return _STORY_CHANNELS[story]
    return random.choices(list(_CHANNELS), weights=list(_CHANNELS.values()))[0]


def _telephones(
    story: Story, before: Invented | None, numbers: Iterator[str], random: Random
) -> tuple[str, str]:
    """Return a mobile and a home number; some people have one, the other or both."""
    if story is Story.SHARED_PHONE and before and before.mobile:
        return before.mobile, ""
    kind = random.random()
    if kind < 0.8 or story in {Story.OPTED_OUT, Story.MISBEHAVING}:
        return next(numbers), ""
    if kind < 0.92:
        return next(numbers), next(numbers)
    return "", next(numbers)


def _mailbox(first: str, last: str, number: int) -> str:
    plain = str.maketrans("áéíóúüñ", "aeiouun")
    return f"{first}.{last}{number}@mailbox.example".lower().translate(plain)
