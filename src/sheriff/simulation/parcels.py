"""What simulated callers ask for: tracking numbers, and the telephone they would call from."""

from dataclasses import dataclass, field
from pathlib import Path

from sheriff.demo.shifting import embedded_dataset
from sheriff_adapters.dataset import DatasetError, read_dataset
from sheriff_core.policy import TrackingNumberPolicy
from sheriff_core.tracking_number import read_tracking_number


class ParcelsError(ValueError):
    """Numbers that cannot be read: says where and why."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A tracking number as a caller has it before them, and the phone on its order where that is known."""

    number: str
    phone: str | None = field(default=None, repr=False)


def demo_parcels() -> tuple[Parcel, ...]:
    """Those of the dataset that `sheriff demo` serves."""
    with embedded_dataset() as path:
        return _of_dataset(path)


def read_parcels(given: str) -> tuple[Parcel, ...]:
    """`given` is a file (a dataset in Sanity's NDJSON, or one number a line), or numbers separated by commas.

    Raises `ParcelsError`.
    """
    path = Path(given)
    try:
        if not path.is_file():
            found = _by_hand(given)
        elif path.suffix in {".ndjson", ".jsonl"}:
            found = _of_dataset(path)
        else:
            lines = path.read_text(encoding="utf-8").splitlines()
            found = tuple(Parcel(line.strip()) for line in lines if line.strip())
    except (OSError, UnicodeError, DatasetError) as error:
        raise ParcelsError(f"{given}: {error}") from error
    if not found:
        raise ParcelsError(f"{given}: holds no tracking number")
    return found


def _by_hand(given: str) -> tuple[Parcel, ...]:
    numbers = [number.strip() for number in given.split(",") if number.strip()]
    if numbers and all(read_tracking_number(number, TrackingNumberPolicy()) is None for number in numbers):
        raise ParcelsError(f"{given}: is neither a file nor a tracking number")
    return tuple(map(Parcel, numbers))


def _of_dataset(path: Path) -> tuple[Parcel, ...]:
    return tuple(Parcel(delivery.tracking_number, delivery.customer_phone) for delivery in read_dataset(path))
