"""A sender whose provider has no credentials here: nothing of it is offered until there are."""

from collections.abc import Collection
from typing import Final

from django.db import connection

from handbell.dispatch.providers import Place

#: Why such a sender pauses, as staff read it on Today.
NO_ACCOUNT: Final = "its provider has no credentials here; `handbell doctor` says what to set"

_HOLD = """
UPDATE outbox_sender SET paused_reason = %s, paused_until = NULL
WHERE NOT retired AND paused_reason = '' AND (provider || '/' || channel) <> ALL(%s)
"""

_RELEASE = """
UPDATE outbox_sender SET paused_reason = ''
WHERE paused_reason = %s AND (provider || '/' || channel) = ANY(%s)
"""


def hold_without_account(configured: Collection[Place]) -> None:
    """Pause the senders nobody could carry for, and release them once somebody can. Idempotent.

    Their messages wait with all their tries; nothing is spent on a provider that is not there.
    """
    places = [f"{provider}/{channel.value}" for provider, channel in configured]
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [NO_ACCOUNT, places])
        cursor.execute(_RELEASE, [NO_ACCOUNT, places])
