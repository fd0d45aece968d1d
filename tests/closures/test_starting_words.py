"""The words a closing begins with: short enough for one text, whatever is closed and why."""

from datetime import date

import pytest

from handbell.closures import mode
from handbell.closures.estimate import sample
from handbell.closures.wording import starting_words, write_starting_words
from handbell.policy.closures import Span
from handbell.scripts.notices import notices_of
from handbell.vocabulary.words import Channel, ClosureReason, NoticeKind
from tests.closures.staged import director, settings_of
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
