"""Every check of a deployment's own surroundings, in the order in which they help."""

from collections.abc import AsyncIterator, Mapping

from sheriff.doctor.environment import environment_findings
from sheriff.doctor.finding import Finding
from sheriff.doctor.source import source_findings
from sheriff.doctor.stores import cache_finding, recordings_finding
from sheriff.doctor.surroundings import clock_finding, port_findings, time_zone_finding
from sheriff.doctor.telemetry import telemetry_findings
from sheriff.settings import Settings


async def examine(settings: Settings, environ: Mapping[str, str]) -> AsyncIterator[Finding]:
    """Tell each finding as it is made. Nothing is left behind, and nothing waits longer than a few seconds.

    `environ` has the variables that OpenTelemetry reads itself.
    """
    for finding in environment_findings(settings):
        yield finding
    async for finding in source_findings(settings):
        yield finding
    if settings.dataset_path is None:
        yield await clock_finding(settings)
    yield await cache_finding(settings)
    yield await recordings_finding(settings)
    async for finding in telemetry_findings(environ):
        yield finding
    for finding in port_findings(settings):
        yield finding
    yield time_zone_finding(settings)
