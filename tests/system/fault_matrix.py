"""The fault matrix: what a caller must hear while Sanity is slow, flapping, lying or gone.

One table for the test (`test_fault_matrix`), the report (`scripts.faults`) and the documentation.
`fault_play` plays it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SOFT_S, HARD_S = 0.5, 4.5  # as shipped


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it must be: from where, how many seconds after the question, for how many requests to Sanity."""

    served_from: str
    from_s: float  # not before this
    until_s: float  # and not after this, on a machine that is not busy
    requests: int


@dataclass(frozen=True, slots=True)
class Row:
    """One fault with what it must come to."""

    name: str
    fault: dict[str, Any]  # of tests/standin/faults.mjs
    remembered: Answer
    never_asked: Answer
    breaker: str | None = None  # its state after five failures in a row; None: the fault passes, or nothing fails
    close: bool = False  # decided by a fraction of a second, so a busy machine gets a second try


def source(from_s: float, until_s: float, requests: int) -> Answer:
    return Answer("source", from_s, until_s, requests)


def stale(from_s: float, until_s: float, requests: int) -> Answer:
    return Answer("stale", from_s, until_s, requests)


def sorry(from_s: float, until_s: float, requests: int) -> Answer:
    return Answer("none", from_s, until_s, requests)


def lasting(name: str, kind: str, requests: int = 3, **fault: Any) -> Row:
    """Fails at once, each time: two pauses of at most 100 and 200 ms between three requests, then memory."""
    return Row(name, {"kind": kind, **fault}, stale(0, 0.4, requests), sorry(0, 0.4, requests), "open")


def silent(name: str, kind: str, **fault: Any) -> Row:
    """Says nothing in time: what is remembered at the soft timeout, else sorry at the hard one. One twin is sent."""
    return Row(name, {"kind": kind, **fault}, stale(SOFT_S, SOFT_S, 2), sorry(HARD_S, HARD_S, 2), "open")


def refusing(name: str, status: int) -> Row:
    """Says that we are wrong: once is enough, and it is no failure of Sanity's (docs/adr/0006)."""
    return Row(name, {"kind": "status", "status": status}, stale(0, 0.1, 1), sorry(0, 0.1, 1), "closed")


def slow(name: str, delay_ms: int, remembered: Answer, never_asked: Answer, *, close: bool = False) -> Row:
    return Row(name, {"kind": "latency", "delay_ms": delay_ms}, remembered, never_asked, close=close)


MATRIX: Sequence[Row] = (
    slow("latency 300 ms", 300, source(0.3, 0.35, 1), source(0.3, 0.35, 1), close=True),
    slow("latency 700 ms", 700, stale(SOFT_S, SOFT_S, 1), source(0.7, 0.75, 1), close=True),
    slow("latency 3 s", 3_000, stale(SOFT_S, SOFT_S, 2), source(3.0, 3.05, 2)),
    silent("latency 10 s", "latency", delay_ms=10_000),
    Row("503 once", {"kind": "status", "status": 503, "times": 1}, source(0, 0.2, 2), source(0, 0.2, 2), close=True),
    Row("503 twice", {"kind": "status", "status": 503, "times": 2}, source(0, 0.4, 3), source(0, 0.4, 3), close=True),
    lasting("503 for ever", "status", status=503),
    lasting("500 for ever", "status", status=500),
    lasting("504 for ever", "status", status=504),
    Row(
        "429 once, `Retry-After: 1`",
        {"kind": "status", "status": 429, "retry_after": 1, "times": 1},
        stale(SOFT_S, SOFT_S, 2),
        source(1.0, 1.2, 2),
    ),
    Row(
        "429 for ever, `Retry-After: 1`",
        {"kind": "status", "status": 429, "retry_after": 1},
        stale(SOFT_S, SOFT_S, 3),
        sorry(2.0, 2.3, 3),
        "open",
    ),
    lasting("429 for ever, `Retry-After: 30`", "status", 1, status=429, retry_after=30),
    lasting("connection refused", "refused"),
    lasting("connection reset", "reset"),
    silent("hangs before the headers", "hang"),
    silent("hangs in the body", "hang_body"),
    lasting("body shorter than announced", "truncated"),
    lasting("200 with cut-off JSON", "malformed"),
    lasting("502 with HTML", "html"),
    lasting("200 with `{}`", "empty_object"),
    lasting("200 with `result: null`", "null_result"),
    lasting("200 with `result` of a wrong shape", "wrong_result"),
    lasting(
        "200 with somebody else's delivery",
        "wrong_document",
        document={"_id": "other", "_type": "delivery", "trackingNumber": "FLT777777", "status": "delivered"},
    ),
    refusing("401, token revoked", 401),
    refusing("404, wrong dataset", 404),
)
