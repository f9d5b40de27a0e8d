"""Faces of an audit: terminal, JSON, CSV, one self-contained page, and the marked-up report for the web."""
