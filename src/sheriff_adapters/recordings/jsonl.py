"""Interactions as JSON lines, one a line, plain or gzip: written whole or not at all, read at any size."""

import asyncio
import gzip
import io
import os
import tempfile
import zlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import orjson

from sheriff_adapters.recordings.interaction_text import decode, encode
from sheriff_adapters.recordings.row import problem_of
from sheriff_core.ports import RecordingsUnavailableError

SUFFIXES = (".jsonl", ".jsonl.gz")
_MAX_LINE = 64 * 1024 * 1024  # bytes; a longer line is told as bad, and never held whole
_AT_ONCE = 1024 * 1024  # bytes read or written in one step


@dataclass(frozen=True, slots=True)
class BadLine:
    """A place in a file that holds no interaction."""

    where: str  # "file.jsonl:12"
    problem: str


def is_jsonl(where: str) -> bool:
    """Whether `where` names a file of JSON lines."""
    return where.endswith(SUFFIXES)


def count_lines(path: Path) -> int | None:
    """How many lines a plain file holds; None where only reading it would tell: it is packed, a pipe, or not there."""
    if path.name.endswith(".gz") or not path.is_file():
        return None
    lines = 0
    last = b"\n"
    try:
        with path.open("rb") as file:
            while block := file.read(_AT_ONCE):
                lines += block.count(b"\n")
                last = block[-1:]
    except OSError:
        return None
    return lines + (last != b"\n")


async def read_lines(path: Path) -> AsyncIterator[tuple[str, dict[str, Any] | BadLine]]:
    """Read `path` in its order, each line with its place, "file.jsonl:12"; lines that are empty are passed over.

    Raises `RecordingsUnavailableError` when it cannot be opened or read to its end.
    """
    file = await asyncio.to_thread(_open, path)
    try:
        number = 0
        while lines := await asyncio.to_thread(_some_lines, file, path):
            for line in lines:
                number += 1
                if line.strip():
                    where = f"{path}:{number}"
                    yield where, _read_line(line, where, is_first=number == 1)
    finally:
        file.close()


async def write_jsonl(
    path: Path, interactions: AsyncIterator[dict[str, Any]], *, told: Callable[[int], None] = lambda _: None
) -> int:
    """Write `interactions` to `path`, for its owner alone to read; how many. `told` hears how many there are so far.

    The file appears when it is whole: an export that fails leaves what stood there before. Raises
    `RecordingsUnavailableError`.
    """
    try:
        # Of a name that nobody else has: two exports to one file do not write into each other's.
        descriptor, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".unfinished", dir=path.parent)
        unfinished = Path(name)
        try:
            count = await _write_whole(descriptor, interactions, is_packed=path.name.endswith(".gz"), told=told)
            await asyncio.to_thread(unfinished.replace, path)
        finally:
            await asyncio.to_thread(unfinished.unlink, missing_ok=True)
    except OSError as error:
        raise RecordingsUnavailableError(f"{path}: {error.strerror or error}") from error
    return count


async def _write_whole(
    descriptor: int, interactions: AsyncIterator[dict[str, Any]], *, is_packed: bool, told: Callable[[int], None]
) -> int:
    count = 0
    with os.fdopen(descriptor, "wb") as raw:
        file: IO[bytes] | gzip.GzipFile = (
            gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) if is_packed else raw
        )
        pending = io.BytesIO()
        async for interaction in interactions:
            pending.write(encode(interaction).encode() + b"\n")
            count += 1
            if pending.tell() >= _AT_ONCE:
                await asyncio.to_thread(file.write, pending.getvalue())
                pending = io.BytesIO()
                told(count)
        await asyncio.to_thread(file.write, pending.getvalue())
        if is_packed:
            file.close()
        raw.flush()
        await asyncio.to_thread(os.fsync, raw.fileno())
    told(count)
    return count


def _open(path: Path) -> IO[bytes]:
    try:
        return gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb")  # type: ignore[return-value]  # a GzipFile reads as a file does
    except OSError as error:
        raise RecordingsUnavailableError(f"{path}: {error.strerror or error}") from error


def _some_lines(file: IO[bytes], path: Path) -> list[bytes]:
    lines: list[bytes] = []
    size = 0
    try:
        while size < _AT_ONCE and (line := file.readline(_MAX_LINE)):
            size += len(line)
            if len(line) == _MAX_LINE and not line.endswith(b"\n"):
                while (more := file.readline(_MAX_LINE)) and not more.endswith(b"\n"):
                    continue
                line = line[:1]  # what is left of it is no interaction, which is what will be told
            lines.append(line)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RecordingsUnavailableError(f"{path}: {reason}") from error
    return lines


def _read_line(line: bytes, where: str, *, is_first: bool) -> dict[str, Any] | BadLine:
    if is_first:
        line = line.removeprefix(b"\xef\xbb\xbf")  # a byte order mark that an editor left
    try:
        read = decode(line)
    except orjson.JSONDecodeError as error:
        return BadLine(where, f"not JSON: {error.msg}")
    except ValueError as error:
        return BadLine(where, f"not JSON: {str(error)[:80]}")
    problem = problem_of(read)
    return BadLine(where, problem) if problem else read
