"""The addresses of this room."""

from django.urls import URLPattern, URLResolver

app_name = "patientpages"
urlpatterns: list[URLPattern | URLResolver] = []
