"""Registers the room with Django."""

from django.apps import AppConfig


class ReceiptsConfig(AppConfig):
    """The room's tables."""

    name = "handbell.receipts"
    label = "receipts"
