"""A clinic that closes: facilities, patients with visits, words, and a press of the button."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from handbell.access.models import Facility, StaffMember
from handbell.access.practice_settings import PracticeSettings, practice_settings
from handbell.closures import mode
from handbell.closures.audience import audience_of
from handbell.closures.press import Asked, press
from handbell.facts.models import Closure
from handbell.outbox.models import Attempt, Message, Sending
from handbell.policy.closures import Span
from handbell.scripts.notices import save_notice
from handbell.scripts.starting_notices import LANGUAGES, starting_notice
from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind, PermissionLevel
from tests.console.desk import staff
from tests.world import MONDAY, Clinic


def texts() -> list[str]:
    return list(Attempt.objects.order_by("id").values_list("text", flat=True))


def states() -> list[tuple[str, str]]:
    rows = Message.objects.filter(purpose="emergency_notice").order_by("id")
    return list(rows.values_list("state", "objection"))


def settings_of(clinic: Clinic) -> PracticeSettings:
    return practice_settings(clinic.practice.pk)


def director(clinic: Clinic) -> StaffMember:
    return staff(clinic, PermissionLevel.THERAPY_DIRECTOR)


def close(
    clinic: Clinic,
    by: StaffMember,
    *,
    reason: ClosureReason = ClosureReason.WEATHER,
    facilities: Iterable[Facility] = (),
    first_day: date | None = None,
    days: int = 2,
    closed_from: time | None = None,
    channels: Iterable[Channel] = tuple(Channel),
    now: datetime = MONDAY,
) -> Closure:
    """Close for some days from tomorrow, with the starting words of every channel."""
    begins = first_day or now.astimezone(MONDAY.tzinfo).date() + timedelta(days=1)
    closure = mode.begin(
        settings_of(clinic),
        reason=reason,
        facility_ids=[one.pk for one in facilities] or [clinic.facility.pk],
        span=Span(begins, begins + timedelta(days=days - 1), closed_from),
        by=by,
        now=now,
    )
    write(closure, by, channels=channels, now=now)
    return closure


def write(
    closure: Closure,
    by: StaffMember,
    *,
    kind: NoticeKind = NoticeKind.CLOSING,
    channels: Iterable[Channel] = tuple(Channel),
    now: datetime = MONDAY,
) -> None:
    for channel in channels:
        for language in LANGUAGES:
            words = starting_notice(ClosureReason(closure.reason), kind, channel, language)
            save_notice(closure, (kind, channel, language), words, by=by, now=now)


def send(
    clinic: Clinic,
    closure: Closure,
    by: StaffMember,
    *,
    channel: Channel = Channel.SMS,
    kind: NoticeKind = NoticeKind.CLOSING,
    unreached_only: bool = False,
    untold_only: bool = False,
    through_pause: bool = False,
    counted: int | None = None,
    now: datetime = MONDAY,
) -> Sending:
    """Press the button, with the right number unless another is given."""
    settings = settings_of(clinic)
    found = audience_of(
        closure,
        settings,
        kind,
        unreached_only=unreached_only,
        untold_only=untold_only,
        channels=[channel],
        now=now,
    )
    asked = Asked(
        kind,
        channel,
        counted=len(found.reached_by(channel)) if counted is None else counted,
        unreached_only=unreached_only,
        untold_only=untold_only,
        through_pause=through_pause,
    )
    return press(closure, settings, asked, by=by, now=now)
