"""The addresses machines use; channels/addresses.py says what providers are given."""

from django.urls import URLPattern, URLResolver, path

from handbell.api import hooks, mailhooks, vonagehooks
from handbell.channels.addresses import (
    CALL_ANSWERED,
    CALL_STATUS,
    CHECK,
    INBOUND,
    KEYS,
    ROUTES,
    SMS_STATUS,
)

app_name = "api"

_VIEWS = {
    SMS_STATUS: hooks.sms_status,
    CALL_STATUS: hooks.call_status,
    CALL_ANSWERED: hooks.call_answered,
    KEYS: hooks.keys,
    INBOUND: hooks.inbound,
    CHECK: hooks.check,
}

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"twilio/{route}", _VIEWS[name], name=name) for name, route in ROUTES.items()),
    path(f"vonage/{ROUTES[SMS_STATUS]}", vonagehooks.sms_status, name="vonage_status"),
    path(f"vonage/{INBOUND}", vonagehooks.inbound, name="vonage_inbound"),
    path("mail/<slug:esp>", mailhooks.mail_events, name="mail_events"),
]
