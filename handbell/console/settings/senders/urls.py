"""The addresses of Settings > Senders & providers."""

from django.urls import URLPattern, path

from handbell.console.settings.senders import proof, views

_ONE = "settings/senders/<int:sender_id>"

urlpatterns: list[URLPattern] = [
    path("settings/senders", views.senders, name="senders"),
    path("settings/senders/add", views.sender_add, name="sender_add"),
    path("settings/senders/look/<slug:provider>", views.provider_look, name="provider_look"),
    path(_ONE, views.sender, name="sender"),
    path(f"{_ONE}/proof", proof.sender_proof, name="sender_proof"),
    path(f"{_ONE}/check", proof.sender_check, name="sender_check"),
    path(f"{_ONE}/pause", views.sender_pause, name="sender_pause"),
    path(f"{_ONE}/release", views.sender_release, name="sender_release"),
    path(f"{_ONE}/retire", views.sender_retire, name="sender_retire"),
    path(f"{_ONE}/reinstate", views.sender_reinstate, name="sender_reinstate"),
]
