"""The addresses of channel health."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.health import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", views.health, name="health"),
    path("health/<int:sender_id>/<slug:purpose>/<slug:what>", views.behind, name="health_behind"),
    path("health/<int:sender_id>/emergencies", views.emergencies, name="health_emergencies"),
    path("health/try/<int:breaker_id>", views.try_now, name="health_try"),
]
