"""Dossiers from filing to result, and the deadline clock."""
