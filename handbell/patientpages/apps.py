"""Registers the room with Django."""

from django.apps import AppConfig


class PatientPagesConfig(AppConfig):
    """The room's tables."""

    name = "handbell.patientpages"
    label = "patientpages"
