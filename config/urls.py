"""Every address of the web application."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/", include("handbell.api.urls")),
    path("v/", include("handbell.patientpages.urls")),
    path("", include("handbell.console.urls")),
]
