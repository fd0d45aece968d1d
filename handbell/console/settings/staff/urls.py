"""The addresses of Settings > Staff."""

from django.urls import URLPattern, path

from handbell.console.settings.staff import views

urlpatterns: list[URLPattern] = [
    path("settings/staff", views.staff, name="staff"),
    path("settings/staff/add", views.staff_add, name="staff_add"),
    path("settings/staff/signing-in", views.signing_in, name="signing_in"),
    path("settings/staff/<int:member_id>", views.staff_member, name="staff_member"),
    path("settings/staff/<int:member_id>/link", views.staff_link, name="staff_link"),
    path(
        "settings/staff/<int:member_id>/deactivate", views.staff_deactivate, name="staff_deactivate"
    ),
    path(
        "settings/staff/<int:member_id>/reactivate", views.staff_reactivate, name="staff_reactivate"
    ),
    path(
        "settings/staff/<int:member_id>/reset-second-factor",
        views.staff_reset_factor,
        name="staff_reset_factor",
    ),
    path("settings/staff/<int:member_id>/sign-out", views.staff_sign_out, name="staff_sign_out"),
]
