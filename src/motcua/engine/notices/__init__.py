"""Notices to people through channels behind one interface."""
