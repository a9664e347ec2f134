"""Deliveries in Sanity's Content Lake, asked over its query API."""

from sheriff_adapters.sanity.source import SanityDeliverySource, SanitySurvey

__all__ = ["SanityDeliverySource", "SanitySurvey"]
