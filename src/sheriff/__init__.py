"""sheriff."""
