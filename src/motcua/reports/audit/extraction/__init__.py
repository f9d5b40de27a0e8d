"""Figures, dates and sentences of the prose of a report."""
