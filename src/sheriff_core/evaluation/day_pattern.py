"""A day as it was said: a pattern that a calendar day fits or does not."""

import itertools
from dataclasses import dataclass
from datetime import date, timedelta

_NEAR = timedelta(days=31)  # "the 14th" without a month is a day of about this month
_WEEK = timedelta(days=7)
_BACK, _AHEAD = 31, 366  # days from today among which a day is sought that something is said to be before or after


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
    side: int = 0  # "before Monday" is -1, "after Monday" 1
    shift: int = 0  # days: "the day after Monday" is 1

    def fits(self, day: date, today: date) -> bool:
        """Whether what was said is true of `day`, heard on `today`."""
        if self.first == date.max:
            return False  # nor does it deny a day
        holds = self._is_beside(day, today) if self.side else self._is(day, today)
        return holds is not self.denied

    def _is(self, day: date, today: date) -> bool:
        named = day.toordinal() - self.shift
        if self.shift and self.day is None and self.first is None and named < today.toordinal():
            return False  # "a week from Monday" is counted from the Monday to come
        return date.min.toordinal() <= named <= date.max.toordinal() and self._names(date.fromordinal(named), today)

    def _is_beside(self, day: date, today: date) -> bool:
        """Whether `day` is before, or after, the next day that is named; else the one just past."""
        now = today.toordinal()
        around = itertools.chain(range(now, now + _AHEAD), range(now - 1, now - _BACK, -1))
        within = (place for place in around if date.min.toordinal() <= place <= date.max.toordinal())
        named = next((place for place in within if self._is(date.fromordinal(place), today)), None)
        if named is None:
            return False
        if self.side < 0:
            return day.toordinal() < named
        return day.toordinal() > (named if self.last is None else self.last.toordinal())

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
