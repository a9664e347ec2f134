"""sheriff_web."""
