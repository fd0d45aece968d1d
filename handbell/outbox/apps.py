"""Registers the room with Django."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """The room's tables."""

    name = "handbell.outbox"
    label = "outbox"
