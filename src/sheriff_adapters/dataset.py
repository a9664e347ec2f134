"""Deliveries from a file: Sanity's own NDJSON export, one document a line, held in memory.

The format is that of `sanity dataset export` (docs/reference/dataset-format.md).
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from sheriff_adapters.document import DocumentError, is_published, read_delivery
from sheriff_core.deadline import Deadline
from sheriff_core.delivery import Delivery
from sheriff_core.events import SourceRequestEnded
from sheriff_core.ports import AttemptLog, AttemptResult, Clock, EventSink
from sheriff_core.tracking_number import TrackingNumber, canonical

MOST_PROBLEMS_TOLD = 20
_GZIP = b"\x1f\x8b"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class DatasetError(Exception):
    """A dataset that cannot be served: names the file, each line at fault (at most 20), and what is wrong there."""

    def __init__(self, path: Path, problems: list[str]) -> None:
        """`problems` stand one a line in the message, each beginning with the file or the file and line."""
        told = problems[:MOST_PROBLEMS_TOLD]
        if len(problems) > len(told):
            told.append(f"{path}: and {len(problems) - len(told)} more")
        super().__init__("\n".join(told))
        self.path = path
        self.problems = tuple(problems)


class DatasetDeliverySource:
    """The published deliveries of one export, found by the letters and digits of their number."""

    def __init__(self, deliveries: Iterable[Delivery], *, events: EventSink, clock: Clock) -> None:
        """Each question is told to `events`, as for a source behind a network."""
        self._index: dict[str, list[Delivery]] = {}
        self._events = events
        self._clock = clock
        for delivery in deliveries:
            self._index.setdefault(canonical(delivery.tracking_number), []).append(delivery)
        # A number without letters and digits ("--") cannot be asked for.
        self._index.pop("", None)

    @classmethod
    def from_path(cls, path: Path, *, events: EventSink, clock: Clock) -> "DatasetDeliverySource":
        """Read a whole export. Raises `DatasetError` with all that is wrong in it."""
        return cls(read_dataset(path), events=events, clock=clock)

    def __len__(self) -> int:
        """How many deliveries can be found."""
        return sum(len(deliveries) for deliveries in self._index.values())

    async def fetch(self, number: TrackingNumber, *, deadline: Deadline, attempts: AttemptLog) -> tuple[Delivery, ...]:
        """Every delivery that answers to a reading of `number`, latest change first, at most two."""
        del deadline  # memory is asked: nothing can be late
        attempt = attempts.begin()
        started = self._clock.now()
        matching = {d.document_id: d for reading in number.readings for d in self._index.get(reading, ())}
        found = tuple(sorted(matching.values(), key=lambda d: d.updated_at or "", reverse=True)[:2])
        result = AttemptResult.OK if found else AttemptResult.EMPTY
        attempts.end(attempt, result, found)
        self._events.emit(SourceRequestEnded(result=result, duration_s=self._clock.now() - started))
        return found


def read_dataset(path: Path) -> list[Delivery]:
    """The published deliveries of the export at `path`. Raises `DatasetError` with all that is wrong in it."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DatasetError(path, [f"{path}: cannot be read: {error.strerror or error}"]) from error
    if content.startswith(_GZIP):
        raise DatasetError(path, [f"{path}: is compressed: unpack it and name the data.ndjson inside"])
    deliveries: list[Delivery] = []
    problems: list[str] = []
    line_of_id: dict[str, int] = {}
    # Split at line feeds only: a text inside JSON may hold other separators of Unicode, which are no ends of lines.
    for line_number, line in enumerate(content.removeprefix(_BYTE_ORDER_MARK).split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            document = _read_document(line)
            _refuse_second(document["_id"], line_number, line_of_id)
            if document["_type"] == "delivery" and is_published(document["_id"]):
                delivery = read_delivery(document)
                if delivery is not None:
                    deliveries.append(delivery)
        except DocumentError as error:
            problems.append(f"{path}:{line_number}: {error}")
    if problems:
        raise DatasetError(path, problems)
    return deliveries


def _read_document(line: bytes) -> dict[str, Any]:
    """One line as a document with a usable `_id` and `_type`. Raises `DocumentError`."""
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise DocumentError(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise DocumentError("not an object")
    missing = [key for key in ("_id", "_type") if not (isinstance(document.get(key), str) and document[key])]
    if missing and ("error" in document or "statusCode" in document):
        # Sanity's export endpoint answers 200 first; a failure on the way is a line inside the stream.
        raise DocumentError("an error of Sanity's API, so the export is not whole: export again")
    if missing:
        raise DocumentError(f"no usable {' and no usable '.join(missing)}")
    return document


def _refuse_second(document_id: str, line_number: int, line_of_id: dict[str, int]) -> None:
    """Note where an id stands. Raises `DocumentError` when it stood before: one delivery would look like two."""
    first = line_of_id.setdefault(document_id, line_number)
    if first != line_number:
        raise DocumentError(f"its _id stands on line {first} already")
