"""Why does a message not go? The rule in words, since when, and the page that mends it.

For lists: what was stopped is read once for all addresses of a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.urls import reverse
from django.utils.translation import gettext as _

from handbell.access.models import StaffMember
from handbell.access.permissions import Action, may
from handbell.access.practice_settings import PracticeSettings
from handbell.console.clock import say_day
from handbell.console.patients.ahead import MENDED_BY, STOPS
from handbell.console.saying import say_cause, say_reason
from handbell.facts.models import Suppression
from handbell.policy.explain import Explanation
from handbell.vocabulary.words import Objection, Purpose


@dataclass(frozen=True, slots=True)
class Why:
    """Why a touch does not go, since when, and the page that mends it ("" if none does)."""

    told: Explanation
    since: str
    mend: str
    mend_said: str


@dataclass(frozen=True, slots=True)
class Held:
    """One touch that is held back."""

    patient_id: int
    purpose: Purpose
    channel: str
    address: str
    reason: Objection


@dataclass(frozen=True, slots=True)
class Whys:
    """What every reason of a page is written with."""

    settings: PracticeSettings
    staff: StaffMember | None  # whoever may mend it; None: nobody is asked to
    stops: Mapping[tuple[str, str], tuple[str, datetime]]
    now: datetime

    @classmethod
    def about(
        cls,
        held: Iterable[tuple[str, Objection | str | None]],
        *,
        settings: PracticeSettings,
        staff: StaffMember | None,
        now: datetime,
    ) -> Self:
        """Read what stopped each address that is held back for it, in one query at most."""
        addresses = {address for address, reason in held if reason in STOPS and address}
        stops: dict[tuple[str, str], tuple[str, datetime]] = {}
        if addresses:
            rows = Suppression.objects.filter(
                practice_id=settings.id, address__in=addresses, at__lte=now, lifted_at__isnull=True
            )
            for row in rows.order_by("at"):
                stops[row.address, row.channel] = (row.source, row.at)
        return cls(settings, staff, stops, now)

    def why(self, held: Held) -> Why:
        """Return the reason in words."""
        mend, said = self._mend(held)
        return Why(self._told(held.reason, held.purpose), self._since(held), mend, said)

    def _told(self, reason: Objection, purpose: Purpose) -> Explanation:
        if reason is Objection.SETTINGS_CHANGED and purpose is Purpose.BALANCE_ALERT:
            return Explanation(
                _("the practice sends no balance alerts."),
                _("Opt this patient in on their page, or set a frequency in the settings."),
                _("the practice’s settings"),
            )
        return say_reason(reason)

    def _since(self, held: Held) -> str:
        stop = self.stops.get((held.address, held.channel))
        if stop is None or held.reason not in STOPS:
            return ""
        cause, at = stop
        zone = self.settings.zone
        day = say_day(at.astimezone(zone).date(), today=self.now.astimezone(zone).date())
        return f"{say_cause(cause)}, {day}"

    def _mend(self, held: Held) -> tuple[str, str]:
        if self.staff is None:
            return "", ""
        page = MENDED_BY.get(held.reason)
        if page == "subscribe" and may(self.staff, Action.CHANGE_SUBSCRIPTIONS):
            arguments = [held.patient_id, held.purpose.value]
            return reverse("console:patient_subscribe", args=arguments), _("Record consent")
        if page == "details" and may(self.staff, Action.CHANGE_PATIENTS):
            return reverse("console:patient_details", args=[held.patient_id]), _("Change details")
        if held.purpose is Purpose.BALANCE_ALERT and held.reason is Objection.SWITCHED_OFF:
            return reverse("console:patient", args=[held.patient_id]), _("See their choice")
        return "", ""
