"""Settings, root addresses and the WSGI entry; no logic."""
