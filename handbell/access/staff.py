"""What may become of a login: made, changed, closed, opened again. All of it is recorded.

Each function is one transaction and asks, with the practice locked, whether `by` may do it as
things are now. Nobody changes their own level, limits or activity, so whoever manages staff stays
able to: there is always one left.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from handbell.access.audit import record
from handbell.access.lockout import forget_tries
from handbell.access.models import PAGE_LANGUAGES, Practice, StaffMember
from handbell.access.permissions import may_make, may_manage
from handbell.access.sessions import end_sessions
from handbell.vocabulary.words import AuditAct, PermissionLevel

MODIFIERS: Final = ("limit_financial", "limit_messaging", "may_run_reports")


class AddressTaken(Exception):
    """The e-mail address is the login of somebody already."""


@transaction.atomic
def add_staff(
    *,
    by: StaffMember,
    email: str,
    name: str,
    level: str,
    modifiers: Mapping[str, bool],
    now: datetime,
) -> StaffMember:
    """Make a login nobody knows a password for yet. Raises AddressTaken or PermissionDenied."""
    by = _acting(by)
    wanted = StaffMember(practice=by.practice, email=email, name=name, level=level, **modifiers)
    if not may_make(by, wanted):
        raise PermissionDenied
    try:
        with transaction.atomic():
            member = StaffMember.objects.create_user(
                practice=by.practice, email=email, name=name, level=PermissionLevel(level)
            )
            StaffMember.objects.filter(pk=member.pk).update(**modifiers)
    except IntegrityError as taken:
        raise AddressTaken from taken
    member.refresh_from_db()
    _record(by, member, now, change="added", level=level, **modifiers)
    return member


@transaction.atomic
def change_staff(
    member_id: int,
    *,
    by: StaffMember,
    name: str,
    level: str,
    modifiers: Mapping[str, bool],
    now: datetime,
) -> StaffMember:
    """Change a name, a level, modifiers; at once, as every page asks anew. Idempotent.

    Raises PermissionDenied, and StaffMember.DoesNotExist for another practice's.
    """
    by, member = _acting(by), _of_practice(by, member_id)
    before = {column: getattr(member, column) for column in ("name", "level", *MODIFIERS)}
    after = {"name": name, "level": level, **modifiers}
    changed = {column: value for column, value in after.items() if before[column] != value}
    wanted = StaffMember(practice=by.practice, email=member.email, **after)
    if member == by and changed.keys() - {"name"}:
        raise PermissionDenied
    if not may_manage(by, member) or not may_make(by, wanted, member):
        raise PermissionDenied
    if changed:
        StaffMember.objects.filter(pk=member.pk).update(**changed)
        told = {column: value for column, value in changed.items() if column != "name"}
        renamed = {"renamed": True} if "name" in changed else {}
        _record(by, member, now, change="changed", **told, **renamed)
    member.refresh_from_db()
    return member


@transaction.atomic
def set_active(member_id: int, *, by: StaffMember, active: bool, now: datetime) -> StaffMember:
    """Close a login, which ends its sessions, or open it again. Idempotent."""
    by, member = _manageable(by, member_id)
    if member == by:
        raise PermissionDenied
    if active and not may_make(by, member):
        raise PermissionDenied
    if member.is_active != active:
        StaffMember.objects.filter(pk=member.pk).update(is_active=active)
        if not active:
            end_sessions(member)
        _record(by, member, now, change="reactivated" if active else "deactivated")
    member.refresh_from_db()
    return member


@transaction.atomic
def reset_second_factor(member_id: int, *, by: StaffMember, now: datetime) -> StaffMember:
    """Take away a person's app, passkeys and recovery codes, and sign them out everywhere."""
    by, member = _manageable(by, member_id)
    _refuse_disguise(by, member)
    Authenticator.objects.filter(user=member).delete()
    forget_tries("code", str(member.pk))
    end_sessions(member)
    _record(by, member, now, change="second factor reset")
    return member


@transaction.atomic
def sign_out_everywhere(member_id: int, *, by: StaffMember, now: datetime) -> int:
    """End all sessions of a person; return how many there were."""
    by, member = _manageable(by, member_id)
    ended = end_sessions(member)
    _record(by, member, now, change="signed out everywhere", sessions=ended)
    return ended


@transaction.atomic
def choose_language(staff: StaffMember, language: str, *, now: datetime) -> bool:
    """Say in which language somebody reads the pages; "" for their browser's. False if so already.

    Raises ValueError for one there are no pages in.
    """
    if language and language not in PAGE_LANGUAGES:
        raise ValueError("there are no pages in this language")
    changed = StaffMember.objects.filter(pk=staff.pk).exclude(language=language)
    if not changed.update(language=language):
        return False
    staff.language = language
    record(
        AuditAct.ACCOUNT_CHANGED,
        practice_id=staff.practice_id,
        by=staff,
        subject=f"staff {staff.pk}",
        detail={"change": "language", "to": language or None},
        now=now,
    )
    return True


@transaction.atomic
def open_for_new_password(member_id: int, *, by: StaffMember, now: datetime) -> StaffMember:
    """Note that a link for a new password was asked for; lift a lock-out."""
    by, member = _manageable(by, member_id)
    _refuse_disguise(by, member)
    if not member.is_active:
        raise PermissionDenied
    forget_tries("password", member.email)
    _record(by, member, now, change="link for a new password")
    return member


@transaction.atomic
def set_signing_in(
    *, by: StaffMember, second_factor_required: bool, idle_minutes: int, now: datetime
) -> None:
    """Say whether everybody needs a second factor and how long a session may rest. Idempotent."""
    practice = Practice.objects.select_for_update(no_key=True).get(pk=by.practice_id)
    after = {"second_factor_required": second_factor_required, "idle_minutes": idle_minutes}
    changed = {
        column: value for column, value in after.items() if getattr(practice, column) != value
    }
    if changed:
        Practice.objects.filter(pk=practice.pk).update(**changed)
        record(
            AuditAct.SETTINGS_CHANGED,
            practice_id=practice.pk,
            by=by,
            subject="signing in",
            detail=changed,
            now=now,
        )


def _acting(by: StaffMember) -> StaffMember:
    """Return who acts, as they are now, with the practice's logins locked against others."""
    Practice.objects.select_for_update(no_key=True).get(pk=by.practice_id)
    return StaffMember.objects.select_related("practice").get(pk=by.pk)


def _of_practice(by: StaffMember, member_id: int) -> StaffMember:
    return StaffMember.objects.get(practice_id=by.practice_id, pk=member_id)


def _manageable(by: StaffMember, member_id: int) -> tuple[StaffMember, StaffMember]:
    by = _acting(by)
    member = _of_practice(by, member_id)
    if not may_manage(by, member):
        raise PermissionDenied
    return by, member


def _refuse_disguise(by: StaffMember, member: StaffMember) -> None:
    """Whoever could sign in as the other must not be able to do more that way."""
    if not may_make(by, member):
        raise PermissionDenied


def _record(by: StaffMember, member: StaffMember, now: datetime, **detail: Any) -> None:  # noqa: ANN401  (JSON)
    record(
        AuditAct.STAFF_CHANGED,
        practice_id=by.practice_id,
        by=by,
        subject=f"staff {member.pk}",
        detail=detail,
        now=now,
    )
