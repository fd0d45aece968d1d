"""The words a closing begins with: short enough for one text, whatever is closed and why."""

from datetime import date, time

import pytest

from handbell.closures import mode
from handbell.closures.estimate import sample
from handbell.closures.press import CannotSend
from handbell.closures.spoken import TooLongToSay, is_too_long
from handbell.closures.wording import save_words, starting_words, write_starting_words
from handbell.policy.closures import Span
from handbell.scripts.models import NoticeText
from handbell.scripts.notices import notices_of
from handbell.scripts.operations import pause_scripts
from handbell.scripts.queries import paused_scripts
from handbell.scripts.starting_texts import Text
from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind, Purpose
from tests.closures.staged import close, director, send, settings_of
from tests.world import MONDAY, Clinic

pytestmark = pytest.mark.django_db

SMS = Channel.SMS
SPANS = [(3, 3), (3, 4), (29, 30)]


@pytest.mark.parametrize("reason", ClosureReason)
@pytest.mark.parametrize("kind", NoticeKind)
def test_two_facilities_with_long_names_fit_one_text(
    clinic: Clinic, reason: ClosureReason, kind: NoticeKind
) -> None:
    clinic.practice.name = "Riverside Physical Therapy"
    clinic.practice.save()
    clinic.facility.name = "Riverside North Main Str."
    clinic.facility.save()
    south = clinic.add_facility("Riverside South Broad Str", "America/Chicago")
    closing_with_a_reason = kind is NoticeKind.CLOSING and reason is not ClosureReason.OTHER
    by, settings = director(clinic), settings_of(clinic)
    for facilities in ([clinic.facility], [clinic.facility, south]):
        for first, last in SPANS:
            closure = mode.begin(
                settings,
                reason=reason,
                facility_ids=[one.pk for one in facilities],
                span=Span(date(2026, 11, first), date(2026, 11, last)),
                by=by,
                now=MONDAY,
            )
            for language in ("en", "es"):
                text = starting_words(closure, (kind, SMS, language), now=MONDAY)
                found = sample(
                    closure, settings, kind, SMS, language, text, name="", visits=(), now=MONDAY
                )
                assert found is not None
                assert found.segments == 1, found
                if closing_with_a_reason and len(facilities) == 1:
                    assert "(" in text.body  # there is room to say why
            mode.end(closure, by=by, now=MONDAY)


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_call_about_hours_at_two_facilities_is_short_enough_for_a_machine(
    clinic: Clinic, language: str
) -> None:
    clinic.practice.name = "Riverside Physical Therapy"
    clinic.practice.save()
    clinic.facility.name = "Riverside North Therapy Center"
    clinic.facility.save()
    south = clinic.add_facility("Riverside South Therapy Center", "America/Chicago")
    by, settings = director(clinic), settings_of(clinic)
    closure = mode.begin(
        settings,
        reason=ClosureReason.POWER_OR_WATER,
        facility_ids=[clinic.facility.pk, south.pk],
        span=Span(date(2026, 11, 3), date(2026, 11, 12), time(5, 30), time(12, 30)),
        by=by,
        now=MONDAY,
    )
    for kind in NoticeKind:
        text = starting_words(closure, (kind, Channel.VOICE, language), now=MONDAY)
        assert not is_too_long(closure, settings, kind, language, text, now=MONDAY)


def test_a_call_that_takes_too_long_is_neither_kept_nor_sent(clinic: Clinic) -> None:
    by = director(clinic)
    closure = close(clinic, by)
    key = (NoticeKind.CLOSING, Channel.VOICE, "en")
    long = "{{ closure }}. Please call {{ phone }}. " + "We are sorry for the trouble. " * 15
    with pytest.raises(TooLongToSay):
        save_words(closure, key, Text(long), by=by, now=MONDAY)
    NoticeText.objects.filter(closure=closure, channel="voice").update(body=long)
    with pytest.raises(CannotSend, match="too long to say"):
        send(clinic, closure, by, channel=Channel.VOICE)


def test_words_the_provider_refused_are_changed_before_any_more_are_sent(clinic: Clinic) -> None:
    by = director(clinic)
    closure = close(clinic, by)
    pause_scripts(
        practice_id=clinic.practice.pk,
        purpose=Purpose.EMERGENCY_NOTICE,
        channel=SMS,
        reason="21617",
        now=MONDAY,
    )
    with pytest.raises(CannotSend, match="provider refused the words"):
        send(clinic, closure, by)
    key = (NoticeKind.CLOSING, SMS, "en")
    words = Text("{{ clinic }}: {{ closure }}. Call {{ phone }}. STOP to end.")
    save_words(closure, key, words, by=by, now=MONDAY)
    assert not paused_scripts(clinic.practice.pk)


def test_each_reason_begins_with_words_for_every_channel(clinic: Clinic) -> None:
    by, settings = director(clinic), settings_of(clinic)
    for reason in ClosureReason:
        closure = mode.begin(
            settings,
            reason=reason,
            facility_ids=[clinic.facility.pk],
            span=Span(date(2026, 11, 3), date(2026, 11, 4)),
            by=by,
            now=MONDAY,
        )
        assert write_starting_words(closure, by=by, now=MONDAY) == []
        assert len(notices_of(closure.pk)) == 2 * len(Channel)
        mode.end(closure, by=by, now=MONDAY)
