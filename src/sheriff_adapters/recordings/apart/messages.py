"""What stands in the frames between the service and its writing process, as JSON."""

import dataclasses
import traceback
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sheriff_adapters.recordings.interaction_text import decode, encode, encode_line
from sheriff_adapters.recordings.kept_policy import KeptPolicy, line_and_policy
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_core import events
from sheriff_core.ports import InteractionFilter


class WriterDefectError(Exception):
    """Code raised in the writing process; the message tells the kind of its error, and frames, which show no values."""


def opening_body(url: str, policy: RecordingPolicy) -> bytes:
    """The address of recordings and the policy for them."""
    bounds = dataclasses.asdict(policy)
    if policy.spool_directory is not None:
        bounds["spool_directory"] = str(policy.spool_directory)
    return encode({"url": url, "policy": bounds}).encode()


def read_opening(body: bytes) -> tuple[str, RecordingPolicy]:
    """What `opening_body` wrote."""
    said = decode(body)
    bounds = said["policy"]
    if bounds["spool_directory"] is not None:
        bounds["spool_directory"] = Path(bounds["spool_directory"])
    return said["url"], RecordingPolicy(**bounds)


def line_of(interaction: dict[str, Any]) -> tuple[bytes, KeptPolicy | None]:
    """`interaction` as a line of a frame, and the policy that it only names. Raises `InteractionUnusableError`."""
    # What has no id is told from others by its words, to the letter: its policy stays where it is.
    if interaction.get("kind") == "tool_call" and interaction.get("correlationId"):
        return line_and_policy(interaction)
    return encode_line(interaction), None


def settle_body(number: int) -> bytes:
    """The question that is answered when everything is settled."""
    return encode({"id": number}).encode()


def purge_body(wanted: InteractionFilter, number: int, *, tidies: bool) -> bytes:
    """What is to be erased."""
    restrictions = dataclasses.asdict(wanted)
    if wanted.before is not None:
        restrictions["before"] = wanted.before.isoformat()
    return encode({"id": number, "wanted": restrictions, "tidies": tidies}).encode()


def read_purge(body: bytes) -> tuple[int, InteractionFilter, bool]:
    """What `purge_body` wrote."""
    said = decode(body)
    restrictions = said["wanted"]
    if restrictions["before"] is not None:
        restrictions["before"] = datetime.fromisoformat(restrictions["before"])
    return said["id"], InteractionFilter(**restrictions), said["tidies"]


def event_body(event: events.Event) -> bytes:
    """An event of the recordings, but for `InteractionRecorded`, which is told by `Frame.ACKNOWLEDGE`."""
    match event:
        case events.DefectCaught(where=where, error=error):
            frames = "".join(traceback.format_tb(error.__traceback__))
            fields: dict[str, Any] = {"where": where, "error": f"{type(error).__qualname__}\n{frames}".rstrip()}
        case _:
            fields = dataclasses.asdict(event)
    return encode({"event": type(event).__name__, **fields}).encode()


def read_event(body: bytes) -> events.Event:
    """What `event_body` wrote. Raises `KeyError` for an event that recordings do not tell."""
    fields = decode(body)
    return _EVENTS[fields.pop("event")](**fields)


def _defect(where: str, error: str) -> events.DefectCaught:
    return events.DefectCaught(where, WriterDefectError(error))


_EVENTS: dict[str, Callable[..., events.Event]] = {
    "InteractionLost": events.InteractionLost,
    "RecorderFailed": events.RecorderFailed,
    "RecorderRestored": events.RecorderRestored,
    "DefectCaught": _defect,
}
