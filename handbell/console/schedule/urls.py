"""The addresses of the schedule: days and numbers, never a patient's name."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.schedule import changes, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("schedule", views.schedule, name="schedule"),
    path("schedule/visits/<int:visit_id>", views.visit, name="visit"),
    path("schedule/visits/<int:visit_id>/status", changes.status, name="visit_status"),
    path("schedule/visits/<int:visit_id>/change", changes.change, name="visit_change"),
    path("schedule/add", changes.whom, name="visit_add"),
    path("schedule/add/find", changes.find, name="visit_find_patient"),
    path("schedule/add/<int:patient_id>", changes.add, name="visit_add_for"),
]
