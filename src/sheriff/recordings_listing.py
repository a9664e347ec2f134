"""Interactions as lines: a table for a person at a terminal, tabs for a program in a pipe."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from sheriff.printable import printable

HEADINGS = ("RECEIVED", "KIND", "OUTCOME", "TRACKING NUMBER", "LATENCY", "CALL", "CORRELATION ID")
_NONE = "-"


def print_interactions(interactions: Sequence[Mapping[str, Any]]) -> None:
    """Print one line an interaction: on a terminal as a table, else separated by tabs under a heading."""
    lines = [_cells(interaction) for interaction in interactions]
    if not sys.stdout.isatty():
        print(*("\t".join(cells) for cells in (HEADINGS, *lines)), sep="\n")  # noqa: T201 - a command's output
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False)
    for heading in HEADINGS:
        table.add_column(heading, overflow="fold", justify="right" if heading == "LATENCY" else "left")
    for cells in lines:
        table.add_row(*(Text(cell) for cell in cells))
    Console().print(table)


def _cells(interaction: Mapping[str, Any]) -> tuple[str, ...]:
    metadata = _object(_object(interaction.get("reply")).get("metadata"))
    latency = interaction.get("latencyMs")
    number = interaction.get("trackingNumber") or _object(interaction.get("arguments")).get("trackingNumber")
    ended = interaction.get("endedReason")
    return (
        _printable(interaction.get("receivedAt")),
        _printable(interaction.get("kind")),
        _printable(metadata.get("outcome") or ended),
        _printable(number),
        f"{latency:.1f} ms" if isinstance(latency, int | float) else _NONE,
        _printable(interaction.get("callId")),
        _printable(interaction.get("correlationId")),
    )


def _printable(value: object) -> str:
    return printable(str(value or "")) or _NONE


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
