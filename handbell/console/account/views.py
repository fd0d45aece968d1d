"""Signing out, and "Your account": password, second factors, recovery codes, sessions."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from allauth.account.views import LoginView, ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as CodeAgainView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    ReauthenticateWebAuthnView,
    RemoveWebAuthnView,
)
from django.conf import settings
from django.contrib import messages as notices
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import PasswordResetConfirmView
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext
from django.views import View
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from handbell.access.audit import record
from handbell.access.lockout import forget_tries
from handbell.access.models import StaffMember
from handbell.access.permissions import Action
from handbell.access.queries import practice_zone
from handbell.access.sessions import (
    end_session,
    end_sessions,
    forget_session,
    move_session,
    open_sessions,
)
from handbell.access.staff import choose_language
from handbell.console.account.forms import ChangePasswordForm, LanguageForm, NewPasswordForm
from handbell.console.account.words import say_device
from handbell.console.guard import SECOND_FACTORS, StaffRequest, staff_page
from handbell.console.language import language_of
from handbell.vocabulary.words import AuditAct

#: Says in one browser that single letters do nothing; `console/document.html` reads it.
KEYS_COOKIE: Final = "handbell_keys"


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session. Needs no permission: whoever wants to go may."""
    if isinstance(request.user, StaffMember):
        forget_session(request.session.session_key)
        _record(request.user, AuditAct.SIGNED_OUT)
    logout(request)
    return redirect("console:login")


@require_GET
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def account(request: StaffRequest) -> HttpResponse:
    """One's own password, second factors, recovery codes and sessions."""
    now, staff = datetime.now(UTC), request.user
    factors = list(Authenticator.objects.filter(user=staff).order_by("created_at"))
    codes = next((one for one in factors if one.type == "recovery_codes"), None)
    sessions = open_sessions(staff, this=request.session.session_key, now=now)
    protected = any(one.type in SECOND_FACTORS for one in factors)
    context = {
        "page": "account",
        "app": next((one for one in factors if one.type == "totp"), None),
        "passkeys": [one for one in factors if one.type == "webauthn"],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "protected": protected,
        "owes": staff.practice.second_factor_required and not protected,
        "sessions": [(one, say_device(one.device)) for one in sessions],
        "language_form": LanguageForm(initial={"language": staff.language}),
        "keys_off": request.COOKIES.get(KEYS_COOKIE) == "off",
        "others": sum(not one.is_this_one for one in sessions),
        "zone": practice_zone(staff.practice),
        "now": now,
    }
    return render(request, "console/account/account.html", context)


@require_http_methods(["GET", "POST"])
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def password(request: StaffRequest) -> HttpResponse:
    """Change one's own password; every other session ends."""
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            before = str(request.session.session_key)
            update_session_auth_hash(request, request.user)
            move_session(before, str(request.session.session_key))
            end_sessions(request.user, but=request.session.session_key)
            _record(request.user, AuditAct.ACCOUNT_CHANGED, change="password")
        notices.success(
            request, gettext("Your password is changed. You are signed out everywhere else.")
        )
        return redirect("console:account")
    return render(request, "console/account/password.html", {"page": "account", "form": form})


