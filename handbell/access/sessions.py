"""Where is somebody signed in, and how is that ended? Beside Django's sessions, whose they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session

from handbell.access.models import StaffMember, StaffSession


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser somebody is signed in with, and when they last opened a page there."""

    id: int
    device: str
    signed_in_at: datetime
    last_page_at: datetime
    is_this_one: bool


def note_sign_in(staff: StaffMember, session_key: str, *, device: str, now: datetime) -> None:
    """Remember that this session is the person's. Idempotent."""
    values = {"staff": staff, "device": device[:300], "signed_in_at": now}
    StaffSession.objects.update_or_create(session_key=session_key, defaults=values)


def move_session(before: str, after: str) -> None:
    """Follow a session that got a new key, as it does when the password changes."""
    StaffSession.objects.filter(session_key=before).update(session_key=after)


def open_sessions(staff: StaffMember, *, this: str | None, now: datetime) -> list[OpenSession]:
    """Return where the person is signed in, this one first, then the one used last.

    Two queries. Sessions that ended are forgotten on the way.
    """
    ours = {each.session_key: each for each in StaffSession.objects.filter(staff=staff)}
    alive = {
        session.session_key: session
        for session in Session.objects.filter(session_key__in=list(ours), expire_date__gt=now)
    }
    if gone := ours.keys() - alive.keys():
        StaffSession.objects.filter(session_key__in=gone).delete()
    found = [
        OpenSession(
            id=each.pk,
            device=each.device,
            signed_in_at=each.signed_in_at,
            last_page_at=_last_page(alive[key]) or each.signed_in_at,
            is_this_one=key == this,
        )
        for key, each in ours.items()
        if key in alive
    ]
    return sorted(found, key=lambda one: (not one.is_this_one, -one.last_page_at.timestamp()))


def _last_page(session: Session) -> datetime | None:
    noted = session.get_decoded().get("last_page_at")
    return datetime.fromisoformat(noted) if noted else None


def end_session(staff: StaffMember, session_id: int) -> bool:
    """Sign the person out of one browser. False if it is not theirs."""
    return bool(_end(StaffSession.objects.filter(staff=staff, pk=session_id)))


def end_sessions(staff: StaffMember, *, but: str | None = None) -> int:
    """Sign the person out everywhere, or everywhere but in one session; return how many ended."""
    return _end(StaffSession.objects.filter(staff=staff).exclude(session_key=but or ""))


def forget_session(session_key: str | None) -> None:
    """Somebody signed out by themselves."""
    StaffSession.objects.filter(session_key=session_key or "").delete()


def _end(sessions: Iterable[StaffSession]) -> int:
    keys = [session.session_key for session in sessions]
    Session.objects.filter(session_key__in=keys).delete()
    StaffSession.objects.filter(session_key__in=keys).delete()
    return len(keys)
