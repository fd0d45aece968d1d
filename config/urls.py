"""Every address of the web application."""

from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import import_string

handler400 = "handbell.console.errors.not_understood"

urlpatterns: list[URLPattern | URLResolver] = [
    path("hooks/", include("handbell.api.urls")),
    path("healthz", import_string("handbell.api.watching.healthz")),
    path("metrics", import_string("handbell.api.watching.metrics")),
    path("v/", include("handbell.patientpages.urls")),
    path("", include("handbell.console.urls")),
    path("", include(import_string("handbell.console.account.urls.allauth_patterns"))),
]
