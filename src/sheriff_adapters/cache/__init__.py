"""What is remembered: in this process always, and beside it in a Redis that several instances share."""

from sheriff_adapters.cache.memory import MemoryDeliveryCache
from sheriff_adapters.cache.opening import CacheUrlError, OpenedCache, open_cache
from sheriff_adapters.cache.tiered import TieredDeliveryCache

__all__ = ["CacheUrlError", "MemoryDeliveryCache", "OpenedCache", "TieredDeliveryCache", "open_cache"]
