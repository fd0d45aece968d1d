"""The addresses of the patients' pages: numbers only, never a name."""

from django.urls import URLPattern, URLResolver, path

from handbell.console.patients import changes, marketing, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("patients", views.patients, name="patients"),
    path("patients/find", views.find, name="find_patients"),
    path("patients/<int:patient_id>", views.patient, name="patient"),
    path("patients/<int:patient_id>/details", changes.details, name="patient_details"),
    path(
        "patients/<int:patient_id>/subscribe/<str:purpose>",
        changes.subscribe,
        name="patient_subscribe",
    ),
    path(
        "patients/<int:patient_id>/unsubscribe/<str:purpose>",
        changes.unsubscribe,
        name="patient_unsubscribe",
    ),
    path(
        "patients/<int:patient_id>/marketing-permission",
        marketing.permit,
        name="patient_marketing",
    ),
    path(
        "patients/<int:patient_id>/marketing-permission/end",
        marketing.take_back,
        name="patient_marketing_end",
    ),
    path(
        "patients/<int:patient_id>/balance-alerts",
        changes.balance_alerts,
        name="patient_balance_alerts",
    ),
    path(
        "patients/<int:patient_id>/suppressions/<int:suppression_id>/lift",
        changes.lift,
        name="patient_lift",
    ),
]
