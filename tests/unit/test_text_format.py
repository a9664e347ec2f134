"""The text of a scrape: byte for byte what Prometheus's own client writes."""

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from sheriff.composition import label_words
from sheriff_adapters.telemetry.metrics import Gauges, Metrics
from sheriff_adapters.telemetry.text_format import MAX_REMEMBERED, TextFormat
from tests.contract.test_event_sink import EXAMPLES


class Families:
    def __init__(self, *families):
        self.families = families

    def collect(self):
        return self.families


def registered(families: Families) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(families)
    return registry


def odd_families() -> Families:
    counter = CounterMetricFamily("calls", 'a help with "quotes", \\ and\na new line', labels=["tool", "outcome"])
    counter.add_metric(['say "hi"\n\\', "ünïcode"], 3)
    counter.add_metric(["", "b"], 12_345_678)
    gauge = GaugeMetricFamily("level", "")
    for value in (0.1, -2.0, float("inf"), float("nan"), 1e22):
        gauge.add_metric([], value)
    histogram = HistogramMetricFamily("took_seconds", "how long", labels=["z", "a"])
    histogram.add_metric(["1", "2"], [("0.5", 1), ("+Inf", 2)], 1.75)
    return Families(counter, gauge, histogram)


def test_odd_values_are_written_as_the_client_writes_them():
    families = odd_families()
    text = TextFormat()
    expected = generate_latest(registered(families))
    assert text.write(families.collect()) == expected
    assert text.write(families.collect()) == expected


def test_every_metric_of_ours_is_written_as_the_client_writes_it():
    metrics = Metrics(
        version="1",
        instance="i",
        gauges=Gauges(lambda: 0, lambda: 42, lambda: 3, lambda: "closed"),
        words=label_words(("abc.api.sanity.io", 443)),
    )
    for event in EXAMPLES:
        metrics.emit(event)
    metrics.render()
    families = Families(*metrics._exposition._registry.collect())
    assert TextFormat().write(families.collect()) == generate_latest(registered(families))


def test_changed_values_are_written_anew():
    text = TextFormat()
    assert text.write([GaugeMetricFamily("level", "h", value=1)]).endswith(b"level 1.0\n")
    assert text.write([GaugeMetricFamily("level", "h", value=2)]).endswith(b"level 2.0\n")


def test_memory_of_series_is_bounded():
    text = TextFormat()
    family = GaugeMetricFamily("level", "h", labels=["n"])
    for number in range(MAX_REMEMBERED + 10):
        family.add_metric([str(number)], number)
    assert text.write([family]).count(b"\n") == MAX_REMEMBERED + 12
    assert len(text._written) == 10
