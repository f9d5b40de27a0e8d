"""Certificates as their holders and administrators see them, and the check of a file for anybody."""
