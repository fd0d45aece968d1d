"""Django's name for this room."""

from django.apps import AppConfig


class ReputationConfig(AppConfig):
    """The room `reputation`."""

    name = "handbell.reputation"
