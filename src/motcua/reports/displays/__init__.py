"""Figures on a wall: a screen in a one-stop centre or a meeting room."""
