"""A test goes to whoever asks, and is no way around a STOP, a pause or a second person."""

from datetime import datetime, timedelta

import pytest

from handbell.access.models import AuditEvent, StaffMember
from handbell.channels.gateway import Accepted, HandOver, Outcome
from handbell.closures.press import CannotSend
from handbell.closures.trial import MOST_AN_HOUR, send_to_oneself
from handbell.facts.models import Closure
from handbell.facts.operations import suppress
from handbell.outbox.models import Sender
from handbell.scripts.notices import approve_notice, save_notice
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import AuditAct, Channel, NoticeKind, SuppressionKind
from tests.closures.staged import close, director, settings_of
from tests.handed import mailbox
from tests.world import MONDAY, Clinic, at, phone

pytestmark = pytest.mark.django_db

SMS, EMAIL, OWN = Channel.SMS, Channel.EMAIL, phone(77)


class Wire:
    """A provider that takes everything, and what it took."""

    def __init__(self) -> None:
        self.taken: list[str] = []

    async def hand_over(self, message: HandOver) -> Outcome:
        self.taken.append(message.to.value)
        return Accepted("SM1")

    async def close(self) -> None:
        pass


@pytest.fixture
def clinic() -> Clinic:
    clinic = Clinic()
    clinic.senders()
    clinic.visit(clinic.patient(mobile=phone(1), email=mailbox(1)), at(3, 14))
    return clinic


@pytest.fixture
def wire(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    ways = {(one.provider, Channel(one.channel)): wire for one in Sender.objects.all()}
    monkeypatch.setattr("handbell.closures.trial.open_gateways", lambda _: ways)
    return wire


def sent(
    clinic: Clinic,
    closure: Closure,
    by: StaffMember,
    address: str = OWN,
    *,
    channel: Channel = SMS,
    now: datetime = MONDAY,
) -> bool:
    return send_to_oneself(
        closure,
        settings_of(clinic),
        kind=NoticeKind.CLOSING,
        channel=channel,
        language="en",
        address=address,
        region="US",
        by=by,
        now=now,
    )


def test_it_goes_and_the_record_has_the_end_of_the_address(clinic: Clinic, wire: Wire) -> None:
    boss = director(clinic)
    closure = close(clinic, boss)
    assert sent(clinic, closure, boss)
    assert sent(clinic, closure, boss, "boss@harbor.example", channel=EMAIL)
    assert wire.taken == [OWN, "boss@harbor.example"]
    tests = AuditEvent.objects.filter(act=AuditAct.SENT).order_by("number")
    assert [one.detail["to"] for one in tests] == [f"…{OWN[-2:]}", "…@harbor.example"]


def test_not_to_a_number_that_said_stop_nor_to_a_patient(clinic: Clinic, wire: Wire) -> None:
    boss = director(clinic)
    closure = close(clinic, boss)
    suppress(
        practice_id=clinic.practice.pk,
        address=OWN,
        channels=[SMS],
        kind=SuppressionKind.OPTED_OUT,
        source="replied STOP",
        now=MONDAY,
    )
    with pytest.raises(CannotSend, match="stopped"):
        sent(clinic, closure, boss)
    with pytest.raises(CannotSend, match="patient's"):
        sent(clinic, closure, boss, phone(1))
    with pytest.raises(CannotSend, match="patient's"):
        sent(clinic, closure, boss, mailbox(1).upper(), channel=EMAIL)
    assert not wire.taken


def test_not_by_a_paused_sender_nor_in_words_nobody_approved(clinic: Clinic, wire: Wire) -> None:
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    Sender.objects.update(paused_reason="paused by hand")
    with pytest.raises(CannotSend, match="paused"):
        sent(clinic, closure, boss)
    Sender.objects.update(paused_reason="")
    unclear = Text("{{ clinic }}: {{ closure }}. The zebra quartet juggles marmalade.", "")
    held = save_notice(closure, (NoticeKind.CLOSING, SMS, "en"), unclear, by=boss, now=MONDAY)
    assert held is not None
    with pytest.raises(CannotSend, match="second person"):
        sent(clinic, closure, boss)
    assert not wire.taken
    approve_notice(held.pk, practice_id=clinic.practice.pk, by=other, now=MONDAY)
    assert sent(clinic, closure, boss)


def test_a_person_sends_a_handful_an_hour(clinic: Clinic, wire: Wire) -> None:
    boss, other = director(clinic), director(clinic)
    closure = close(clinic, boss)
    for number in range(MOST_AN_HOUR):
        assert sent(clinic, closure, boss, now=MONDAY + timedelta(minutes=number))
    with pytest.raises(CannotSend, match="five tests an hour"):
        sent(clinic, closure, boss, now=MONDAY + timedelta(minutes=30))
    assert sent(clinic, closure, other, now=MONDAY + timedelta(minutes=30))
    assert sent(clinic, closure, boss, now=MONDAY + timedelta(minutes=61))
    assert len(wire.taken) == MOST_AN_HOUR + 2
