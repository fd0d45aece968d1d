"""On which days is a clinic open, as far as reminders go? Pure.

Monday to Friday, public holidays of the practice's country apart (the `holidays` package; of the
United States, those of 5 USC 6103, also on the weekday they are kept). A day on which the visit
itself takes place is open, whatever the calendar says.
"""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays

SATURDAY: Final = 5


def is_open(day: date, *, region: str) -> bool:
    """Return whether a clinic in that country (ISO 3166) is open on an ordinary day like this."""
    return day.weekday() < SATURDAY and day not in _holidays(region, day.year)


def open_day_before(day: date, *, region: str) -> date:
    """Return the day itself if it is open, else the last open one before it."""
    while not is_open(day, region=region):
        day -= timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(region: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(region, years=year))
    except NotImplementedError:  # a country nobody keeps a list of: its weekends only
        return frozenset()
