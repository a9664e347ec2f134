"""Where deliveries are recorded: Sanity or a dataset, as the settings say."""

import contextlib
import hashlib
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from sheriff.settings import Settings
from sheriff_adapters.dataset import DatasetDeliverySource
from sheriff_adapters.retrying import RetryingDeliverySource
from sheriff_adapters.telemetry.traces import PassingTraces, Traces
from sheriff_core.policy import Policy
from sheriff_core.ports import Clock, DeliverySource, EventSink

if TYPE_CHECKING:
    from sheriff_adapters.sanity.source import SanityDeliverySource


async def open_source(
    settings: Settings,
    policy: Policy,
    stack: contextlib.AsyncExitStack,
    clock: Clock,
    events: EventSink,
    tracer: Traces | PassingTraces,
) -> DeliverySource:
    """The source that the settings name, open until `stack` is closed. Raises `DatasetError`."""
    path = settings.dataset_path
    if path is not None:
        return DatasetDeliverySource.from_path(path, events=events, clock=clock)
    sanity = sanity_from(settings, clock=clock, events=events, tracer=tracer)
    await stack.enter_async_context(sanity)
    return RetryingDeliverySource(sanity, policy.retry, clock=clock, events=events)


def sanity_from(
    settings: Settings, *, clock: Clock, events: EventSink, tracer: Traces | PassingTraces
) -> "SanityDeliverySource":
    """Sanity, not yet connected; the settings have been checked to hold project and token."""
    from sheriff_adapters.sanity.source import SanityDeliverySource  # its HTTP client is loaded only where it is used

    token = settings.sanity_api_token
    return SanityDeliverySource(
        project_id=settings.sanity_project_id or "",
        dataset=settings.sanity_dataset,
        token=token.get_secret_value() if token else "",
        api_version=settings.sanity_api_version,
        base_url=settings.sanity_api_url,
        attempt_timeout_s=settings.sheriff_attempt_timeout_ms / 1_000,
        clock=clock,
        events=events,
        tracer=tracer,
        propagate=tracer.propagate,
    )


def source_name(settings: Settings) -> str:
    """What keeps apart the cached answers of deployments that share a Redis but not a source.

    A file is known by its content: one path names different files on different machines, and after the next export.
    Another host than Sanity's own may be a stand-in that knows the same project.
    """
    if settings.dataset_path is not None:
        with settings.dataset_path.open("rb") as file:
            return f"dataset:{hashlib.file_digest(file, 'sha256').hexdigest()[:16]}"
    name = f"{settings.sanity_project_id}/{settings.sanity_dataset}"
    address = _address(settings)
    if address.hostname == f"{settings.sanity_project_id}.api.sanity.io":
        return name
    return f"{name}@{address.hostname}:{_port(address)}{address.path.rstrip('/')}"


def source_server(settings: Settings) -> tuple[str, int] | None:
    """Host and port of Sanity, so that its series exist before the first request; None for a dataset."""
    if settings.dataset_path is not None:
        return None
    address = _address(settings)
    return address.hostname or "", _port(address)


def _address(settings: Settings) -> SplitResult:
    return urlsplit(settings.sanity_api_url.replace("{project}", settings.sanity_project_id or ""))


def _port(address: SplitResult) -> int:
    return address.port or (443 if address.scheme == "https" else 80)
