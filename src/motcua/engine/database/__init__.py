"""The embedded PostgreSQL: its folder, its supervisor, and how Django finds it. Enter by `api.py`."""
