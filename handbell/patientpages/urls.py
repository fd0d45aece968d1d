"""The addresses patients get: short, and secret because of the code in them."""

from django.urls import URLPattern, URLResolver, path

from handbell.patientpages import pages, views
from handbell.patientpages.balance import balance
from handbell.patientpages.preferences import preferences

app_name = "patientpages"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:code>", views.link, name="link"),
    path("<slug:code>/confirm", views.confirm, name="confirm"),
    path("<slug:code>/call-back", views.call_back, name="call_back"),
    path("<slug:code>/stop", views.stop, name="stop"),
    path("<slug:code>/preferences", preferences, name="preferences"),
    path("<slug:code>/balance", balance, name="balance"),
    path("<slug:code>/visit.ics", views.calendar, name="calendar"),
    path("", pages.unknown),
    path("<path:rest>", pages.unknown),
]
