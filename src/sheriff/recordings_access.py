"""How the commands on recordings reach them, and how they end."""

import asyncio
import math
import os
import signal
import threading
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

import click

from sheriff.environment import read_variable
from sheriff.unheard import Unheard
from sheriff_core.ports import RecordingsUnavailableError

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from sheriff_adapters.recordings.opening import OpenRecordings

DONE, FAILED, UNREADABLE = 0, 1, 2
_ENDED_BY_SIGNAL = 128  # and its number, as shells tell it
PURGE_REST = 1.0  # half of the disk's time: somebody waits for the end of a command
SETTLE_WITHIN_S = 600.0  # what a killed service left is in the store before a command looks; 200,000 take seconds
DEFAULT_URL = "sqlite:///recordings.db"
VARIABLE = "SHERIFF_RECORDINGS_URL"
RETENTION_VARIABLE = "SHERIFF_RECORDINGS_RETENTION_DAYS"
DEFAULT_RETENTION_DAYS = 30.0


def opened(address: str, *, create: bool) -> "AbstractAsyncContextManager[OpenRecordings]":
    """The recordings for writing, without retention: what is too old is the service's to delete, or `purge`'s."""
    from sheriff_adapters.recordings.opening import open_recordings
    from sheriff_adapters.recordings.policy import RecordingPolicy
    from sheriff_adapters.system_clock import SystemClock

    policy = RecordingPolicy(retention_days=None, purge_rest=PURGE_REST, settle_within_s=SETTLE_WITHIN_S)
    return open_recordings(address, clock=SystemClock(), events=Unheard(), policy=policy, create=create)


def recordings_address(url: str | None) -> str:
    """The recordings that are meant: `url`, or the environment's. Raises `click.UsageError`."""
    try:
        said = url or read_variable(os.environ, VARIABLE)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if said == "none":
        raise click.UsageError(f"nothing is recorded: {VARIABLE} is none")
    return said or DEFAULT_URL


def retention_days(*, at_most: float) -> float:
    """For how many days the environment keeps interactions. Raises `click.UsageError`."""
    try:
        said = read_variable(os.environ, RETENTION_VARIABLE)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    try:
        days = DEFAULT_RETENTION_DAYS if said is None else float(said)
    except ValueError:
        days = math.nan
    if not 0 < days <= at_most:
        example = f"{RETENTION_VARIABLE}={DEFAULT_RETENTION_DAYS:g}"
        raise click.UsageError(f"{RETENTION_VARIABLE}: must be above 0, and {at_most:g} at most (example: {example})")
    return days


def exit_code_of(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Do `work`, and tell a person what kept it from being done."""
    from sheriff_adapters.recordings.urls import RecordingsUrlError

    try:
        return asyncio.run(_ended_in_order(work))
    except (RecordingsUrlError, RecordingsUnavailableError, ValueError) as error:
        click.echo(f"sheriff recordings: {error}", err=True)
        return UNREADABLE


async def _ended_in_order(work: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Do `work`, and undo what is half done when a signal ends it: an unfinished export holds what callers said."""
    loop, task, heard = asyncio.get_running_loop(), asyncio.current_task(), list[int]()
    assert task is not None  # noqa: S101 - a coroutine that runs has one

    def end(number: int) -> None:
        heard.append(number)
        loop.remove_signal_handler(number)  # the second one ends the process at once
        task.cancel()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGHUP):  # asyncio does the same for SIGINT
            if signal.getsignal(number) == signal.SIG_DFL:  # under `nohup` a hang-up is ignored
                loop.add_signal_handler(number, end, number)
    try:
        return await work()
    except asyncio.CancelledError:
        if not heard:
            raise
        return _ENDED_BY_SIGNAL + heard[0]
