"""Who is telling: the same words in traces and in metrics."""

from opentelemetry.sdk.resources import (
    SERVICE_INSTANCE_ID,
    SERVICE_NAME,
    SERVICE_VERSION,
    OTELResourceDetector,
    Resource,
)

NAME = "sheriff"


def resource_of(*, version: str, instance: str) -> Resource:
    """This process and what `OTEL_RESOURCE_ATTRIBUTES` adds; `OTEL_SERVICE_NAME` may give the service another name."""
    # What is given here beats the environment, so the name is given only where the environment has none.
    name = OTELResourceDetector().detect().attributes.get(SERVICE_NAME, NAME)
    return Resource.create({SERVICE_NAME: name, SERVICE_VERSION: version, SERVICE_INSTANCE_ID: instance})
