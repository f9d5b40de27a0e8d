"""Screens of working calendars, the time calculator, versions and parameters."""
