"""Registers the room with Django."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """The room's tables."""

    name = "handbell.reports"
    label = "reports"
