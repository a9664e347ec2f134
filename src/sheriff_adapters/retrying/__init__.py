"""Asking again: retries, their budget and hedges, over any source, all within one deadline."""

from sheriff_adapters.retrying.budget import RetryBudget
from sheriff_adapters.retrying.source import RetryingDeliverySource

__all__ = ["RetryBudget", "RetryingDeliverySource"]
