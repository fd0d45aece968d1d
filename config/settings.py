"""Django's settings, derived from the environment (see config/environment.py)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from config import environment
from config.database import parse_database_url

ENVIRONMENT = environment.read()

DEBUG = ENVIRONMENT.debug
SECRET_KEY = environment.secret(ENVIRONMENT, "secret_key")
_public = urlsplit(ENVIRONMENT.public_url)
ALLOWED_HOSTS = [_public.hostname or "localhost", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.public_url]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "heroicons",
    "procrastinate.contrib.django",
    "handbell.access",
    "handbell.facts",
    "handbell.scripts",
    "handbell.outbox",
    "handbell.receipts",
    "handbell.reputation",
    "handbell.reports",
    "handbell.importers",
    "handbell.console",
    "handbell.patientpages",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "handbell.console.middleware.FilesOnlyWhereTheyBelong",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "handbell.console.middleware.StaffLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "handbell.console.middleware.NotAllowedPage",
    "handbell.console.middleware.ContentSecurityPolicy",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": parse_database_url(ENVIRONMENT)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.StaffMember"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 7 * 24 * 60 * 60  # how long an invitation can be used
LOGIN_URL = "console:login"
LOGIN_REDIRECT_URL = "console:today"
LOGOUT_REDIRECT_URL = "console:login"

# Signing in is django-allauth's; what it says, counts and records is ours.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "handbell.console.account.adapter.AccountAdapter"
ACCOUNT_FORMS = {"login": "handbell.console.account.forms.SignInForm"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # handbell.access.lockout counts, for all processes
ACCOUNT_SESSION_REMEMBER = True  # no box to tick: a session ends when nobody works in it
MFA_ADAPTER = "handbell.console.account.adapter.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "handbell.console.account.forms.CodeForm",
    "reauthenticate": "handbell.console.account.forms.CodeAgainForm",
    "activate_totp": "handbell.console.account.forms.NewAppForm",
    "login_webauthn": "handbell.console.account.forms.PasskeySignInForm",
    "authenticate_webauthn": "handbell.console.account.forms.PasskeyForm",
    "reauthenticate_webauthn": "handbell.console.account.forms.PasskeyAgainForm",
    "add_webauthn": "handbell.console.account.forms.NewPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Handbell"
MFA_TOTP_TOLERANCE = 1  # a telephone's clock may be half a minute off
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENVIRONMENT.public_url.startswith("https:")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]  # of the staff pages, as each calls itself
FORMAT_MODULE_PATH = "handbell.console.formats"  # numbers and form fields as in the United States
LANGUAGE_COOKIE_NAME = "handbell_language"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
# Before the words other packages have for the same.
LOCALE_PATHS = [Path(__file__).parent.parent / "handbell" / "console" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

DATA_UPLOAD_MAX_NUMBER_FILES = 2_000  # HL7 folders hold a message a file; see Settings > Import

STATIC_URL = "static/"
STORAGES = {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # served from where the packages keep them; nothing is collected

_https = _public.scheme == "https"
SESSION_COOKIE_SECURE = _https
CSRF_COOKIE_SECURE = _https
LANGUAGE_COOKIE_SECURE = _https
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 15 * 60
# Idle means no page was opened: console/guard.py saves the session on pages, never on polls.
SESSION_SAVE_EVERY_REQUEST = False
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _https else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

PROCRASTINATE_IMPORT_PATHS = [
    "handbell.planner.jobs",
    "handbell.dispatch.jobs",
    "handbell.closures.jobs",
    "handbell.receipts.jobs",
    "handbell.reputation.jobs",
    "handbell.reports.jobs",
    "handbell.importers.jobs",
]

LOGGING_CONFIG = None  # handbell.commands.logs configures structlog for every process
