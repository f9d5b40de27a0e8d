"""Roles, grants and the one scope filter."""
