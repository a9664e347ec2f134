"""Prometheus's text format (0.0.4), written by somebody who remembers what he wrote the last time.

`prometheus_client.generate_latest` checks and escapes every name and label of every sample at every scrape, which is
most of what a scrape costs. The series hardly ever change: here only the numbers are written anew.
"""

from collections.abc import Iterable

from prometheus_client.metrics_core import Metric
from prometheus_client.samples import Sample
from prometheus_client.utils import floatToGoString

Series = tuple[str, tuple[tuple[str, str], ...]]

# Families are of OpenMetrics, where a type implies the end of the name: here both are spelled out.
_OLDER_FORM = {"counter": ("_total", "counter"), "info": ("_info", "gauge")}
MAX_REMEMBERED = 20_000  # series; far above what closed sets of labels allow, a bound all the same


class TextFormat:
    """Writes families of samples; the same bytes as `generate_latest`, for names that need no escaping."""

    def __init__(self) -> None:
        self._written: dict[Series, str] = {}

    def write(self, families: Iterable[Metric]) -> bytes:
        """All of `families` as text. Not for two threads at once."""
        lines: list[str] = []
        for family in families:
            suffix, kind = _OLDER_FORM.get(family.type, ("", family.type))
            name = family.name + suffix
            lines.append(f"# HELP {name} {_escaped_help(family.documentation)}\n# TYPE {name} {kind}\n")
            lines.extend([self._line(sample) for sample in family.samples])
        return "".join(lines).encode()

    def _line(self, sample: Sample) -> str:
        series = (sample.name, tuple(sample.labels.items()))
        written = self._written.get(series)
        if written is None:
            if len(self._written) >= MAX_REMEMBERED:
                self._written.clear()
            written = self._written[series] = _named(sample)
        number: str = floatToGoString(sample.value)  # type: ignore[no-untyped-call]
        return f"{written} {number}\n"


def _named(sample: Sample) -> str:
    if not sample.labels:
        return sample.name
    labels = ",".join(f'{name}="{_escaped_label(value)}"' for name, value in sorted(sample.labels.items()))
    return f"{sample.name}{{{labels}}}"


def _escaped_label(value: str) -> str:
    return _escaped_help(value).replace('"', r"\"")


def _escaped_help(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")
