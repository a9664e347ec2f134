"""The writing process as the service sees it: started, spoken to, and started again when it ends."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from sheriff_adapters.recordings.apart.frames import Frame, FrameReader, framed
from sheriff_adapters.recordings.apart.messages import opening_body
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.recordings.waiting import within
from sheriff_core.ports import Clock

_GONE_WITHIN_S = 1.0  # a process that has hung up; then it is killed
# Signals that end a service are not for it: they reach all processes of a terminal or of a unit at once, and the
# service is still recording what its last callers were told.
_NOT_FOR_IT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class WriterProcess:
    """Runs `program`, a module that calls `writer.serve`, and passes on what it says. `run` is its one task.

    `began` is called whenever it can be spoken to, anew after each start; `said` with each frame; `ended` with the
    reason whenever it ends before it is told to. While `is_needed` says that something is not written yet, a stop, too,
    starts it again.
    """

    def __init__(
        self,
        program: str,
        url: str,
        policy: RecordingPolicy,
        *,
        clock: Clock,
        began: Callable[[], None],
        said: Callable[[Frame, bytes], None],
        ended: Callable[[str], None],
        is_needed: Callable[[], bool],
    ) -> None:
        self._program = program
        self._opening = framed(Frame.OPEN, opening_body(url, policy))
        self._policy = policy
        self._clock = clock
        self._began = began
        self._said = said
        self._ended = ended
        self._is_needed = is_needed
        self._transport: asyncio.Transport | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = asyncio.Event()
        self._stopped = asyncio.Event()

    @property
    def pid(self) -> int | None:
        """The number of the process, while there is one."""
        return None if self._process is None else self._process.pid

    def send(self, frame: bytes) -> bool:
        """Send a frame; False when nobody is there to hear it."""
        if self._transport is None:
            return False
        self._transport.write(frame)
        return True

    async def run(self) -> None:
        """Keep a process running. Until it is told to stop, or cancelled, which kills it."""
        pause = self._policy.retry_first_s
        try:
            while self._is_wanted():
                started_at = self._clock.now()
                try:
                    reason = await self._one_life()
                except Exception as error:  # noqa: BLE001 - whatever it is, callers are answered, and it is tried again
                    reason = f"cannot be started: {getattr(error, 'strerror', None) or type(error).__name__}"
                if not self._is_wanted():
                    return
                self._ended(f"the writing process {reason}")
                if self._clock.now() - started_at > self._policy.retry_max_s:
                    pause = self._policy.retry_first_s
                await self._rest(pause)
                pause = min(pause * 2, self._policy.retry_max_s)
        finally:
            self._stopped.set()

    def kill(self) -> None:
        """End the process at once; another one is started."""
        if self._process is not None:
            self._process.kill()

    async def stop(self) -> None:
        """Have it write what it was given, and end. While that is not written, a dead one is started again."""
        self._stopping.set()
        self.send(framed(Frame.CLOSE))
        await self._stopped.wait()

    def _is_wanted(self) -> bool:
        return not self._stopping.is_set() or self._is_needed()

    async def _rest(self, seconds: float) -> None:
        if self._stopping.is_set():  # a process that dies again and again is not started without a pause
            await self._clock.sleep(seconds)
        else:
            await within(self._clock, seconds, self._stopping.wait())

    async def _one_life(self) -> str:
        """Start a process and wait for its end; how it ended."""
        ours, theirs = socket.socketpair()
        try:
            self._process = process = await asyncio.to_thread(_start, self._program, theirs)
        except BaseException:
            ours.close()
            raise
        loop = asyncio.get_running_loop()
        gone = loop.create_future()
        try:
            transport, _ = await loop.create_unix_connection(lambda: _Link(self._said, gone), sock=ours)
            self._transport = transport
            transport.write(self._opening)
            self._began()
            if self._stopping.is_set():
                transport.write(framed(Frame.CLOSE))
            await gone
            self._transport = None  # what is said from here on is for the next one
            return await asyncio.to_thread(_end_of, process)
        finally:
            if self._transport is not None:
                self._transport.abort()
            self._transport = self._process = None
            if process.poll() is None:
                process.kill()
                await asyncio.to_thread(_end_of, process)  # else it would stay as a zombie, as long as we live


class _Link(asyncio.Protocol):
    def __init__(self, said: Callable[[Frame, bytes], None], gone: asyncio.Future[None]) -> None:
        self._said = said
        self._gone = gone
        self._reader = FrameReader()

    def data_received(self, data: bytes) -> None:
        for kind, body in self._reader.read(data):
            self._said(kind, body)

    def connection_lost(self, error: Exception | None) -> None:  # noqa: ARG002 - how the process ended tells more
        if not self._gone.done():
            self._gone.set_result(None)


def _start(program: str, end: socket.socket) -> subprocess.Popen[bytes]:
    """Start `program`, and let go of its `end`: here, where nobody who no longer waits can close it too early."""
    with end:
        return _start_with(program, end.fileno())


def _start_with(program: str, descriptor: int) -> subprocess.Popen[bytes]:
    # It finds what we have found, and nothing that merely lies in the working directory.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(each).absolute()) for each in sys.path)}
    # Inherited: ignored by the program itself, they would end it until it comes to that.
    blocked_before = signal.pthread_sigmask(signal.SIG_BLOCK, _NOT_FOR_IT)
    try:
        return subprocess.Popen(  # noqa: S603 - our own code
            [sys.executable or "python3", "-P", "-m", program, str(descriptor)],
            pass_fds=(descriptor,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=environment,
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked_before)


def _end_of(process: subprocess.Popen[bytes]) -> str:
    """How `process`, which has hung up, ended."""
    try:
        status = process.wait(_GONE_WITHIN_S)
    except subprocess.TimeoutExpired:
        return "hung up"
    if status < 0:
        with contextlib.suppress(ValueError):
            return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
