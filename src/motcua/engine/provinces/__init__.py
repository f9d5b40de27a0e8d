"""Provinces served by this installation: the owner of every owned row."""
