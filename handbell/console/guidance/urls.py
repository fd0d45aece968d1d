"""The address of Guidance; other pages lead to a section by its anchor."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.guidance import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("guidance", views.guidance, name="guidance"),
]
