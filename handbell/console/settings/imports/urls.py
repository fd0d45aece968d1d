"""The addresses of Settings > Import. None carries anything of a patient, nor a file's name."""

from django.urls import URLPattern, path

from handbell.console.settings.imports import columns, result, views

_ONE = "settings/import/<int:run_id>"

urlpatterns: list[URLPattern] = [
    path("settings/import", views.imports, name="imports"),
    path("settings/import/upload", views.upload, name="import_upload"),
    path("settings/import/templates/<slug:name>", views.template, name="import_template"),
    path(_ONE, views.one, name="import_one"),
    path(f"{_ONE}/progress", views.progress, name="import_progress"),
    path(f"{_ONE}/check", views.check, name="import_check"),
    path(f"{_ONE}/start", views.store, name="import_start"),
    path(f"{_ONE}/discard", views.throw_away, name="import_discard"),
    path(f"{_ONE}/take-back", views.take_back, name="import_take_back"),
    path(f"{_ONE}/flaws.csv", result.flaws, name="import_flaws"),
    path(f"{_ONE}/changes", result.changes, name="import_changes"),
    path(f"{_ONE}/files/<int:position>/columns", columns.columns, name="import_columns"),
]
