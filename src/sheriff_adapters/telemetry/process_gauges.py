"""The process as the operating system sees it, asked when somebody scrapes."""

from collections.abc import Callable

import psutil

from sheriff_adapters.telemetry import catalogue


def process_readings() -> dict[catalogue.Metric, Callable[[], float]]:
    """One callable for each process metric; what this platform does not tell is left out."""
    process = psutil.Process()
    started_at = process.create_time()

    def cpu_s() -> float:
        times = process.cpu_times()
        return float(times.user + times.system)

    readings: dict[catalogue.Metric, Callable[[], float]] = {
        catalogue.PROCESS_CPU: cpu_s,
        catalogue.PROCESS_MEMORY: lambda: float(process.memory_info().rss),
        catalogue.PROCESS_THREADS: lambda: float(process.num_threads()),
        catalogue.PROCESS_START: lambda: started_at,
    }
    if hasattr(process, "num_fds"):  # not on Windows
        readings[catalogue.PROCESS_FDS] = lambda: float(process.num_fds())
    if hasattr(process, "rlimit"):  # Linux
        readings[catalogue.PROCESS_MAX_FDS] = lambda: float(process.rlimit(psutil.RLIMIT_NOFILE)[0])
    return readings
