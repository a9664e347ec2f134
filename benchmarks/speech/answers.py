"""Microseconds per answer: an outcome in hand, until the sentence is there.

Run it with `python -m benchmarks.speech.answers`. Each case is timed in batches; the best batch is what the words cost,
the median what they cost on a machine that does other things, too.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from sheriff_core.answer import answer_issue, answer_status
from sheriff_core.delivery import Delivery
from sheriff_core.disclosure import Disclosed
from sheriff_core.fragments import Answer
from sheriff_core.outcome import Found, FoundStale, NotFound, Outcome, ServedFrom
from sheriff_core.tracking_number import TrackingNumber

AT = datetime(2026, 2, 12, 9, 30, tzinfo=UTC)
NUMBER = TrackingNumber(said="SHR 123456", readings=("SHR123456",))
DELIVERY = Delivery(
    tracking_number="SHR123456",
    status="in_transit",
    customer_name="Maria Lopez",
    estimated_delivery="2026-02-14",
    issue_message="Gate was locked. The driver left a card.",
)
BATCHES = 30
ANSWERS_PER_BATCH = 1_000


def found(**changes: str) -> Found:
    return Found(replace(DELIVERY, **changes), 0.0, ServedFrom.SOURCE)


CASES: dict[str, tuple[Callable[..., Answer], Outcome, Disclosed]] = {
    "status, date": (answer_status, found(), Disclosed.EVERYTHING),
    "status, date with time": (answer_status, found(estimated_delivery="2026-02-14T15:30:00Z"), Disclosed.EVERYTHING),
    "status, remembered": (answer_status, FoundStale(DELIVERY, 185.0), Disclosed.EVERYTHING),
    "status only": (answer_status, found(), Disclosed.STATUS_ONLY),
    "status, name beyond ASCII": (answer_status, found(customer_name="Zoë Łukasz"), Disclosed.EVERYTHING),
    "issue, one line": (answer_issue, found(), Disclosed.EVERYTHING),
    "issue, 2,500 characters cut": (
        answer_issue,
        found(issue_message="The gate was locked again.\n" * 92),
        Disclosed.EVERYTHING,
    ),
    "not found": (answer_status, NotFound(), Disclosed.EVERYTHING),
}


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    print(f"{'answer':<30}{'best µs':>10}{'median µs':>12}{'characters':>12}")
    for name, (answer, outcome, disclosed) in CASES.items():
        taken = []
        for _ in range(BATCHES):
            started = time.perf_counter()
            for _ in range(ANSWERS_PER_BATCH):
                text = answer(outcome, number=NUMBER, disclosed=disclosed, at=AT, timezone="America/New_York").text
            taken.append((time.perf_counter() - started) / ANSWERS_PER_BATCH * 1e6)
        print(f"{name:<30}{min(taken):>10.1f}{statistics.median(taken):>12.1f}{len(text):>12}")


if __name__ == "__main__":
    main()