@require_POST
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def language(request: StaffRequest) -> HttpResponse:
    """Choose the language of the pages; the answer is in it already."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        notices.error(request, gettext("Choose one of the languages there are pages in."))
        return redirect("console:account")
    choose_language(request.user, form.cleaned_data["language"], now=datetime.now(UTC))
    with translation.override(language_of(request)):
        notices.success(request, gettext("Your language is saved."))
    return redirect("console:account")


@require_POST
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def keys(request: StaffRequest) -> HttpResponse:
    """Let single letters do something on the pages of this browser, or nothing (WCAG 2.1.4)."""
    answer = redirect("console:account")
    if request.POST.get("keys") == "off":
        answer.set_cookie(
            KEYS_COOKIE,
            "off",
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        notices.success(request, gettext("Letters do nothing by themselves in this browser now."))
    else:
        answer.delete_cookie(KEYS_COOKIE, samesite="Lax")
        notices.success(request, gettext("The keys / j k work in this browser again."))
    return answer


@require_POST
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def session_end(request: StaffRequest, session_id: int) -> HttpResponse:
    """Sign out in another browser."""
    if not end_session(request.user, session_id):
        raise Http404
    _record(request.user, AuditAct.ACCOUNT_CHANGED, change="signed out elsewhere", sessions=1)
    notices.success(request, gettext("You are signed out there."))
    return redirect("console:account")


@require_POST
@staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)
def sessions_end(request: StaffRequest) -> HttpResponse:
    """Sign out in every other browser."""
    ended = end_sessions(request.user, but=request.session.session_key)
    _record(request.user, AuditAct.ACCOUNT_CHANGED, change="signed out elsewhere", sessions=ended)
    notices.success(request, gettext("You are signed out everywhere but here."))
    return redirect("console:account")


class Welcome(PasswordResetConfirmView):
    """Where a link leads that somebody who manages staff handed over: choose a password.

    The token goes from the address into the session before the form is shown.
    """

    template_name = "console/account/welcome.html"
    form_class = NewPasswordForm
    success_url = reverse_lazy("console:login")

    def get_user(self, uidb64: str) -> StaffMember | None:
        found = super().get_user(uidb64)
        return found if isinstance(found, StaffMember) and found.is_active else None

    def form_valid(self, form: Any) -> HttpResponse:  # noqa: ANN401  (Django's signature)
        member: StaffMember = form.user
        with transaction.atomic():
            end_sessions(member)
            forget_tries("password", member.email)
            _record(member, AuditAct.ACCOUNT_CHANGED, change="password", by="link")
            response = super().form_valid(form)
        notices.success(self.request, gettext("Your password is set. Sign in with it."))
        return response


def _recorded(
    view: Callable[..., HttpResponseBase], change: str
) -> Callable[..., HttpResponseBase]:
    """Record what a form of allauth's changed; it answers with a redirect only when it did.

    A redirect to prove who one is again is raised, not returned.
    """

    def recorded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        with transaction.atomic():
            before = _factors(request.user)
            response = view(request, *args, **kwargs)
            if _factors(request.user) != before:
                _record(request.user, AuditAct.ACCOUNT_CHANGED, change=change)
                if not is_mfa_enabled(request.user, SECOND_FACTORS):
                    forget_tries("code", str(request.user.pk))
        return response

    return recorded


def _factors(staff: StaffMember) -> set[int]:
    return set(Authenticator.objects.filter(user=staff).values_list("pk", flat=True))


def _own(
    view: type[View],
    template: str,
    change: str = "",
    **more: Any,  # noqa: ANN401
) -> Callable[..., HttpResponseBase]:
    """Let whoever is signed in open a view of allauth's to look after their own account."""
    shown = view.as_view(
        template_name=f"console/account/{template}.html", extra_context={"page": "account"}, **more
    )
    inner = _recorded(shown, change) if change else shown

    def own(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401
        return inner(request, *args, **kwargs)

    return staff_page(Action.USE_OWN_ACCOUNT, without_second_factor=True)(own)


sign_in = LoginView.as_view(template_name="console/account/login.html")
second_step = AuthenticateView.as_view(template_name="console/account/code.html")
password_again = _own(ReauthenticateView, "again_password")
code_again = _own(CodeAgainView, "again_code")
passkey_again = _own(ReauthenticateWebAuthnView, "again_passkey")
app_add = _own(ActivateTOTPView, "app_add", "app set up")
app_remove = _own(DeactivateTOTPView, "app_remove", "app removed")
passkey_add = _own(AddWebAuthnView, "passkey_add", "passkey set up")
passkey_remove = _own(
    RemoveWebAuthnView,
    "passkey_remove",
    "passkey removed",
    success_url=reverse_lazy("console:account"),
)
recovery_codes = _own(ViewRecoveryCodesView, "codes")
recovery_codes_new = _own(GenerateRecoveryCodesView, "codes_new", "new recovery codes")


def _record(staff: StaffMember, act: AuditAct, **detail: Any) -> None:  # noqa: ANN401  (JSON)
    record(
        act,
        practice_id=staff.practice_id,
        by=staff,
        subject=f"staff {staff.pk}",
        detail=detail,
        now=datetime.now(UTC),
    )
