"""The addresses patients get: short, and secret because of the code in them."""

from django.urls import URLPattern, URLResolver, path

from handbell.patientpages import views

app_name = "patientpages"
urlpatterns: list[URLPattern | URLResolver] = [
    path("<slug:code>", views.link, name="link"),
    path("<slug:code>/confirm", views.confirm, name="confirm"),
    path("<slug:code>/stop", views.stop, name="stop"),
    path("<slug:code>/visit.ics", views.calendar, name="calendar"),
    path("", views.unknown),
    path("<path:rest>", views.unknown),
]
