"""What is done with a connection to SQLite, whatever it is for."""

import contextlib
import sqlite3
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")
_CHECKPOINT_PAGES = 1_000  # of the write-ahead log go to the file at once: 8 MiB
_PURGE_CHECKPOINT_PAGES = 128  # while something is deleted, which would fill the log in a few steps


def free_pages(connection: sqlite3.Connection) -> int:
    """How many pages of the file hold nothing."""
    count: int = connection.execute("PRAGMA freelist_count").fetchone()[0]
    return count


def with_small_checkpoints(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], _T]) -> _T:
    """Do `work`, whose commit carries the log over into the file as soon as it holds a little.

    A checkpoint is the longest thing that a disk is asked for here, and appends to the spool wait for the same disk.
    """
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PURGE_CHECKPOINT_PAGES}")
    try:
        return work(connection)
    finally:
        connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")


def interrupt(connection: sqlite3.Connection | None) -> None:
    """Cut short what another thread does with `connection`: bringing a million rows up to date, say."""
    if connection is not None:
        with contextlib.suppress(sqlite3.Error):  # closed meanwhile
            connection.interrupt()


def close(connection: sqlite3.Connection | None) -> None:
    """Let go of `connection`."""
    if connection is not None:
        with contextlib.suppress(sqlite3.Error):
            connection.close()
