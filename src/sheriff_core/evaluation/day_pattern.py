"""A day as it was said: a pattern that a calendar day fits or does not."""

from dataclasses import dataclass
from datetime import date, timedelta

_NEAR = timedelta(days=31)  # "the 14th" without a month is a day of about this month
_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DayPattern:
    """A day as it was said; what was not said is None. `first` and `last` bound a relative or vague day, inclusive."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None  # Monday is 0
    first: date | None = None
    last: date | None = None
    denied: bool = False  # "not today"
    swapped: bool = False  # "2/3" may be the third of February or the second of March

    def fits(self, day: date, today: date) -> bool:
        """Whether what was said is true of `day`, heard on `today`."""
        if self.first == date.max:
            return False  # nor does it deny a day
        return self._names(day, today) is not self.denied

    def _names(self, day: date, today: date) -> bool:
        month, number = (self.month, self.day)
        matches = number is None or (month in (None, day.month) and number == day.day)
        if self.swapped:
            matches = matches or (number, month) == (day.month, day.day)
        if number is None and month is not None:
            matches = month == day.month
        if number is not None and month is None:
            matches = matches and abs(day - today) <= _NEAR
        if self.first is not None and self.last is not None:
            matches = matches and self.first <= day <= self.last
        elif self.weekday is not None and number is None:
            matches = matches and abs(day - today) <= _WEEK
        return matches and self.year in (None, day.year) and self.weekday in (None, day.weekday())


# What names no day: "any day now", "for two days".
NO_DAY = DayPattern(first=date.max, last=date.min)
