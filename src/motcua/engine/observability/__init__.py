"""Health, metrics and structured logs without personal data."""
