"""Bytes of a spool's file, by their offsets."""

import errno
import os
from pathlib import Path


def read(descriptor: int, start: int, end: int) -> bytes:
    """All of it. Raises `OSError`, for a file that ends before, too."""
    content = os.pread(descriptor, end - start, start)
    while len(content) < end - start:
        more = os.pread(descriptor, end - start - len(content), start + len(content))
        if not more:
            raise OSError(errno.EIO, "cut short by someone else")
        content += more
    return content


def write(descriptor: int, content: bytes, offset: int) -> None:
    """All of it. Raises `OSError`."""
    view = memoryview(content)
    while view:
        written = os.pwrite(descriptor, view, offset)
        view = view[written:]
        offset += written


def synchronise_directory(directory: Path) -> None:
    """Make the name of a new file durable, too."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def whole_lines(descriptor: int) -> int:
    """Cut a line that a kill tore; where the file ends then. A torn line was never acknowledged."""
    size = os.fstat(descriptor).st_size
    end = size
    while end:
        start = max(0, end - 65_536)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end != size:
        os.ftruncate(descriptor, end)
    return end


def count_lines(descriptor: int) -> int:
    """How many lines end in the file. Raises `OSError`."""
    count = at = 0
    while content := os.pread(descriptor, 65_536, at):
        count += content.count(b"\n")
        at += len(content)
    return count
