"""Organisations, places, people and posts, working calendars, legal sources."""
