"""The addresses of the Reports area."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.reports import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports", views.reports, name="reports"),
    path("reports/runs/<int:run_id>", views.run, name="report_run"),
    path("reports/runs/<int:run_id>/progress", views.progress, name="report_progress"),
    path("reports/runs/<int:run_id>/download", views.download, name="report_download"),
    path("reports/runs/<int:run_id>/throw-away", views.discard, name="report_discard"),
    path("reports/<slug:name>", views.report, name="report"),
    path("reports/<slug:name>/file", views.make_file, name="report_file"),
    path("reports/<slug:name>/again", views.count_again, name="report_again"),
]
