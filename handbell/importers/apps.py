"""Registers the room with Django."""

from django.apps import AppConfig


class ImportersConfig(AppConfig):
    """The room's tables."""

    name = "handbell.importers"
    label = "importers"
