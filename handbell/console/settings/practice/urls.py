"""The addresses of Settings > Practice."""

from django.urls import URLPattern, path

from handbell.console.settings.practice import views

urlpatterns: list[URLPattern] = [
    path("settings/practice", views.practice, name="practice"),
    path("settings/practice/change", views.change, name="practice_change"),
]
