"""Figures of the province that anybody may read and take away."""
