"""Registers the room with Django."""

from django.apps import AppConfig


class ScriptsConfig(AppConfig):
    """The room's tables."""

    name = "handbell.scripts"
    label = "scripts"
