"""Where interactions are kept and found again: SQLite, PostgreSQL and JSON lines."""
