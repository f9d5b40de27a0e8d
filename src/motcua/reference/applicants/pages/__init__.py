"""Applicants as officers find and keep them."""
