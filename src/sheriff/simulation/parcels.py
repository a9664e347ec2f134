"""What simulated callers ask for: tracking numbers, and the telephone they would call from."""

import os
from dataclasses import dataclass, field
from pathlib import Path

from sheriff.demo.shifting import embedded_dataset
from sheriff_adapters.dataset import DatasetError, read_dataset


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
        if path.is_dir() or (_looks_like_a_file(given) and not path.exists()):
            raise ParcelsError(f"{given}: no such file")
        if not path.is_file():
            found = tuple(Parcel(number.strip()) for number in given.split(",") if number.strip())
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


def _looks_like_a_file(given: str) -> bool:
    """Whether a file is meant, though none is there: simulated callers would ask for its name."""
    return "," not in given and (os.sep in given or Path(given).suffix in {".ndjson", ".jsonl", ".txt", ".csv"})


def _of_dataset(path: Path) -> tuple[Parcel, ...]:
    return tuple(Parcel(delivery.tracking_number, delivery.customer_phone) for delivery in read_dataset(path))
