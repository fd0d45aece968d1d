"""Registers the room with Django, and says what is done when tables were made."""

from typing import Any

from django.apps import AppConfig
from django.contrib.contenttypes.management import create_contenttypes
from django.db.models.signals import post_migrate

from handbell.access.fence import build_fence


class AccessConfig(AppConfig):
    """The room's tables."""

    name = "handbell.access"
    label = "access"

    def ready(self) -> None:
        # Django's own moment after all migrations: the fence must cover tables of every room.
        post_migrate.connect(_fence, sender=self, dispatch_uid="handbell.access.fence")
        # Four permissions and a type for each model, which nobody asks: access.permissions decides.
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
        post_migrate.disconnect(create_contenttypes)


def _fence(**_: Any) -> None:  # noqa: ANN401  (Django's signature)
    build_fence()
