"""The driven side: behind each port that the domain calls, the adapter that the settings name."""

import contextlib
from dataclasses import dataclass

from sheriff.settings import Settings
from sheriff.source import open_source, source_name
from sheriff_adapters.cache.opening import OpenedCache, open_cache
from sheriff_adapters.phone_matcher import PhonenumbersCallerMatcher
from sheriff_adapters.recordings.apart.opening import RecordingsApart, open_recordings_apart
from sheriff_adapters.recordings.policy import RecordingPolicy
from sheriff_adapters.system_clock import SystemClock
from sheriff_adapters.telemetry.fan_out import FanOut
from sheriff_adapters.telemetry.log_sink import LogSink
from sheriff_adapters.telemetry.traces import PassingTraces, Traces
from sheriff_core.policy import Policy
from sheriff_core.ports import CallerMatcher, Clock, DeliverySource, EventSink

_WRITER = "sheriff.recordings_writer"


@dataclass(frozen=True, slots=True)
class DrivenSide:
    """One adapter a port (`sheriff_core.ports`), each of them open. Without `recordings` nothing is kept."""

    clock: Clock
    events: FanOut
    tracer: Traces | PassingTraces
    matcher: CallerMatcher
    source: DeliverySource
    cache: OpenedCache
    recordings: RecordingsApart | None


async def open_driven_side(
    settings: Settings, policy: Policy, tracer: Traces | PassingTraces, stack: contextlib.AsyncExitStack
) -> DrivenSide:
    """Open everything until `stack` is closed: the source first, and the recordings first to be closed again.

    Events are only logged until others listen. Raises `DatasetError`.
    """
    clock, events = SystemClock(), FanOut(LogSink())
    source = await open_source(settings, policy, stack, clock, events, tracer)
    cache = await stack.enter_async_context(
        open_cache(
            settings.sheriff_cache_url,
            clock=clock,
            events=events,
            max_entries=settings.sheriff_cache_max_entries,
            source=source_name(settings),
        )
    )
    return DrivenSide(
        clock=clock,
        events=events,
        tracer=tracer,
        matcher=PhonenumbersCallerMatcher(default_region=settings.sheriff_phone_region),
        source=source,
        cache=cache,
        recordings=await _recordings(settings, stack, clock, events),
    )


async def _recordings(
    settings: Settings, stack: contextlib.AsyncExitStack, clock: Clock, events: EventSink
) -> RecordingsApart | None:
    if settings.sheriff_recordings_url == "none":
        return None
    policy = RecordingPolicy(retention_days=settings.sheriff_recordings_retention_days)
    return await stack.enter_async_context(
        open_recordings_apart(
            settings.sheriff_recordings_url, program=_WRITER, clock=clock, events=events, policy=policy
        )
    )
