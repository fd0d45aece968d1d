"""Registers the room with Django."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """The room's tables."""

    name = "handbell.console"
    label = "console"
