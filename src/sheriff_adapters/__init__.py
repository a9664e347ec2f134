"""sheriff_adapters."""
