"""Facts in columns: what modules declare of their records, kept fresh beside PostgreSQL and counted exactly."""
