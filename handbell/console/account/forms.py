"""The forms of signing in and of one's own account, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from allauth.account.forms import LoginForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handbell.access.lockout import LockedOut, count_try, forget_tries
from handbell.access.models import StaffMember
from handbell.console.account.adapter import count_code, record_refusal
from handbell.console.account.words import say_locked
from handbell.console.language import own_names


def _languages() -> list[tuple[str, str]]:
    return [("", gettext("As your browser asks")), *own_names()]


class SignInForm(LoginForm):  # type: ignore[misc]
    """An e-mail address and a password; says nothing about which of the two was wrong."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401  (Django's signature)
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.widget = forms.EmailInput(
            attrs={"id": "id_username", "autocomplete": "username webauthn", "autofocus": True}
        )
        login.error_messages["required"] = _("Type your e-mail address.")
        password.widget = forms.PasswordInput(attrs={"autocomplete": "current-password"})
        password.error_messages["required"] = _("Type your password.")

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        if isinstance(request.user, StaffMember):  # else a second step follows
            request.session.set_expiry(request.user.practice.idle_minutes * 60)
        return response


class _Counted:
    """Counts the tries of a code in our table, which all processes share."""

    user: Any
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        now = datetime.now(UTC)
        count_code(self.user, now=now)
        # People type a code in groups, as their app shows it.
        self.cleaned_data["code"] = self.cleaned_data["code"].replace(" ", "")
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            record_refusal(self.user, why="wrong code", now=now)
            raise
        forget_tries("code", str(self.user.pk))
        return code


class CodeForm(_Counted, AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in: a code of the app, or a recovery code."""


class CodeAgainForm(_Counted, ReauthenticateForm):  # type: ignore[misc]
    """A code again, before something delicate."""


class NewAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app shows that it was set up."""

    def clean_code(self) -> str:
        self.cleaned_data["code"] = self.cleaned_data["code"].replace(" ", "")
        try:
            return str(super().clean_code())
        except ValidationError as wrong:
            raise ValidationError(
                gettext(
                    "This code is not right. Type the one the app shows now; if that fails too, "
                    "check that the clock of your telephone is right."
                )
            ) from wrong


class _Sceptical:
    """What a browser sends as a passkey may be anything: what cannot be read is no passkey."""

    def clean_credential(self) -> Any:  # noqa: ANN401  (allauth's authenticator)
        with _read_or_refused():
            return super().clean_credential()  # type: ignore[misc]


class PasskeySignInForm(_Sceptical, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of address and password."""


class PasskeyForm(_Sceptical, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as the second step."""


class PasskeyAgainForm(_Sceptical, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey before something delicate."""


class NewPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey of this browser or of a key."""

    def clean(self) -> dict[str, Any]:
        with _read_or_refused():
            return dict(super().clean())


@contextmanager
def _read_or_refused() -> Iterator[None]:
    try:
        yield
    except ValidationError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as unreadable:
        raise ValidationError(
            gettext("The passkey could not be read. Try again, or use another way."),
            code="unreadable",
        ) from unreadable


class LanguageForm(forms.Form):
    """The language one reads the pages in; none means the browser's."""

    language = forms.ChoiceField(label=_("Language"), required=False, choices=_languages)


class NewPasswordForm(SetPasswordForm):  # type: ignore[type-arg]
    """A password for somebody who opened their link."""

    error_messages = {"password_mismatch": _("The two are not the same. Type the password twice.")}


class ChangePasswordForm(PasswordChangeForm):
    """The old password and a new one, twice."""

    error_messages = {
        "password_mismatch": _("The two are not the same. Type the new password twice."),
        "password_incorrect": _("This is not your password now. Type it again."),
    }

    def clean_old_password(self) -> str:
        now = datetime.now(UTC)
        try:
            count_try("password", self.user.email, now=now)
        except LockedOut as locked:
            raise ValidationError(say_locked(locked.until, now=now)) from locked
        old: str = super().clean_old_password()
        forget_tries("password", self.user.email)
        return old
