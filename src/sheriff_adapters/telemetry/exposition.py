"""From plain counts to Prometheus text, and to a collector, through OpenTelemetry's instruments and exporters.

Counters and gauges are observable instruments: OpenTelemetry reads them when somebody scrapes, or before a push. It has
no observable histogram, so the readers add ours to what the SDK collected, as the data points that the SDK itself
would have made (the specification calls this a metric producer).
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics import AlwaysOffExemplarFilter, MeterProvider
from opentelemetry.sdk.metrics import export as otel
from opentelemetry.sdk.resources import Resource
from prometheus_client import CollectorRegistry

from sheriff_adapters.telemetry.catalogue import Kind, Metric
from sheriff_adapters.telemetry.ending import ended_within
from sheriff_adapters.telemetry.tally import Distribution, Labels
from sheriff_adapters.telemetry.text_format import TextFormat

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

Reading = Callable[[], Iterable[tuple[Labels, float]]]


class Exposition:
    """Tells what `counts` and `distributions` hold, at each scrape and to `push_to`."""

    def __init__(
        self,
        *,
        resource: Resource,
        counts: Mapping[Metric, Reading],
        distributions: Mapping[Metric, Distribution],
        push_to: otel.MetricExporter | None = None,
    ) -> None:
        # A registry of its own: the global one is shared by every library of the process, and by every test.
        self._registry = CollectorRegistry(auto_describe=False)
        self._text = TextFormat()
        self._lock = threading.Lock()
        histograms = _Histograms(distributions)
        readers: list[otel.MetricReader] = [
            _ScrapedReader(histograms, registry=self._registry, scope_info_enabled=False)
        ]
        if push_to is not None:
            readers.append(_PushingReader(histograms, push_to))
        self._provider = MeterProvider(
            metric_readers=readers,
            resource=resource,
            shutdown_on_exit=False,
            # The exporter drops exemplars: metric and trace meet through the logs.
            exemplar_filter=AlwaysOffExemplarFilter(),
        )
        meter = self._provider.get_meter("sheriff")
        for metric, reading in counts.items():
            create = meter.create_observable_counter if metric.kind is Kind.COUNTER else meter.create_observable_gauge
            create(metric.name, [_callback(metric, reading)], unit=metric.unit, description=metric.description)

    def render(self) -> bytes:
        """The present numbers as Prometheus text. Safe to call from any thread, one caller at a time."""
        with self._lock:
            return self._text.write(self._registry.collect())

    def shutdown(self, timeout_s: float) -> None:
        """Push a last time if there is somebody to push to, within `timeout_s`; nothing is rendered afterwards."""
        ended_within(timeout_s, self._provider.shutdown, name="metrics-shutdown")


def _callback(metric: Metric, reading: Reading) -> Callable[[CallbackOptions], list[Observation]]:
    attributes: dict[Labels, dict[str, str]] = {}  # made once per series: a scrape repeats them all

    def observe(_: CallbackOptions) -> list[Observation]:
        observations = []
        for labels, value in reading():
            known = attributes.get(labels)
            if known is None:
                known = attributes[labels] = dict(zip(metric.labels, labels, strict=True))
            observations.append(Observation(value, known))
        return observations

    return observe


class _Histograms:
    """Our distributions, as the SDK's data."""

    def __init__(self, distributions: Mapping[Metric, Distribution]) -> None:
        self._distributions = distributions
        self._started_ns = time.time_ns()

    def beside(self, collected: otel.MetricsData) -> otel.MetricsData:
        """What the SDK collected, with ours."""
        of_process = collected.resource_metrics[0]
        of_sheriff = of_process.scope_metrics[0]
        histograms = [self._histogram(metric, held) for metric, held in self._distributions.items()]
        everything = replace(of_sheriff, metrics=[*of_sheriff.metrics, *histograms])
        return otel.MetricsData([replace(of_process, scope_metrics=[everything])])

    def _histogram(self, metric: Metric, distribution: Distribution) -> otel.Metric:
        now_ns = time.time_ns()
        points = [
            otel.HistogramDataPoint(
                attributes=dict(zip(metric.labels, labels, strict=True)),
                start_time_unix_nano=self._started_ns,
                time_unix_nano=now_ns,
                count=sum(buckets),
                sum=total,
                bucket_counts=buckets,
                explicit_bounds=distribution.edges,
                min=0.0,  # neither is known, and no dashboard asks for them
                max=0.0,
            )
            for labels, buckets, total in distribution.items()
        ]
        return otel.Metric(
            name=metric.name,
            description=metric.description,
            unit=metric.unit,
            data=otel.Histogram(data_points=points, aggregation_temporality=otel.AggregationTemporality.CUMULATIVE),
        )


class _ScrapedReader(PrometheusMetricReader):
    """The Prometheus exporter, with our distributions among what it exports."""

    def __init__(self, histograms: _Histograms, **options: Any) -> None:
        super().__init__(**options)
        self._histograms = histograms

    def _receive_metrics(self, metrics_data: otel.MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> None:
        """Take what the SDK collected (`MetricReader`'s own extension point) and add our histograms."""
        super()._receive_metrics(self._histograms.beside(metrics_data), timeout_millis=timeout_millis, **kwargs)


class _PushingReader(otel.PeriodicExportingMetricReader):
    """The SDK's pushing reader, which does the same; its interval is `OTEL_METRIC_EXPORT_INTERVAL`."""

    def __init__(self, histograms: _Histograms, exporter: otel.MetricExporter) -> None:
        self._histograms = histograms
        super().__init__(exporter)

    def _receive_metrics(self, metrics_data: otel.MetricsData, timeout_millis: float = 10_000, **kwargs: Any) -> None:
        super()._receive_metrics(self._histograms.beside(metrics_data), timeout_millis=timeout_millis, **kwargs)
