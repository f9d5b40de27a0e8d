"""Outputs written from content, and from nothing else: equal content gives equal bytes."""
