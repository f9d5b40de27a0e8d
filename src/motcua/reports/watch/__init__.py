"""Alerts: rules as data, what they found, who answered."""
