"""The addresses of Settings > Facilities."""

from django.urls import URLPattern, path

from handbell.console.settings.facilities import views

_ONE = "settings/facilities/<int:facility_id>"

urlpatterns: list[URLPattern] = [
    path("settings/facilities", views.facilities, name="facilities"),
    path("settings/facilities/add", views.facility_add, name="facility_add"),
    path(_ONE, views.facility, name="facility"),
    path(f"{_ONE}/close", views.facility_close, name="facility_close"),
    path(f"{_ONE}/reopen", views.facility_reopen, name="facility_reopen"),
]
