"""The addresses of the audit trail."""

from django.urls import URLPattern, path

from handbell.console.audit import views

urlpatterns: list[URLPattern] = [
    path("audit", views.audit, name="audit"),
    path("audit/verify", views.audit_verify, name="audit_verify"),
]
