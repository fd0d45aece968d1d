"""The addresses of the balances; they name filters and numbers, never a patient."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.balances import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("balances", views.balances, name="balances"),
    path("balances/export.csv", views.export, name="export_balances"),
]
