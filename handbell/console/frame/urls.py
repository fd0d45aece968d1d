"""The addresses of the frame's buttons."""

from django.urls import URLPattern, path

from handbell.console.frame import views

urlpatterns: list[URLPattern] = [
    path("show-facility", views.show_facility, name="show_facility"),
]
