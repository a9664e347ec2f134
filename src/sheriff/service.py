"""Runs the assembled service, from settings to exit code (docs/reference/commands.md)."""

import asyncio
import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Final

from sheriff import __version__, collector
from sheriff.composition import Application, application, instance_name
from sheriff.otel_files import put_values_of_files
from sheriff.settings import Settings, SettingsError
from sheriff_adapters.dataset import DatasetError
from sheriff_adapters.telemetry.json_logs import JsonLogs
from sheriff_adapters.telemetry.traces import traces_from_environment
from sheriff_core.events import LifecycleChanged
from sheriff_core.policy import PolicyError
from sheriff_web.server import ListenError, serve
from sheriff_web.stop_signals import heard_stop_signals

EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_CONFIGURATION: Final = 78  # EX_CONFIG of sysexits.h
MOST_DESCRIPTORS: Final = 65_536
FAREWELL_S: Final = 2.0  # the loop gets this long to close when everything else is closed and written

OnListening = Callable[[str, str], None]


def complain_about_settings(error: SettingsError) -> int:
    """Tell every problem of the environment on stderr; the exit code."""
    count = len(error.problems)
    print(f"sheriff cannot start: {count} problem{'s' if count > 1 else ''} in the environment", file=sys.stderr)  # noqa: T201
    for problem in error.problems:
        print(f"  {problem}", file=sys.stderr)  # noqa: T201
    return EXIT_CONFIGURATION


def run(settings: Settings, *, on_listening: OnListening | None = None) -> int:
    """Serve until told to stop; the exit code. `on_listening` hears the real public and internal addresses."""
    logs = JsonLogs(level=settings.sheriff_log_level)
    logs.start()
    # It says "Running on …" of each listener, which our own line about readiness says better.
    logging.getLogger("hypercorn.error").setLevel(logging.WARNING)
    _allow_descriptors()
    put_values_of_files(os.environ)
    try:
        traces = traces_from_environment(version=__version__, instance=instance_name())
        logs.ask(traces.current_ids)
        with contextlib.ExitStack() as once_closed, asyncio.Runner(loop_factory=_loop_factory()) as runner:

            async def main() -> None:
                # Heard around all of it: opening and closing what is behind us may take longer than serving nobody.
                with heard_stop_signals() as stop:
                    async with application(settings, traces=traces) as app:
                        await _serve(settings, app, stop, on_listening)

            runner.run(main())
            once_closed.callback(_leave_soon(logs).cancel)
    except (DatasetError, PolicyError) as error:
        logs.stop()
        return complain_about_settings(SettingsError(_named(error)))
    except ListenError as error:
        logs.stop()
        elsewhere = "Another address: SHERIFF_PUBLIC_BIND (or PORT), SHERIFF_INTERNAL_BIND"
        print(f"sheriff cannot start: {error}. {elsewhere}", file=sys.stderr)  # noqa: T201
        return EXIT_FAILED
    finally:
        logs.stop()
    return EXIT_OK


async def _serve(settings: Settings, app: Application, stop: asyncio.Event, on_listening: OnListening | None) -> None:
    async def ready() -> None:
        collector.settle()
        app.health.started()

    def listening(public: str, internal: str) -> None:
        app.events.emit(LifecycleChanged("ready", f"public {public}, internal {internal}"))
        if on_listening is not None:
            on_listening(public, internal)

    def draining() -> None:
        app.health.draining()
        app.events.emit(LifecycleChanged("draining"))

    await serve(
        app.public,
        app.internal,
        public_bind=str(settings.public_bind),
        internal_bind=str(settings.internal_bind),
        ready=ready,
        draining=draining,
        stop=stop,
        on_listening=listening,
    )
    app.events.emit(LifecycleChanged("stopped"))


def _leave_soon(logs: JsonLogs) -> threading.Timer:
    """End the process, cleanly, after `FAREWELL_S`, unless it has ended by itself.

    The loop does not close before its threads are done, and the operating system's look-up of a name (Redis's, the
    database's) can neither be cancelled nor hurried: it takes a minute where no name server answers.
    """

    def leave() -> None:
        logs.stop()
        os._exit(EXIT_OK)

    timer = threading.Timer(FAREWELL_S, leave)
    timer.daemon = True
    timer.start()
    return timer


def _allow_descriptors() -> None:
    """Take as many file descriptors as this process may have: each connection is one.

    The limit at the start is often 1,024, for the sake of programs that use `select`; a thousand idle connections would
    leave none for the operators' listener.
    """
    try:
        import resource
    except ImportError:  # not on this platform
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, MOST_DESCRIPTORS)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _named(error: DatasetError | PolicyError) -> Iterator[str]:
    variable = "SHERIFF_SOURCE" if isinstance(error, DatasetError) else "SHERIFF_*"
    return (f"{variable}: {line}" for line in str(error).splitlines())


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:  # not on this platform
        return asyncio.new_event_loop
    return uvloop.new_event_loop
