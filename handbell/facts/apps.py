"""Registers the room with Django."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """The room's tables."""

    name = "handbell.facts"
    label = "facts"
