"""How does a text change?"""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from handbell.access.models import Practice
from handbell.scripts.models import Script, ScriptPause
from handbell.scripts.starting_texts import Text
from handbell.scripts.variables import check
from handbell.vocabulary.words import Channel, Purpose


class ScriptFlaw(ValueError):
    """The text cannot be saved as it is; `findings` say what to mend."""

    def __init__(self, findings: list[str]) -> None:
        super().__init__("; ".join(findings))
        self.findings = findings


@transaction.atomic
def save_script(
    *,
    practice_id: int,
    purpose: Purpose,
    channel: Channel,
    language: str,
    text: Text,
    written_by: str,
) -> Script | None:
    """Save a new version of a script; return None if it says what the newest one says.

    A new version lifts a pause of its purpose and channel.

    Raises ScriptFlaw if `variables.check` finds anything. Old versions stay for ever: an
    attempt keeps its own rendered text besides.
    """
    if findings := check(purpose=purpose, channel=channel, subject=text.subject, body=text.body):
        raise ScriptFlaw(findings)
    Practice.objects.select_for_update().get(pk=practice_id)  # versions are numbered in turn
    own = Script.objects.filter(
        practice_id=practice_id, purpose=purpose, channel=channel, language=language
    )
    newest = own.order_by("-version").first()
    if newest is not None and (newest.body, newest.subject) == (text.body, text.subject):
        return None
    ScriptPause.objects.filter(
        practice_id=practice_id, purpose=purpose, channel=channel, lifted_at=None
    ).update(lifted_at=timezone.now())
    highest = own.aggregate(Max("version"))["version__max"] or 0
    return Script.objects.create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        language=language,
        version=highest + 1,
        subject=text.subject,
        body=text.body,
        written_by=written_by,
    )


def pause_scripts(
    *, practice_id: int, purpose: Purpose, channel: Channel, reason: str, now: datetime
) -> None:
    """Let nothing of this purpose leave by this channel until a person looks. Idempotent."""
    ScriptPause.objects.get_or_create(
        practice_id=practice_id,
        purpose=purpose,
        channel=channel,
        lifted_at=None,
        defaults={"reason": reason[:120], "paused_at": now},
    )
