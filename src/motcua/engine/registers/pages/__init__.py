"""Registers and the numbers in them, as people look them up."""
