"""Append-only events, sealed into a monthly hash chain."""
