"""The addresses of Settings. None carries anything of a patient."""

from django.urls import include, path

from handbell.console.emergency import second
from handbell.console.settings import engagement, index, options

_ENGAGEMENT = "settings/engagement"

urlpatterns = [
    path("settings", index.settings, name="settings"),
    path("", include("handbell.console.settings.scripts.urls")),
    path(_ENGAGEMENT, engagement.page, name="engagement"),
    path(f"{_ENGAGEMENT}/mode", engagement.mode, name="engagement_mode"),
    path(f"{_ENGAGEMENT}/second", second.second_person, name="engagement_second"),
    path(f"{_ENGAGEMENT}/balances", engagement.balances, name="engagement_balances"),
    path(f"{_ENGAGEMENT}/hours", engagement.hours, name="engagement_hours"),
    path(f"{_ENGAGEMENT}/options", options.options, name="engagement_options"),
    path(f"{_ENGAGEMENT}/choices", engagement.choices, name="engagement_choices"),
    path(f"{_ENGAGEMENT}/sets/new", engagement.new_set, name="new_set"),
    path(f"{_ENGAGEMENT}/sets/<int:set_id>/remove", engagement.drop_set, name="remove_set"),
    path(f"{_ENGAGEMENT}/steps/new", engagement.new_step, name="new_step"),
    path(f"{_ENGAGEMENT}/sets/<int:set_id>/steps/new", engagement.new_step, name="new_set_step"),
    path(f"{_ENGAGEMENT}/steps/<int:step_id>", engagement.step, name="step"),
    path(f"{_ENGAGEMENT}/steps/<int:step_id>/remove", engagement.drop_step, name="remove_step"),
]
