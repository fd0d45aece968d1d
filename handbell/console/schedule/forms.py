"""The form of a visit: when, where, with whom; and how what somebody saw is written in a page."""

import json
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from handbell.access.models import Facility
from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_day, say_zone
from handbell.facts.booking import Booking, Seen, seen
from handbell.facts.models import Appointment, AppointmentType, Patient
from handbell.facts.schedule import visit_at
from handbell.policy.visits import FURTHEST, moments_shown
from handbell.vocabulary.words import AppointmentStatus

SHORTEST: Final = 5
LONGEST: Final = 480
USUAL: Final = 45


def write_seen(visit: Appointment) -> str:
    """Return how a visit is now, for a hidden field; numbers and the provider's name only."""
    now = seen(visit)
    booking = now.booking
    told = (
        now.revision,
        now.status.value,
        int(visit.starts_at.timestamp()) * 1_000_000 + visit.starts_at.microsecond,
        booking.facility_id,
        booking.type_id,
        booking.duration_minutes,
        booking.provider_name,
    )
    return json.dumps(told, separators=(",", ":"))


def read_seen(text: str) -> Seen | None:
    """Return what the hidden field says, None if it says nothing."""
    try:
        revision, status, micros, facility_id, type_id, minutes, provider = json.loads(text)
        starts_at = datetime.fromtimestamp(int(micros) // 1_000_000, UTC)
        return Seen(
            int(revision),
            AppointmentStatus(status),
            Booking(
                starts_at.replace(microsecond=int(micros) % 1_000_000),
                int(facility_id),
                None if type_id is None else int(type_id),
                str(provider),
                int(minutes),
            ),
        )
    except (ValueError, TypeError, OverflowError, OSError):
        return None


class VisitForm(forms.Form):
    """A visit's time on its facility's clock, its place, length, kind and provider.

    `visit` is the one that is moved; None for a new one. `which` is asked only of a time that the
    clock shows twice.
    """

    facility = forms.ChoiceField(label=gettext_lazy("Facility"))
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={
            "required": gettext_lazy("Say which day."),
            "invalid": gettext_lazy("Type the day as 2026-11-05."),
        },
    )
    at = forms.TimeField(
        label=gettext_lazy("Time"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        input_formats=["%H:%M", "%H:%M:%S"],
        help_text=gettext_lazy("On the facility’s clock."),
        error_messages={
            "required": gettext_lazy("Say at what time."),
            "invalid": gettext_lazy("Type the time as 14:30."),
        },
    )
    which = forms.ChoiceField(
        label=gettext_lazy("Which of the two"), required=False, widget=forms.RadioSelect
    )
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"),
        min_value=SHORTEST,
        max_value=LONGEST,
        initial=USUAL,
        required=False,
        error_messages={
            "invalid": gettext_lazy("Type the minutes as a number, such as 45."),
            "min_value": gettext_lazy("A visit takes at least 5 minutes."),
            "max_value": gettext_lazy("A visit takes at most 480 minutes."),
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind of visit"), required=False)
    provider = forms.CharField(
        label=gettext_lazy("Provider"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"list": "providers", "autocomplete": "off"}),
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401  (Django's signature)
        patient: Patient,
        visit: Appointment | None,
        settings: PracticeSettings,
        facilities: list[Facility],
        kinds: list[AppointmentType],
        now: datetime,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(*args, **kwargs)
        self._patient, self._visit, self._settings, self._now = patient, visit, settings, now
        self.twice = False
        places = [(str(one.pk), one.name) for one in facilities]
        self.fields["facility"].choices = places  # type: ignore[attr-defined]
        named = [(str(one.pk), one.name) for one in kinds]
        self.fields["kind"].choices = [("", _("Not named")), *named]  # type: ignore[attr-defined]
        self.fields["which"].choices = [("first", ""), ("second", "")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Find the moment the form means, and say what is wrong with it beside its field."""
        given = super().clean() or {}
        if {"facility", "day", "at"} <= given.keys():
            moment = self._moment(given["day"], given["at"], int(given["facility"]))
            given["starts_at"] = moment
            if moment is not None:
                self._check(moment)
        return given

    @property
    def booking(self) -> Booking:
        """What the form asks for, once it is valid."""
        given = self.cleaned_data
        return Booking(
            starts_at=given["starts_at"],
            facility_id=int(given["facility"]),
            type_id=int(given["kind"]) if given["kind"] else None,
            provider_name=given["provider"],
            duration_minutes=given["minutes"] or 0,  # not known
        )

    def _moment(self, day: date, at: time, facility_id: int) -> datetime | None:
        zone = self._settings.zone_of(facility_id)
        if self._visit is not None:
            was = self._visit.starts_at.astimezone(zone).replace(tzinfo=None, fold=0)
            if datetime.combine(day, at) == was.replace(second=0, microsecond=0):
                at = was.time()  # the field shows no seconds
        try:
            moments = moments_shown(day, at, zone)
        except OverflowError:
            self.add_error("day", _("Type a day of this year or the next."))
            return None
        if not moments:
            self._no_such_time(day, at)
        elif len(moments) == 1:
            return moments[0]
        else:
            return self._one_of_two(moments, zone)
        return None

    def _no_such_time(self, day: date, at: time) -> None:
        said = say_day(day, today=self._now.date())
        self.add_error(
            "at",
            _(
                "There is no %(time)s on %(day)s: the clocks are put forward over it. "
                "Choose an hour earlier or later."
            )
            % {"time": f"{at:%H:%M}", "day": said},
        )

    def _one_of_two(self, moments: list[datetime], zone: ZoneInfo) -> datetime | None:
        self.twice = True
        self.fields["which"].choices = [  # type: ignore[attr-defined]
            (name, f"{moment.astimezone(zone):%H:%M} {say_zone(zone, at=moment)}")
            for name, moment in zip(("first", "second"), moments, strict=True)
        ]
        chosen = self.cleaned_data.get("which")
        if not chosen and self._visit is not None and self._visit.starts_at in moments:
            return self._visit.starts_at
        if not chosen:
            self.add_error(
                "which", _("The clocks are set back that night and show this time twice.")
            )
            return None
        return moments[0 if chosen == "first" else 1]

    def _check(self, moment: datetime) -> None:
        visit = self._visit
        stays = visit is not None and visit.starts_at == moment
        if not stays and moment <= self._now:
            self.add_error("at", _("This time has passed. Choose one that is ahead."))
        elif not stays and moment > self._now + FURTHEST:
            self.add_error("day", _("This is more than two years ahead. Check the year."))
        elif visit_at(self._patient.pk, moment, apart_from=visit.pk if visit else None):
            self.add_error(
                "at",
                _(
                    "The patient has another visit at this very time. "
                    "Choose another, or change that visit."
                ),
            )
