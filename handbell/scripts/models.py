"""The approved texts, every version kept."""

from django.db import models

from handbell.access.models import CHANNELS, PURPOSES, Practice, one_of
from handbell.vocabulary.words import Channel, Purpose


class Script(models.Model):
    """One version of one text; the highest version is the one in use.

    `body` may use only the whitelisted `{{ variables }}` of scripts/variables.py; `subject` is
    for e-mail. A practice without a row uses the starting text.
    """

    practice = models.ForeignKey(Practice, models.CASCADE, related_name="scripts")
    purpose = models.CharField(max_length=30, choices=PURPOSES)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    language = models.CharField(max_length=10)
    version = models.PositiveIntegerField()
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    written_by = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "purpose", "channel", "language", "version"],
                name="script_version_once",
            ),
            one_of("purpose", Purpose, name="script_purpose_known"),
            one_of("channel", Channel, name="script_channel_known"),
        ]

    def __str__(self) -> str:
        return f"script {self.pk}"
