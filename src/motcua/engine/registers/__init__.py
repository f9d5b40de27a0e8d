"""Gapless number registers."""
