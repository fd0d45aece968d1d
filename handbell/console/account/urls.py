"""The addresses of signing in and of one's own account.

django-allauth looks for its own names, outside any namespace: those are in `allauth_patterns`.
"""

from allauth.mfa.webauthn.views import login_webauthn
from django.urls import URLPattern, path
from django.views.generic import RedirectView

from handbell.console.account import views

urlpatterns: list[URLPattern] = [
    path("login", views.sign_in, name="login"),
    path("logout", views.sign_out, name="logout"),
    path("welcome/<uidb64>/<token>", views.Welcome.as_view(), name="welcome"),
    path("account", views.account, name="account"),
    path("account/password", views.password, name="password"),
    path("account/language", views.language, name="account_language"),
    path("account/keys", views.keys, name="account_keys"),
    path("account/sessions/<int:session_id>/end", views.session_end, name="session_end"),
    path("account/sessions/end", views.sessions_end, name="sessions_end"),
]

allauth_patterns: list[URLPattern] = [
    path("login", views.sign_in, name="account_login"),
    path("login/code", views.second_step, name="mfa_authenticate"),
    path("login/passkey", login_webauthn, name="mfa_login_webauthn"),
    path(
        "login/closed", RedirectView.as_view(pattern_name="console:login"), name="account_inactive"
    ),
    path("account", views.account, name="mfa_index"),
    path("account", views.account, name="mfa_list_webauthn"),
    path("account/confirm", views.password_again, name="account_reauthenticate"),
    path("account/confirm/code", views.code_again, name="mfa_reauthenticate"),
    path("account/confirm/passkey", views.passkey_again, name="mfa_reauthenticate_webauthn"),
    path("account/app/add", views.app_add, name="mfa_activate_totp"),
    path("account/app/remove", views.app_remove, name="mfa_deactivate_totp"),
    path("account/passkeys/add", views.passkey_add, name="mfa_add_webauthn"),
    path("account/passkeys/<int:pk>/remove", views.passkey_remove, name="mfa_remove_webauthn"),
    path("account/recovery-codes", views.recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "account/recovery-codes/new", views.recovery_codes_new, name="mfa_generate_recovery_codes"
    ),
]
