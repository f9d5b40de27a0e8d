"""The domain, one folder each; entered by its api.py (see docs/architecture.md)."""
