"""A recorded estimate as a day, or an instant, where it names one."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sheriff_core.visible import visible


def estimated_day(estimate: str, zone: ZoneInfo) -> date | None:
    """The day a recorded estimate names, as told in `zone`; None for free words."""
    instant = estimated_instant(estimate, zone)
    return None if instant is None else instant.date()


def estimated_instant(estimate: str, zone: ZoneInfo) -> datetime | None:
    """The instant a recorded estimate names; a day is its midnight, and midnight is never moved to another day."""
    try:
        recorded = datetime.fromisoformat(visible(estimate).upper())
    except ValueError:
        return None
    if recorded.time() == time():
        return recorded  # how a source that knows only the day fills a date with time
    try:
        return recorded.replace(tzinfo=zone) if recorded.tzinfo is None else recorded.astimezone(zone)
    except OverflowError:  # the first or the last day of the calendar, in another zone
        return recorded
