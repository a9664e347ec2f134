"""Traces by OpenTelemetry, exported by OTLP over HTTP; switched on by OpenTelemetry's own variables.

Switched off, a trace that comes in is still passed on and still stands in the logs: W3C asks that of everybody who
takes no part in tracing, and it lets an operator follow a call through a service that exports nothing.
"""

import asyncio
import contextlib
import os
import re
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import AbstractContextManager
from contextvars import ContextVar
from types import TracebackType
from typing import TYPE_CHECKING, Self

from opentelemetry import context as otel_context
from opentelemetry import trace as otel
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from sheriff_adapters.telemetry.ending import LAST_EXPORT_S, ended_within
from sheriff_adapters.telemetry.otlp import endpoint
from sheriff_adapters.telemetry.resource import resource_of
from sheriff_adapters.telemetry.span_names import METHODS, spelled

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import SpanProcessor

    from sheriff_core.ports import Span

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?")
_PROPAGATOR = TraceContextTextMapPropagator()  # and no baggage: a stranger's is not ours to carry to Sanity

Attribute = str | float | bool


def traces_from_environment(
    environ: Mapping[str, str] = os.environ, *, version: str, instance: str
) -> "Traces | PassingTraces":
    """Traces that are exported when an OTLP endpoint is set, else ones that only pass on what came in.

    Sampler, endpoint, headers, time limits and resource attributes are read from `OTEL_*` by OpenTelemetry itself.
    """
    if endpoint(environ, "TRACES") is None:
        return PassingTraces()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return Traces(BatchSpanProcessor(OTLPSpanExporter()), version=version, instance=instance)


class Traces:
    """A `Tracer` whose spans go to `processor`, which exports them off the event loop."""

    is_on = True

    def __init__(self, processor: "SpanProcessor", *, version: str, instance: str) -> None:
        """`version` and `instance` describe this process; `OTEL_RESOURCE_ATTRIBUTES` may add to them."""
        # It reads limits from the environment as it is loaded, and raises: not before the settings have been told of.
        from opentelemetry.sdk.trace import TracerProvider

        self._provider = TracerProvider(
            resource=resource_of(version=version, instance=instance), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("sheriff", version)

    def span(self, name: str, **attributes: Attribute) -> AbstractContextManager["Span"]:
        """A span under the present one. `GET` asks somebody, `POST /webhook` answers somebody, the rest is inside."""
        spelt = {spelled(key): value for key, value in attributes.items()}
        # Started here and made the present one on entering: the sampler sees the attributes that are known now.
        return _OpenSpan(self._tracer.start_span(name, kind=_kind(name), attributes=spelt))

    @contextlib.contextmanager
    def continue_from(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Make the trace of W3C `headers` (names in lower case) the present one while the block lasts."""
        token = otel_context.attach(_PROPAGATOR.extract(headers))
        try:
            yield
        finally:
            otel_context.detach(token)

    def propagate(self, headers: MutableMapping[str, str]) -> None:
        """Write the present trace into the headers of a request that goes out."""
        _PROPAGATOR.inject(headers)

    def current_ids(self) -> tuple[str, str] | None:
        """Trace id and span id of the present span, lower-case hex; None outside of one."""
        present = otel.get_current_span().get_span_context()
        if not present.is_valid:
            return None
        return otel.format_trace_id(present.trace_id), otel.format_span_id(present.span_id)

    def shutdown(self, timeout_s: float = LAST_EXPORT_S) -> bool:
        """Export what is waiting, within `timeout_s`; True when that was time enough."""
        return ended_within(timeout_s, self._provider.shutdown, name="traces-shutdown")


class _OpenSpan:
    """A span, from entering the block to leaving it (the `Span` port)."""

    __slots__ = ("_span", "_token")

    def __init__(self, span: otel.Span) -> None:
        self._span = span

    def __enter__(self) -> Self:
        self._token = otel_context.attach(otel.set_span_in_context(self._span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        otel_context.detach(self._token)
        if kind is not None:
            if issubclass(kind, asyncio.CancelledError | GeneratorExit):
                self._span.set_attribute("sheriff.cancelled", value=True)  # nobody waits any more: no failure
            else:
                self.fail(kind.__qualname__)  # never the message, which may quote what a caller said
        self._span.end()

    def set(self, **attributes: Attribute) -> None:
        for name, value in attributes.items():
            self._span.set_attribute(spelled(name), value)

    def fail(self, reason: str) -> None:
        self._span.set_attribute("error.type", reason)
        self._span.set_status(otel.StatusCode.ERROR)


class PassingTraces:
    """A `Tracer` that makes no spans, and passes on the trace that came in."""

    is_on = False

    def __init__(self) -> None:
        self._incoming: ContextVar[tuple[Mapping[str, str], str, str] | None] = ContextVar("incoming", default=None)
        self._nothing = _NoSpan()

    def span(self, name: str, **attributes: Attribute) -> AbstractContextManager["Span"]:  # noqa: ARG002 - the port's
        """Nothing, at next to no cost."""
        return self._nothing

    @contextlib.contextmanager
    def continue_from(self, headers: Mapping[str, str]) -> Iterator[None]:
        """Remember the trace of W3C `headers` (names in lower case) while the block lasts; a malformed one is none."""
        match = _TRACEPARENT.fullmatch(headers.get("traceparent", "").strip())
        token = self._incoming.set((headers, match[1], match[2]) if match else None)
        try:
            yield
        finally:
            self._incoming.reset(token)

    def propagate(self, headers: MutableMapping[str, str]) -> None:
        """Write the trace that came in into the headers of a request that goes out, unchanged."""
        incoming = self._incoming.get()
        if incoming is not None:
            for name in ("traceparent", "tracestate"):
                if name in incoming[0]:
                    headers[name] = incoming[0][name]

    def current_ids(self) -> tuple[str, str] | None:
        """Trace id and span id that came in; None when none did."""
        incoming = self._incoming.get()
        return None if incoming is None else incoming[1:]

    def shutdown(self, timeout_s: float = LAST_EXPORT_S) -> bool:  # noqa: ARG002 - as `Traces.shutdown`
        """Nothing is waiting."""
        return True


class _NoSpan:
    """Every span of `PassingTraces` at once."""

    __slots__ = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def set(self, **attributes: Attribute) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass


def _kind(name: str) -> otel.SpanKind:
    method, _, route = name.partition(" ")
    if method not in METHODS:
        return otel.SpanKind.INTERNAL
    return otel.SpanKind.SERVER if route else otel.SpanKind.CLIENT
