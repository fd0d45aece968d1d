"""How do django-allauth's flows count, record and speak? In our way, here."""

from datetime import UTC, datetime
from typing import Any, cast

import qrcode
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import InvalidToken
from django.contrib import messages as notices
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.html import escape
from django.utils.translation import gettext

from handbell.access.audit import record
from handbell.access.lockout import LockedOut, count_try, forget_tries
from handbell.access.models import StaffMember
from handbell.access.queries import practice_zone
from handbell.access.sealed import is_sealed, seal, unseal
from handbell.access.sessions import note_sign_in
from handbell.console.account.words import NO_MATCH, NOTICES, WRONG_CODE, say_locked
from handbell.vocabulary.words import AuditAct


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Passwords: five tries, each told to the audit trail; who has a login is not told."""

    error_messages = {**DefaultAccountAdapter.error_messages, "email_password_mismatch": NO_MATCH}

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        now, email = datetime.now(UTC), credentials.get("email", "")
        try:
            count_try("password", email, now=now)
        except LockedOut as locked:
            if locked.just_now:
                self._record_refusal(email, why="locked out", now=now)
            raise ValidationError(say_locked(locked.until, now=now), code="locked") from locked

    def authenticate(
        self,
        request: HttpRequest,
        **credentials: Any,  # noqa: ANN401
    ) -> StaffMember | None:
        found = cast(StaffMember | None, super().authenticate(request, **credentials))
        if found is None:
            return None
        if not found.is_active:  # allauth lets such a person in as far as a page that says so
            self._record_refusal(found.email, why="not active", now=datetime.now(UTC))
            return None
        forget_tries("password", credentials.get("email", ""))
        return found

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:  # noqa: ANN401
        self._record_refusal(
            credentials.get("email", ""), why="wrong password", now=datetime.now(UTC)
        )

    def reauthenticate(self, user: Any, password: str) -> bool:  # noqa: ANN401
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def post_login(self, request: HttpRequest, user: Any, **about: Any) -> HttpResponse:  # noqa: ANN401
        now = datetime.now(UTC)
        key = request.session.session_key
        if key is None:
            request.session.save()
            key = request.session.session_key
        device = request.headers.get("User-Agent", "")
        note_sign_in(user, str(key), device=device, now=now)
        used = [one["method"] for one in request.session.get("account_authentication_methods", [])]
        record(
            AuditAct.SIGNED_IN,
            practice_id=user.practice_id,
            by=user,
            subject=f"staff {user.pk}",
            detail={"by": used},
            now=now,
        )
        request.session["last_page_at"] = now.isoformat()
        request.session.set_expiry(user.practice.idle_minutes * 60)
        return cast(HttpResponse, super().post_login(request, user, **about))

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        said = message or str(NOTICES.get(message_template or "", ""))
        if said:
            notices.add_message(request, level, said)

    def _record_refusal(self, email: str, *, why: str, now: datetime) -> None:
        """Record it where there is a practice it concerns; an unknown address has none."""
        member = StaffMember.objects.filter(email=email.strip().lower()).first()
        if member is not None:
            record_refusal(member, why=why, now=now)


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Codes and passkeys, in our words; the square an app reads, without a style of its own."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": WRONG_CODE}

    def build_totp_svg(self, url: str) -> str:
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        code.make(fit=True)
        rows = code.get_matrix()
        dark = "".join(
            f"M{x} {y}h1v1h-1z"
            for y, row in enumerate(rows)
            for x, filled in enumerate(row)
            if filled
        )
        return (
            f'<svg class="qr" viewBox="0 0 {len(rows)} {len(rows)}" role="img"'
            f' aria-label="{escape(gettext("QR code for your app"))}"><path d="{dark}"/></svg>'
        )

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        if not is_sealed(encrypted_text):  # kept by a version that did not seal
            return encrypted_text
        try:
            return unseal(encrypted_text)
        except InvalidToken:
            # The secret key is another one: no code is right until the factor is set up anew. An
            # empty seed would make the same codes for everybody, so nobody knows this one.
            return cast(str, generate_totp_secret())

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: ANN401
        return gettext("Passkey")


def record_refusal(member: StaffMember, *, why: str, now: datetime) -> None:
    """Record that somebody could not be let in as this member."""
    record(
        AuditAct.SIGN_IN_REFUSED,
        practice_id=member.practice_id,
        by="somebody",
        subject=f"staff {member.pk}",
        detail={"why": why},
        now=now,
    )


def count_code(member: StaffMember, *, now: datetime) -> None:
    """Count a try of a code. Raises ValidationError, with the time of the next, after too many."""
    try:
        count_try("code", str(member.pk), now=now)
    except LockedOut as locked:
        if locked.just_now:
            record_refusal(member, why="locked out, codes", now=now)
        zone = practice_zone(member.practice)
        raise ValidationError(
            say_locked(locked.until, now=now, zone=zone), code="locked"
        ) from locked
