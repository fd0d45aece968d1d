"""Registers the room with Django."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """The room's tables."""

    name = "handbell.access"
    label = "access"
