"""Territories with a state register code, through time."""
