"""Numbers of what happened: events in, Prometheus text out, and pushed by OTLP where that is asked for."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from opentelemetry.sdk.metrics.export import MetricExporter

from sheriff_adapters.telemetry import catalogue, event_loop_lag, vocabulary
from sheriff_adapters.telemetry.catalogue import Metric
from sheriff_adapters.telemetry.ending import LAST_EXPORT_S
from sheriff_adapters.telemetry.exposition import CONTENT_TYPE, Exposition, Reading
from sheriff_adapters.telemetry.otlp import endpoint
from sheriff_adapters.telemetry.process_gauges import process_readings
from sheriff_adapters.telemetry.resource import resource_of
from sheriff_adapters.telemetry.tallies import Tallies
from sheriff_adapters.telemetry.vocabulary import Vocabulary
from sheriff_core.event_listener import EventListener
from sheriff_core.ports import Clock


def exporter_from_environment(environ: Mapping[str, str] = os.environ) -> MetricExporter | None:
    """Who metrics are pushed to by OTLP over HTTP; None unless it is asked for by name."""
    if endpoint(environ, "METRICS") is None:
        return None
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter

    return OTLPMetricExporter()


@dataclass(frozen=True, slots=True)
class Gauges:
    """What is asked at each scrape, from the rooms that know it. A callable that raises leaves its metric out."""

    in_flight_lookups: Callable[[], float]
    cache_entries: Callable[[], float]
    recorder_queue_length: Callable[[], float]
    breaker_state: Callable[[], str]  # `closed`, `open`, `half_open` or `isolated`


class Metrics(EventListener):
    """Counts; docs/reference/metrics.md names what it shows.

    Every series that can occur exists at 0 from the start, so that the first error is an increase and not a birth.
    """

    def __init__(
        self,
        *,
        version: str,
        instance: str,
        gauges: Gauges,
        words: Vocabulary,
        push_to: MetricExporter | None = None,
    ) -> None:
        """`version` and `instance` become `target_info`; `words` are the closed sets that labels come from.

        With `push_to`, what a scrape shows is also pushed, every minute unless OpenTelemetry is told otherwise.
        """
        self._tallies = Tallies(words)
        super().__init__(self._tallies.takers())
        self._exposition = Exposition(
            resource=resource_of(version=version, instance=instance),
            counts=self._readings(version, gauges),
            distributions=self._tallies.distributions(),
            push_to=push_to,
        )

    def render(self) -> tuple[bytes, str]:
        """The present numbers as Prometheus text, and its content type. Safe to call from another thread."""
        return self._exposition.render(), CONTENT_TYPE

    async def observe_loop_lag(self, clock: Clock) -> None:
        """Measure the event loop for as long as this runs; meant to be a task."""
        await event_loop_lag.observe_loop_lag(clock, self._tallies.loop_lag.observe)

    def shutdown(self, timeout_s: float = LAST_EXPORT_S) -> None:
        """Let go of the instruments, after a last push within `timeout_s` if there is somebody to push to."""
        self._exposition.shutdown(timeout_s)

    def _readings(self, version: str, gauges: Gauges) -> dict[Metric, Reading]:
        tallies = self._tallies
        readings: dict[Metric, Reading] = {metric: tally.items for metric, tally in tallies.counts().items()}
        scalars: dict[Metric, Callable[[], float]] = {
            catalogue.IN_FLIGHT: gauges.in_flight_lookups,
            catalogue.CACHE_ENTRIES: gauges.cache_entries,
            catalogue.RECORDER_QUEUE: gauges.recorder_queue_length,
            catalogue.CACHE_AVAILABLE: lambda: float(tallies.available["cache"]),
            catalogue.RECORDER_AVAILABLE: lambda: float(tallies.available["recorder"]),
            **process_readings(),
        }
        for metric, read in scalars.items():
            readings[metric] = _single(read)

        def breaker() -> list[tuple[tuple[str, ...], float]]:
            present = gauges.breaker_state()
            return [((state,), float(state == present)) for state in vocabulary.BREAKER_STATES]

        readings[catalogue.BREAKER_STATE] = breaker
        readings[catalogue.BUILD] = lambda: [((version, platform.python_version()), 1.0)]
        return readings


def _single(read: Callable[[], float]) -> Reading:
    return lambda: [((), read())]
