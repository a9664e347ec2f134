"""The embedded dataset, and its dates moved so that they lie around today.

The file is an ordinary export with fixed dates. Served as it is, it would tell of nothing but overdue deliveries once
its time has gone by.
"""

import json
import re
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

# The day on which the file is true. Its last change is two days old by then: in no time zone is it yet to come.
WRITTEN_FOR: Final = date(2026, 11, 24)

_DATED: Final = ("_createdAt", "_updatedAt", "estimatedDelivery")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def embedded_dataset() -> AbstractContextManager[Path]:
    """The file as it is shipped, for as long as the block lasts."""
    return as_file(files("sheriff.demo") / "deliveries.ndjson")


def move_to_today(dataset: Path, moved: Path, *, now: datetime, timezone: str) -> None:
    """Write `dataset` to `moved` as if it had been written for the day of `now` in `timezone` (an IANA name)."""
    today = now.astimezone(ZoneInfo(timezone)).date()
    records = [json.loads(line) for line in dataset.read_text(encoding="utf-8").split("\n") if line]
    lines = [json.dumps(record, ensure_ascii=False) for record in shifted(records, (today - WRITTEN_FOR).days)]
    moved.write_text("\n".join([*lines, ""]), encoding="utf-8")


def shifted(records: Iterable[Mapping[str, Any]], days: int) -> list[dict[str, Any]]:
    """The documents with their dates `days` later; an absent, null or unusable date stays as it is."""
    return [
        {key: _later(value, days) if key in _DATED else value for key, value in record.items()} for record in records
    ]


def _later(recorded: Any, days: int) -> Any:
    """The same time of day at the same offset, on another day."""
    if not isinstance(recorded, str) or not (day := _DAY.match(recorded)):
        return recorded
    try:
        datetime.fromisoformat(recorded.upper())  # "2026-12-04 or later" begins with a day, but is none
        return f"{date.fromisoformat(day[0]) + timedelta(days)}{recorded[day.end() :]}"
    except (ValueError, OverflowError):
        return recorded
