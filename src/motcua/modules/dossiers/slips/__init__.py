"""Printable slips of a dossier; the door is `api`."""
