"""What does the Messages page show? The filters in use, a true count and one page of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handbell.access.models import Facility, StaffMember
from handbell.access.permissions import Action, may
from handbell.access.queries import facilities_of, practice_zone
from handbell.console.asked import (
    Asked,
    DayLink,
    FilterChip,
    address_of,
    day_links,
    filter_chips,
    first_page,
    read_asked,
    say_days,
    wanted_of,
)
from handbell.console.clock import today_in
from handbell.console.queries import Found, search
from handbell.outbox.queries import (
    Counted,
    Page,
    Wanted,
    count_up_to,
    messages_of,
    page_of,
)


@dataclass(frozen=True, slots=True)
class Listing:
    """One view of the list, and the addresses of its neighbours."""

    asked: Asked
    days_said: str
    chips: Sequence[FilterChip]
    day_links: Sequence[DayLink]
    page: Page
    counted: Counted
    searched: str
    too_many_patients: bool
    search_is_gone: bool

    @property
    def address(self) -> str:
        return address_of(first_page(self.asked))

    @property
    def is_one_day(self) -> bool:
        return self.asked.first_day is not None and self.asked.first_day == self.asked.last_day

    @property
    def previous(self) -> str:
        return self._at(before=True)

    @property
    def next(self) -> str:
        return self._at(before=False)

    @property
    def turned(self) -> str:
        """The same list in the other order of time."""
        return address_of(replace(first_page(self.asked), latest_first=not self.asked.latest_first))

    def _at(self, *, before: bool) -> str:
        view = first_page(self.asked)
        cursor = self.page.before if before else self.page.after
        if cursor is None:
            return ""
        return address_of(replace(view, before=cursor) if before else replace(view, after=cursor))


def read_question(
    staff: StaffMember, asked: Asked, *, searched: str
) -> tuple[Wanted, Found | None]:
    """Return what the view asks of the outbox, as this staff member may ask it."""
    found = search(staff.practice, searched) if searched else None
    by_patient = found is not None and found.message_id is None
    wanted = wanted_of(
        asked,
        zone=practice_zone(staff.practice),
        patient_ids=found.patient_ids if found and by_patient else None,
        message_id=found.message_id if found else None,
        without_balances=not may(staff, Action.SEE_BALANCE_ALERTS),
    )
    return wanted, found


def read_listing(
    staff: StaffMember,
    params: Mapping[str, str],
    *,
    searched: str,
    only: Facility | None = None,
    now: datetime,
) -> Listing:
    """Return the view the parameters ask for, of the facility the frame shows `only`."""
    today = today_in(practice_zone(staff.practice), now=now).date
    asked = read_asked(params, today=today)
    if only is not None:
        asked = replace(asked, facility_id=only.pk)
    if asked.search and not searched:
        asked, gone = replace(asked, search=""), True
    else:
        gone = False
    wanted, found = read_question(staff, asked, searched=searched)
    rows = messages_of(staff.practice_id, wanted)
    chips = replace(asked, facility_id=None) if only else asked
    names = {one.pk: one.name for one in facilities_of(staff.practice, closed=True)}
    return Listing(
        asked=asked,
        days_said=say_days(asked.first_day, asked.last_day, today=today),
        chips=filter_chips(chips, today=today, facilities=names, searched=searched),
        day_links=day_links(asked, today=today),
        page=page_of(rows, latest_first=asked.latest_first, after=asked.after, before=asked.before),
        counted=count_up_to(rows),
        searched=searched,
        too_many_patients=bool(found and found.too_many),
        search_is_gone=gone,
    )
